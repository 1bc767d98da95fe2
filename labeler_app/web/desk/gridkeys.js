/** What keys do in the batch grid. */

import { keyOf } from "./keymap.js";
import { isTextField, nameOf } from "./keys.js";

/**
 * @typedef {Object} Grid
 * @property {() => boolean} single Whether single keys are switched on.
 * @property {(key: string) => import("./types.js").ClassRow|undefined} classAt
 * @property {() => void} undo
 * @property {() => void} close
 * @property {() => void} keys Show the key map.
 * @property {(at: number) => void} accept
 * @property {(event: Event) => void} toggle Leave the tile under the cursor out, or take it in.
 * @property {() => boolean} look Go to tiles that were not on screen yet; false if all were.
 * @property {(row: import("./types.js").ClassRow) => void} give
 * @property {(key: string, extend: boolean) => boolean} move Whether it is a key that moves.
 */

/** @param {KeyboardEvent} event @param {Grid} grid @returns {boolean} Whether something was done. */
export function onGridKey(event, grid) {
  const key = nameOf(event);
  const target = event.composedPath()[0];
  const isModified = event.ctrlKey || event.altKey || event.metaKey;
  const single = !isModified && grid.single();
  const isCtrlZ = key === "Z" && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
  const isUndo = isCtrlZ || (single && key === keyOf("undo"));
  const isBack = key === "Escape" || (single && key === keyOf("pick"));
  const row = single ? grid.classAt(key) : undefined;
  const isTile = target instanceof HTMLElement && target.matches(".tile");
  const isControl = !isTile && target instanceof HTMLElement && target.matches("button, input, select");
  // A slider and a list have keys of their own.
  const isField = target instanceof HTMLElement && target.matches("input, select");
  const isLeaving = isBack && (key === "Escape" || !isTextField(/** @type {EventTarget} */ (target)));
  if (isField && !isLeaving) return false;
  if (isControl && (key === "Enter" || key === " ")) {
    if (event.repeat) event.preventDefault();
    return false;
  }
  if (event.repeat && !key.startsWith("Arrow")) {
    event.preventDefault();
    return false;
  }
  if (isUndo) grid.undo();
  else if (isModified) return false;
  else if (isBack) grid.close();
  else if (key === keyOf("keys")) grid.keys();
  else if (key === "Enter") grid.accept(event.timeStamp || performance.now());
  else if (key === " ") grid.toggle(event);
  else if (row) grid.give(row);
  else if (key === "PageDown") {
    if (!grid.look()) return false;
  } else if (!grid.move(key, event.shiftKey)) return false;
  event.preventDefault();
  return true;
}
