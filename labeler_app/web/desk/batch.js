/**
 * The batch grid: a pile of items that the model takes for one class, that look alike or are copies, looked through
 * and labeled at once. How it looks is in gridface.js, what it asks of the server in pileask.js.
 */

import { h, plural } from "./dom.js";
import { GridFace } from "./gridface.js";
import { onGridKey } from "./gridkeys.js";
import { GROUPINGS } from "./groupings.js";
import { capOf } from "./keymap.js";
import { PileAsk } from "./pileask.js";
import { sorted } from "./pileplan.js";
import { Presence } from "./presence.js";
import { wasSeen } from "./tiles.js";
import { giveTogether } from "./together.js";

/** @typedef {import("./groupings.js").By} By */
/** @typedef {import("./types.js").ClassRow} ClassRow */
/** @typedef {import("./types.js").Sight} Sight */
/** @typedef {import("./tiles.js").Place} Place */

const LEAST = 0.8;
/** The button can be pressed once all tiles were on screen: a press so soon after was not meant for that. */
const MEANT_MS = 400;
const NEW_MODEL = "A new model: the piles are made anew.";
/** @type {Sight} */
const NOTHING = { version: null, piles: [], pile: null, tiles: [], soon: [], shares: [], apart: 0, judged: 0, wrong: {}, expected: {} };

export class Batch {
  /**
   * @param {HTMLElement} desk
   * @param {import("./sheet.js").Sheets} sheets
   * @param {import("./session.js").Session} session
   * @param {{single: () => boolean, run: (does: string) => void, closed: () => void, remark: (text: string) => void}} tell `single`: whether single keys are switched on.
   */
  constructor(desk, sheets, session, tell) {
    this._desk = desk;
    this._sheets = sheets;
    this._session = session;
    this._tell = tell;
    this.isOpen = false;
    this._sight = NOTHING;
    this._since = 0;
    /** @type {By} */
    this._by = "class";
    /** What the items of the pile are, or are said to be. @type {number|null} */
    this._named = null;
    /** The pile that it was opened for. @type {number|null} */
    this._wanted = null;
    /** Items that were left out when the others of their pile got a class. @type {Set<number>} */
    this._leftOut = new Set();
    /** Since when all tiles that are in have been on screen. */
    this._seenAt = Infinity;
    /** What was taken back is in its pile again once the server knows. */
    this._isStale = false;
    this._ask = new PileAsk(session.supply, {
      wish: () => this._wishFor(this._sight.pile),
      came: (sight) => this._show(sight),
      failed: (text, { pile }) => this._lack(text, pile),
    });
    this._face = new GridFace(session.facts, {
      toggle: (place, event) => this._toggle(place, event),
      hold: (place) => this._hold(place),
      seen: () => this._render(),
      choose: (pile) => this._look(pile),
      group: (by) => this._group(by),
      limit: () => (this._ask.soon(), this._render()),
      relabel: (row) => this._relabel(row),
      accept: () => this._take(performance.now()),
      look: () => this._tiles.lookOn(),
      name: (name) => this._name(name),
    });
    this._face.least = LEAST;
    this._tiles = this._face.tiles;
    this.node = this._face.node;
    desk.append(this.node);
    /** @type {import("./gridkeys.js").Grid} */
    this._keys = {
      single: tell.single,
      classAt: (key) => session.facts.classAt(key),
      undo: () => this._undo(),
      close: () => this.close(),
      keys: () => tell.run("keys"),
      accept: (at) => this._take(at),
      look: () => this._tiles.lookOn(),
      toggle: (event) => this._tiles.current && this._toggle(this._tiles.current, event),
      give: (row) => this._relabel(row),
      move: (key, extend) => this._tiles.move(key, extend),
    };
  }

  /** What gets the keys while it is open. */
  get current() {
    const onKey = (/** @type {KeyboardEvent} */ event) => onGridKey(event, this._keys) && this._render();
    return this.isOpen ? { onKey } : null;
  }

  /** Open it, or go back to one at a time. @returns {boolean} False if there is no model to make piles. */
  toggle() {
    if (this.isOpen) this.close();
    else if (!this._hasModel || this._session.mode === "first") return false;
    else this._open("class");
    return true;
  }

  /** Open it with the copies of what was answered last, as that. @param {import("./copies.js").Offer} offer */
  copies({ pile, class_id }) {
    if (!this.isOpen) this._open("copies", pile, class_id);
  }

  /** Open it with items that look alike: there need be no model, nor a class. */
  alike() {
    if (!this.isOpen) this._open("cluster");
  }

  /** How the piles are made. */
  get grouping() {
    return GROUPINGS[this._by];
  }

  get _hasModel() {
    return (this._session.facts.queue?.version ?? null) !== null;
  }

  close() {
    if (!this.isOpen) return;
    this.isOpen = false;
    this._ask.close();
    this._presence?.close();
    this._tiles.show([]);
    this._session.supply.besides = [];
    this.node.hidden = true;
    this._desk.classList.remove("batching");
    this._session.turns.goOn();
    if (this._session.mode === "first") this._session.turns.begin();
    if (this._session.mode !== "label") void this._session.supply.ask();
    this._tell.closed();
  }

  /** Redraw what is open. */
  changed() {
    if (!this.isOpen) return;
    if (this._isStale && !this._session.outbox.size) {
      this._isStale = false;
      this._look();
    }
    this._render();
  }

  /** @param {By} by @param {number|null} [pile] @param {number|null} [named] */
  _open(by, pile = null, named = null) {
    if (this._session.past.isOpen) this._session.past.leave();
    this.isOpen = true;
    this._isStale = false;
    this._sight = { ...NOTHING, pile };
    this._by = by;
    this._named = named;
    this._wanted = pile;
    this._presence = new Presence(() => undefined);
    this._desk.classList.add("batching");
    this.node.hidden = false;
    this._look();
  }

  /** @param {By} by */
  _group(by) {
    this._by = by;
    this._sight = NOTHING;
    this._look(null);
  }

  /** @param {number|null} pile */
  _wishFor(pile) {
    return { by: this._by, pile, least: this._face.least };
  }

  /** Ask for the tiles of a pile. @param {number|null} [pile] */
  _look(pile = this._sight.pile) {
    if (!this._sight.tiles.length) this._tiles.show([], "Fetching the piles");
    void this._ask.look(this._wishFor(pile));
  }

  /** There are no tiles, and why. @param {string} text @param {number|null} pile */
  _lack(text, pile) {
    this._tiles.show([], text);
    this._tiles.offer("Try again", () => this._look(pile));
    this._sight = { ...this._sight, tiles: [] };
    this._render();
  }

  /** @param {Sight} sight */
  _show(sight) {
    const { supply, queue, outbox } = this._session;
    const tiles = sight.tiles.filter(({ id }) => !outbox.items().includes(id));
    if (!this.grouping.isNamed) this._named = sight.pile;
    // Where only those are left that are something else, the class of the others is not theirs.
    else if (sight.pile !== this._sight.pile || tiles.every(({ id }) => this._leftOut.has(id))) this._named = null;
    if (this._wanted !== null && sight.pile !== this._wanted && !sight.pending) this._tell.remark("Its copies were labeled meanwhile.");
    this._wanted = null;
    const isAnew = this.grouping.sawGuess && this._sight.version !== null && sight.version !== this._sight.version;
    this._sight = { ...sight, tiles };
    supply.besides = tiles.map(({ id }) => id);
    for (const { id } of tiles) queue.drop(id);
    const why = tiles.length ? "" : this.grouping.why(this._sight);
    this._tiles.show(tiles, [isAnew && NEW_MODEL, why].filter(Boolean).join(" "));
    if (this._named !== null) this._tiles.leaveOut(this._leftOut);
    this._leftOut = new Set();
    if (!tiles.length) this._tiles.offer("One at a time", () => this.close());
    this._face.turn(this._by, this._sight, this._hasModel);
    this._restart(performance.now());
    const root = /** @type {ShadowRoot} */ (this.node.getRootNode());
    // Who moves the slider by keys, or is about to look on, has not left it because tiles came.
    if (!root.activeElement?.matches(".keyed, .look")) this._tiles.focus();
    this._render();
  }

  _render() {
    if (!this.isOpen) return;
    if (!this._sight.tiles.length || sorted(this._tiles.shown).unseen.length) this._seenAt = Infinity;
    else this._seenAt = Math.min(this._seenAt, performance.now());
    // Whoever presses by a clock, as tests do, can wait until a press counts.
    this._face.node.dataset.meantFrom = String(this._seenAt + MEANT_MS);
    const { facts, guesses } = this._session;
    if (this.grouping.sawGuess) guesses.pile(this._tiles.shown.filter(wasSeen).map(({ tile }) => tile.id));
    this._face.render(this._by, this._sight, facts.classOf(this._named));
  }

  /** @param {Place} place @param {Event} event */
  _toggle(place, event) {
    if (/** @type {MouseEvent} */ (event).shiftKey) this._tiles.range(place);
    else this._tiles.toggle(place);
    this._render();
  }

  /** @param {ClassRow} row */
  _relabel(row) {
    if (this.grouping.isNamed) this._named = row.id;
    else if (this._sight.pile !== null) this._tiles.relabel(row, this._sight.pile);
    this._render();
  }

  /** Name a class for the pile. @param {string} name Rejects with an ApiError. */
  async _name(name) {
    const { facts } = this._session;
    const isSame = (/** @type {ClassRow} */ row) => row.name.toLowerCase() === name.toLowerCase();
    if (!facts.classes.some(isSame)) await this._session.addClass(name);
    this._named = facts.classes.find(isSame)?.id ?? null;
    this._render();
  }

  /** A finger rests on a tile: the classes to give it. @param {Place} place */
  _hold(place) {
    this._tiles.cursor = this._tiles.places.indexOf(place);
    const give = (/** @type {ClassRow} */ row) => {
      this._sheets.close();
      this._relabel(row);
    };
    const button = (/** @type {ClassRow} */ row) => h("li", {}, h("button", { type: "button", onclick: () => give(row) }, row.name));
    this._sheets.open({ title: this.grouping.isNamed ? "They are" : "This item is", className: "right", body: [h("ul", { class: "pages" }, ...this._session.facts.classes.map(button))] });
  }

  /** Label what is in, and what got another class, as one step. @param {number} at */
  _take(at) {
    const { inside, moved, out, unseen } = sorted(this._tiles.shown);
    const { pile } = this._sight;
    const given = this._named;
    if (pile === null || given === null || !(inside.length + moved.length)) return;
    // A label is given to what was on screen, and for long enough that it was meant. Whoever presses again and again
    // must not slip from looking into labeling: looking on has a key and a button of its own.
    if (unseen.length) return this._tell.remark(`${unseen.length} not seen yet: press Page ↓`);
    if (at < this._seenAt + MEANT_MS) return;
    const { outbox, goal, facts } = this._session;
    const chosen = [...inside.map(({ tile }) => ({ tile, class_id: given })), ...moved.map(({ tile, to }) => ({ tile, class_id: to?.id ?? given }))];
    const gone = new Set(giveTogether(this._session, chosen, this._common(at)));
    if (this.grouping.isNamed) this._leftOut = new Set(out.map(({ tile }) => tile.id));
    this._restart(at);
    this._sight = { ...this._sight, tiles: this._sight.tiles.filter(({ id }) => !gone.has(id)) };
    this._tiles.show([], `${plural(gone.size, "label")} given, ${inside.length} as ${facts.classOf(given)?.name}. ${capOf("undo")} takes them back.`);
    outbox.nudge();
    if (goal.isReached) this.close();
    else this._look(pile);
  }

  /** What all labels of one step have in common. @param {number} at */
  _common(at) {
    const shown_at = new Date(performance.timeOrigin + this._since).toISOString();
    const ms = at - this._since - (this._presence?.hiddenMs ?? 0);
    return { at, ms, shown_at, version: this._sight.version, suggestion: this.grouping.sawGuess, copies: this._by === "copies" };
  }

  _undo() {
    const { history } = this._session;
    if (!history.newest?.together) return;
    this._session.undo();
    this._isStale = true;
    this.changed();
  }

  /** @param {number} at */
  _restart(at) {
    this._since = at;
    this._presence?.restart(at);
  }
}
