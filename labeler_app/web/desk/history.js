/** The own answers, newest last: what undo takes back and the strip shows. */

import { Entry } from "./images.js";

/** @typedef {import("./types.js").Answer} Answer */
/** @typedef {import("./types.js").Stand} Stand */

const KEPT = 100;
/** Takes the numbers of earlier answers below those that are counted here. */
const SEQ_MOST = Number.MAX_SAFE_INTEGER;
/** Older answers get their image from the server again, should they come back. */
const WITH_IMAGE = 8;

export class History {
  constructor() {
    /** @type {Answer[]} */
    this.answers = [];
    this._added = 0;
  }

  get newest() {
    return this.answers.at(-1);
  }

  /**
   * @param {import("./types.js").LabelEvent} event @param {Entry} entry
   * @param {Answer["together"]} [together] All labels of the same step.
   */
  add({ event_id, item, kind, class_id, class_ids, ms }, entry, together) {
    const { url, thumb = url } = entry.item;
    const seconds = ms === null ? NaN : ms / 1000;
    this._added += 1;
    this.answers.push({ event_id, item, kind, class_id, class_ids, url, thumb, seconds, why: "", entry, together, before: null, order: this._added });
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
      .filter(({ event_id }) => !known.has(event_id))
      .map((row) => earlierOf(row, isUndone))
      .filter((answer) => answer !== null);
    this.answers = [...earlier, ...this.answers];
    return earlier;
  }

  /**
   * An item was answered anew: the new answer is the newest, the old one lies beneath it.
   *
   * @param {import("./types.js").LabelEvent} event @param {Entry} entry @param {Answer} before
   */
  correct(event, entry, before) {
    this.answers = this.answers.filter((answer) => answer !== before);
    this.add(event, entry);
    const answer = /** @type {Answer} */ (this.newest);
    Object.assign(answer, { before, why: before.why });
    return answer;
  }

  /** An answer does not hold: what lies beneath it stands again. @param {string} eventId */
  remove(eventId) {
    const gone = this.answers.find((answer) => answer.event_id === eventId);
    this.answers = this.answers.filter((answer) => answer !== gone);
    if (gone?.before) {
      this.answers.push({ ...gone.before, entry: gone.entry ?? gone.before.entry });
      this.answers.sort((one, other) => one.order - other.order);
    }
    for (const answer of this.answers) cut(answer, eventId);
  }

  /** The server did not take an answer: of several in one step, the others hold. @param {string} eventId */
  refuse(eventId) {
    const step = this.answers.find(({ together = [] }) => together.some(({ event_id }) => event_id === eventId));
    const left = step?.together?.filter(({ event_id }) => event_id !== eventId) ?? [];
    if (!step || !left.length) return this.remove(eventId);
    // A step goes by the first of its labels.
    if (step.event_id === eventId) Object.assign(step, left[0], { entry: null });
    step.together = left;
  }

  /** What the last answers mean now that the classes are others. @param {any[]} rows As the server tells them. */
  retell(rows) {
    const told = new Map(rows.flatMap(({ under, ...newest }) => [...under, newest]).map((row) => [row.event_id, row.class_ids]));
    for (const answer of this.answers) {
      for (let one = /** @type {Answer|null} */ (answer); one; one = one.before) one.class_ids = told.get(one.event_id) ?? one.class_ids;
    }
  }

  /** Take over the reasons that came with the acknowledgement. @param {Record<string, string>} reasons */
  explain(reasons) {
    for (const answer of this.answers) answer.why = reasons[answer.event_id] ?? answer.why;
  }
}

/**
 * @param {any} row An answer as the server tells it. @param {(eventId: string) => boolean} isUndone
 * @returns {Answer|null} With those beneath it; null if all of them are being taken back.
 */
function earlierOf({ item, url, thumb, why, under, together = [], ...newest }, isUndone) {
  const plain = { item, url, thumb, why, entry: null };
  const pile = [...under, newest].filter((one) => !isUndone(one.event_id));
  const answer = (/** @type {any} */ { seq, event_id, kind, class_id, class_ids, seconds = null }, /** @type {Answer|null} */ before) => {
    return { ...plain, event_id, kind, class_id, class_ids, seconds: seconds ?? NaN, before, order: seq - SEQ_MOST };
  };
  const top = pile.reduce((before, one) => answer(one, before), null);
  const group = together.filter((/** @type {any} */ { event_id }) => !isUndone(event_id));
  return top && group.length ? { ...top, together: group } : top;
}

/** Take an answer out of those beneath another one. @param {Answer} answer @param {string} eventId */
function cut(answer, eventId) {
  for (let upper = answer; upper.before; ) {
    if (upper.before.event_id === eventId) upper.before = upper.before.before;
    else upper = upper.before;
  }
}

/** What an answer says. @param {Answer} answer @returns {Stand} */
export const standOf = ({ event_id, kind, class_id, class_ids }) => ({ event_id, kind, class_id, ...(class_ids && { class_ids }) });

/** What the answers beneath an answer say, the oldest first. @param {Answer} answer @returns {Stand[]} */
export const pileOf = ({ before }) => (before ? [...pileOf(before), standOf(before)] : []);

/** The item of an answer, as it can be put on screen again. @param {Pick<Answer, "entry"|"item"|"url"|"thumb">} answer */
export function entryOf({ entry, item, url, thumb }) {
  return entry ?? new Entry({ id: item, url, thumb, width: 0, height: 0, version: null, p: null });
}
