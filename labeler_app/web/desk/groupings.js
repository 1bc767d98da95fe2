/** The ways the batch grid makes piles, and what it says of each. */

/** @typedef {import("./types.js").Sight} Sight */
/** @typedef {"class"|"cluster"|"copies"} By */
/**
 * @typedef {Object} Grouping
 * @property {string} option What it is called where it is chosen.
 * @property {boolean} isNamed Whether a person says what the items of a pile are; else the model has.
 * @property {boolean} sawGuess Whether a person has seen what the model takes the items for.
 * @property {string} how What keys and clicks do.
 * @property {string} order
 * @property {string} apart Why other items are in no pile.
 * @property {(count: number, all: number, name: string|undefined) => string} title Of a pile with tiles, by the class it has.
 * @property {(pile: import("./types.js").Pile) => string} nameOf What a pile is called that has no class.
 * @property {boolean} countsInName Whether that tells how many there are.
 * @property {(inside: number, name: string|undefined) => string} act What the button says.
 * @property {string} unjudged Said where no audit item tells how many will be wrong.
 * @property {(sight: Sight) => string} why Why there is no tile.
 */

const NAMING = "A class key says what they are · click or Space leaves one out · arrows move · Shift takes a range";
const NOTHING_LEFT = "No item is left for a pile.";
const UNJUDGED = "Not known yet how many are wrong";

const ofAll = (/** @type {number} */ shown, /** @type {number} */ all) =>
  shown < all ? `${shown} of ${all.toLocaleString("en")}` : shown.toLocaleString("en");
const pileName = (/** @type {{number: number}} */ { number }) => `pile ${number}`;
const acceptAs = (/** @type {number} */ inside, /** @type {string|undefined} */ name) => `Accept ${inside}${name ? ` as ${name}` : ""}`;
const copies = (/** @type {number} */ number) => (number === 1 ? "1 copy" : `${number.toLocaleString("en")} copies`);

/** @type {Record<By, Grouping>} */
export const GROUPINGS = {
  class: {
    option: "class",
    isNamed: false,
    sawGuess: true,
    how: "Click or Space leaves one out · arrows move · Shift takes a range · a class key relabels the item under the cursor",
    order: "least certain first",
    apart: "too unsure for a pile, or drawn for the audit",
    title: (count, all, name) => `${ofAll(count, all)} predicted ${name}`,
    nameOf: pileName,
    countsInName: false,
    act: acceptAs,
    unjudged: UNJUDGED,
    why: ({ piles }) =>
      piles.some(({ total }) => total) ? "The model is not that sure of any item. Lower the confidence to see more." : NOTHING_LEFT,
  },
  cluster: {
    option: "likeness",
    isNamed: true,
    sawGuess: false,
    how: NAMING,
    order: "most typical first",
    apart: "drawn for the audit",
    title: (count, all) => `${ofAll(count, all)} that look alike`,
    nameOf: pileName,
    countsInName: false,
    act: acceptAs,
    unjudged: UNJUDGED,
    why: ({ pending }) => (pending ? "Piles of items that look alike come once their features are computed." : NOTHING_LEFT),
  },
  copies: {
    option: "copies",
    isNamed: true,
    sawGuess: false,
    how: NAMING,
    order: "near-duplicates of the first",
    apart: "in smaller piles, without a copy, or drawn for the audit",
    title: (count, all) => (count < all ? `${ofAll(count, all)} copies` : copies(count)),
    nameOf: ({ sure }) => copies(sure),
    countsInName: true,
    act: (inside, name) => `Label ${copies(inside)}${name ? ` as ${name}` : ""}`,
    unjudged: "No estimate: copies of audit items are kept apart",
    why: ({ pending, piles }) => {
      if (pending) return "Near-duplicates are found once the features are computed.";
      return piles.length ? "No near-duplicate is left to label." : "No two items are near-duplicates.";
    },
  },
};
