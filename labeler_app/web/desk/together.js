/** Labels given together: one step, that one undo takes back. */

import { eventOf } from "./event.js";
import { entryOf } from "./history.js";
import { uuid } from "./storage.js";

/** @typedef {import("./types.js").PileTile} PileTile */

/**
 * Label tiles as one step.
 *
 * @param {import("./session.js").Session} session
 * @param {{tile: PileTile, class_id: number}[]} chosen At least one.
 * @param {{at: number, ms: number, shown_at: string, version: number|null, suggestion: boolean, copies: boolean}} common
 *   `ms`: for all of them. `suggestion`: whether the grid shows what the model takes them for; one may have been looked at before.
 * @returns {number[]} The items.
 */
export function giveTogether({ outbox, history, guesses }, chosen, common) {
  const shared = { ...common, ms: common.ms / chosen.length, bulk: uuid() };
  const events = chosen.map(({ tile, class_id }) => {
    const suggestion = common.suggestion || guesses.wasSeen(tile.id);
    return eventOf(tile.id, "label", { ...shared, class_id, suggestion });
  });
  for (const event of events) outbox.put(event, { at: common.at });
  const labels = events.map(({ event_id, item, class_id }, place) => {
    const { url, thumb } = chosen[place].tile;
    return { event_id, item, class_id, url, thumb };
  });
  history.add(events[0], entryOf({ entry: null, ...labels[0] }), labels);
  return events.map(({ item }) => item);
}
