/**
 * Texts and rows as they are read: real letters in the colours of the page. What they hold is data and enters
 * the page as text only, whatever it looks like.
 */

import { inOrder, orderName, turnOrder } from "./columns.js";
import { h } from "./dom.js";
import { rowOf } from "./row.js";
import { load, save } from "./storage.js";
import { BEGINNING, plain, textOf } from "./words.js";

/** @typedef {import("./types.js").Content} Content */

const SIZES = { smallest: 0.7, largest: 2.5, step: 1.15 };
const SIZE_KEY = "labeler:letter-size";
const PAGE = 0.85;
const LINE = 60;

/** What a node of a row says, and in which order it says it. @type {WeakMap<Element, {content: Content, order: string}>} */
const written = new WeakMap();

/**
 * The node that goes on the stage for a text or a row.
 *
 * @param {Content} content
 * @param {number} item
 */
export function readingOf(content, item) {
  const node = h("div", { class: `page ${content.kind}`, role: "article", tabindex: "0", "data-item": item });
  if (content.kind === "text") node.append(textOf(content.text ?? "", BEGINNING));
  else write(node, content);
  return node;
}

/** A row that was made before another order came is written anew. @param {Element} node */
export function putInOrder(node) {
  const made = written.get(node);
  if (made && made.order !== orderName()) write(node, made.content);
}

/** @param {Element} node @param {Content} content */
function write(node, content) {
  const turn = () => {
    turnOrder();
    write(node, content);
    /** @type {HTMLElement|null} */ (node.querySelector(".order"))?.focus();
  };
  node.replaceChildren(rowOf(content, turn));
  written.set(node, { content, order: orderName() });
}

/** How it begins, for a thumb. @param {Content} content @param {number} [letters] */
export function beginning({ text, values }, letters = 40) {
  const words = text ?? inOrder(values).map(({ written }) => written || "–").join(", ");
  return plain(words.slice(0, letters)).replace(/\s+/g, " ");
}

/** How it is read: the size of its letters, and where in it one is. */
export class Reading {
  /** @param {HTMLElement} holder @param {() => void} changed */
  constructor(holder, changed) {
    this._holder = holder;
    this._changed = changed;
    this._resize(Number(load(SIZE_KEY)) || 1);
  }

  /** The words for what differs from the plain letters, "" for nothing. */
  get sentence() {
    return this._size === 1 ? "" : `letters at ${Math.round(this._size * 100)} %`;
  }

  /** @param {string} does A command of the key table. @returns {boolean} Whether it was one of reading. */
  run(does) {
    const act = {
      zoomIn: () => this._change(this._size * SIZES.step),
      zoomOut: () => this._change(this._size / SIZES.step),
      fit: () => this._change(1),
      pageDown: () => this._scroll((high) => PAGE * high),
      pageUp: () => this._scroll((high) => -PAGE * high),
      lineDown: () => this._scroll(() => LINE),
      lineUp: () => this._scroll(() => -LINE),
      toEnd: () => this._scroll(() => 1e9),
      toStart: () => this._scroll(() => -1e9),
    }[does];
    act?.();
    return Boolean(act);
  }

  /** @param {number} size */
  _change(size) {
    const { smallest, largest } = SIZES;
    const next = Math.min(largest, Math.max(smallest, Math.abs(size - 1) < 0.02 ? 1 : size));
    save(SIZE_KEY, String(next));
    this._resize(next);
    this._changed();
  }

  /** @param {number} size */
  _resize(size) {
    this._size = size;
    this._holder.style.setProperty("--letters", String(size));
  }

  /** @param {(high: number) => number} by */
  _scroll(by) {
    const page = this._holder.firstElementChild;
    page?.scrollBy(0, by(page.clientHeight));
  }
}
