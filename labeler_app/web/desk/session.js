/**
 * One visit of the desk: what an answer, an undo and a look do, and what the server says to it. What comes on
 * screen next is in turns.js.
 *
 * It knows of the page only the screen it is given: `show` puts a finished element on it, before anything
 * else happens; `state` says that there is no item, and why; `changed` asks to redraw the rest.
 */

import { get, openedFor, post } from "./api.js";
import { chosenOf, dropGone, GONE, likely } from "./chosen.js";
import { COLUMNS_CAME, learnColumns, takeColumns } from "./columns.js";
import { Copies, offerSentence } from "./copies.js";
import { plural } from "./dom.js";
import { Elsewhere } from "./elsewhere.js";
import { eventOf } from "./event.js";
import { Facts } from "./facts.js";
import { Goal } from "./goal.js";
import { Guesses } from "./guesses.js";
import { entryOf, History, standOf } from "./history.js";
import { Look } from "./look.js";
import { openOutbox } from "./outboxes.js";
import { Past } from "./past.js";
import { Queue } from "./queue.js";
import { Slots } from "./slots.js";
import { Supply } from "./supply.js";
import { Timing } from "./timing.js";
import { Turns } from "./turns.js";

/** @typedef {import("./types.js").Answer} Answer */
/** @typedef {import("./types.js").Kind} Kind */
/** @typedef {import("./types.js").Screen} Screen */

export class Session {
  /** @param {import("./types.js").Data} data @param {Screen} screen */
  constructor(data, screen) {
    const { project, person, place = "" } = data;
    this.project = project;
    this._screen = screen;
    this._headers = openedFor(place, person);
    this.turns = new Turns(this, screen);
    this.history = new History();
    this.guesses = new Guesses(data);
    this.look = new Look(this.guesses, () => this.turns.isOpened && this.supply.refresh());
    this.past = new Past(this, screen);
    this.timing = new Timing();
    this.facts = new Facts(new Slots(`labeler:row:${project}:${person}`));
    this.outbox = openOutbox(data);
    this.goal = new Goal(this.facts, this.outbox);
    /** Answers for other desks that wait in this browser. */
    this.elsewhere = new Elsewhere(data, {
      changed: () => screen.changed(),
      remark: (text) => screen.remark(text),
    });
    this.queue = new Queue({ ready: () => this.turns.resume(), broken: (entry) => this.turns.setAside(entry) });
    this.supply = new Supply(project, this._headers, this, {
      opened: (desk) => this._open(desk),
      classes: (desk) => this._takeClasses(desk),
      suggested: (rows) => this._suggest(rows),
      columns: (names) => this.turns.isOpened && learnColumns(names) && screen.remark(COLUMNS_CAME),
      came: (fresh) => this.turns.decide(fresh),
      changed: () => this.turns.supplied(),
      isHungry: () => this.turns.isHungry,
    });
    this.outbox.desk = this.supply.desk;
    this._copies = new Copies();
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
    this.guesses.close();
    this.past.close();
    this.supply.close();
    this.queue.close();
  }

  get mode() {
    return this.turns.mode;
  }

  /** What the person looks at: the item to answer, or an older one. */
  get onScreen() {
    return this.past.isOpen ? this.past.entry : this.queue.shown;
  }

  /** The copies of what was answered last, if they can be labeled, too. */
  get copies() {
    return this._copies.after(this.history.newest);
  }

  /** The suggestion for the item on screen; null if there is none. */
  get shares() {
    return this.queue.shown?.item.p ?? null;
  }

  /**
   * Answer the item on screen and go on; an older one is answered anew, and stays.
   *
   * @param {Kind} kind
   * @param {{classId?: number|null, classIds?: number[]|null, note?: string|null, at?: number}} [more] `at`: when the key went down.
   * @returns {import("./types.js").LabelEvent|null} null if there was nothing to answer.
   */
  answer(kind, { classId = null, classIds = null, note = null, at = performance.now() } = {}) {
    if (this.past.isOpen) return this.past.correct(kind, { classId, classIds, note, at });
    const entry = this.queue.shown;
    if (this.mode !== "label" || !entry || !this.look.isMeant(entry, at)) return null;
    const event = this.look.event(entry, kind, { class_id: classId, class_ids: classIds, class_version: this.facts.classVersion, note, at });
    this.turns.answered({ at, event_id: event.event_id }, this.goal.isLast(kind));
    this.outbox.put(event, { at });
    // The answer is on its way while the browser draws.
    this.outbox.nudge();
    this.queue.decode();
    this.history.add(event, entry);
    for (const id of classIds ?? [classId]) this.facts.used(id);
    this.timing.answered(/** @type {number} */ (event.ms) / 1000);
    return event;
  }

  /** Where an item may have several classes: choose one for the item on screen, or no more. @param {number} id @param {number} at */
  toggle(id, at) {
    const entry = this.onScreen;
    const look = this.past.isOpen ? this.past.look : this.look;
    if (!entry || !["label", "past"].includes(this.mode) || !look.isMeant(entry, at)) return;
    if (entry.chosen.delete(id)) return;
    entry.chosen.add(id);
    this.facts.used(id);
  }

  /** Take an answer back; its item returns, unless an answer before stands again. @param {Answer} [answer] */
  undo(answer = this.past.answer ?? this.history.newest) {
    if (!answer) {
      this._screen.remark("There is nothing to undo.");
      return;
    }
    if (answer.together) return this._undoAll(answer, answer.together);
    if (answer.before) return this.past.restore(answer, answer.before);
    this.past.drop();
    const entry = entryOf(answer);
    entry.chosen = chosenOf(answer, this.facts.classOf);
    this.facts.show(entry.chosen);
    const event = { ...this.look.event(entry, "undo"), reverts: answer.event_id, ms: 0 };
    this.history.remove(answer.event_id);
    this.turns.bringBack(entry);
    this.outbox.put(event, { was: standOf(answer) });
    this.queue.pump();
    this._screen.changed();
  }

  /** Take back all labels of one step; their items are in their piles again. @param {Answer} answer @param {NonNullable<Answer["together"]>} labels */
  _undoAll(answer, labels) {
    if (this.past.isOpen) this.past.leave();
    this.history.remove(answer.event_id);
    const now = { at: performance.now(), shown_at: new Date().toISOString() };
    for (const { event_id, item, class_id } of labels) {
      this.outbox.put(eventOf(item, "undo", { ...now, reverts: event_id }), { was: { kind: "label", class_id } });
    }
    this.outbox.nudge();
    this._screen.remark(`${plural(labels.length, "label")} taken back.`);
    this._screen.changed();
  }

  reveal() {
    if (this.mode !== "label") return;
    this.look.reveal();
    // What is suggested is chosen then, to be given or changed; what a person has chosen stays.
    const entry = this.queue.shown;
    if (this.facts.isSeveral && this.look.revealed && entry && !entry.chosen.size) {
      entry.chosen = likely(entry.item.p ?? {}, this.facts.classOf);
      this.facts.show(entry.chosen);
    }
    this._screen.changed();
  }

  /** @param {string} name Rejects with an ApiError. */
  async addClass(name) {
    const { facts } = this;
    facts.addClass(await this._post("/classes", { name }));
    const row = facts.classes.at(-1);
    if (row && !facts.near.includes(row)) this._screen.remark(`${row.name} is there, with the key ${row.key}.`);
    this._screen.changed();
  }

  /** Give a command or a class another key; null for all the usual ones. @param {string|null} action @param {string} key Rejects with an ApiError. */
  async chooseKey(action, key) {
    const { keys, classes } = await this._post("/keys", { action, key });
    this._takeClasses({ classes });
    this._screen.keys(keys);
    this._screen.changed();
  }

  /** What the rail shows of the classes. Rejects with an ApiError. */
  examples() {
    return get(`/examples?project=${this.project}`);
  }

  /** @param {string} path @param {{class_id: number, item: number}} example Rejects with an ApiError. */
  example(path, example) {
    return this._post(path, example);
  }

  /** The labeled items nearest to an answered one. @param {number} item Rejects with an ApiError. */
  similar(item) {
    return get(`/similar?item=${item}`);
  }

  /** Go on after the end. Rejects with an ApiError. */
  async more() {
    const { end } = this.facts;
    if (!end) return;
    const reply = await this._post("/budget", { more: end.more });
    this.facts.hear({ ...reply, end: null }, true);
    this.supply.found = null;
    this.turns.again();
  }

  /** @param {string} path @param {object} wish */
  _post(path, wish) {
    return post(path, { project: this.project, ...wish }, { headers: this._headers });
  }

  /** The model says something of items that lie here. @param {any[]} rows */
  _suggest(rows) {
    this.queue.refresh(rows, this.guesses);
    this.look.seeGuess();
  }

  /** @param {any} desk */
  _open(desk) {
    const unsent = [...this.outbox.letters.values()].map(({ event }) => event);
    const told = (desk.last ?? []).flatMap((/** @type {any} */ row) => [row, ...row.together]);
    this.guesses.recall([...unsent, ...told]);
    const undone = new Set(unsent.map(({ reverts }) => reverts));
    const earlier = this.history.addEarlier(desk.last ?? [], (id) => undone.has(id));
    // Several labels in one step say nothing of how long one takes.
    for (const { seconds, together } of earlier) if (Number.isFinite(seconds) && !together) this.timing.answered(seconds);
    this.facts.recall(earlier);
    this._screen.keys(desk.keys);
    takeColumns(desk.columns);
    this.elsewhere.look();
    this.turns.open();
  }

  /** The classes were read again: what was chosen, and what older answers mean, follows. @param {any} desk */
  _takeClasses({ classes, class_version, last = [] }) {
    const { facts, history, past, queue } = this;
    const { isUntouched } = past;
    facts.takeClasses(classes, class_version);
    history.retell(last);
    if (isUntouched) past.choose();
    const waiting = [past.entry, queue.shown, ...queue.ahead].filter((entry) => entry !== null);
    const changed = waiting.filter((entry) => dropGone(entry, facts.classOf));
    if (this.onScreen && changed.includes(this.onScreen)) this._screen.remark(GONE);
  }

  /** @param {string} what @param {any} detail */
  _heardOutbox(what, detail) {
    if (what === "saved") this._saved(detail);
    if (what === "elsewhere") this.queue.drop(detail.item);
    if (what === "refused") {
      this.history.refuse(detail.event.event_id);
      this.past.renew();
      this._screen.remark(`1 answer was refused: ${detail.problem}`);
    }
    if (what !== "change" && this.mode === "closing" && !this.outbox.size) this.supply.ask();
    this._screen.changed();
  }

  /** @param {any} reply */
  _saved(reply) {
    this.supply.saved(reply);
    this.history.explain(reply.why ?? {});
    this._copies.hear(reply.copies);
    const { labeled, goal } = this.facts.progress;
    const row = this.copies && this.facts.classOf(this.copies.class_id);
    const more = this.copies && row ? `. ${offerSentence(this.copies, row.name)}` : "";
    if (!this.outbox.size) this._screen.spoken(`${goal ? `Saved, ${labeled} of ${goal}` : `Saved, ${labeled}`}${more}`);
  }
}
