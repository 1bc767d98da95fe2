/** The words of a text, or of a long value: a part at a time, no sign unseen. */

import { h } from "./dom.js";

/** What a text tells those around it when more of it is set. */
export const GROWN = "labeler:grown";
/** Characters of a text that are set before all of it is asked for. */
export const BEGINNING = 20_000;
/** What is longer is set in smaller letters. */
const SHORT = 400;
/** Lines of so many characters are set together; a line without end is broken. */
const PART = { fewest: 2_000, most: 6_000 };
/** Characters of a line, roughly: the browser needs a height for what it has not set yet. */
const LINE = 66;

// Signs that are not seen but act: control signs, and those that turn the direction of what follows.
const ACTING = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb]/g;

/** Make signs visible that would act unseen. @param {string} text */
export const plain = (text) =>
  text.replace(ACTING, (one) => `⟨${one.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}⟩`);

/**
 * A text that may be very long: its beginning, and the rest when it is asked for.
 *
 * @param {string} text
 * @param {number} most Characters of the beginning.
 */
export function textOf(text, most) {
  const node = h("div", { class: `words${text.length < SHORT ? " short" : ""}` });
  const first = text.length > most ? gap(text, most / 2, most) : text.length;
  node.append(...parts(text, 0, first));
  if (first === text.length) return node;
  const more = h("button", { class: "quiet more", type: "button" }, `Show all ${text.length.toLocaleString("en")} characters`);
  more.addEventListener("click", () => {
    /** @type {HTMLElement|null} */ (node.closest("[tabindex]"))?.focus({ preventScroll: true });
    more.replaceWith(...parts(text, first, text.length));
    node.dispatchEvent(new CustomEvent(GROWN, { bubbles: true }));
  });
  node.append(more);
  return node;
}

/**
 * A span of a text in parts, each of which the browser sets when it comes into sight; each says where it lies.
 *
 * @param {string} text @param {number} first @param {number} behind
 */
function parts(text, first, behind) {
  const found = [];
  for (let from = first, to = first; from < behind; from = to) {
    to = end(text, from, behind);
    const words = plain(text.slice(from, to));
    const lines = words.split("\n").reduce((sum, line) => sum + Math.ceil((line.length || 1) / LINE), 0);
    found.push(h("div", { class: "part", dir: "auto", "data-from": from, "data-to": to, "--lines": lines }, words));
  }
  return found;
}

/** Where a part ends: with a line, if that is not too far away. @param {string} text @param {number} from @param {number} behind */
function end(text, from, behind) {
  const last = Math.min(behind, from + PART.most);
  const line = text.indexOf("\n", from + PART.fewest) + 1;
  if (line && line <= last) return line;
  return last === behind ? last : gap(text, from + PART.most / 2, last);
}

/** Where to break between two places: after a line, a word, or at least no half of a character. @param {string} text @param {number} from @param {number} to */
function gap(text, from, to) {
  for (const sign of ["\n", " "]) {
    const found = text.lastIndexOf(sign, to - 1);
    if (found >= from) return found + 1;
  }
  return /[\ud800-\udbff]/.test(text[to - 1]) ? to - 1 : to;
}
