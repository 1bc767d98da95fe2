/** What a person did to an item, as POST /api/labels stores it. */

import { uuid } from "./storage.js";

/** @typedef {import("./types.js").LabelEvent} LabelEvent */

const PLAIN = { class_id: null, note: null, reverts: null, version: null, suggestion: false };

/**
 * @param {number} item
 * @param {import("./types.js").Kind} kind
 * @param {Partial<LabelEvent> & {shown_at: string, at: number}} more `at`: when it was decided, on the clock of `performance.now()`.
 * @returns {LabelEvent}
 */
export function eventOf(item, kind, { at, ms = 0, ...more }) {
  const decided_at = new Date(Date.now() - Math.max(0, performance.now() - at)).toISOString();
  return { event_id: uuid(), item, kind, ...PLAIN, decided_at, ...more, ms: Math.max(0, Math.round(ms)) };
}
