/** The rail at the right: what each class means, what looks alike, and the note on the item on screen. */

import { h, icon } from "./dom.js";
import { Examples } from "./examples.js";
import { kbdOf, keyed } from "./keymap.js";
import { Similar } from "./similar.js";
import { load, remove, save } from "./storage.js";

/** @typedef {import("./session.js").Session} Session */

export class Rail {
  /** @param {{close: () => void, say: (text: string) => void, drafts: string}} options `drafts`: where unsent notes are kept, by item. */
  constructor({ close, say, drafts }) {
    this._drafts = drafts;
    this._item = 0;
    /** Drafts the browser's storage did not take, by item. @type {Map<number, string>} */
    this._unstored = new Map();
    /** @type {Session|null} */
    this._session = null;
    this.examples = new Examples({ say, wishes: `${drafts}examples` });
    this.similar = new Similar();
    this._panes = [this.examples.node, this.similar.node];
    this._tabs = ["Classes", "Similar"].map((words, place) => this._tab(words, place));
    const tabs = h("div", { class: "tabs", role: "tablist", "aria-label": "Guidelines" }, ...this._tabs);
    tabs.addEventListener("keydown", (event) => this._onKey(/** @type {KeyboardEvent} */ (event)));
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
        h("h2", { class: "sr" }, "Guidelines"),
        tabs,
        h("button", { class: "ic", type: "button", ...keyed("rail", "Close", "Close"), onclick: close }, icon("close")),
      ),
      ...this._panes,
      this.examples.foot,
      h("div", { class: "note" }, h("label", { for: "desk-note" }, "Note on this item", kbdOf("note")), this.field),
    );
    this.handle = h(
      "button",
      { class: "handle", type: "button", ...keyed("rail", "Open guidelines and note", "Guidelines"), onclick: close },
      h("span", {}, icon("left", 16)),
    );
    this._turn(0);
  }

  /** @param {Session} session */
  bind(session) {
    this._session = session;
    this.examples.bind(session);
  }

  get isOpen() {
    return !this.node.hidden;
  }

  /** The note on an item, null if there is none. The field may still be at the item before. @param {number} item */
  noteOn(item) {
    const text = item === this._item ? this.field.value : this._draftOf(item);
    return text.trim() || null;
  }

  /** @param {boolean} open */
  toggle(open = !this.isOpen) {
    const opens = open && !this.isOpen;
    this.node.hidden = !open;
    this.handle.hidden = open;
    if (opens) this._look();
    else if (!open) this.similar.close();
  }

  /** A new item is on screen: its own draft, or nothing. @param {number} item */
  turnTo(item) {
    if (item === this._item) return;
    this._item = item;
    const draft = this._draftOf(item);
    if (this.field.value !== draft) this.field.value = draft;
  }

  /** The note went with the answer. @param {number} item */
  sent(item) {
    remove(this._drafts + item);
    this._unstored.delete(item);
    if (item === this._item) this.field.value = "";
  }

  /** The answer it went with was taken back. @param {number} item @param {string} note */
  bringBack(item, note) {
    if (this.noteOn(item)) return;
    save(this._drafts + item, note);
    if (item === this._item) this.field.value = note;
  }

  /** @param {Session} session */
  render(session) {
    this.examples.render(session);
    this.similar.render(session);
  }

  close() {
    this.similar.close();
  }

  /** @param {string} words @param {number} place */
  _tab(words, place) {
    const [tab, pane] = [`desk-tab-${place}`, `desk-pane-${place}`];
    for (const [name, value] of Object.entries({ id: pane, role: "tabpanel", "aria-labelledby": tab })) this._panes[place].setAttribute(name, value);
    const go = () => (this._turn(place), this._look());
    return h("button", { type: "button", role: "tab", id: tab, "aria-controls": pane, onclick: go }, words);
  }

  /** Show a pane. @param {number} chosen */
  _turn(chosen) {
    this._chosen = chosen;
    for (const [place, tab] of this._tabs.entries()) {
      tab.setAttribute("aria-selected", String(place === chosen));
      tab.tabIndex = place === chosen ? 0 : -1;
      this._panes[place].hidden = place !== chosen;
    }
    this.examples.foot.hidden = chosen !== 0;
  }

  /** Read anew what is seen now. */
  _look() {
    this.similar.close();
    if (this._chosen === 0) void this.examples.read();
    else this.similar.isOpen = true;
    if (this._session) this.render(this._session);
  }

  /** Arrows go from tab to tab. @param {KeyboardEvent} event */
  _onKey(event) {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    event.preventDefault();
    const other = 1 - (this._chosen ?? 0);
    this._tabs[other].click();
    this._tabs[other].focus();
  }

  _keepDraft() {
    const { value } = this.field;
    this._unstored.delete(this._item);
    if (!value.trim()) remove(this._drafts + this._item);
    else if (!save(this._drafts + this._item, value)) this._unstored.set(this._item, value);
  }

  /** @param {number} item */
  _draftOf(item) {
    return this._unstored.get(item) ?? load(this._drafts + item) ?? "";
  }
}
