/**
 * Answers in this browser that belong to other desks: the tab was closed before they were sent, and another project
 * is open now. Those of the same person are sent from here; those of others can only be mentioned.
 */

import { plural } from "./dom.js";
import { ownersOf } from "./letters.js";
import { outboxOf } from "./outboxes.js";

/** @typedef {import("./outbox.js").Outbox} Outbox */
/** @typedef {import("./types.js").Data} Data */
/** @typedef {{count: number, words: string, project: number|null}} Waiting `project`: where to go, null for nowhere. */

const LOOK_MS = 20_000;

export class Elsewhere {
  /**
   * @param {Data} here
   * @param {{changed: () => void, remark: (text: string) => void}} tell
   */
  constructor({ project, person, place = "" }, tell) {
    this._here = { project, person, place };
    this._tell = tell;
    /** Outboxes of the same person's other projects, each with what stops listening to it. @type {Map<Outbox, () => void>} */
    this._boxes = new Map();
    this._strangers = { person: 0, place: 0 };
    this._beat = 0;
    this._said = false;
    this._read = "";
  }

  close() {
    clearInterval(this._beat);
    for (const stop of this._boxes.values()) stop();
    this._boxes.clear();
  }

  /** See what lies here, now and again; send what can be sent. */
  look() {
    this._beat ||= window.setInterval(() => this.look(), LOOK_MS);
    const { project, person, place } = this._here;
    const waiting = ownersOf("outbox");
    const mine = [...waiting, ...ownersOf("refused")].filter((one) => one.person === person && one.place === place);
    for (const one of new Set(mine.map((owner) => owner.project))) {
      if (one !== project) this._listen(outboxOf({ project: one, person, place }));
    }
    for (const box of this._boxes.keys()) box.adopt();
    this._strangers = {
      person: waiting.filter((one) => one.place === place && one.person !== person).length,
      place: waiting.filter((one) => one.place !== place).length,
    };
    this._tell.changed();
    if (!this._said && this._strangers.person + this._strangers.place) this._tell.remark(this.waiting[0].words);
    this._said = true;
  }

  /** What waits and why, in sentences. @returns {Waiting[]} */
  get waiting() {
    const { person, place } = this._strangers;
    return [
      ...[...this._boxes.keys()].flatMap((box) => ofProject(box)),
      { count: person, words: `${plural(person, "answer")} of another person ${verb(person)} in this browser, until they label here again.`, project: null },
      { count: place, words: `${plural(place, "answer")} of another workspace ${verb(place)} in this browser, until it is served here again.`, project: null },
    ].filter(({ count }) => count);
  }

  /** How many of them nobody has read about yet. */
  get unread() {
    const waiting = this.waiting;
    return this._read === signOf(waiting) ? 0 : waiting.reduce((sum, { count }) => sum + count, 0);
  }

  /** The person has read this; they need not hear of it again until it changes. */
  read() {
    this._read = signOf(this.waiting);
    this._tell.changed();
  }

  /** @param {Outbox} box */
  _listen(box) {
    if (this._boxes.has(box)) return;
    let sent = 0;
    const hear = (/** @type {string} */ what, /** @type {any} */ detail) => {
      if (what === "saved") sent += detail.acknowledged.length;
      if (sent && !box.size) {
        this._tell.remark(`Saved now: ${plural(sent, "answer")} of another project that waited in this browser.`);
        sent = 0;
      }
      this._tell.changed();
    };
    box.listeners.add(hear);
    this._boxes.set(box, () => box.listeners.delete(hear));
  }
}

/** @param {Waiting[]} waiting */
const signOf = (waiting) => waiting.map(({ words }) => words).join(" ");

/** @param {number} count */
const verb = (count) => (count === 1 ? "waits" : "wait");

/** @param {Outbox} box @returns {Waiting[]} */
function ofProject({ project, size, refused, failure }) {
  const why = failure ? ` ${failure.problem}` : "";
  return [
    { count: size, words: `${plural(size, "answer")} of another project ${verb(size)} in this browser.${why}`, project },
    { count: refused.size, words: `${plural(refused.size, "answer")} of another project ${refused.size === 1 ? "was" : "were"} refused.`, project },
  ];
}
