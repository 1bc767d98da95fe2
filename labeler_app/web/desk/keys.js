/**
 * What a key does. One table; the letters of the classes come from the server and are those left free here.
 */

import { Hush } from "./hush.js";

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
  A: { does: "addClass", words: "Add a class" },
  G: { does: "rail", words: "Guidelines, open and close" },
  B: { does: "pick", words: "Pick by hand, before the first model" },
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

/** Rows of the key map: caps and words. @type {[string[], string][]} */
export const KEY_MAP = [
  [["Space"], COMMANDS[" "].words],
  [["Enter"], COMMANDS.Enter.words],
  ...["U", "S", "F", "N"].map((key) => /** @type {[string[], string]} */ ([[key], COMMANDS[key].words])),
  [["Z", "Ctrl Z"], COMMANDS.Z.words],
  ...["A", "G", "B"].map((key) => /** @type {[string[], string]} */ ([[key], COMMANDS[key].words])),
  [["+", "−", "Shift 0"], "Zoom in, out, fit"],
  [["[", "]"], "Darker, brighter"],
  [["{", "}"], "Less, more contrast"],
  [["I"], COMMANDS.I.words],
  [["?"], COMMANDS["?"].words],
];

/** Streamlit reruns the app on "r" and clears caches on "c"; neither belongs on this page. */
const FOREIGN = new Set(["R", "C"]);
const NO_TEXT = new Set(["button", "checkbox", "color", "file", "image", "radio", "range", "reset", "submit"]);

/**
 * The name of a key in the table: "1", "U", "Shift+0".
 *
 * The place on the keyboard decides for digits (on a French keyboard they need Shift) and where the
 * alphabet is not Latin.
 *
 * @param {KeyboardEvent} event
 */
export function nameOf(event) {
  const digit = /^Digit(\d)$/.exec(event.code)?.[1];
  if (event.shiftKey && digit === "0") return "Shift+0";
  if (digit && !event.shiftKey) return digit;
  const letter = /^Key([A-Z])$/.exec(event.code)?.[1];
  if (letter && event.key.length === 1 && event.key.charCodeAt(0) > 0x24f) return letter;
  if (event.key === "=") return "+";
  return event.key.length === 1 ? event.key.toUpperCase() : event.key;
}

/** @param {EventTarget} target */
export function isTextField(target) {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !NO_TEXT.has(target.type);
  return target.isContentEditable || target.matches("textarea, select, [role=textbox], [role=combobox]");
}

/** @param {EventTarget} target */
const isControl = (target) =>
  target instanceof HTMLElement && target.matches("button, a[href], input, summary, [role=button], [role=tab]");

/** @param {KeyboardEvent} event */
const isModified = (event) =>
  (event.ctrlKey || event.altKey || event.metaKey) && !event.getModifierState("AltGraph");

/**
 * @typedef {Object} Listener
 * @property {() => Node} root Where the desk lives.
 * @property {() => {onKey: (event: KeyboardEvent) => void}|null} sheet What is open over the desk.
 * @property {() => boolean} single Whether single keys are switched on.
 * @property {(key: string) => import("./types.js").ClassRow|undefined} classOf
 * @property {(row: import("./types.js").ClassRow, event: KeyboardEvent) => void} label
 * @property {(does: string, event: KeyboardEvent) => boolean|void} run False: nothing to do, leave the key alone.
 * @property {(event: KeyboardEvent) => void} field A key in a text field of the desk.
 * @property {() => void} ignored A key would have done something, had it not come right after writing.
 */

/**
 * Listen to the keyboard, before everything else on the page does.
 *
 * @param {Listener} listener
 * @returns {() => void} Stops listening.
 */
export function listen(listener) {
  const hush = new Hush();
  const onKeyDown = (/** @type {KeyboardEvent} */ event) => handle(listener, hush, event);
  window.addEventListener("keydown", onKeyDown, { capture: true });
  return () => window.removeEventListener("keydown", onKeyDown, { capture: true });
}

/** @param {Listener} listener @param {Hush} hush @param {KeyboardEvent} event */
function handle(listener, hush, event) {
  const target = event.composedPath()[0];
  const inside = target instanceof Node && listener.root().contains(target);
  const sheet = listener.sheet();
  if (inside && isTextField(target)) hush.wrote(event);
  if (sheet) {
    event.stopImmediatePropagation();
    sheet.onKey(event);
  } else if (isTextField(target)) {
    if (!inside) return;
    // Stopped here, or the shortcuts of the page around would take the letters of the note.
    event.stopImmediatePropagation();
    if (!event.isComposing) listener.field(event);
  } else if (inside && isControl(target) && (event.key === "Enter" || event.key === " ")) {
    // A held Enter would press a focused class button again and again.
    if (event.repeat) event.preventDefault();
    else if (hush.covers(event)) take(event, listener.ignored);
    event.stopImmediatePropagation();
  } else if (!event.isComposing) {
    command(listener, hush, event);
  }
}

/** @param {Listener} listener @param {Hush} hush @param {KeyboardEvent} event */
function command(listener, hush, event) {
  const key = nameOf(event);
  if (isModified(event)) {
    const isUndo = key === "Z" && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
    if (isUndo) take(event, () => listener.run("undo", event));
    return;
  }
  if (key === "Escape") {
    hush.wrote(event);
    return take(event, () => listener.run("close", event));
  }
  if (!listener.single() && key !== "?") return;
  const row = listener.classOf(key);
  const known = COMMANDS[key];
  const isWord = hush.covers(event);
  if (isWord && (row || known)) take(event, listener.ignored);
  else if (row) take(event, () => listener.label(row, event));
  else if (known) take(event, () => listener.run(known.does, event), known.repeats);
  else if (FOREIGN.has(key)) take(event, () => undefined);
}

/** @param {KeyboardEvent} event @param {() => boolean|void} act @param {boolean} [repeats] */
function take(event, act, repeats = false) {
  event.stopImmediatePropagation();
  if (event.repeat && !repeats) {
    event.preventDefault();
    return;
  }
  if (act() !== false) event.preventDefault();
}
