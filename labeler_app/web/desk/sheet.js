/** Sheets: what lies over the desk for a moment. One at a time; Esc, the cross and a click outside close it. */

import { h, icon } from "./dom.js";

/**
 * @typedef {Object} Plan
 * @property {string} title
 * @property {string} [className] "left", "right" or "" (middle).
 * @property {(Node|string)[]} body
 * @property {(event: KeyboardEvent) => void} [onKey] Keys outside text fields.
 * @property {HTMLElement} [focus] What gets the focus first; else the sheet itself.
 */

export class Sheets {
  /** @param {HTMLElement} desk */
  constructor(desk) {
    this._desk = desk;
    /** @type {{dialog: HTMLDialogElement, onKey: (event: KeyboardEvent) => void}|null} */
    this._current = null;
  }

  /** What is open. Asked of the dialog itself: its "close" event comes later than it closes, and keys in between count. */
  get current() {
    return this._current?.dialog.open ? this._current : null;
  }

  /** @param {Plan} plan */
  open(plan) {
    this.close();
    const close = h(
      "button",
      { class: "ic", type: "button", "aria-label": "Close", title: "Close  Esc", onclick: () => this.close() },
      icon("close"),
    );
    const heading = h("h2", { id: "desk-sheet-title", tabindex: "-1" }, plan.title);
    const dialog = /** @type {HTMLDialogElement} */ (
      h(
        "dialog",
        { class: `sheet ${plan.className ?? ""}`, "aria-labelledby": "desk-sheet-title" },
        h("div", { class: "head" }, heading, close),
        h("div", { class: "sheet-body" }, ...plan.body),
      )
    );
    dialog.addEventListener("click", (event) => event.target === dialog && this.close());
    dialog.addEventListener("close", () => dialog.remove());
    this._desk.append(dialog);
    dialog.showModal();
    (plan.focus ?? heading).focus();
    this._current = { dialog, onKey: (event) => plan.onKey?.(event) };
  }

  close() {
    this.current?.dialog.close();
  }
}
