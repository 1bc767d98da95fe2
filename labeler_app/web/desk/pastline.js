/** The line that tells of an older answer, in the place of the last five: what was answered, and the way back. */

import { h, icon, kbd, setText } from "./dom.js";
import { kbdOf, keyed } from "./keymap.js";
import { signOf } from "./strip.js";

/** @typedef {import("./types.js").ClassRow} ClassRow */

export class PastLine {
  /** @param {(does: string, event: Event) => void} run */
  constructor(run) {
    const act = (/** @type {string} */ does, /** @type {object} */ props, /** @type {(Node|string)[]} */ ...inside) =>
      h("button", { class: "quiet", type: "button", ...props, onclick: (/** @type {Event} */ event) => run(does, event) }, ...inside);
    this._older = /** @type {HTMLButtonElement} */ (act("older", keyed("older", "Older answer", "Older"), icon("left")));
    this._key = h("kbd");
    this._back = h("span", { class: "muted" });
    this._name = h("b", { dir: "auto" });
    this._reason = h("span");
    this._said = h("p", {}, this._name, this._reason);
    this.node = h(
      "div",
      { class: "past", role: "group", "aria-label": "An older answer" },
      this._older,
      act("newer", keyed("newer", "Newer answer", "Newer"), icon("right")),
      this._back,
      this._key,
      this._said,
      act("undo", keyed("undo", "Take this answer back"), kbdOf("undo", "no-phone"), h("span", { class: "only-phone" }, icon("undo", 18)), h("span", { class: "no-phone" }, "Take back")),
      act("close", { "aria-label": "Back to the item that waits, Escape" }, kbd("Esc", "no-phone"), "Back"),
    );
  }

  /**
   * @param {import("./past.js").Past} past
   * @param {(id: number|null) => ClassRow|undefined} classOf
   * @param {(eventId: string) => boolean} isUnsaved
   * @param {string} said A remark that takes the place of the reason for a while.
   */
  render(past, classOf, isUnsaved, said) {
    const { answer } = past;
    if (!answer) return;
    const { key, words, colour } = signOf(answer, classOf);
    setText(this._key, key);
    this._key.style.setProperty("--c", colour ? `var(--c${colour})` : "transparent");
    this._key.dataset.colour = String(colour);
    this._key.classList.toggle("un", isUnsaved(answer.event_id));
    setText(this._back, `${past.back} back`);
    setText(this._name, words);
    const time = Number.isFinite(answer.seconds) ? `, ${answer.seconds.toFixed(1)} s` : "";
    const corrected = answer.before ? `, corrected from ${signOf(answer.before, classOf).words}` : "";
    setText(this._reason, said ? `. ${said}` : `${time}${corrected}. ${answer.why}`);
    this._said.title = this._said.textContent ?? "";
    this._older.disabled = !past.hasOlder;
  }
}
