/**
 * The words that moved the model, underlined in a text while its suggestion is looked at: a line for what spoke
 * for it, dots for what spoke against. They come a moment after the suggestion, which never waits for them, and
 * nothing moves when they come.
 */

import { ApiError, get } from "./api.js";
import { h } from "./dom.js";
import { GROWN, plain } from "./words.js";

/** @typedef {import("./images.js").Entry} Entry */
/** @typedef {{first: number, behind: number, sign: "for"|"against"}} Mark */
/** @typedef {{address: string, known: boolean, marks: Mark[]}} Told In the order of the text. */

export class Marks {
  /** @param {{changed: () => void, spoken: (text: string) => void}} tell */
  constructor(tell) {
    this._tell = tell;
    /** The sentence below the text that says what the lines mean. */
    this.node = h("p", { class: "spoke" });
    /** What is looked at now; "" for nothing. */
    this._address = "";
    /** What the sentence is about. */
    this._said = "";
    /** @type {WeakMap<Entry, Told>} */
    this._told = new WeakMap();
    /** @type {WeakMap<Element, string>} By part of a text: what is underlined there. */
    this._drawn = new WeakMap();
  }

  /** Hear when more of a text is set. @param {Node} stage */
  listen(stage) {
    stage.addEventListener(GROWN, () => this._tell.changed());
  }

  /**
   * Underline the words of what is looked at.
   *
   * @param {Entry|null} entry null while no suggestion is.
   * @param {import("./types.js").ClassRow|null} row The class suggested.
   */
  show(entry, row) {
    const address = entry && row ? addressOf(entry, row) : "";
    if (address !== this._address) {
      this._address = address;
      this._said = "";
      this.node.replaceChildren();
      if (entry && address) void this._ask(entry, address);
    }
    const told = entry && address ? this._told.get(entry) : null;
    if (entry && row && told?.address === address) this._draw(entry, told, row.name);
  }

  /** @param {Entry} entry @param {string} address */
  async _ask(entry, address) {
    if (this._told.get(entry)?.address === address) return;
    try {
      const { known, towards, against } = await get(address, { cache: "default" });
      const marks = [...marksOf(towards, "for"), ...marksOf(against, "against")];
      marks.sort((one, other) => one.first - other.first);
      this._told.set(entry, { address, known, marks });
    } catch (error) {
      // Without an answer nothing is underlined, and nothing is said of it; the next look asks again.
      if (!(error instanceof ApiError)) throw error;
      return;
    }
    this._tell.changed();
  }

  /** @param {Entry} entry @param {Told} told @param {string} name */
  _draw({ node, content }, { address, known, marks }, name) {
    const text = content?.text ?? "";
    for (const part of node?.querySelectorAll(".part") ?? []) {
      if (this._drawn.get(part) === address) continue;
      this._drawn.set(part, address);
      part.replaceChildren(...underlined(text, marks, /** @type {HTMLElement} */ (part).dataset));
    }
    if (this._said === address) return;
    this._said = address;
    const words = { for: wordsOf(text, marks, "for"), against: wordsOf(text, marks, "against") };
    this.node.replaceChildren(...sentence(name, known, words));
    this._tell.spoken(spoken(name, known, words));
  }
}

/**
 * Where the words are told of an item; it changes with the model, the class and what the text says.
 *
 * @param {Entry} entry @param {import("./types.js").ClassRow} row
 */
function addressOf({ item, content }, row) {
  if (content?.kind !== "text" || item.version === null) return "";
  const text = new URL(item.url, location.origin).searchParams.get("v") ?? "";
  return `/words/${item.id}?${new URLSearchParams({ v: String(item.version), of: String(row.id), text })}`;
}

/** @param {[number, number][]} spans @param {Mark["sign"]} sign @returns {Mark[]} */
const marksOf = (spans, sign) => spans.map(([first, behind]) => ({ first, behind, sign }));

/**
 * A part of a text as nodes, the same letters as before.
 *
 * @param {string} text @param {Mark[]} marks @param {DOMStringMap} place
 */
function underlined(text, marks, { from, to }) {
  const found = [];
  const end = Number(to);
  let at = Number(from);
  for (const { first, behind, sign } of marks) {
    const [begins, ends] = [Math.max(first, at), Math.min(behind, end)];
    if (begins >= ends) continue;
    found.push(plain(text.slice(at, begins)), h("span", { class: sign }, plain(text.slice(begins, ends))));
    at = ends;
  }
  return [...found, plain(text.slice(at, end))];
}

/** Each word once. @param {string} text @param {Mark[]} marks @param {Mark["sign"]} sign */
function wordsOf(text, marks, sign) {
  const words = marks.filter((mark) => mark.sign === sign).map(({ first, behind }) => plain(text.slice(first, behind)));
  return [...new Map(words.map((word) => [word.toLowerCase(), word])).values()];
}

/** @param {string} name @param {boolean} known @param {Record<Mark["sign"], string[]>} words */
function sentence(name, known, words) {
  const line = (/** @type {string} */ said) => h("span", { class: "for" }, said);
  const dots = (/** @type {string} */ said) => h("span", { class: "against" }, said);
  if (!known) return ["No words can be marked with this model."];
  if (words.for.length && words.against.length)
    return [line("Underlined"), `: what spoke for ${name}; `, dots("dotted"), ": against."];
  if (words.for.length) return [line("Underlined"), `: what spoke for ${name}.`];
  if (words.against.length) return [dots("Dotted"), `: what spoke against ${name}.`];
  return ["No word stands out."];
}

/** The same for ears, with the words. @param {string} name @param {boolean} known @param {Record<Mark["sign"], string[]>} words */
function spoken(name, known, words) {
  if (!known) return "No words can be marked with this model.";
  const told = [
    words.for.length && `Spoke for ${name}: ${words.for.join(", ")}.`,
    words.against.length && `Spoke against ${name}: ${words.against.join(", ")}.`,
  ];
  return told.filter(Boolean).join(" ") || "No word stands out.";
}
