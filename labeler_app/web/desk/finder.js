/** The field that finds a class among many: in the place of the tenth, the matches above it. */

import { cap, h, kbd, setAttribute, setText } from "./dom.js";
import { capOf } from "./keymap.js";

/** @typedef {import("./types.js").ClassRow} ClassRow */
/** @typedef {{row: ClassRow, words: string, order: number}} Known */

const SHOWN = 60;
const NUMBERED = 9;
const LETTER = /[\p{L}\p{N}]/u;

/** Letters without case and accents. @param {string} text */
const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/\s+/g, " ");

export class Finder {
  /** @param {{label: (row: ClassRow, event: Event) => void, usedAt: (id: number) => number, leave: () => void}} act */
  constructor(act) {
    this._act = act;
    /** @type {Known[]} */
    this._known = [];
    /** @type {Set<number>} Classes that lie in the row anyhow. */
    this._near = new Set();
    /** @type {ClassRow[]} */
    this._found = [];
    this._active = 0;
    this.field = /** @type {HTMLInputElement} */ (
      h("input", {
        ...{ type: "text", role: "combobox", "aria-label": "Find a class, key 0", "aria-autocomplete": "list", "aria-controls": "desk-found" },
        ...{ "aria-expanded": "false", placeholder: "find", autocomplete: "off", spellcheck: "false", maxlength: 100 },
      })
    );
    this._more = h("span", { class: "k" });
    this._lent = h("span", { class: "lent" });
    this._share = h("span", { class: "p" });
    this._line = h("span", { class: "m" });
    this._cap = h("span", { class: "cap" }, "0");
    this.node = h("label", { class: "cls find" }, this._cap, this.field, this._lent, this._more, this._share, this._line);
    this.list = h("ul", { class: "found", id: "desk-found", role: "listbox", "aria-label": "Classes", hidden: true });
    // The field keeps the focus while something is chosen with the mouse.
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.field.addEventListener("input", () => this._search());
    this.field.addEventListener("focus", () => this._search());
    this.field.addEventListener("blur", () => this._shut());
  }

  /** @param {ClassRow[]} rows @param {ClassRow[]} near */
  take(rows, near) {
    this._known = rows.map((row, order) => ({ row, words: fold(row.name), order }));
    this._near = new Set(near.map((row) => row.id));
    setText(this._more, `${rows.length - near.length} more`);
    if (!this.list.hidden) this._search();
  }

  /** Show a suggestion for a class that is not in the row. @param {ClassRow|null} row @param {string} share @param {number} part */
  lend(row, share, part) {
    this.node.classList.toggle("top", Boolean(row));
    this.node.style.setProperty("--c", row ? `var(--c${row.colour})` : "transparent");
    this.node.style.setProperty("--p", String(part));
    this._cap.dataset.colour = String(row?.colour ?? 0);
    setText(this._lent, row?.name ?? "");
    setText(this._share, row ? share : "");
    this.node.title = row?.name ?? "";
  }

  /** A key in the field. @param {KeyboardEvent} event @returns {boolean} Whether a class was chosen by it. */
  onKey(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const row = event.key === "Enter" ? this._found[this._active] : this._numbered(event.key);
    if (!step && !row && !["Enter", "Escape"].includes(event.key)) return false;
    event.preventDefault();
    if (step) this._activate(this._active + step);
    else if (event.key === "Escape") this._act.leave();
    else if (row && !event.repeat) {
      this._choose(row, event);
      return true;
    }
    return false;
  }

  /** The match a digit gives: none if names go on with that digit, which then is a letter like others. @param {string} key */
  _numbered(key) {
    if (!/^[1-9]$/.test(key)) return undefined;
    const query = fold(this.field.value.trimStart() + key);
    return this._known.some(({ words }) => words.includes(query)) ? undefined : this._found[Number(key) - 1];
  }

  /** @param {ClassRow} row @param {Event} event */
  _choose(row, event) {
    this._act.label(row, event);
    this._act.leave();
  }

  _search() {
    const query = fold(this.field.value.trim());
    const ranked = this._known
      .map((known) => ({ ...known, rank: query ? rankOf(known.words, query) : Number(this._near.has(known.row.id)) }))
      .filter(({ rank }) => rank !== NONE);
    const used = (/** @type {Known} */ { row }) => this._act.usedAt(row.id);
    const begins = (/** @type {Known} */ { words }) => Number(!words.startsWith(query));
    ranked.sort((a, b) => a.rank - b.rank || used(b) - used(a) || begins(a) - begins(b) || a.order - b.order);
    this._found = ranked.slice(0, SHOWN).map(({ row }) => row);
    this._draw(ranked.length);
  }

  /** @param {number} count */
  _draw(count) {
    const options = this._found.map((row, place) => this._option(row, place));
    const rest = count > SHOWN && h("li", { class: "rest", role: "presentation" }, `${count - SHOWN} more: type another letter`);
    const none = !count && h("li", { class: "rest", role: "presentation" }, `No class is called that. Esc, then ${capOf("addClass")} adds one.`);
    this.list.replaceChildren(...options, ...[rest, none].filter((one) => one instanceof Node));
    this.list.hidden = false;
    setAttribute(this.field, "aria-expanded", "true");
    this._activate(0);
  }

  /** @param {ClassRow} row @param {number} place */
  _option(row, place) {
    const number = place < NUMBERED && this._numbered(String(place + 1)) === row ? kbd(String(place + 1), "no-phone") : h("span");
    const choose = (/** @type {Event} */ event) => this._choose(row, event);
    return h(
      "li",
      { role: "option", id: `desk-found-${place}`, "aria-selected": "false", "--c": `var(--c${row.colour})`, title: row.name, onclick: choose },
      cap(row),
      h("span", { class: "n", dir: "auto" }, row.name),
      number,
    );
  }

  /** @param {number} place */
  _activate(place) {
    this._active = Math.max(0, Math.min(this._found.length - 1, place));
    const options = [...this.list.querySelectorAll("[role=option]")];
    for (const [at, option] of options.entries()) setAttribute(option, "aria-selected", String(at === this._active));
    if (options.length) this.field.setAttribute("aria-activedescendant", `desk-found-${this._active}`);
    else this.field.removeAttribute("aria-activedescendant");
    options[this._active]?.scrollIntoView({ block: "nearest" });
  }

  _shut() {
    this.field.value = "";
    this.list.hidden = true;
    this.list.replaceChildren();
    this.field.setAttribute("aria-expanded", "false");
    this.field.removeAttribute("aria-activedescendant");
  }
}

const NONE = 2;

/** 0 where a word begins so, 1 where it lies within one. @param {string} words @param {string} query */
function rankOf(words, query) {
  for (let at = words.indexOf(query); at >= 0; at = words.indexOf(query, at + 1)) {
    if (at === 0 || !LETTER.test(words[at - 1])) return 0;
  }
  return words.includes(query) ? 1 : NONE;
}
