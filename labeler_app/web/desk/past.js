/**
 * The own last answers, looked at again and corrected. A correction is a new event; the old one is never changed.
 *
 * The item that waited stays where it is, with its draft; the time in here is not its own.
 */

import { areSame, chosenOf } from "./chosen.js";
import { entryOf, pileOf, standOf } from "./history.js";
import { Look } from "./look.js";
import { signOf } from "./strip.js";

/** @typedef {import("./types.js").Answer} Answer */
/** @typedef {import("./images.js").Entry} Entry */
/** @typedef {import("./types.js").Kind} Kind */

/** Images fetched again that are kept at hand. */
const KEPT = 8;
/** While there is nothing to come back to, there is nothing to look back from. */
const CLOSED = ["loading", "first"];

export class Past {
  /** @param {import("./session.js").Session} session @param {import("./types.js").Screen} screen */
  constructor(session, screen) {
    this._session = session;
    this._screen = screen;
    this.look = new Look(session.guesses, () => undefined);
    /** @type {Answer[]} The answers that stood when it was opened, oldest first. */
    this._walk = [];
    this._place = 0;
    /** @type {import("./types.js").Mode|null} What the desk goes back to; null while this is shut. */
    this._before = null;
    /** @type {Entry|null} What is on screen; null while its image is on the way, or cannot be had. */
    this.entry = null;
    /** Why there is no image, "" if it is on its way. */
    this.trouble = "";
    /** @type {Entry[]} Fetched again for this look back. */
    this._fetched = [];
  }

  get isOpen() {
    return this._before !== null;
  }

  /** The answer that is looked at. */
  get answer() {
    return this.isOpen ? this._walk[this._place] : undefined;
  }

  /** How many answers lie between it and the item that waits; 1 for the newest. */
  get back() {
    return this._walk.length - this._place;
  }

  get hasOlder() {
    return this._place > 0;
  }

  /** Go to an older answer (-1) or a newer one (1); past the newest the desk is back. @param {number} by */
  step(by) {
    if (!this.isOpen && (by > 0 || !this._open())) return;
    const place = this._place + by;
    if (place < 0) return this._screen.remark("There is no older answer here.");
    if (place >= this._walk.length) return this.leave();
    this._place = place;
    void this._turn();
  }

  /** Back to the item that waited, or to what was on screen instead. */
  leave() {
    const before = this._shut();
    if (before) this._session.turns.comeBack(before);
  }

  /** Shut without going back to the item that waited: another one comes. */
  drop() {
    const before = this._shut();
    if (before) this._session.turns.mode = before;
  }

  close() {
    this.look.close();
    this._shut();
  }

  /** Try again to get the image. */
  again() {
    void this._turn();
  }

  /**
   * Answer the item anew.
   *
   * @param {Kind} kind
   * @param {{classId: number|null, classIds: number[]|null, note: string|null, at: number}} more
   * @returns {import("./types.js").LabelEvent|null} null if there was nothing to change.
   */
  correct(kind, { classId, classIds, note, at }) {
    const { entry, answer } = this;
    const { outbox, history, facts } = this._session;
    if (!entry || !answer || !this.look.isMeant(entry, at)) return null;
    if (answer.kind === kind && answer.class_id === classId && areSame(answer.class_ids, classIds)) {
      this._screen.remark(`It is ${signOf(answer, facts.classOf).words} already.`);
      return null;
    }
    // Without a time: looking back says nothing of how long the next item takes.
    const event = { ...this.look.event(entry, kind, { class_id: classId, class_ids: classIds, class_version: facts.classVersion, note, at }), ms: null };
    outbox.put(event, { at, was: standOf(answer), under: pileOf(answer) });
    outbox.nudge();
    this._walk[this._place] = history.correct(event, entry, answer);
    for (const id of classIds ?? [classId]) facts.used(id);
    this._said();
    return event;
  }

  /** Take a correction back, wherever the desk is. @param {Answer} answer @param {Answer} before What stands again. */
  restore(answer, before) {
    const { outbox, history, facts } = this._session;
    const event = { ...this.look.event(entryOf(answer), "undo"), reverts: answer.event_id, ms: 0 };
    history.remove(answer.event_id);
    outbox.put(event, { was: standOf(answer), under: pileOf(answer) });
    this.renew();
    this._screen.remark(`Taken back. What stands again: ${signOf(before, facts.classOf).words}.`);
  }

  /** The answers have changed: show those that stand. */
  renew() {
    if (!this.isOpen) return;
    const { answers } = this._session.history;
    const stands = (/** @type {Answer} */ old) => answers.includes(old) ? old : answers.findLast(({ item }) => item === old.item);
    const walk = this._walk.map(stands);
    const [before, now] = [this._walk[this._place], walk[this._place]];
    this._place -= walk.slice(0, this._place).filter((one) => !one).length;
    this._walk = /** @type {Answer[]} */ (walk.filter(Boolean));
    if (this._place >= this._walk.length) this.leave();
    else if (!now) void this._turn();
    else if (now !== before) this.choose();
  }

  /** Whether what is chosen is what was answered. */
  get isUntouched() {
    return this.entry !== null && areSame([...this.entry.chosen], this.answer?.class_ids);
  }

  /** What is answered is chosen. */
  choose() {
    if (!this.entry) return;
    const { facts } = this._session;
    this.entry.chosen = chosenOf(this.answer, facts.classOf);
    facts.show(this.entry.chosen);
  }

  _open() {
    const { mode, history, look } = this._session;
    if (CLOSED.includes(mode)) return false;
    if (!history.newest) {
      this._screen.remark("There is no answer to look back at yet.");
      return false;
    }
    const last = new Map(history.answers.map((answer) => [answer.item, answer]));
    this._walk = history.answers.filter((answer) => last.get(answer.item) === answer);
    this._place = this._walk.length;
    this._before = mode;
    if (mode === "label") look.pause();
    this._session.turns.mode = "past";
    return true;
  }

  _shut() {
    const before = this._before;
    this._before = null;
    this.entry = null;
    this.look.end();
    for (const entry of this._fetched) entry.release();
    this._fetched = [];
    return before;
  }

  /** Put the answer on screen that is looked at now. */
  async _turn() {
    const answer = /** @type {Answer} */ (this.answer);
    const entry = this._entryOf(answer);
    this.entry = null;
    this.trouble = "";
    this.look.end();
    this._screen.remark("");
    if (entry.state !== "ready") {
      this._screen.state("past");
      this._screen.changed();
      await fetched(entry);
      if (this.answer?.item !== answer.item || this.entry) return;
    }
    if (entry.state === "ready") this._present(entry);
    else this._lack(entry);
    this._said();
  }

  /** @param {Entry} entry */
  _present(entry) {
    this.entry = entry;
    this.choose();
    entry.place();
    this._screen.show(entry, "past");
    this.look.begin(entry);
  }

  /** @param {Entry} entry */
  _lack(entry) {
    const isOffline = entry.state !== "broken";
    this.trouble = isOffline
      ? "The server does not answer. Your newest answers are kept in this page; older ones need a connection."
      : "It cannot be shown any more. The answer on it stands.";
    this._screen.state("past");
  }

  _said() {
    const { answer, back } = this;
    if (answer) this._screen.spoken(`${back} back: ${signOf(answer, this._session.facts.classOf).words}`);
    this._screen.changed();
  }

  /** @param {Answer} answer */
  _entryOf(answer) {
    const known = answer.entry ?? this._fetched.find(({ id }) => id === answer.item);
    if (known) return known;
    const entry = entryOf(answer);
    this._fetched.push(entry);
    if (this._fetched.length > KEPT) this._fetched.shift()?.release();
    return entry;
  }
}

/** Get what is shown of an item, if it can be had. @param {Entry} entry */
async function fetched(entry) {
  if (entry.state === "new") await entry.load();
  if (entry.state === "bytes") await entry.decode();
}
