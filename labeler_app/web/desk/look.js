/** A look at one item: since when it is on screen, what was revealed meanwhile, and the answer it ends with. */

import { eventOf } from "./event.js";
import { Presence } from "./presence.js";

/** @typedef {import("./images.js").Entry} Entry */
/** @typedef {import("./types.js").Kind} Kind */

/**
 * A key that went down before the item came was meant for another one: the page had stood still, and the
 * key had waited. One frame is let through. What counts is when the item was put in place, not when it was
 * painted: that happens right after the key before it, so fingers faster than the screen lose nothing.
 */
const EARLY_KEY_MS = 20;

export class Look {
  /** @param {import("./guesses.js").Guesses} guesses @param {() => void} back Called when the page is seen again. */
  constructor(guesses, back) {
    this._guesses = guesses;
    /** Whether the suggestion is shown. */
    this.revealed = false;
    /** @type {Entry|null} */
    this._entry = null;
    /** Milliseconds that the item had been looked at when something else came in between. */
    this._spent = 0;
    this._presence = new Presence(back);
  }

  close() {
    this._presence.close();
  }

  /** Nothing is looked at any more. */
  end() {
    this.revealed = false;
    this._entry = null;
  }

  /** An item was put on screen. @param {Entry} entry */
  begin(entry) {
    this._entry = entry;
    entry.shownAt = new Date().toISOString();
    this._presence.restart(entry.since);
  }

  /** Something else is on screen until `resume`. */
  pause() {
    if (this._entry) this._spent = performance.now() - this._entry.since - this._presence.hiddenMs;
  }

  /** The item is on screen again; its time goes on where it stood. */
  resume() {
    if (!this._entry) return;
    this._entry.place();
    this._entry.since -= this._spent;
    this._presence.restart(this._entry.placed);
  }

  reveal() {
    this.revealed = !this.revealed;
    this.seeGuess();
  }

  /** The suggestion is on screen, if it is revealed, and if there is one: it may come while the person waits for it. */
  seeGuess() {
    if (this.revealed && this._entry?.item.p) this._guesses.reveal(this._entry.id);
  }

  /** Whether a key of that time was meant for this item. @param {Entry} entry @param {number} at */
  isMeant(entry, at) {
    return at >= entry.placed - EARLY_KEY_MS;
  }

  /**
   * The event that tells the server.
   *
   * @param {Entry} entry
   * @param {Kind} kind
   * @param {{class_id?: number|null, class_ids?: number[]|null, class_version?: number, note?: string|null, at?: number}} [more] `at`: when the key went down.
   * @returns {import("./types.js").LabelEvent}
   */
  event(entry, kind, { class_id = null, class_ids = null, class_version = -1, note = null, at = performance.now() } = {}) {
    return eventOf(entry.id, kind, {
      class_id,
      ...(class_ids && { class_ids }),
      // Of classes that this page did not know the answer says nothing.
      ...(class_ids && class_version >= 0 && { class_version }),
      note,
      at,
      version: entry.item.version ?? null,
      shown_at: entry.shownAt || new Date().toISOString(),
      ms: at - entry.since - this._presence.hiddenMs,
      suggestion: this._guesses.wasSeen(entry.id),
    });
  }
}
