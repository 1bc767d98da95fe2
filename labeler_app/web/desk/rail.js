/** The rail at the right: what each class means, and the note on the item on screen. */

import { cap, h, icon, kbd } from "./dom.js";
import { load, remove, save } from "./storage.js";

/** @typedef {import("./types.js").ClassRow} ClassRow */

export class Rail {
  /** @param {{close: () => void, drafts: string}} options `drafts`: where unsent notes are kept, by item. */
  constructor({ close, drafts }) {
    this._drafts = drafts;
    this._item = 0;
    /** @type {ClassRow[]} */
    this._rows = [];
    this._list = h("ul", { class: "defs", tabindex: "0", "aria-label": "What each class means" });
    this.field = /** @type {HTMLTextAreaElement} */ (
      h("textarea", { id: "desk-note", placeholder: "Kept with your answer. Esc goes back to the item.", maxlength: 2000 })
    );
    this.field.addEventListener("input", () => this._keepDraft());
    this.node = h(
      "aside",
      { class: "rail", "aria-label": "Guidelines and note", hidden: true },
      h(
        "div",
        { class: "head" },
        h("h2", {}, "Classes"),
        h("button", { class: "ic", type: "button", "aria-label": "Close, key G", title: "Close  G", onclick: close }, icon("close")),
      ),
      this._list,
      h("div", { class: "note" }, h("label", { for: "desk-note" }, "Note on this item", kbd("N")), this.field),
    );
    this.handle = h(
      "button",
      { class: "handle", type: "button", "aria-label": "Open guidelines and note, key G", title: "Guidelines  G", onclick: close },
      h("span", {}, icon("left", 16)),
    );
  }

  get isOpen() {
    return !this.node.hidden;
  }

  /** The note on an item, null if there is none. The field may still be at the item before. @param {number} item */
  noteOn(item) {
    const text = item === this._item ? this.field.value : (load(this._drafts + item) ?? "");
    return text.trim() || null;
  }

  /** @param {boolean} open */
  toggle(open = !this.isOpen) {
    this.node.hidden = !open;
    this.handle.hidden = open;
  }

  /** A new item is on screen: its own draft, or nothing. @param {number} item */
  turnTo(item) {
    if (item === this._item) return;
    this._item = item;
    const draft = load(this._drafts + item) ?? "";
    if (this.field.value !== draft) this.field.value = draft;
  }

  /** The note went with the answer. @param {number} item */
  sent(item) {
    remove(this._drafts + item);
    if (item === this._item) this.field.value = "";
  }

  /** The answer it went with was taken back. @param {number} item @param {string} note */
  bringBack(item, note) {
    if (this.noteOn(item)) return;
    save(this._drafts + item, note);
    if (item === this._item) this.field.value = note;
  }

  /** @param {ClassRow[]} rows */
  render(rows) {
    if (rows === this._rows) return;
    this._rows = rows;
    const none = h("li", { class: "muted" }, "No class has a definition yet. Write them in Settings or on the Data page.");
    const isDefined = rows.some((row) => row.definition);
    this._list.replaceChildren(...rows.map((row) => definition(row)), ...(isDefined ? [] : [none]));
  }

  _keepDraft() {
    if (this.field.value.trim()) save(this._drafts + this._item, this.field.value);
    else remove(this._drafts + this._item);
  }
}

/** @param {ClassRow} row */
function definition(row) {
  const words = row.definition && h("p", {}, row.definition);
  return h("li", {}, h("h3", {}, cap(row), h("span", { class: "name", title: row.name }, row.name)), words);
}
