/** Around the tiles of the batch grid: the piles at the left, the certainty on top, what is accepted below. */

import { cap, h, kbd, setAttribute, setText } from "./dom.js";
import { GROUPINGS } from "./groupings.js";
import { LONGEST } from "./naming.js";

/** @typedef {import("./types.js").ClassRow} ClassRow */
/** @typedef {import("./types.js").Sight} Sight */
/** @typedef {import("./groupings.js").By} By */

const STEP = 5;
const WIDTH = 240;
const HEIGHT = 26;

/** The list of piles. On a phone it is a field to choose from, above the tiles. */
export class Piles {
  /** @param {{choose: (pile: number) => void, group: (by: By) => void}} act */
  constructor({ choose, group }) {
    this._choose = choose;
    this._by = [this._choiceOf(group), this._choiceOf(group)];
    /** @type {import("./groupings.js").Grouping} */
    this._grouping = GROUPINGS.class;
    this._list = h("ul");
    this._rest = h("p", { class: "rest-words" });
    this.node = h("nav", { class: "piles", "aria-label": "Piles" }, h("label", { class: "by" }, "Grouped by", this._by[0]), this._list, this._rest);
    this._select = /** @type {HTMLSelectElement} */ (h("select", { "aria-label": "Pile" }));
    this._select.addEventListener("change", () => choose(Number(this._select.value)));
    this.phone = h("div", { class: "pick only-phone" }, this._select, this._by[1]);
  }

  /** @param {Sight} sight @param {(pile: import("./types.js").Pile) => {name: string, colour: number}|undefined} nameOf */
  render(sight, nameOf) {
    const rows = sight.piles.filter(({ total }) => total).map((pile) => ({ ...pile, row: nameOf(pile) }));
    const known = rows.filter(({ row }) => row);
    this._list.replaceChildren(...known.map((pile) => this._row(pile, sight.pile)));
    const { countsInName } = this._grouping;
    const option = (/** @type {any} */ { number, sure, row }, /** @type {number} */ place) =>
      h("option", { value: number, selected: number === sight.pile, disabled: !sure }, countsInName ? `${place + 1}: ${row.name}` : `${row.name}, ${sure}`);
    this._select.replaceChildren(...known.map(option));
    const apart = sight.apart === 1 ? "1 more is shown by itself" : `${sight.apart.toLocaleString("en")} more are shown one at a time`;
    setText(this._rest, sight.apart ? `${apart}: ${this._grouping.apart}.` : "");
  }

  /** How piles are made. @param {By} by @param {boolean} hasModel Without a model there are no classes to go by. */
  grouped(by, hasModel) {
    this._grouping = GROUPINGS[by];
    for (const select of this._by) {
      select.value = by;
      /** @type {HTMLOptionElement} */ (select.options[0]).disabled = !hasModel;
    }
  }

  /** The field that says how. @param {(by: By) => void} group */
  _choiceOf(group) {
    const options = Object.entries(GROUPINGS).map(([by, { option }]) => h("option", { value: by }, option));
    const select = /** @type {HTMLSelectElement} */ (h("select", { "aria-label": "Grouped by" }, ...options));
    select.addEventListener("change", () => group(/** @type {any} */ (select.value)));
    return select;
  }

  /** @param {any} pile @param {number|null} current */
  _row({ number, sure, row, thumb }, current) {
    const isCurrent = number === current;
    const sign = thumb
      ? h("img", { alt: "", src: thumb, decoding: "async", draggable: "false" })
      : h("span", { class: "mark", "data-colour": row.colour, "--c": `var(--c${row.colour})` });
    return h(
      "li",
      {},
      h(
        "button",
        { type: "button", disabled: !sure, "aria-current": isCurrent ? "true" : null, onclick: () => this._choose(number) },
        sign,
        h("span", { class: "n", title: row.name }, row.name),
        this._grouping.countsInName ? null : h("span", { class: "k" }, sure.toLocaleString("en")),
      ),
    );
  }
}

/** How sure the model must be, over how sure it is of the items of the pile. */
export class Certainty {
  /** @param {(least: number) => void} change */
  constructor(change) {
    this._said = h("output", { for: "desk-least" });
    this._bars = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    this._bars.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
    this._bars.setAttribute("preserveAspectRatio", "none");
    this._bars.setAttribute("aria-hidden", "true");
    this._range = /** @type {HTMLInputElement} */ (h("input", { type: "range", id: "desk-least", min: 0, max: 100 - STEP, step: STEP }));
    this._range.addEventListener("input", () => {
      this._draw();
      change(this.least);
    });
    // Who moves it by keys goes on with it; who drags it goes on with the tiles.
    this._range.addEventListener("keyup", () => this._range.classList.add("keyed"));
    this._range.addEventListener("pointerdown", () => this._range.classList.remove("keyed"));
    this._range.addEventListener("blur", () => this._range.classList.remove("keyed"));
    /** @type {number[]} */
    this._shares = [];
    this.node = h(
      "div",
      { class: "conf" },
      h("label", { for: "desk-least" }, "Confidence at least"),
      this._said,
      h("span", { class: "slider" }, this._bars, this._range),
    );
  }

  get least() {
    return Number(this._range.value) / 100;
  }

  /** @param {number} least */
  set least(least) {
    this._range.value = String(Math.round(100 * least));
    this._draw();
  }

  /** @param {number[]} shares */
  render(shares) {
    this._shares = shares;
    this._draw();
  }

  _draw() {
    setText(this._said, `${this._range.value} %`);
    setAttribute(this._range, "aria-valuetext", `${this._range.value} %`);
    this._range.style.setProperty("--x", String(Number(this._range.value) / 100));
    const most = Math.max(1, ...this._shares);
    const wide = WIDTH / Math.max(1, this._shares.length);
    this._bars.replaceChildren(
      ...this._shares.map((count, place) => {
        const bar = document.createElementNS("http://www.w3.org/2000/svg", "rect");
        const high = count && Math.max(2, (HEIGHT * count) / most);
        const box = { x: place * wide, y: HEIGHT - high, width: wide - 1, height: high };
        for (const [name, value] of Object.entries(box)) bar.setAttribute(name, String(value));
        bar.setAttribute("class", place * STEP >= Number(this._range.value) ? "hi" : "lo");
        return bar;
      }),
    );
  }
}

/** What is under the cursor, the classes, and what will be accepted. */
export class Accept {
  /** @param {{relabel: (row: ClassRow) => void, accept: () => void, look: () => void, name: (name: string) => Promise<void>}} act `name`: rejects with an ApiError. */
  constructor(act) {
    this._act = act;
    /** @type {ClassRow[]} */
    this._rows = [];
    this._field = /** @type {HTMLInputElement} */ (
      h("input", { type: "text", "aria-label": "Or a new class", placeholder: "or a new class", maxlength: LONGEST, autocomplete: "off" })
    );
    this._form = h("form", { class: "newname", hidden: true, onsubmit: (/** @type {Event} */ event) => this._name(event) }, this._field);
    this._item = h("span");
    this._share = h("b");
    this._keys = h("ul", { class: "keys" });
    this._keys.addEventListener("mousedown", (event) => event.preventDefault());
    this._expect = h("b");
    this._rests = h("span", { class: "only-phone" });
    this._left = h("small");
    this._more = h("span");
    /** A button of its own: whoever presses it again and again accepts nothing. */
    this._look = h("button", { class: "quiet look", type: "button", hidden: true, onclick: act.look }, this._more, kbd("Page ↓", "no-phone"));
    this._look.addEventListener("blur", () => this._showLook());
    this._unseen = "";
    this._words = h("span", { class: "words" });
    this.button = /** @type {HTMLButtonElement} */ (
      h("button", { class: "primary", type: "button", onclick: act.accept }, this._words, kbd("Enter", "no-phone"))
    );
    this.node = h(
      "section",
      { class: "gdock", "aria-label": "This pile" },
      h("div", { class: "curs" }, h("p", { class: "lab" }, this._item, this._share), this._keys, this._form),
      h("div", { class: "accept" }, h("p", {}, this._expect, " ", this._rests, h("span", { class: "then" }, this._left, this._look)), this.button),
    );
  }

  /**
   * @param {ClassRow[]} classes
   * @param {{item: string, share: string, expect: string, rests: string, left: string, look: string, words: string, ready: boolean, names: boolean}} told `names`: whether a new class can be named.
   */
  render(classes, { item, share, expect, rests, left, look, words, ready, names }) {
    this._form.hidden = !names;
    if (classes !== this._rows) this._build(classes);
    setText(this._item, item);
    setText(this._share, share);
    setText(this._expect, expect);
    setText(this._rests, rests);
    setText(this._left, left);
    this._unseen = look;
    this._showLook();
    setText(this._words, words);
    this._words.title = words;
    this.button.hidden = !words;
    this.button.disabled = !ready;
  }

  /** Once all were on screen it goes; but not from under a finger on Enter, which would press something else next. */
  _showLook() {
    setText(this._more, this._unseen || "All were on screen");
    this._look.hidden = !this._unseen && !this._look.matches(":focus");
  }

  /** @param {Event} event */
  async _name(event) {
    event.preventDefault();
    const name = this._field.value.trim();
    if (!name) return;
    try {
      await this._act.name(name);
      this._field.value = "";
      this._field.setCustomValidity("");
      this.button.focus();
    } catch (error) {
      const { problem = "It did not work.", hint = "" } = /** @type {any} */ (error);
      this._field.setCustomValidity(`${problem} ${hint}`.trim());
      this._field.reportValidity();
      this._field.addEventListener("input", () => this._field.setCustomValidity(""), { once: true });
    }
  }

  /** @param {ClassRow[]} classes */
  _build(classes) {
    this._rows = classes;
    const face = (/** @type {ClassRow} */ row) => {
      const label = `${row.name}${row.key ? `, key ${row.key}` : ""}`;
      const button = h("button", { type: "button", "aria-label": label, title: row.name }, cap(row), h("span", { class: "nm" }, row.name));
      button.addEventListener("click", () => this._act.relabel(row));
      return h("li", {}, button);
    };
    this._keys.replaceChildren(...classes.map(face));
  }
}
