/** Sheets: what lies over the desk for a moment. One at a time; Esc, the cross and a click outside close it. */

import { h, icon, kbd } from "./dom.js";

/**
 * @typedef {Object} Plan
 * @property {string} title
 * @property {string} [className] "left", "right" or "" (middle).
 * @property {(Node|string)[]} body
 * @property {(event: KeyboardEvent) => void} [onKey] Keys outside text fields.
 * @property {HTMLElement} [focus] What gets the focus first; else the sheet itself.
 * @property {Node[]} [tools] What stands in the head, beside the title.
 * @property {string} [done] A word for the button that closes it, in place of the cross.
 * @property {() => void} [onClose] Called once, as soon as it is closed.
 */

export class Sheets {
  /** @param {HTMLElement} desk */
  constructor(desk) {
    this._desk = desk;
    /** @type {{dialog: HTMLDialogElement, leave: () => void, onKey: (event: KeyboardEvent) => void}|null} */
    this._current = null;
  }

  /** What is open. Asked of the dialog itself: its "close" event comes later than it closes, and keys in between count. */
  get current() {
    return this._current?.dialog.open ? this._current : null;
  }

  /** @param {Plan} plan */
  open(plan) {
    this.close();
    const close = plan.done ? this._done(plan.done) : this._cross();
    const heading = h("h2", { id: "desk-sheet-title", tabindex: "-1" }, plan.title);
    const dialog = /** @type {HTMLDialogElement} */ (
      h(
        "dialog",
        { class: `sheet ${plan.className ?? ""}`, "aria-labelledby": "desk-sheet-title" },
        h("div", { class: "head" }, heading, ...(plan.tools ?? []), close),
        h("div", { class: "sheet-body" }, ...plan.body),
      )
    );
    dialog.addEventListener("click", (event) => event.target === dialog && this.close());
    let isLeft = false;
    const leave = () => {
      if (isLeft) return;
      isLeft = true;
      dialog.remove();
      plan.onClose?.();
    };
    dialog.addEventListener("close", leave);
    this._desk.append(dialog);
    dialog.showModal();
    (plan.focus ?? heading).focus();
    this._current = { dialog, leave, onKey: (event) => plan.onKey?.(event) };
  }

  close() {
    const { current } = this;
    current?.dialog.close();
    current?.leave();
  }

  _cross() {
    const title = { "aria-label": "Close", title: "Close  Esc" };
    return h("button", { class: "ic", type: "button", ...title, onclick: () => this.close() }, icon("close"));
  }

  /** @param {string} words */
  _done(words) {
    return h("button", { class: "primary", type: "button", onclick: () => this.close() }, words, kbd("Esc", "no-phone"));
  }
}
