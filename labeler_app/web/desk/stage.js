/** The stage: the item, or a calm sentence while there is none, or a whole screen (the end, the first classes). */

import { h, icon, setAttribute, setText } from "./dom.js";
import { keyed, rename } from "./keymap.js";
import { Picture } from "./picture.js";
import { putInOrder, Reading } from "./reading.js";

/** An image is shown at most this many times its size; beyond that the foot says so. */
export const CAP = 4;

/** What the buttons beside the item do, and what they say. */
const ZOOM = [
  ["zoomIn", "Zoom in"],
  ["zoomOut", "Zoom out"],
  ["fit", "Fit"],
];
const LETTERS = [
  ["zoomIn", "Larger letters"],
  ["zoomOut", "Smaller letters"],
  ["fit", "Letters at 100 %"],
];

export class Stage {
  /** @param {(does: string) => void} run Runs a command of the key table. */
  constructor(run) {
    this._holder = h("div", { class: "picture" });
    this._item = h("div", { class: "item" }, this._holder);
    this._message = h("div", { class: "message", role: "status" });
    this._screen = h("div", { class: "screen" });
    const signs = [icon("plus"), icon("minus"), "Fit"];
    this._zoom = ZOOM.map(([does, words], place) =>
      h("button", { type: "button", ...keyed(does, words, words), onclick: () => run(does) }, signs[place]),
    );
    this._tones = h("span");
    this._plain = h(
      "div",
      { class: "tones", hidden: true },
      this._tones,
      h("button", { type: "button", onclick: () => run("plain") }, "Reset"),
    );
    this.node = h(
      "section",
      { class: "stage", "aria-label": "Item", tabindex: "-1" },
      this._item,
      this._message,
      this._screen,
      this._plain,
      h(
        "div",
        { class: "zoom" },
        ...this._zoom,
      ),
    );
    this.picture = new Picture(this.node, this._holder, () => this._redraw());
    this.reading = new Reading(this._holder, () => this.onresize());
    /** Whether what is shown is read: a text or a row. */
    this.reads = false;
    /** Room for the picture. Measured when it changes: asking for it later would make the page lay itself out anew. */
    this._room = { width: 0, height: 0 };
    /** @type {() => void} */
    this.onresize = () => undefined;
    this._observer = new ResizeObserver(([entry]) => this._measure(entry.contentRect));
    this._observer.observe(this.node);
  }

  /** Put a finished element on screen. This is the only work before the next frame. @param {HTMLElement} node */
  show(node) {
    const reads = !(node instanceof HTMLImageElement);
    if (reads !== this.reads) this._turn(reads);
    const { activeElement } = /** @type {ShadowRoot} */ (this.node.getRootNode());
    const follows = reads && this._holder.contains(activeElement);
    if (reads) putInOrder(node);
    this._holder.replaceChildren(node);
    // Who reads with the focus in a text goes on in the next one.
    if (follows) node.focus({ preventScroll: true });
    if (!reads) this.picture.fit();
  }

  /** @param {string} does A command of the key table. @returns {boolean} Whether it was one for what is shown. */
  run(does) {
    return this.reads ? this.reading.run(does) : this.picture.run(does);
  }

  /** Nothing to label now, and why. @param {string} title @param {string} [detail] @param {HTMLElement} [action] */
  say(title, detail = "", action) {
    this._holder.replaceChildren();
    this._message.replaceChildren(
      h("p", { class: "title" }, title),
      detail && h("p", {}, detail),
      ...(action ? [action] : []),
    );
  }

  /** A whole screen instead of an item. @param {Node} screen @param {string} name */
  fill(screen, name) {
    this._holder.replaceChildren();
    this._screen.replaceChildren(screen);
    this._screen.dataset.name = name;
  }

  /** Whether this screen is in place. @param {string} name */
  holds(name) {
    return this._screen.dataset.name === name;
  }

  /** The words for eyes that cannot see it; a text is read as it is. @param {string} words @param {HTMLElement|null} node */
  name(words, node) {
    setAttribute(this.node, "aria-label", words);
    if (node) setAttribute(node, node instanceof HTMLImageElement ? "alt" : "aria-label", `${words} to label`);
  }

  /**
   * How large the item is shown.
   *
   * @param {import("./types.js").Item} item
   * @returns {{text: string, capped: boolean}}
   */
  scale(item) {
    if (this.reads) return { text: this.reading.sentence, capped: false };
    if (!item.width || !item.height || this._room.width <= 0) return { text: "", capped: false };
    const fitted = Math.min(this._room.width / item.width, this._room.height / item.height);
    const capped = fitted > CAP;
    const times = Math.min(CAP, fitted) * this.picture.zoom;
    const shown = times < 0.095 ? times.toFixed(2) : times.toFixed(1);
    const limit = capped && this.picture.zoom === 1 ? ", the limit" : "";
    return { text: `${item.width} × ${item.height} px, shown ${shown}×${limit}`, capped };
  }

  /** Let the picture be dragged to a class; where it is zoomed in, dragging moves it. @param {boolean} can */
  letDrag(can) {
    setAttribute(this._item, "draggable", String(can && !this.reads && this.picture.zoom === 1));
  }

  close() {
    this._observer.disconnect();
  }

  /** @param {DOMRectReadOnly} size */
  _measure({ width, height }) {
    const inset = 2 * (Number.parseFloat(getComputedStyle(this.node).getPropertyValue("--inset")) || 0);
    this._room = { width: width - inset, height: height - inset };
    this.onresize();
  }

  /** @param {boolean} reads */
  _turn(reads) {
    this.reads = reads;
    this.node.classList.toggle("reads", reads);
    this._plain.hidden = reads || !this.picture.sentence;
    for (const [place, one] of this._zoom.entries()) {
      const [does, words] = (reads ? LETTERS : ZOOM)[place];
      rename(one, does, words, words);
    }
    setText(this._zoom[2], reads ? "100 %" : "Fit");
  }

  _redraw() {
    const words = this.picture.sentence;
    this._plain.hidden = !words;
    setText(this._tones, words);
    this.onresize();
  }
}
