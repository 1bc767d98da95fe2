/**
 * What comes on screen: the next item, before anything else happens, the one that waited, or word that there is
 * none, and why.
 */

import { afterFrame } from "./dom.js";
import { tell } from "./timing.js";

/** @typedef {import("./images.js").Entry} Entry */
/** @typedef {import("./types.js").Mode} Mode */
/** @typedef {{at: number, event_id: string}} Cause A key, and the answer that it gave. */

/** So many items in a row that cannot be shown are no accident of one item. */
const BROKEN_IN_A_ROW = 5;
const FEWEST_CLASSES = 2;
/** While a person waits for an item. */
const HUNGRY = ["wait", "closing", "loading"];

export class Turns {
  /** @param {import("./session.js").Session} session @param {import("./types.js").Screen} screen */
  constructor(session, screen) {
    this._session = session;
    this._screen = screen;
    /** @type {Mode} */
    this.mode = "loading";
    /** Whether the project was read. */
    this.isOpened = false;
    this._brokenInARow = 0;
    /** @type {Cause|null} The key whose effect is not on screen yet. */
    this._cause = null;
  }

  get isHungry() {
    return HUNGRY.includes(this.mode);
  }

  /** The project was read: show what there is. */
  open() {
    this.isOpened = true;
    if (this._lacksClasses) this._set("first");
    else this.resume();
  }

  /** Leave the screen of the first classes. */
  begin() {
    if (!this._lacksClasses) this._next();
  }

  /** The item on screen is answered. @param {Cause} cause @param {boolean} isLast Whether the goal is reached by that. */
  answered(cause, isLast) {
    this._cause = cause;
    if (isLast) this._close();
    else this._next();
  }

  /** The answer on an item was taken back: it is next. @param {Entry} entry */
  bringBack(entry) {
    this._cause = null;
    this._session.queue.bringBack(entry);
    this._next();
  }

  /** Older answers were looked at: go on where the person was. @param {Mode} before */
  comeBack(before) {
    const { queue, look, supply } = this._session;
    this.mode = before;
    if (before === "label" && queue.shown) {
      this._screen.show(queue.shown);
      look.resume();
      this._screen.spoken("Back at the item that waited");
      return this._screen.changed();
    }
    this._set(before === "end" && !this._isEnd ? "wait" : before);
    this.resume();
    supply.ask();
  }

  /** The stage was out of sight, and items were answered elsewhere: go on with what is left. */
  goOn() {
    const { queue, goal, outbox, supply } = this._session;
    const entry = queue.shown;
    if (this.mode !== "label" || !entry) return;
    this._cause = null;
    if (goal.isReached) this._close();
    else if (outbox.isAnswered(entry.id, performance.now())) this._next();
    else this._present(entry);
    supply.ask();
  }

  /** Ask anew: after the end, or for items that could not be shown. */
  again() {
    this._brokenInARow = 0;
    this._set("wait");
    this._session.supply.ask();
  }

  /** What follows from items for what is on screen. @param {boolean} fresh Whether the server knew all answers. */
  decide(fresh) {
    const { goal, outbox, supply } = this._session;
    if (this.mode === "closing" && !outbox.size && !this._isEnd) {
      if (!fresh) return supply.ask();
      goal.pass();
      this._set("wait");
    }
    if (this.mode === "end" && !this._isEnd) this._set("wait");
    if (this.mode === "loading" && this.isOpened) this._set("wait");
    this.resume();
  }

  /** Show the next item, or the end, if there is nothing on screen. */
  resume() {
    if (!this.isOpened || !this.isHungry || this._lacksClasses) return;
    if (this._isEnd) this._set("end");
    else if (this.mode !== "closing" && this._session.queue.isReady) this._next();
  }

  /** An item cannot be shown: tell the server, and go on. @param {Entry} entry */
  setAside(entry) {
    const { outbox, look } = this._session;
    this._brokenInARow += 1;
    if (this._brokenInARow >= BROKEN_IN_A_ROW) {
      if (this.mode !== "broken") this._set("broken");
      return;
    }
    entry.since = performance.now();
    outbox.put(look.event(entry, "flag", { note: "could not be shown" }));
    this._screen.remark("One item could not be shown. It was set aside.");
  }

  /** A sentence on the stage may have to change: the server answers, or does not. */
  supplied() {
    if (this.isHungry) this._screen.state(this.mode);
    this._screen.changed();
  }

  get _lacksClasses() {
    return this._session.facts.classes.length < FEWEST_CLASSES;
  }

  get _isEnd() {
    const { goal, queue } = this._session;
    return goal.isEnd(queue.ahead.length > 0);
  }

  /** Put the next item on screen, before anything else. */
  _next() {
    const { look, queue } = this._session;
    look.end();
    const entry = queue.take();
    if (entry) this._present(entry);
    else if (this.mode !== "broken") this._starve();
  }

  /** @param {Entry} entry */
  _present(entry) {
    entry.place();
    this._screen.show(entry);
    this.mode = "label";
    this._session.look.begin(entry);
    this._brokenInARow = 0;
    const cause = this._cause;
    this._cause = null;
    afterFrame((now) => this._painted(entry, cause, now));
  }

  /** @param {Entry} entry @param {Cause|null} cause @param {number} now */
  _painted(entry, cause, now) {
    const { timing, outbox, queue, supply } = this._session;
    if (cause) {
      timing.painted(now - cause.at);
      tell("painted", { item: entry.id, ms: now - cause.at, event_id: cause.event_id });
    }
    outbox.nudge();
    this._screen.changed();
    queue.warm();
    queue.pump();
    supply.fed();
  }

  _starve() {
    const { outbox, queue, supply } = this._session;
    if (this.mode !== "wait") this._set("wait");
    afterFrame(() => {
      outbox.nudge();
      queue.pump();
      if (!queue.ahead.length) supply.ask();
    });
  }

  /** The goal is reached here; whether it is the end, the server says once it has all answers. */
  _close() {
    const { queue, look, outbox } = this._session;
    queue.leave();
    look.end();
    this._cause = null;
    this._set("closing");
    afterFrame(() => {
      this._screen.changed();
      outbox.nudge();
    });
  }

  /** @param {Mode} mode */
  _set(mode) {
    this.mode = mode;
    this._screen.state(mode);
  }
}
