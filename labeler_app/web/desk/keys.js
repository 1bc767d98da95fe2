/**
 * What happens when a key goes down. Which key does what is in keymap.js.
 */

import { Hush } from "./hush.js";
import { commandAt } from "./keymap.js";

/** What keys do that move in a long text, whether single keys are switched on or not. @type {Record<string, string>} */
const MOVES = {
  PageDown: "pageDown",
  PageUp: "pageUp",
  ArrowDown: "lineDown",
  ArrowUp: "lineUp",
  End: "toEnd",
  Home: "toStart",
};

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

/** Arrows on a tab belong to the tabs. @param {EventTarget} target @param {KeyboardEvent} event */
const turnsTab = (target, event) =>
  target instanceof HTMLElement && target.matches("[role=tab]") && ["ArrowLeft", "ArrowRight"].includes(event.key);

/** @param {KeyboardEvent} event */
const inList = (event) => event.composedPath().some((one) => one instanceof Element && one.matches(".rail"));

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
 * @property {(event: KeyboardEvent) => boolean} field A key in a text field of the desk; true if it ends the writing.
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
    if (!event.isComposing && listener.field(event)) hush.end();
  } else if (inside && isControl(target) && (event.key === "Enter" || event.key === " ")) {
    // A held Enter would press a focused class button again and again.
    if (event.repeat) event.preventDefault();
    else if (hush.covers(event)) take(event, listener.ignored);
    event.stopImmediatePropagation();
  } else if (!event.isComposing && !turnsTab(target, event)) {
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
  const known = commandAt(key);
  // A list that has the focus, as that of the definitions, moves by itself.
  if (MOVES[key] && !inList(event) && !(known && listener.single())) return take(event, () => listener.run(MOVES[key], event) === true, true);
  if (!listener.single() && known?.does !== "keys") return;
  const row = listener.classOf(key);
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
