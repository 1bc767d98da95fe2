/** Answers as a person gives them: a class, what was suggested or a set, with the note that was written; and back. */

import { isMeant, TOO_SOON } from "./chosen.js";
import { favourite } from "./dock.js";

/** @typedef {import("./types.js").Answer} Answer */

export class Answers {
  /** @param {import("./view.js").View} view @param {import("./session.js").Session} session */
  constructor(view, session) {
    this._view = view;
    this._session = session;
  }

  /** The key of a class, or its button. @param {import("./types.js").ClassRow} row @param {Event} event */
  label(row, event) {
    if (!this._session.facts.isSeveral) return this.give("label", event, { classId: row.id });
    this._session.toggle(row.id, event.timeStamp || performance.now());
    this._view.render();
  }

  /**
   * @param {import("./types.js").Kind} kind @param {Event} [event]
   * @param {{classId?: number|null, classIds?: number[]|null, reason?: string}} [more]
   */
  give(kind, event, { classId = null, classIds = null, reason = "" } = {}) {
    const { rail } = this._view;
    const item = this._session.onScreen?.id;
    const own = item ? rail.noteOn(item) : null;
    const note = [reason, own].filter(Boolean).join("\n") || null;
    const answered = this._session.answer(kind, { classId, classIds, note, at: event?.timeStamp || performance.now() });
    if (!answered || !own) return;
    rail.sent(answered.item);
    const { newest } = this._session.history;
    if (newest) newest.note = own;
  }

  /** Take an answer back: its item returns, and the note on it. @param {Answer} [answer] The newest, if none is meant. */
  undo(answer = this._session.past.answer ?? this._session.history.newest) {
    if (answer?.note) this._view.rail.bringBack(answer.item, answer.note);
    this._session.undo(answer);
  }

  /** Enter: the suggestion if it was looked at. @param {Event} [event] */
  accept(event) {
    const { facts, mode, look, shares } = this._session;
    if (facts.isSeveral) return this._giveSet(event);
    if (mode !== "label" || !look.revealed || !shares) return false;
    const row = favourite(facts.classes, shares);
    if (row) this.label(row, event ?? new Event("accept"));
    return true;
  }

  /** Enter, where an item may have several classes: give those that are chosen. @param {Event} [event] */
  _giveSet(event) {
    const { onScreen, mode } = this._session;
    if (!onScreen || !["label", "past"].includes(mode)) return false;
    if (!isMeant(onScreen, event?.timeStamp || performance.now())) this._view.remark(TOO_SOON);
    else this.give("label", event, { classIds: [...onScreen.chosen] });
    return true;
  }
}
