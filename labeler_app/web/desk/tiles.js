/** The tiles of a pile: all are in, until a person leaves one out or gives it another class. */

import { h, icon, setAttribute, setText } from "./dom.js";
import { plain } from "./words.js";

/** @typedef {import("./types.js").ClassRow} ClassRow */
/** @typedef {import("./types.js").PileTile} PileTile */
/**
 * @typedef {Object} Place
 * @property {PileTile} tile
 * @property {HTMLElement} node
 * @property {HTMLElement} sign
 * @property {boolean} isIn Whether it gets the class of the pile.
 * @property {ClassRow|null} to Another class that it gets.
 * @property {boolean} isSeen Whether it was on screen, whole enough to be judged.
 * @property {boolean} isLost It cannot be shown, so it gets no label.
 */

/** So much of a tile must have been on screen. */
const SEEN = 0.6;

export class Tiles {
  /** @param {{toggle: (place: Place, event: Event) => void, hold: (place: Place) => void, seen: () => void}} act */
  constructor(act) {
    this._act = act;
    /** @type {Place[]} */
    this.places = [];
    this.cursor = 0;
    /** What the next range copies. */
    this._anchor = 0;
    this._list = h("ul", { class: "tiles" });
    this._note = h("p", { class: "note-line", role: "status" });
    this._next = h("button", { class: "quiet", type: "button", hidden: true });
    this.node = h("div", { class: "field" }, this._note, this._list, h("div", { class: "rest" }, this._next));
    this._watch = new IntersectionObserver((found) => this._see(found), { root: this.node, threshold: SEEN });
  }

  close() {
    this._watch.disconnect();
  }

  /** The tile under the cursor. */
  get current() {
    return this.places[this.cursor];
  }

  /** Those that can be labeled. */
  get shown() {
    return this.places.filter((place) => !place.isLost);
  }

  /** @param {PileTile[]} tiles @param {string} note What is said above them. */
  show(tiles, note = "") {
    this._watch.disconnect();
    // What was left out stays so when the pile grows or shrinks under it, and the cursor where it was.
    const before = new Map(this.places.map(({ tile, isIn, to }) => [tile.id, { isIn, to }]));
    const [cursor, anchor] = [this.cursor, this._anchor].map((at) => this.places[at]?.tile.id);
    const placeOf = (/** @type {number|undefined} */ id) => Math.max(0, tiles.findIndex((tile) => tile.id === id));
    this.places = tiles.map((tile, index) => Object.assign(this._place(tile, index), before.get(tile.id)));
    this.cursor = placeOf(cursor);
    this._anchor = placeOf(anchor);
    this._list.replaceChildren(...this.places.map(({ node }) => h("li", {}, node)));
    for (const { node } of this.places) this._watch.observe(node);
    this.node.scrollTop = 0;
    this._next.hidden = true;
    setText(this._note, note);
  }

  /** Offer what comes after this pile. @param {string} words @param {() => void} go */
  offer(words, go) {
    this._next.hidden = !words;
    setText(this._next, words);
    this._next.onclick = go;
  }

  /** @param {Set<number>} items */
  leaveOut(items) {
    for (const place of this.places) if (items.has(place.tile.id)) place.isIn = false;
  }

  /** @param {string} words Of the class of the pile. */
  render(words) {
    for (const [index, place] of this.places.entries()) renderPlace(place, index, this.cursor, words);
  }

  /** Leave a tile out, or take it in again. @param {Place} place */
  toggle(place) {
    this._go(this.places.indexOf(place));
    this._anchor = this.cursor;
    place.isIn = place.to !== null || !place.isIn;
    place.to = null;
  }

  /** Give all tiles from the last one touched to this one what that one has. @param {Place} place */
  range(place) {
    const { isIn, to } = this.places[this._anchor];
    const here = this.places.indexOf(place);
    for (let at = Math.min(here, this._anchor); at <= Math.max(here, this._anchor); at += 1) {
      Object.assign(this.places[at], { isIn, to });
    }
    this._go(here);
  }

  /** Give the tile under the cursor another class; the one of the pile takes it in. @param {ClassRow} row @param {number} pile */
  relabel(row, pile) {
    const place = this.current;
    if (!place || place.isLost) return;
    place.isIn = row.id === pile;
    place.to = place.isIn ? null : row;
    this._anchor = this.cursor;
  }

  /** Move the cursor. @param {string} key @param {boolean} extend Shift is held. @returns {boolean} Whether it is a key that moves. */
  move(key, extend) {
    const columns = getComputedStyle(this._list).gridTemplateColumns.split(" ").length;
    const last = this.places.length - 1;
    const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns, Home: -Infinity, End: Infinity };
    if (!(key in steps) || last < 0) return false;
    const isJump = !Number.isFinite(steps[key]);
    const to = isJump ? (key === "Home" ? 0 : last) : this.cursor + steps[key];
    const root = /** @type {ShadowRoot} */ (this.node.getRootNode());
    const isAway = !this._list.contains(root.activeElement);
    const target = isAway || to < 0 || to > last ? this.cursor : to;
    if (extend && !isAway) this.range(this.places[target]);
    else this._go(target);
    return true;
  }

  focus() {
    this.current?.node.focus({ preventScroll: true });
  }

  /** Bring those on screen that were not there yet, and the cursor with them. @returns {boolean} False if all were. */
  lookOn() {
    const next = this.places.findIndex((place) => !place.isLost && !place.isSeen);
    if (next < 0) return false;
    const { node } = this.places[next];
    const root = /** @type {ShadowRoot} */ (this.node.getRootNode());
    if (this._list.contains(root.activeElement)) node.focus({ preventScroll: true });
    this.cursor = next;
    node.scrollIntoView({ block: "start" });
    return true;
  }

  /** @param {number} index */
  _go(index) {
    this.cursor = index;
    const { node } = this.places[index];
    node.focus({ preventScroll: true });
    node.scrollIntoView({ block: "nearest" });
  }

  /** @param {PileTile} tile @param {number} index @returns {Place} */
  _place(tile, index) {
    const sign = h("span", { class: "to", hidden: true });
    const tick = h("span", { class: "tick" }, icon("check", 14));
    const sight = tile.words
      ? h("span", { class: "begin", dir: "auto", title: plain(tile.words) }, plain(tile.words))
      : h("img", { alt: "", src: tile.picture ?? tile.thumb, draggable: "false", decoding: "async" });
    const node = h("button", { class: "tile", type: "button", "data-item": tile.id }, h("span", { class: "ph" }, sight), sign, tick);
    /** @type {Place} */
    const place = { tile, node, sign, isIn: true, to: null, isSeen: false, isLost: false };
    sight.addEventListener("error", () => this._lose(place));
    sight.addEventListener("load", () => this._act.seen());
    onHold(node, () => this._act.hold(this.places[index]));
    node.addEventListener("click", (event) => this._act.toggle(place, event));
    return place;
  }

  /** What cannot be shown cannot be labeled. @param {Place} place */
  _lose(place) {
    place.isLost = true;
    place.isIn = false;
    place.to = null;
    place.node.parentElement?.setAttribute("hidden", "");
    this._act.seen();
  }

  /** @param {IntersectionObserverEntry[]} found */
  _see(found) {
    const nodes = new Set(found.filter(({ isIntersecting }) => isIntersecting).map(({ target }) => target));
    const fresh = this.places.filter(({ node, isSeen }) => nodes.has(node) && !isSeen);
    for (const place of fresh) place.isSeen = true;
    if (fresh.length) this._act.seen();
  }
}

/** Whether a tile was looked at: it was on screen, and its picture had come. @param {Place} place */
export function wasSeen({ isSeen, node }) {
  const img = node.querySelector("img");
  return isSeen && (!img || img.complete);
}

/** @param {Place} place @param {number} index @param {number} cursor @param {string} words */
function renderPlace({ node, sign, isIn, to }, index, cursor, words) {
  node.classList.toggle("out", !isIn);
  node.tabIndex = index === cursor ? 0 : -1;
  sign.hidden = !to;
  setText(sign, to ? `${to.key} ${to.name}`.trim() : "");
  sign.style.setProperty("--c", to ? `var(--c${to.colour})` : "transparent");
  sign.dataset.colour = String(to?.colour ?? 0);
  setAttribute(node, "aria-pressed", String(isIn));
  setAttribute(node, "aria-label", `Item ${index + 1}, ${to ? to.name : isIn ? words : "left out"}`);
}

const HOLD_MS = 500;

/** Call `act` when a finger rests on a node; the click that follows is not one. @param {HTMLElement} node @param {() => void} act */
function onHold(node, act) {
  let timer = 0;
  let held = false;
  const stop = () => clearTimeout(timer);
  node.addEventListener("pointerdown", ({ pointerType }) => {
    held = false;
    stop();
    if (pointerType === "mouse") return;
    timer = window.setTimeout(() => {
      held = true;
      act();
    }, HOLD_MS);
  });
  for (const name of ["pointerup", "pointercancel", "pointerleave"]) node.addEventListener(name, stop);
  node.addEventListener("contextmenu", (event) => event.preventDefault());
  node.addEventListener(
    "click",
    (event) => {
      if (held) event.stopImmediatePropagation();
      held = false;
    },
    { capture: true },
  );
}
