/** What keys do in the keep/reject grid, while the focus is in it. */

import { nameOf } from "./keys.js";

/**
 * @typedef {Object} Keys
 * @property {(key: string) => import("./types.js").ClassRow|undefined} classAt
 * @property {(at: number) => void} keep
 * @property {(at: number) => void} reject
 * @property {(row: import("./types.js").ClassRow, at: number) => void} give
 * @property {() => void} undo
 * @property {(step: number) => void} turn
 * @property {(key: string) => void} move
 * @property {() => void} readOn
 */

const MOVES = new Set(["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End"]);

/** @param {KeyboardEvent} event @param {Keys} does */
export function onReviewKey(event, does) {
  const key = nameOf(event);
  const target = /** @type {HTMLElement} */ (event.target);
  const isPressed = (key === "Enter" || key === " ") && !target.matches(".rv-tile");
  if (target.matches("select, input") || event.isComposing || isPressed || key === "Tab" || key === "Escape") return;
  if (event.altKey || ((event.ctrlKey || event.metaKey) && key !== "Z")) return;
  // Streamlit reruns the page on "r"; that belongs elsewhere.
  event.stopPropagation();
  // A held key would run through the page.
  if (event.repeat && !MOVES.has(key)) event.preventDefault();
  else if (run(key, event.timeStamp || performance.now(), does)) event.preventDefault();
}

/** @param {string} key @param {number} at @param {Keys} does @returns {boolean} Whether it is one of ours. */
function run(key, at, does) {
  const row = does.classAt(key);
  if (MOVES.has(key)) does.move(key);
  else if (key === "Enter") does.keep(at);
  else if (key === "Delete" || key === "Backspace") does.reject(at);
  else if (key === "Z") does.undo();
  else if (key === " ") does.readOn();
  else if (key === "PageDown" || key === "PageUp") does.turn(key === "PageDown" ? 1 : -1);
  else if (row) does.give(row, at);
  else return false;
  return true;
}
