/** A look at one item: since when it is on screen, what was revealed meanwhile, and the answer it ends with. */

import { Presence } from "./presence.js";
import { uuid } from "./storage.js";

/** @typedef {import("./images.js").Entry} Entry */
/** @typedef {import("./types.js").Kind} Kind */

/**
 * A key that went down before the item came was meant for another one: the page had stood still, and the
 * key had waited. One frame is let through. What counts is when the item was put in place, not when it was
 * painted: that happens right after the key before it, so fingers faster than the screen lose nothing.
 */
const EARLY_KEY_MS = 20;

export class Look {
  /** @param {() => void} back Called when the page is seen again. */
  constructor(back) {
    /** Whether the suggestion is shown. */
    this.revealed = false;
    /** @type {Entry|null} */
    this._entry = null;
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

  reveal() {
    this.revealed = !this.revealed;
    if (this._entry) this._entry.looked = true;
  }

  /** Whether a key of that time was meant for this item. @param {Entry} entry @param {number} at */
  isMeant(entry, at) {
    return at >= entry.since - EARLY_KEY_MS;
  }

  /**
   * The event that tells the server.
   *
   * @param {Entry} entry
   * @param {Kind} kind
   * @param {{class_id?: number|null, note?: string|null, at?: number}} [more] `at`: when the key went down.
   * @returns {import("./types.js").LabelEvent}
   */
  event(entry, kind, { class_id = null, note = null, at = performance.now() } = {}) {
    return {
      event_id: uuid(),
      item: entry.id,
      kind,
      class_id,
      note,
      reverts: null,
      version: entry.item.version ?? null,
      shown_at: entry.shownAt || new Date().toISOString(),
      decided_at: new Date(Date.now() - Math.max(0, performance.now() - at)).toISOString(),
      ms: Math.max(0, Math.round(at - entry.since - this._presence.hiddenMs)),
      // A look at an item without a suggestion showed nothing.
      suggestion: entry.looked && Boolean(entry.item.p),
    };
  }
}
