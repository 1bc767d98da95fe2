/**
 * Keep or reject: variants beside their originals, a person decides about each.
 *
 * Decisions travel as labels do: through an outbox to POST /api/reviews, and none is shown as saved before it is.
 */

import { get } from "./api.js";
import { plural } from "./dom.js";
import { openReviews } from "./outboxes.js";
import { Presence } from "./presence.js";
import { ReviewGrid, savingOf } from "./reviewgrid.js";
import { onReviewKey } from "./reviewkeys.js";
import { Pages } from "./reviewpages.js";
import { fetchAhead } from "./reviewthings.js";
import { uuid } from "./storage.js";

const LOOK_MS = 5_000;
const NOTHING = "No variant waits. Make some with a recipe.";

/** @typedef {import("./types.js").Data} Data */
/** @typedef {import("./types.js").ClassRow} ClassRow */
/** @typedef {import("./reviewpages.js").Variant} Variant */

/** @type {WeakMap<Node, Review>} */
const reviews = new WeakMap();

/**
 * Mount the grid, or keep the mounted one.
 *
 * @param {{data: Data, parentElement: HTMLElement|ShadowRoot}} component
 * @returns {() => void} Takes it away again.
 */
export default function review({ data, parentElement }) {
  let mounted = reviews.get(parentElement);
  if (mounted && !mounted.isFor(data)) {
    mounted.close();
    mounted = undefined;
  }
  if (!mounted) {
    mounted = new Review(data, parentElement);
    reviews.set(parentElement, mounted);
  }
  const current = mounted;
  const turn = (current.turn += 1);
  return () => {
    // Called twice in a row, Streamlit may clean up after the first call when the second has been made.
    if (current.turn !== turn) return;
    current.close();
    if (reviews.get(parentElement) === current) reviews.delete(parentElement);
  };
}

class Review {
  /** @param {Data} data @param {HTMLElement|ShadowRoot} parent */
  constructor(data, parent) {
    this._data = data;
    /** How often the component was called for this grid. */
    this.turn = 0;
    this._outbox = openReviews(data);
    this._pages = new Pages(this._outbox);
    /** Decisions by event, until the server has them. @type {Map<string, any>} */
    this._events = new Map();
    for (const { event } of this._outbox.letters.values()) this._events.set(event.event_id, event);
    /** Pictures decided on this page, the last one last. @type {number[]} */
    this._history = [];
    /** @type {ClassRow[]} */
    this._classes = [];
    /** @type {{key: string, axis: string}|null} */
    this._filling = null;
    this._wanted = "";
    this._current = 0;
    this._since = performance.now();
    this._spent = "";
    /** Undecided ones that were made for something else. */
    this._openElsewhere = 0;
    this._problem = "";
    this._asking = 0;
    /** Whether the server has decisions that the counts do not tell yet. */
    this._isStale = false;
    this._presence = new Presence(() => void this._look());
    this.grid = new ReviewGrid({
      select: (id) => this._select(id, true),
      keep: () => this._keep(performance.now()),
      reject: () => this._decide("reject", null, performance.now()),
      undo: () => this._undo(),
      give: (row) => this._decide("keep", row.id, performance.now()),
      turn: (step) => this._turnTo(this._pages.at + step),
      choose: (key) => this._choose(key),
      read: (ids) => ids.forEach((id) => this._outbox.dismiss(id)),
    });
    this._hear = (/** @type {string} */ what, /** @type {any} */ detail) => this._heard(what, detail);
    this._outbox.listeners.add(this._hear);
    const keys = {
      classAt: (/** @type {string} */ key) => this._classes.find((row) => row.key === key),
      keep: (/** @type {number} */ at) => this._keep(at),
      reject: (/** @type {number} */ at) => this._decide("reject", null, at),
      give: (/** @type {ClassRow} */ row, /** @type {number} */ at) => this._decide("keep", row.id, at),
      undo: () => this._undo(),
      turn: (/** @type {number} */ step) => this._turnTo(this._pages.at + step),
      move: (/** @type {string} */ key) => this._move(key),
      readOn: () => this.grid.readOn(this._current),
    };
    this.grid.node.addEventListener("keydown", (event) => onReviewKey(event, keys));
    parent.append(this.grid.node);
    this._beat = window.setInterval(() => this._look(), LOOK_MS);
    this._look();
  }

  /** @param {Data} data */
  isFor({ project, person, place }) {
    return this._data.project === project && this._data.person === person && this._data.place === place;
  }

  close() {
    clearInterval(this._beat);
    this._outbox.listeners.delete(this._hear);
    this._presence.close();
    this.grid.close();
  }

  /** Ask for what comes next, unless it is here. */
  async _look() {
    if (document.hidden || this._asking || (!this._pages.isLast && !this._isStale)) return;
    this._isStale = false;
    const asking = (this._asking = performance.now());
    const { project } = this._data;
    const query = new URLSearchParams({ project: String(project), filling: this._wanted, count: String(this._pages.wish) });
    try {
      const told = await get(`/variants?${query}`);
      if (this._asking === asking) this._take(told, asking);
      this._problem = "";
    } catch (error) {
      this._problem = `${/** @type {any} */ (error).problem ?? "It did not work."} ${/** @type {any} */ (error).hint ?? ""}`.trim();
    } finally {
      if (this._asking === asking) this._asking = 0;
    }
    this._render();
  }

  /** @param {any} told @param {number} asked */
  _take(told, asked) {
    this._filling = told.filling;
    this._wanted = told.filling?.key ?? "";
    this._classes = told.classes;
    this._spent = told.spent;
    const others = told.fillings.filter((/** @type {{key: string}} */ { key }) => key !== this._wanted);
    this._openElsewhere = others.reduce((/** @type {number} */ sum, /** @type {{open: number}} */ { open }) => sum + open, 0);
    const isFirst = !this._pages.pages.length;
    // Who has decided all there was goes on with what came; who has come to look at that stays there.
    const isAtWork = this._history.length > 0 || !this.grid.hasFocus;
    const isDone = this._pages.isLast && this._decided === this._pages.shown.length && isAtWork;
    this._pages.take(told.variants, asked);
    for (const one of this._pages.pages[this._pages.at + 1] ?? []) fetchAhead(one);
    this.grid.fillings({ fillings: told.fillings, filling: this._wanted });
    this.grid.classes(told.classes);
    if (isFirst) this._turnTo(0);
    else this._goOn(isDone, this.grid.hasFocus);
  }

  /** @param {string} key */
  _choose(key) {
    this._wanted = key;
    this._pages.clear();
    this._asking = 0;
    this._history = [];
    this._look();
  }

  /** Show a page, with the cursor on the first open picture of it. @param {number} at */
  _turnTo(at) {
    if (!this._pages.pages[at]) return;
    this._pages.at = at;
    // The tile that has the focus goes away with its page.
    const { hasFocus } = this.grid;
    this.grid.show(this._pages.shown);
    const next = this._pages.shown.find((one) => this._pages.isOpen(one)) ?? this._pages.shown[0];
    this._since = performance.now();
    this._presence.restart(this._since);
    this._select(next.id, hasFocus);
    this._look();
  }

  /** @param {number} id @param {boolean} isFocused */
  _select(id, isFocused) {
    this._current = id;
    this._render();
    if (isFocused) this.grid.focus(id);
  }

  /**
   * On to the next open picture, or to a page that has one.
   *
   * @param {boolean} isMoved Whether the cursor leaves its place.
   * @param {boolean} [isFocused] Whether the focus goes with it.
   */
  _goOn(isMoved, isFocused = true) {
    const { shown } = this._pages;
    this.grid.show(shown);
    const here = shown.findIndex(({ id }) => id === this._current);
    const turned = [...shown.slice(here + 1), ...shown.slice(0, here + 1)];
    const next = turned.find((one) => this._pages.isOpen(one));
    const page = next || !isMoved ? -1 : this._pages.pages.findIndex((some) => some.some((one) => this._pages.isOpen(one)));
    if (page >= 0) this._turnTo(page);
    else if (isMoved && next) this._select(next.id, isFocused);
    else this._render();
    if (!next) this._look();
  }

  /** @param {number} at When the key went down. */
  _keep(at) {
    const one = this._pages.shown.find(({ id }) => id === this._current);
    if (!one) return;
    const { kind, class_id } = this._pages.standing(one);
    if (kind === "keep") return this._goOn(true);
    const proposed = one.tier === "C" ? null : (class_id ?? one.class_id);
    if (proposed === null) return this.grid.say("Press the key of its class first.");
    this._decide("keep", proposed, at);
  }

  /** @param {"keep"|"reject"} kind @param {number|null} class_id @param {number} at */
  _decide(kind, class_id, at) {
    const place = this.grid.placeOf(this._current);
    if (!place) return;
    // What was hardly on screen was not judged; what cannot be shown can only go.
    if (at < place.meantFrom && !place.isLost) return;
    if (place.isLost && kind === "keep") return this.grid.say("It cannot be shown, so it cannot be kept.");
    const ms = Math.max(0, at - this._since - this._presence.hiddenMs);
    this._history.push(this._current);
    this._put({ variant: this._current, kind, class_id, ms }, at);
    this._since = at;
    this._presence.restart(at);
    this._tell(kind === "keep" ? `Keeping as ${this._classOf(class_id)?.name}.` : "Rejecting.");
    this._goOn(true);
  }

  /** Take the last decision back: of this page, else of the picture under the cursor. */
  _undo() {
    const under = this._pages.shown.find(({ id }) => id === this._current);
    const last = this._history.pop() ?? (under && !this._pages.isOpen(under) ? under.id : undefined);
    const one = last === undefined ? undefined : this._pages.find(last);
    if (!one) return;
    const isFocused = this.grid.hasFocus;
    this._put({ variant: one.id, kind: "undo", class_id: null, ms: 0 }, performance.now());
    this.grid.show(this._pages.shown);
    this._tell("Taken back.");
    this._select(one.id, isFocused);
  }

  /** @param {object} told @param {number} at */
  _put(told, at) {
    const event = /** @type {any} */ ({ event_id: uuid(), ...told });
    this._events.set(event.event_id, event);
    this._outbox.put(event, { at });
  }

  /** @param {string} what @param {any} detail */
  _heard(what, detail) {
    if (what === "saved") this._saved(detail);
    if (what === "elsewhere") this._pages.heard(detail);
    if (what === "refused") this._events.delete(detail.event.event_id);
    this._render();
  }

  /** @param {any} reply */
  _saved({ acknowledged = [], spent }) {
    for (const id of acknowledged) {
      const event = this._events.get(id);
      this._events.delete(id);
      if (event) this._pages.saved(event);
    }
    this._spent = spent ?? this._spent;
    this._isStale = true;
  }

  /** @param {number|null} id */
  _classOf(id) {
    return this._classes.find((row) => row.id === id);
  }

  get _decided() {
    return this._pages.shown.filter((one) => !this._pages.isOpen(one)).length;
  }

  /** What is said when nothing is open here. */
  get _done() {
    if (!this._openElsewhere) return "All decided. More come by themselves once they are made.";
    const open = plural(this._openElsewhere, "variant waits", "variants wait");
    return `All decided here. ${open} under another name: choose it above.`;
  }

  /** @param {string} words */
  _tell(words) {
    this.grid.say(`${words} ${this._decided} of ${this._pages.shown.length} decided.`);
  }

  _render() {
    const { shown, at, isLast } = this._pages;
    const none = this._filling || this._asking ? "" : NOTHING;
    const isDone = shown.length && this._decided === shown.length && isLast;
    const under = shown.find(({ id }) => id === this._current);
    this.grid.render({
      standing: (one) => this._pages.standing(one),
      classOf: (id) => this._classOf(id),
      axis: this._filling?.axis ?? "",
      current: this._current,
      count: shown.length ? `${this._decided} of ${shown.length} decided` : "",
      isFirst: at === 0,
      isLast,
      canUndo: Boolean(this._history.length || (under && !this._pages.isOpen(under))),
      note: this._problem || none || (isDone ? this._done : ""),
      saving: savingOf(this._outbox),
      spent: this._spent,
      refused: [...this._outbox.refused.values()],
    });
  }

  /** @param {string} key */
  _move(key) {
    const { shown } = this._pages;
    const here = shown.findIndex(({ id }) => id === this._current);
    const { columns } = this.grid;
    const to = { ArrowLeft: here - 1, ArrowRight: here + 1, ArrowUp: here - columns, ArrowDown: here + columns, Home: 0, End: shown.length - 1 }[key] ?? here;
    if (shown[to]) this._select(shown[to].id, true);
  }
}
