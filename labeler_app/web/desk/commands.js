/**
 * The commands of the desk and their usual keys; services/keys.py knows the same. The letters of the classes come from
 * the server and are those left free here.
 */

/** @typedef {{does: string, words: string, repeats?: boolean}} Command */

/** @type {Record<string, Command>} */
export const COMMANDS = {
  " ": { does: "reveal", words: "Reveal the suggestion" },
  Enter: { does: "accept", words: "Accept the revealed suggestion" },
  U: { does: "unsure", words: "Not sure" },
  S: { does: "skip", words: "Skip" },
  F: { does: "flag", words: "Flag, with a reason" },
  N: { does: "note", words: "Write a note on this item" },
  Z: { does: "undo", words: "Undo, the item comes back" },
  // Where all classes fit the row, 0 is the key of the tenth.
  0: { does: "find", words: "Find a class" },
  "/": { does: "find", words: "Find a class" },
  A: { does: "addClass", words: "Add a class" },
  G: { does: "rail", words: "Guidelines, open and close" },
  B: { does: "pick", words: "Batch grid and back; before the first model, pick by hand" },
  ArrowLeft: { does: "older", words: "Look back, and correct an answer", repeats: true },
  ArrowRight: { does: "newer", words: "Forward again", repeats: true },
  H: { does: "focus", words: "Focus mode, and back" },
  "?": { does: "keys", words: "This key map" },
  "+": { does: "zoomIn", words: "Zoom in", repeats: true },
  "-": { does: "zoomOut", words: "Zoom out", repeats: true },
  "Shift+0": { does: "fit", words: "Fit" },
  "[": { does: "darker", words: "Darker", repeats: true },
  "]": { does: "brighter", words: "Brighter", repeats: true },
  "{": { does: "softer", words: "Less contrast", repeats: true },
  "}": { does: "harder", words: "More contrast", repeats: true },
  I: { does: "invert", words: "Invert" },
};
