/** The rows of the key map while the batch grid is open: what gridkeys.js does. */

import { capOf } from "./keymap.js";

/** @typedef {import("./keysheet.js").Row} Row */

/** @param {boolean} isNamed Whether a person says what the items of a pile are. @returns {Row[]} */
export function gridRows(isNamed) {
  const fixed = (/** @type {string} */ words, /** @type {string[]} */ ...caps) => ({ words, change: [], fixed: caps });
  const own = (/** @type {string} */ does, /** @type {string} */ words, /** @type {string[]} */ ...caps) => {
    return { words, change: /** @type {[string, string, string][]} */ ([[does, capOf(does), words]]), fixed: caps };
  };
  return [
    fixed("Move from tile to tile", "←", "→", "↑", "↓"),
    fixed("First tile, last tile", "Home", "End"),
    fixed("Leave the tile out, or take it in", "Space"),
    fixed("Range: all up to here become like the tile you changed last. Also Shift and a click", "Shift", "← → ↑ ↓"),
    fixed("Go to the tiles that were not on screen yet", "Page ↓"),
    fixed(`${isNamed ? "Label" : "Accept"} what is in, once all of it was on screen`, "Enter"),
    own("undo", "Take back what was labeled last, all of it", "Ctrl Z"),
    own("pick", "Back to one at a time", "Esc"),
    own("keys", "This key map"),
  ];
}

/** What the keys of the classes do. @param {boolean} isNamed */
export const classesDo = (isNamed) => (isNamed ? "What all that are in will be" : "Another class for the tile under the cursor");
