/** The grid of items to pick from: images, the classes below them, what was picked so far. */

import { layOut } from "./dock.js";
import { cap, h, icon, setAttribute, setText } from "./dom.js";
import { kbdOf, keyed } from "./keymap.js";

/** @typedef {import("./types.js").ClassRow} ClassRow */
/** @typedef {import("./types.js").Tile & {shownAt: string}} Shown */
/** @typedef {{node: HTMLElement, sign: HTMLElement, tile: Shown}} Place */
/**
 * @typedef {Object} Standing
 * @property {ClassRow[]} classes
 * @property {ClassRow|undefined} chosen
 * @property {number} each
 * @property {(row: ClassRow) => number} countOf
 * @property {(item: number) => ClassRow|undefined} classAt What an item was given.
 * @property {(item: number) => boolean} isUnsaved
 * @property {boolean} canUndo
 * @property {string} said
 * @property {{text: string, isBusy: boolean}} saved
 */

export class Grid {
  /**
   * @param {{choose: (row: ClassRow) => void, pick: (tile: Shown, event: Event) => void, undo: () => void, more: () => void}} act
   */
  constructor(act) {
    this._act = act;
    /** @type {Place[]} */
    this._places = [];
    /** @type {ClassRow[]} */
    this._rows = [];
    /** @type {{row: ClassRow, node: HTMLElement, count: HTMLElement, full: HTMLElement}[]} */
    this._faces = [];
    this._how = h("p", { class: "how", role: "status" });
    this._words = h("span");
    this._saved = h("span", { class: "state no-phone" }, icon("check", 16), this._words);
    this._undo = h(
      "button",
      { class: "quiet", type: "button", ...keyed("undo", "Undo"), onclick: act.undo },
      kbdOf("undo", "no-phone"),
      h("span", { class: "only-phone" }, icon("undo", 18)),
      h("span", {}, "Undo"),
    );
    this._list = h("ul", { class: "tiles" });
    this._note = h("p", { class: "note-line" });
    this._more = /** @type {HTMLButtonElement} */ (h("button", { class: "quiet", type: "button", onclick: act.more }, "Show more"));
    this._classes = h("ul", { class: "classes" });
    // The focus stays with the images: a class is chosen, and the arrows go on where they were.
    this._classes.addEventListener("mousedown", (event) => event.preventDefault());
    this.tools = [this._how, this._saved, this._undo];
    this.body = [
      h("div", { class: "field" }, this._list, h("div", { class: "rest" }, this._note, this._more)),
      h("section", { class: "dock", "aria-label": "Class to give" }, this._classes),
    ];
  }

  /** Items that lie in it. */
  get ids() {
    return this._places.map(({ tile }) => tile.id);
  }

  /** More items are on their way. */
  wait() {
    this._more.disabled = true;
    setText(this._note, this._places.length ? "" : "Fetching items");
  }

  /** @param {import("./types.js").Tile[]} tiles @param {boolean} hasMore */
  add(tiles, hasMore) {
    const first = this._places.length;
    const shownAt = new Date().toISOString();
    for (const tile of tiles) this._places.push(this._place({ ...tile, shownAt }, this._places.length + 1));
    this._list.append(...this._places.slice(first).map(({ node }) => /** @type {Node} */ (node.parentNode)));
    this._more.disabled = false;
    this._more.hidden = !hasMore;
    setText(this._more, "Show more");
    setText(this._note, hasMore ? "" : this._places.length ? "No more to pick from." : "There is nothing left to pick from.");
    if (tiles.length) this._focus(this._places[first].node);
  }

  /** @param {string} problem */
  fail(problem) {
    this._more.disabled = false;
    this._more.hidden = false;
    setText(this._more, "Try again");
    setText(this._note, problem);
  }

  /** @param {Standing} now */
  render(now) {
    if (now.classes !== this._rows) this._build(now.classes);
    for (const face of this._faces) this._renderClass(face, now);
    for (const place of this._places) renderTile(place, now);
    setText(this._how, now.said);
    setText(this._words, now.saved.text);
    this._saved.classList.toggle("busy", now.saved.isBusy);
    this._undo.hidden = !now.canUndo;
  }

  /** Move the cursor. @param {string} key @returns {boolean} Whether it is a key that moves. */
  move(key) {
    const columns = getComputedStyle(this._list).gridTemplateColumns.split(" ").length;
    const last = this._places.length - 1;
    const here = this._places.findIndex(({ node }) => node.tabIndex === 0);
    const to = { ArrowLeft: here - 1, ArrowRight: here + 1, ArrowUp: here - columns, ArrowDown: here + columns, Home: 0, End: last }[key];
    if (to === undefined || last < 0) return false;
    const root = /** @type {ShadowRoot} */ (this._list.getRootNode());
    const isAway = root.activeElement !== this._places[here]?.node;
    this._focus(this._places[isAway || to < 0 || to > last ? here : to].node);
    return true;
  }

  /** @param {HTMLElement} node */
  _focus(node) {
    for (const place of this._places) place.node.tabIndex = place.node === node ? 0 : -1;
    node.focus();
    node.scrollIntoView({ block: "nearest" });
  }

  /** @param {Shown} tile @param {number} number @returns {Place} */
  _place(tile, number) {
    const sign = h("span", { class: "to", hidden: true });
    const img = h("img", { alt: "", src: tile.thumb, draggable: "false", decoding: "async" });
    const node = h("button", { class: "tile", type: "button", tabindex: "-1", "data-item": tile.id }, img, sign);
    node.setAttribute("data-number", String(number));
    img.addEventListener("error", () => this._lose(node));
    node.addEventListener("click", (event) => {
      this._focus(node);
      this._act.pick(tile, event);
    });
    h("li", {}, node);
    return { node, sign, tile };
  }

  /** An image that cannot be shown cannot be picked. @param {HTMLElement} node */
  _lose(node) {
    node.parentElement?.setAttribute("hidden", "");
  }

  /** @param {ClassRow[]} rows */
  _build(rows) {
    this._rows = rows;
    const longest = layOut(this._classes, rows.length);
    this._faces = rows.map((row) => this._face(row, row.name.length > longest));
    this._classes.replaceChildren(...this._faces.map(({ node }) => h("li", {}, node)));
  }

  /** @param {ClassRow} row @param {boolean} isLong */
  _face(row, isLong) {
    const count = h("span");
    const full = h("span", { class: "p" }, icon("check", 16));
    const node = h(
      "button",
      { class: `cls${isLong ? " long" : ""}`, type: "button", title: row.name, "--c": `var(--c${row.colour})`, onclick: () => this._act.choose(row) },
      cap(row),
      h("span", { class: "n" }, row.name),
      h("span", { class: "k" }, count),
      full,
    );
    return { row, node, count, full };
  }

  /** @param {Grid["_faces"][0]} face @param {Standing} now */
  _renderClass({ row, node, count, full }, { chosen, each, countOf }) {
    const given = countOf(row);
    const words = given > each ? String(given) : `${given} of ${each}`;
    setText(count, words);
    // Where ten classes share the width of a phone.
    /** @type {HTMLElement} */ (count.parentElement).dataset.short = given > each ? words : `${given}/${each}`;
    full.hidden = given < each;
    setAttribute(node, "aria-pressed", String(row === chosen));
    setAttribute(node, "aria-label", `${row.name}${row.key ? `, key ${row.key}` : ""}, ${words}`);
  }
}

/** @param {Place} place @param {Standing} now */
function renderTile({ node, sign, tile }, { classAt, isUnsaved }) {
  const row = classAt(tile.id);
  sign.hidden = !row;
  setText(sign, row ? `${row.key} ${row.name}`.trim() : "");
  sign.style.setProperty("--c", row ? `var(--c${row.colour})` : "transparent");
  sign.dataset.colour = String(row?.colour ?? 0);
  const unsaved = Boolean(row) && isUnsaved(tile.id);
  node.classList.toggle("un", unsaved);
  setAttribute(node, "aria-pressed", String(Boolean(row)));
  const state = row ? `${row.name}${unsaved ? ", not saved yet" : ""}` : "not picked";
  setAttribute(node, "aria-label", `Item ${node.dataset.number}, ${state}`);
}
