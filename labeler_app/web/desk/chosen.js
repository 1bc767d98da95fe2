/** Where an item may have several classes: what is chosen for it so far, before Enter gives it. */

import { plural } from "./dom.js";

/** @typedef {import("./types.js").ClassRow} ClassRow */

/** Enter sooner than this after the item came, with nothing chosen, was not meant as "none of them". */
const EMPTY_MS = 400;
export const TOO_SOON = "Nothing is chosen yet. Enter once more says that it has none of the classes.";
export const GONE = "A class that was chosen is not in use any more. Look at what is left before you give it.";

/** Where an item may have several classes, one at least so probable is suggested. */
export const LIKELY = 0.5;

/** The classes that are suggested. @param {Record<string, number>} shares @param {(id: number) => ClassRow|undefined} classOf */
export const likely = (shares, classOf) => new Set(Object.keys(shares).map(Number).filter((id) => shares[id] >= LIKELY && classOf(id)));

/** @param {number[]|null|undefined} one @param {number[]|null|undefined} other */
export const areSame = (one, other) => (one && other ? one.length === other.length && one.every((id) => other.includes(id)) : !one && !other);

/**
 * Whether the choice can be given now.
 *
 * @param {import("./images.js").Entry} entry @param {number} at When the key went down.
 */
export const isMeant = (entry, at) => entry.chosen.size > 0 || at > entry.placed + EMPTY_MS;

/**
 * What is chosen when an answer is looked at again: the classes it gave that are still in use.
 *
 * @param {import("./types.js").Answer|undefined} answer @param {(id: number) => ClassRow|undefined} classOf
 */
export const chosenOf = (answer, classOf) => new Set((answer?.class_ids ?? []).filter((id) => classOf(id)));

/**
 * Choose what is not in use any more no longer.
 *
 * @param {import("./images.js").Entry} entry @param {(id: number) => ClassRow|undefined} classOf @returns {boolean} Whether there was any.
 */
export function dropGone(entry, classOf) {
  const gone = [...entry.chosen].filter((id) => !classOf(id));
  for (const id of gone) entry.chosen.delete(id);
  // A key from before was meant to give these, too.
  if (gone.length) entry.placed = performance.now();
  return gone.length > 0;
}

/**
 * What the button that gives it says.
 *
 * @param {ClassRow[]} chosen @param {ClassRow[]} near Those in the row, where it is seen whether they are chosen.
 * @returns {{words: string, names: string, beyond: string}} `beyond`: names that are in the row nowhere.
 */
export function wordsOf(chosen, near) {
  if (!chosen.length) return { words: "None of these", names: "", beyond: "" };
  const namesOf = (/** @type {ClassRow[]} */ rows) => rows.map(({ name }) => name).join(", ");
  const beyond = namesOf(chosen.filter((row) => !near.includes(row)));
  return { words: `Give ${plural(chosen.length, "class", "classes")}`, names: namesOf(chosen), beyond: beyond && `also ${beyond}` };
}
