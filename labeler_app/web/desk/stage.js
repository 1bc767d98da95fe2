/** The stage: the item, or a calm sentence while there is none, or a whole screen (the end, the first classes). */

import { h, icon, setAttribute, setText } from "./dom.js";
import { Picture } from "./picture.js";

/** An image is shown at most this many times its size; beyond that the foot says so. */
export const CAP = 4;

/** @param {string} label @param {string} title @param {Node|string} sign @param {() => void} onclick */
const button = (label, title, sign, onclick) => h("button", { type: "button", "aria-label": label, title, onclick }, sign);

export class Stage {
  /** @param {(does: string) => void} run Runs a command of the key table. */
  constructor(run) {
    this._holder = h("div", { class: "picture" });
    this._message = h("div", { class: "message", role: "status" });
    this._screen = h("div", { class: "screen" });
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
      h("div", { class: "item" }, this._holder),
      this._message,
      this._screen,
      this._plain,
      h(
        "div",
        { class: "zoom" },
        button("Zoom in, key plus", "Zoom in  +", icon("plus"), () => run("zoomIn")),
        button("Zoom out, key minus", "Zoom out  −", icon("minus"), () => run("zoomOut")),
        button("Fit, Shift and 0", "Fit  Shift 0", "Fit", () => run("fit")),
      ),
    );
    this.picture = new Picture(this.node, this._holder, () => this._redraw());
    /** Room for the picture. Measured when it changes: asking for it later would make the page lay itself out anew. */
    this._room = { width: 0, height: 0 };
    /** @type {() => void} */
    this.onresize = () => undefined;
    this._observer = new ResizeObserver(([entry]) => this._measure(entry.contentRect));
    this._observer.observe(this.node);
  }

  /** Put a decoded element on screen. This is the only work before the next frame. @param {HTMLImageElement} img */
  show(img) {
    this._holder.replaceChildren(img);
    this.picture.fit();
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

  /** The words for eyes that cannot see the picture. @param {number} place @param {HTMLImageElement|null} img */
  name(place, img) {
    setAttribute(this.node, "aria-label", `Item ${place}`);
    if (img && img.alt !== `Item ${place} to label`) img.alt = `Item ${place} to label`;
  }

  /**
   * How large the item is shown.
   *
   * @param {import("./types.js").Item} item
   * @returns {{text: string, capped: boolean}}
   */
  scale(item) {
    if (!item.width || !item.height || this._room.width <= 0) return { text: "", capped: false };
    const fitted = Math.min(this._room.width / item.width, this._room.height / item.height);
    const capped = fitted > CAP;
    const times = Math.min(CAP, fitted) * this.picture.zoom;
    const shown = times < 0.095 ? times.toFixed(2) : times.toFixed(1);
    const limit = capped && this.picture.zoom === 1 ? ", the limit" : "";
    return { text: `${item.width} × ${item.height} px, shown ${shown}×${limit}`, capped };
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

  _redraw() {
    const words = this.picture.sentence;
    this._plain.hidden = !words;
    setText(this._tones, words);
    this.onresize();
  }
}
