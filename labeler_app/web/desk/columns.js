/**
 * In which order the columns of a row are shown: those that tell most of the classes first, or as in the file.
 *
 * There is one order for the page, and it stays while a desk is open: eyes know where a column stands. Only where
 * nothing was known when it was opened, an order comes once.
 */

import { load, save } from "./storage.js";

/** @typedef {import("./types.js").Value} Value */

const AS_IN_FILE = "labeler:columns-as-in-file";

/** @type {string[]} */
let telling = [];
let isAsInFile = load(AS_IN_FILE) === "yes";

/** @param {string[]} names The columns that tell most, in that order; none while nothing is known. */
export function takeColumns(names) {
  telling = names;
}

export const COLUMNS_CAME = "From the next row on, the columns that tell most of the classes stand first.";

/** Take the first order that there is. @param {string[]} names @returns {boolean} Whether it changes what comes next. */
export function learnColumns(names) {
  if (telling.length || !names.length) return false;
  telling = names;
  return !isAsInFile;
}

/** A word for the order there is, which changes with it; "" where there is only that of the file. */
export const orderName = () => (telling.length ? `${isAsInFile ? "file" : "telling"} ${telling.join("\u0000")}` : "");

/** Whether the order is that of the file although another is known. */
export const isFileOrder = () => isAsInFile;

/** The other order, from now on. */
export function turnOrder() {
  isAsInFile = !isAsInFile;
  save(AS_IN_FILE, isAsInFile ? "yes" : "no");
}

/** @param {Value[]} values As in the file. @returns {Value[]} */
export function inOrder(values) {
  if (isAsInFile || !telling.length) return values;
  const place = new Map(telling.map((name, at) => [name, at]));
  const placeOf = (/** @type {Value} */ { name }) => place.get(name) ?? telling.length;
  return [...values].sort((one, other) => placeOf(one) - placeOf(other));
}
