/** The rail and its note as a person opens and leaves them. */

/** @typedef {import("./view.js").View} View */

/** Said as long as it is so. */
export const NOTE_GOES = "The note goes with your answer.";

export class Notes {
  /** @param {View} view @param {import("./session.js").Session} session */
  constructor(view, session) {
    this._view = view;
    this._session = session;
    /** The rail was opened for a note, so that it closes with it. */
    this._openedForNote = false;
    view.rail.field.addEventListener("input", () => view.changed());
  }

  /** Write a note on the item on screen. */
  write() {
    const { rail, sheets } = this._view;
    sheets.close();
    // The rail turns with the next drawing; what is typed before it belongs to the item on screen.
    rail.turnTo(this._session.onScreen?.id ?? 0);
    this._openedForNote ||= !rail.isOpen;
    rail.toggle(true);
    rail.field.focus();
  }

  /** Open the rail, or shut it. @param {boolean} [open] */
  toggle(open) {
    this._openedForNote = false;
    this._view.rail.toggle(open);
    this._leave();
  }

  /** A key in the note. @param {KeyboardEvent} event */
  onKey(event) {
    if (event.key !== "Escape" || this._session.mode === "first") return;
    event.preventDefault();
    if (this._openedForNote) {
      this._openedForNote = false;
      this._view.rail.toggle(false);
      if (this._view.rail.field.value.trim()) this._view.remark(NOTE_GOES);
    }
    this._leave();
  }

  _leave() {
    this._view.stage.node.focus({ preventScroll: true });
  }
}
