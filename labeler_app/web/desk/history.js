/** The own answers, newest last: what undo takes back and the strip shows. */

import { Entry } from "./images.js";

/** @typedef {import("./types.js").Answer} Answer */

const KEPT = 100;
/** Older answers get their image from the server again, should they come back. */
const WITH_IMAGE = 8;

export class History {
  constructor() {
    /** @type {Answer[]} */
    this.answers = [];
  }

  get newest() {
    return this.answers.at(-1);
  }

  /** @param {import("./types.js").LabelEvent} event @param {Entry} entry */
  add({ event_id, item, kind, class_id, ms }, entry) {
    const thumb = entry.item.thumb || entry.item.url;
    this.answers.push({ event_id, item, kind, class_id, thumb, seconds: ms / 1000, why: "", entry });
    if (this.answers.length > KEPT) this.answers.shift();
    const old = this.answers.at(-1 - WITH_IMAGE);
    if (old) old.entry = null;
  }

  /**
   * Answers of earlier visits, as the server tells them.
   *
   * @param {any[]} rows
   * @param {(eventId: string) => boolean} isUndone
   */
  addEarlier(rows, isUndone) {
    const known = new Set(this.answers.map((answer) => answer.event_id));
    const earlier = rows
      .filter(({ event_id }) => !known.has(event_id) && !isUndone(event_id))
      .map(({ event_id, item, kind, class_id, thumb, seconds, why }) => {
        return { event_id, item, kind, class_id, thumb, seconds: seconds ?? NaN, why: why ?? "", entry: null };
      });
    this.answers = [...earlier, ...this.answers];
    return earlier;
  }

  /** @param {string} eventId */
  remove(eventId) {
    this.answers = this.answers.filter((answer) => answer.event_id !== eventId);
  }

  /** Take over the reasons that came with the acknowledgement. @param {Record<string, string>} reasons */
  explain(reasons) {
    for (const answer of this.answers) answer.why = reasons[answer.event_id] ?? answer.why;
  }
}

/** The item of an answer, as it can be put on screen again. @param {Answer} answer */
export function entryOf({ entry, item, thumb }) {
  if (entry) return entry;
  const url = thumb.replace("size=thumb", "size=screen");
  return new Entry({ id: item, url, thumb, width: 0, height: 0, version: null, p: null });
}
