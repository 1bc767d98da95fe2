/**
 * One visit of the desk: which item is on screen, what an answer does, what comes next.
 *
 * It knows of the page only the screen it is given: `show` puts a decoded image on it, before anything
 * else happens; `state` says that there is no item, and why; `changed` asks to redraw the rest.
 */

import { openedFor, post } from "./api.js";
import { afterFrame } from "./dom.js";
import { Elsewhere } from "./elsewhere.js";
import { Facts } from "./facts.js";
import { Goal } from "./goal.js";
import { entryOf, History } from "./history.js";
import { Look } from "./look.js";
import { openOutbox } from "./outboxes.js";
import { Queue } from "./queue.js";
import { Supply } from "./supply.js";
import { tell, Timing } from "./timing.js";

/** @typedef {import("./types.js").Answer} Answer */
/** @typedef {import("./images.js").Entry} Entry */
/** @typedef {import("./types.js").Kind} Kind */
/** @typedef {import("./types.js").Mode} Mode */
/** @typedef {import("./types.js").Screen} Screen */

/** So many images in a row that cannot be shown are no accident of one image. */
const BROKEN_IN_A_ROW = 5;
const FEWEST_CLASSES = 2;

export class Session {
  /** @param {import("./types.js").Data} data @param {Screen} screen */
  constructor(data, screen) {
    const { project, person, place = "" } = data;
    this.project = project;
    this._screen = screen;
    this._headers = openedFor(place, person);
    /** @type {Mode} */
    this.mode = "loading";
    this.history = new History();
    this.look = new Look(() => this._opened && this.supply.refresh());
    this.timing = new Timing();
    this.facts = new Facts();
    this.outbox = openOutbox(data);
    this.goal = new Goal(this.facts, this.outbox);
    /** Answers for other desks that wait in this browser. */
    this.elsewhere = new Elsewhere(data, {
      changed: () => screen.changed(),
      remark: (text) => screen.remark(text),
    });
    this.queue = new Queue({ ready: () => this._resume(), broken: (entry) => this._setAside(entry) });
    this.supply = new Supply(project, this._headers, this, {
      opened: (desk) => this._open(desk),
      suggested: (rows) => this.queue.refresh(rows),
      came: () => this._decide(),
      changed: () => this._supplied(),
      isHungry: () => ["wait", "closing", "loading"].includes(this.mode),
    });
    this._opened = false;
    this._brokenInARow = 0;
    /** @type {{at: number, event_id: string}|null} The key whose effect is not on screen yet. */
    this._cause = null;
    this._onOutbox = (/** @type {string} */ what, /** @type {any} */ detail) => this._heardOutbox(what, detail);
  }

  start() {
    this.outbox.listeners.add(this._onOutbox);
    this.supply.open();
    this.supply.ask();
  }

  stop() {
    this.outbox.listeners.delete(this._onOutbox);
    this.elsewhere.close();
    this.look.close();
    this.supply.close();
    this.queue.close();
  }

  /** The suggestion for the item on screen; null if there is none. */
  get shares() {
    return this.queue.shown?.item.p ?? null;
  }

  /**
   * Answer the item on screen and go on.
   *
   * @param {Kind} kind
   * @param {{classId?: number|null, note?: string|null, at?: number}} [more] `at`: when the key went down.
   * @returns {import("./types.js").LabelEvent|null} null if there was nothing to answer.
   */
  answer(kind, { classId = null, note = null, at = performance.now() } = {}) {
    const entry = this.queue.shown;
    if (this.mode !== "label" || !entry || !this.look.isMeant(entry, at)) return null;
    const event = this.look.event(entry, kind, { class_id: classId, note, at });
    this._cause = { at, event_id: event.event_id };
    if (this.goal.isLast(kind)) this._close();
    else this._next();
    this.outbox.put(event, { at });
    // The answer is on its way while the browser draws.
    this.outbox.nudge();
    this.queue.decode();
    this.history.add(event, entry);
    this.timing.answered(event.ms / 1000);
    return event;
  }

  /** Take an answer back; its item returns. @param {Answer} [answer] The newest if not given. */
  undo(answer = this.history.newest) {
    if (!answer) {
      this._screen.remark("There is nothing to undo.");
      return;
    }
    const entry = entryOf(answer);
    const event = { ...this.look.event(entry, "undo"), reverts: answer.event_id, ms: 0 };
    this.history.remove(answer.event_id);
    this._cause = null;
    this.queue.bringBack(entry);
    this._next();
    this.outbox.put(event, { was: { kind: answer.kind, class_id: answer.class_id } });
    this.queue.pump();
    this._screen.changed();
  }

  reveal() {
    if (this.mode !== "label") return;
    this.look.reveal();
    this._screen.changed();
  }

  /** @param {string} name Rejects with an ApiError. */
  async addClass(name) {
    this.facts.addClass(await this._post("/classes", { name }));
    this._screen.changed();
  }

  /** Leave the screen of the first classes. */
  begin() {
    if (this.facts.classes.length >= FEWEST_CLASSES) this._next();
  }

  /** The stage was out of sight, and items were answered elsewhere: go on with what is left. */
  goOn() {
    const entry = this.queue.shown;
    if (this.mode !== "label" || !entry) return;
    this._cause = null;
    if (this.goal.isReached) this._close();
    else if (this.outbox.isAnswered(entry.id, performance.now())) this._next();
    else this._present(entry);
    this.supply.ask();
  }

  /** Go on after the end. Rejects with an ApiError. */
  async more() {
    const { end } = this.facts;
    if (!end) return;
    const reply = await this._post("/budget", { more: end.more });
    this.facts.hear({ ...reply, end: null }, true);
    this.supply.found = null;
    this._set("wait");
    this.supply.ask();
  }

  /** Try images again that could not be shown. */
  again() {
    this._brokenInARow = 0;
    this._set("wait");
    this.supply.ask();
  }

  /** @param {string} path @param {object} wish */
  _post(path, wish) {
    return post(path, { project: this.project, ...wish }, { headers: this._headers });
  }

  /** @param {any} desk */
  _open(desk) {
    const undone = new Set([...this.outbox.letters.values()].map(({ event }) => event.reverts));
    const earlier = this.history.addEarlier(desk.last ?? [], (id) => undone.has(id));
    for (const { seconds } of earlier) if (Number.isFinite(seconds)) this.timing.answered(seconds);
    this._opened = true;
    this.elsewhere.look();
    if (this.facts.classes.length < FEWEST_CLASSES) this._set("first");
    else this._resume();
  }

  /** What follows from fresh items for what is on screen. */
  _decide() {
    if (this.mode === "closing" && !this.outbox.size && !this._isEnd()) {
      this.goal.pass();
      this._set("wait");
    }
    if (this.mode === "end" && !this._isEnd()) this._set("wait");
    if (this.mode === "loading" && this._opened) this._set("wait");
    this._resume();
  }

  _isEnd() {
    return this.goal.isEnd(this.queue.ahead.length > 0);
  }

  /** Show the next item, or the end, if there is nothing on screen. */
  _resume() {
    if (!this._opened || !["wait", "loading", "closing"].includes(this.mode)) return;
    if (this.facts.classes.length < FEWEST_CLASSES) return;
    if (this._isEnd()) this._set("end");
    else if (this.mode !== "closing" && this.queue.isReady) this._next();
  }

  /** Put the next item on screen, before anything else. */
  _next() {
    this.look.end();
    const entry = this.queue.take();
    if (!entry) {
      if (this.mode !== "broken") this._starve();
      return;
    }
    this._present(entry);
  }

  /** @param {Entry} entry */
  _present(entry) {
    entry.since = performance.now();
    this._screen.show(entry);
    this.mode = "label";
    this.look.begin(entry);
    this._brokenInARow = 0;
    const cause = this._cause;
    this._cause = null;
    afterFrame((now) => this._painted(entry, cause, now));
  }

  /** @param {Entry} entry @param {{at: number, event_id: string}|null} cause @param {number} now */
  _painted(entry, cause, now) {
    if (cause) {
      this.timing.painted(now - cause.at);
      tell("painted", { item: entry.id, ms: now - cause.at, event_id: cause.event_id });
    }
    this.outbox.nudge();
    this._screen.changed();
    this.queue.warm();
    this.queue.pump();
    this.supply.fed();
  }

  _starve() {
    if (this.mode !== "wait") this._set("wait");
    afterFrame(() => {
      this.outbox.nudge();
      this.queue.pump();
      if (!this.queue.ahead.length) this.supply.ask();
    });
  }

  /** The goal is reached here; whether it is the end, the server says once it has all answers. */
  _close() {
    this.queue.leave();
    this.look.end();
    this._cause = null;
    this._set("closing");
    afterFrame(() => {
      this._screen.changed();
      this.outbox.nudge();
    });
  }

  /** An image cannot be shown: tell the server, and go on. @param {Entry} entry */
  _setAside(entry) {
    this._brokenInARow += 1;
    if (this._brokenInARow >= BROKEN_IN_A_ROW) {
      if (this.mode !== "broken") this._set("broken");
      return;
    }
    entry.since = performance.now();
    this.outbox.put(this.look.event(entry, "flag", { note: "image could not be shown" }));
    this._screen.remark("One image could not be shown. It was set aside.");
  }

  /** @param {string} what @param {any} detail */
  _heardOutbox(what, detail) {
    if (what === "saved") this._saved(detail);
    if (what === "elsewhere") this.queue.drop(detail);
    if (what === "refused") {
      this.history.remove(detail.event.event_id);
      this._screen.remark(`1 answer was refused: ${detail.problem}`);
    }
    if (what !== "change" && this.mode === "closing" && !this.outbox.size) this.supply.ask();
    this._screen.changed();
  }

  /** @param {any} reply */
  _saved(reply) {
    this.supply.saved(reply);
    this.history.explain(reply.why ?? {});
    const { labeled, goal } = this.facts.progress;
    if (!this.outbox.size) this._screen.spoken(goal ? `Saved, ${labeled} of ${goal}` : `Saved, ${labeled}`);
  }

  /** A sentence on the stage may have to change: the server answers, or does not. */
  _supplied() {
    if (["wait", "closing", "loading"].includes(this.mode)) this._screen.state(this.mode);
    this._screen.changed();
  }

  /** @param {Mode} mode */
  _set(mode) {
    this.mode = mode;
    this._screen.state(mode);
  }
}
