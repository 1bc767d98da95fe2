/** The near-duplicates of what was answered last: an offer to label them, too. */

/** @typedef {import("./types.js").Answer} Answer */
/** @typedef {{pile: number, count: number, class_id: number}} Offer */

export class Copies {
  constructor() {
    /** @type {import("./types.js").CopiesOut|null} */
    this._told = null;
  }

  /** Take over what came with an acknowledgement. @param {import("./types.js").CopiesOut|null|undefined} told */
  hear(told) {
    if (told) this._told = told;
  }

  /** What is offered while this is the newest answer. @param {Answer|undefined} newest @returns {Offer|null} */
  after(newest) {
    const told = this._told;
    if (!told || !newest || newest.event_id !== told.event_id || newest.class_id === null) return null;
    return { pile: told.pile, count: told.count, class_id: newest.class_id };
  }
}

/** What the button says. @param {Offer} offer */
export const offerWords = ({ count }) => (count === 1 ? "Label its copy" : `Label its ${count.toLocaleString("en")} copies`);

/** The same in a sentence. @param {Offer} offer @param {string} name Of the class. */
export const offerSentence = ({ count }, name) =>
  count === 1 ? `1 copy of it can be labeled as ${name}, too` : `${count.toLocaleString("en")} copies of it can be labeled as ${name}, too`;
