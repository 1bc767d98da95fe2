/** The key map: which key does what, and how to give it another. */

import { COMMANDS } from "./commands.js";
import { h, kbd } from "./dom.js";
import { classesDo, gridRows } from "./gridrows.js";
import { capOf, isChanged, signOfKey } from "./keymap.js";
import { nameOf } from "./keys.js";
import { section } from "./sheets.js";
import { MANY } from "./slots.js";

/** @typedef {import("./types.js").ClassRow} ClassRow */
/**
 * A row: its words, what can be given another key (action, cap, what it is), and caps beside it that stay.
 * @typedef {{words: string, change: [string, string, string][], before?: string[], fixed?: string[]}} Row
 */
/**
 * @typedef {Object} Options
 * @property {boolean} single Whether single keys are on.
 * @property {(on: boolean) => void} onSwitch
 * @property {boolean} reads Whether the items are texts or rows.
 * @property {boolean} isSeveral Whether an item may have several classes.
 * @property {{isNamed: boolean}|null} grid How the piles of the batch grid are made, while that is open.
 * @property {(action: string|null, key: string) => Promise<void>} choose Rejects with an ApiError; null for all usual keys.
 */

const GIVE = "Give the classes that are chosen, and next";
const ASK = "Press the new key. Esc leaves it as it is.";
const FINGER = "Swipe left: reveal the suggestion; once more: accept it. Swipe right: undo. While you look back: newer, older.";
const GRID_FINGER = "Tap a tile: leave it out, or take it in. Hold it: the classes to give.";
/** What still works in the grid without single keys; the key of the map follows. */
const GRID_OFF = "only arrows, Home, End, Space, Page ↓, Enter, Esc, Ctrl Z and";
const HOW = "A cap that is clicked takes another key.";
/** Keys that only go along with others. */
const MODIFIERS = ["Shift", "Control", "Alt", "AltGraph", "Meta", "CapsLock", "Fn", "Dead", "Process", "Unidentified"];
const SEEN = [["zoomIn", "zoomOut", "fit"], ["darker", "brighter"], ["softer", "harder"], ["invert"]];
const SEEN_WORDS = ["Zoom in, out, fit", "Darker, brighter", "Less, more contrast", "Invert"];
const READ_WORDS = ["Letters larger, smaller, 100 %"];

export class KeySheet {
  /** @param {() => ClassRow[]} classes As they are now. @param {Options} options */
  constructor(classes, options) {
    this._classes = classes;
    this._options = options;
    /** @type {string|null} What is being given another key. */
    this._asked = null;
    this._said = h("p", { class: "said", role: "status" }, HOW);
    this._columns = h("div", { class: "columns" });
    this._back = h("button", { class: "quiet", type: "button", onclick: () => void this._choose(null, "") }, "Back to the usual keys");
  }

  /** @returns {import("./sheet.js").Plan} */
  plan() {
    const { single, onSwitch, grid } = this._options;
    const box = h("input", { type: "checkbox", id: "desk-single", checked: single });
    box.addEventListener("change", () => onSwitch(/** @type {HTMLInputElement} */ (box).checked));
    this._draw();
    return {
      title: grid ? "Keys of the grid" : "Keys",
      className: "wide",
      body: [
        h("div", { class: "keys-head" }, this._said, this._back),
        this._columns,
        h(
          "section",
          { class: "only-phone" },
          h("h3", {}, "With a finger"),
          h("p", {}, grid ? GRID_FINGER : FINGER),
        ),
        h("label", { class: "switch", for: "desk-single" }, box, h("span", {}, `Single keys are on. Off: ${grid ? GRID_OFF : "only Ctrl Z and"} ${capOf("keys")} work.`)),
        h("p", { class: "muted" }, `A key held down counts once${grid ? ", but arrows go on" : ""}. No key counts while you write in a field.`),
      ],
      onKey: (event) => this._onKey(event),
    };
  }

  _draw() {
    const list = (/** @type {Row[]} */ rows) => h("dl", { class: "keymap" }, ...rows.map((row) => this._row(row)));
    const classes = this._classes();
    const { reads, isSeveral, grid } = this._options;
    const rows = grid ? gridRows(grid.isNamed) : commandRows({ reads, isSeveral, finds: classes.length >= MANY });
    const title = grid ? classesDo(grid.isNamed) : isSeveral ? "Choose a class, or leave it" : "Class, and next";
    this._columns.replaceChildren(section(title, list(classRows(classes))), section("Everything else", list(rows)));
    this._back.hidden = !isChanged();
  }

  /** @param {Row} row */
  _row({ words, change, before = [], fixed = [] }) {
    const buttons = change.map(([action, cap, what]) =>
      h(
        "button",
        {
          ...{ type: "button", class: "rekey", "data-action": action, "aria-pressed": String(this._asked === action) },
          ...{ "aria-label": `${what}, ${cap ? `key ${cap}` : "no key"}. Change`, title: "Change", onclick: () => this._ask(action, what) },
        },
        kbd(cap || "–"),
      ),
    );
    return h("div", {}, h("dt", {}, ...before.map((key) => kbd(key)), ...buttons, ...fixed.map((key) => kbd(key))), h("dd", { title: words }, words));
  }

  /** @param {string} action @param {string} what */
  _ask(action, what) {
    this._asked = action;
    this._mark();
    this._say(`${what}: ${ASK[0].toLowerCase()}${ASK.slice(1)}`);
  }

  _mark() {
    for (const one of this._columns.querySelectorAll(".rekey")) {
      one.setAttribute("aria-pressed", String(/** @type {HTMLElement} */ (one).dataset.action === this._asked));
    }
  }

  /** @param {string} words @param {boolean} [isProblem] */
  _say(words, isProblem = false) {
    this._said.textContent = words;
    this._said.classList.toggle("problem", isProblem);
  }

  /** @param {KeyboardEvent} event */
  _onKey(event) {
    if (this._asked === null || event.repeat || MODIFIERS.includes(event.key)) return;
    if (event.ctrlKey || event.altKey || event.metaKey) {
      this._say("Keys with Ctrl, Alt or Meta belong to the browser. Choose a letter, or a key like F2.", true);
      return;
    }
    event.preventDefault();
    const action = this._asked;
    if (event.key !== "Escape") return void this._choose(action, nameOf(event));
    this._asked = null;
    this._mark();
    this._say(HOW);
  }

  /** @param {string|null} action @param {string} key */
  async _choose(action, key) {
    try {
      await this._options.choose(action, key);
      this._asked = null;
      this._draw();
      this._say(action === null ? "All keys are the usual ones again." : `${signOfKey(key)} it is.`);
      const again = action && /** @type {HTMLElement|null} */ (this._columns.querySelector(`[data-action="${action}"]`));
      if (again) again.focus();
    } catch (error) {
      const { problem = "It did not work.", hint = "" } = /** @type {any} */ (error);
      this._say(`${problem} ${hint}`.trim(), true);
    }
  }
}

/** @param {ClassRow[]} rows @returns {Row[]} */
function classRows(rows) {
  const isMany = rows.length >= MANY;
  const row = (/** @type {ClassRow} */ { id, name, key, own }) => {
    const cap = isMany ? (own ?? "") : key;
    const places = isMany && /^\d$/.test(key) ? [key] : [];
    return { words: name, change: /** @type {[string, string, string][]} */ ([[`class:${id}`, cap, name]]), before: places };
  };
  // Those that lie in the row come first, in its order.
  const placed = rows.filter(({ key }) => isMany && /^\d$/.test(key)).sort((a, b) => Number(a.key) - Number(b.key));
  return [...placed, ...rows.filter((one) => !placed.includes(one))].map(row);
}

/** @param {{reads: boolean, isSeveral: boolean, finds: boolean}} options @returns {Row[]} */
function commandRows({ reads, isSeveral, finds }) {
  const usual = (/** @type {string} */ does) => Object.values(COMMANDS).find((one) => one.does === does)?.words ?? "";
  const wordsOf = (/** @type {string} */ does) => (isSeveral && does === "accept" ? GIVE : usual(does));
  const row = (/** @type {string[]} */ names, /** @type {string} */ words, /** @type {string[]} */ ...fixed) => {
    return { words, change: names.map((does) => /** @type {[string, string, string]} */ ([does, capOf(does), wordsOf(does)])), fixed };
  };
  const plain = (/** @type {string} */ does) => row([does], wordsOf(does));
  const looks = SEEN.slice(0, reads ? 1 : SEEN.length).map((names, place) => row(names, (reads ? READ_WORDS : SEEN_WORDS)[place]));
  return [
    ...["reveal", "accept", "unsure", "skip", "flag", "note"].map(plain),
    row(["undo"], wordsOf("undo"), "Ctrl Z"),
    row(["older", "newer"], wordsOf("older")),
    ...(finds ? [row(["find"], wordsOf("find"), "0")] : []),
    ...["addClass", "rail", ...(isSeveral ? [] : ["pick"]), "focus"].map(plain),
    ...looks,
    ...(reads ? [row([], "Move in a long text, also ↓ and ↑", "Page ↓", "Page ↑")] : []),
    plain("keys"),
  ];
}
