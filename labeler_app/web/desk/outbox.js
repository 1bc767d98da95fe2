/**
 * The outbox: answers wait here until the server has committed them.
 *
 * An answer leaves only when the server acknowledged it, or refused it (then it moves to a list that is shown).
 */

import { Answered } from "./answered.js";
import { ApiError, isReplaced, openedFor, post } from "./api.js";
import { Letters } from "./letters.js";
import { tell } from "./timing.js";

/** @typedef {import("./types.js").LabelEvent} LabelEvent */
/** @typedef {import("./types.js").Stand} Stand */
/**
 * `was`: what it takes back or replaces; `under`: what lay beneath that, the oldest first.
 * @typedef {{order: number, event: LabelEvent, place: string, was: Stand|null, under?: Stand[]}} Letter
 */
/** @typedef {{event: LabelEvent, place: string, problem: string, hint: string}} Refusal */

const BATCH = 100;
const FIRST_WAIT_MS = 500;
const LAST_WAIT_MS = 8_000;
/** What keeps apart two letters of one moment. */
const STEP_MS = 0.01;
/** A letter this old was left behind by a tab that is gone. */
const ORPHAN_MS = 15_000;
/** The server will never take such a request, however often it is sent. */
const MALFORMED = new Set([400, 413, 422]);

export class Outbox {
  /**
   * @param {Required<import("./types.js").Data>} owner
   * @param {{path: string, kind: string}} [what] Where its letters go, and how their lists are called.
   */
  constructor({ project, person, place }, { path, kind } = { path: "/labels", kind: "" }) {
    this.project = project;
    this.person = person;
    this.place = place;
    this._path = path;
    this._storage = new Letters({ project, person, place }, kind);
    /** The page that the answers are given on, as the server knows it. */
    this.desk = "";
    this.stopped = false;
    this.sending = false;
    /** Requests made so far. */
    this.sent = 0;
    /** @type {ApiError|null} Why the last attempt failed. */
    this.failure = null;
    /** @type {Map<string, Letter>} In the order of sending. */
    this.letters = new Map();
    /** @type {Set<string>} Letters that localStorage did not take. */
    this.unstored = new Set();
    /** @type {Map<string, Refusal>} */
    this.refused = new Map();
    /** @type {Set<(what: "change"|"saved"|"refused"|"elsewhere", detail?: any) => void>} */
    this.listeners = new Set();
    this._answered = new Answered();
    /** @type {Map<string, number>} When the key went down. */
    this._keyTimes = new Map();
    this._limit = BATCH;
    this._wait = FIRST_WAIT_MS;
    this._order = 0;
    this._timer = 0;
    for (const row of this._storage.load("refused")) this.refused.set(row.event.event_id, row);
  }

  /** Whether the server takes these answers while that desk is open. @param {import("./types.js").Data} desk */
  isOf({ person, place = "" }) {
    return this.person === person && this.place === place;
  }

  get size() {
    return this.letters.size;
  }

  /** @param {string} eventId */
  has(eventId) {
    return this.letters.has(eventId);
  }

  /** Whether the item was answered here, so that it must not be shown again. @param {number} item @param {number} asked */
  isAnswered(item, asked) {
    return this._answered.has(item, asked);
  }

  /** The items whose answers are on their way. @returns {number[]} */
  items() {
    return [...new Set([...this.letters.values()].map(({ event }) => event.item))];
  }

  /** What the letters will change once saved: labels in all, and by class. */
  pending() {
    // Of several letters about an item, what was before the first counts, and what stands after the last.
    const changes = new Map();
    for (const { event, was, under = [] } of this.letters.values()) {
      if (!changes.has(event.item)) changes.set(event.item, { before: was, stands: was ? [...under, was] : [] });
      const { stands } = changes.get(event.item);
      const place = stands.findIndex((/** @type {any} */ one) => one.event_id === event.reverts);
      if (event.kind === "undo") stands.splice(place, 1);
      else stands.push(event);
    }
    const byClass = new Map();
    let labels = 0;
    const count = (/** @type {Stand|null} */ answer, /** @type {number} */ step) => {
      if (answer?.kind !== "label") return;
      labels += step;
      for (const id of answer.class_ids ?? [answer.class_id]) byClass.set(id, (byClass.get(id) ?? 0) + step);
    };
    for (const { before, stands } of changes.values()) {
      count(before, -1);
      count(stands.at(-1) ?? null, 1);
    }
    return { labels, byClass };
  }

  /**
   * Take an answer. It is in localStorage when this returns (or in `unstored`).
   *
   * @param {LabelEvent} event
   * @param {{at?: number, was?: Letter["was"], under?: Stand[]}} [more] `at`: time of the key, on the clock of `performance.now()`.
   */
  put(event, { at = performance.now(), was = null, under = [] } = {}) {
    // Some browsers round the clock to 0.1 s; what came later is sent later all the same, also after a reload.
    this._order = Math.max(performance.timeOrigin + performance.now(), this._order + STEP_MS);
    this._keep({ order: this._order, event, place: this.place, was, under });
    this._keyTimes.set(event.event_id, at);
    if (!this.failure) this._schedule(100);
  }

  /** Send at once, unless the server is in trouble and a later attempt is planned. */
  nudge() {
    if (!this.failure) this.flush();
  }

  /** Send what waits, unless a request is under way. @param {RequestInit} [options] */
  async flush(options = {}) {
    if (this.sending || this.stopped || !this.letters.size) return;
    clearTimeout(this._timer);
    this.sending = true;
    this.sent += 1;
    const batch = [...this.letters.values()].slice(0, this._limit);
    try {
      const body = { project: this.project, desk: this.desk, events: batch.map((letter) => letter.event) };
      const headers = openedFor(this.place, this.person);
      this._settle(batch, await post(this._path, body, { ...options, headers }));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this._fail(batch, error);
    } finally {
      this.sending = false;
    }
    this._emit("change");
    if (this.letters.size) this._schedule(this.failure ? this._backOff() : 0);
  }

  /** Take over letters that lie in localStorage and are nobody's. @param {number} [age] Milliseconds. */
  adopt(age = ORPHAN_MS) {
    const oldest = age ? Date.now() - age : Infinity;
    const found = this._storage
      .load("outbox")
      .filter((letter) => !this.letters.has(letter.event.event_id) && letter.order <= oldest)
      .sort((a, b) => a.order - b.order);
    for (const letter of found) this._keep(letter);
    if (!found.length) return;
    this._emit("change");
    this._schedule(0);
  }

  /** Another tab took an answer: its item need not be answered here. @param {StorageEvent} event */
  heardOfTab(event) {
    const letter = this._storage.heard(event);
    if (letter) this._emit("elsewhere", letter.event);
  }

  /** Let the server decide again about items whose answers it has: for a new visit of the desk. */
  forgetSaved() {
    this._answered.forgetSaved();
  }

  /** Send a refused answer again. @param {string} eventId */
  resend(eventId) {
    const refusal = this.refused.get(eventId);
    if (!refusal) return;
    this.dismiss(eventId);
    this.put(refusal.event);
    this._emit("change");
  }

  /** Take a refused answer off the list: the person has read it. @param {string} eventId */
  dismiss(eventId) {
    this.refused.delete(eventId);
    this._storage.remove("refused", eventId);
    this._emit("change");
  }

  /** @param {Letter} letter */
  _keep(letter) {
    this.letters.set(letter.event.event_id, letter);
    this._store(letter);
    this._answered.take(letter.event, letter.under?.at(-1));
  }

  /** @param {Letter} letter */
  _store(letter) {
    const id = letter.event.event_id;
    if (this._storage.save("outbox", letter)) this.unstored.delete(id);
    else this.unstored.add(id);
  }

  /** @param {Letter[]} batch @param {any} reply */
  _settle(batch, reply) {
    const acknowledged = new Set(reply.acknowledged ?? []);
    const refused = new Map((reply.refused ?? []).map((row) => [row.event_id, row]));
    const before = this.letters.size;
    for (const letter of batch) {
      const id = letter.event.event_id;
      if (acknowledged.has(id)) this._saved(letter);
      else if (refused.has(id)) this._refuse(letter, refused.get(id));
    }
    if (this.letters.size === before) throw new ApiError(0, "The server did not confirm the answers.");
    this.failure = null;
    this._wait = FIRST_WAIT_MS;
    this._limit = BATCH;
    for (const id of this.unstored) this._store(/** @type {Letter} */ (this.letters.get(id)));
    this._emit("saved", reply);
  }

  /** @param {Letter} letter */
  _saved({ event }) {
    this._drop(event.event_id);
    this._answered.saved(event);
    const at = this._keyTimes.get(event.event_id);
    this._keyTimes.delete(event.event_id);
    if (at !== undefined) tell("durable", { event_id: event.event_id, ms: performance.now() - at });
  }

  /** @param {Letter} letter @param {{problem: string, hint: string}} reason */
  _refuse({ event }, { problem, hint }) {
    const refusal = { event, place: this.place, problem: problem ?? "No reason was given.", hint: hint ?? "" };
    this.refused.set(event.event_id, refusal);
    this._storage.save("refused", refusal);
    this._drop(event.event_id);
    this._answered.refused(event);
    this._emit("refused", refusal);
  }

  /** @param {string} id */
  _drop(id) {
    this.letters.delete(id);
    this.unstored.delete(id);
    this._storage.remove("outbox", id);
  }

  /** @param {Letter[]} batch @param {ApiError} error */
  _fail(batch, error) {
    this.failure = error;
    if (!MALFORMED.has(error.status)) return;
    if (isReplaced()) {
      // What a newer version cannot read is not wrong: its own page, after a reload, will send it in its own form.
      this.failure = new ApiError(error.status, "A newer version is running, and takes them from its own page only.", "Reload.");
      return;
    }
    // One bad letter must not hold up the others: they are sent one by one, and the bad one is shown.
    this._wait = 0;
    if (batch.length > 1) {
      this._limit = 1;
    } else {
      this._refuse(batch[0], error);
      this.failure = null;
    }
  }

  _backOff() {
    const wait = this._wait;
    this._wait = Math.min(LAST_WAIT_MS, Math.max(FIRST_WAIT_MS, wait * 2));
    return wait * (0.9 + Math.random() * 0.2);
  }

  /** @param {number} ms */
  _schedule(ms) {
    clearTimeout(this._timer);
    this._timer = window.setTimeout(() => this.flush(), ms);
  }

  /** @param {"change"|"saved"|"refused"|"elsewhere"} what @param {any} [detail] */
  _emit(what, detail) {
    for (const listener of this.listeners) listener(what, detail);
  }
}
