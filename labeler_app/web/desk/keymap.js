/**
 * Which key does what for the person at this desk: the usual keys, and those chosen instead.
 *
 * There is one for the page. What shows a key is made by `keyOf` and `keyed`, and written anew when the keys change.
 */

import { COMMANDS } from "./commands.js";
import { h, setAttribute, setText } from "./dom.js";

/** @typedef {import("./commands.js").Command} Command */

const SIGNS = { " ": "Space", ArrowLeft: "←", ArrowRight: "→", "-": "−", "Shift+0": "Shift 0", PageUp: "Page ↑", PageDown: "Page ↓" };
const SPOKEN = { "+": "plus", "-": "minus", "Shift+0": "Shift and 0", ArrowLeft: "left arrow", ArrowRight: "right arrow" };

/** @type {Map<string, string>} By command: the first key that the table names for it last. */
const USUAL = new Map(Object.entries(COMMANDS).map(([key, { does }]) => [does, key]));

/** @type {Record<string, string>} By command: the key chosen instead. */
let chosen = {};
/** @type {Map<string, Command>} */
let byKey = new Map();

/** Whether any key differs from the usual one. */
export const isChanged = () => Object.keys(chosen).length > 0;

/** The key of a command, by its name in the table. @param {string} does */
export const keyOf = (does) => chosen[does] ?? USUAL.get(does) ?? "";

/** What a key does. @param {string} key @returns {Command|undefined} */
export const commandAt = (key) => byKey.get(key);

/** How a key is written on its cap. @param {string} key */
export const signOfKey = (key) => SIGNS[key] ?? key;

/** The cap of a command. @param {string} does */
export const capOf = (does) => signOfKey(keyOf(does));

/** @param {Record<string, string>} keys By command: the key chosen instead of the usual one. @param {ParentNode} page Where keys are shown. */
export function takeKeys(keys, page) {
  chosen = keys;
  byKey = new Map(Object.entries(COMMANDS).filter(([key, { does }]) => !keys[does] || USUAL.get(does) !== key));
  for (const [does, key] of Object.entries(keys)) {
    const known = COMMANDS[USUAL.get(does) ?? ""];
    if (known) byKey.set(key, known);
  }
  for (const node of page.querySelectorAll("[data-does]")) write(/** @type {HTMLElement} */ (node));
}

/** A key cap that stays true. @param {string} does @param {string} [className] */
export const kbdOf = (does, className) => h("kbd", { class: className, "data-does": does }, capOf(does));

/**
 * The names of a button that stay true: "Undo, key Z" and, if there is a short one, the title "Undo  Z".
 *
 * @param {string} does @param {string} words @param {string} [title]
 */
export function keyed(does, words, title) {
  const told = { "data-does": does, "data-words": words, "data-title": title };
  return { ...told, "aria-label": labelOf(does, words), title: title && `${title}  ${capOf(does)}` };
}

/** Name a button anew. @param {HTMLElement} node @param {string} does @param {string} words @param {string} title */
export function rename(node, does, words, title) {
  Object.assign(node.dataset, { does, words, title });
  write(node);
}

/** @param {HTMLElement} node */
function write(node) {
  const { does = "", words, title } = node.dataset;
  if (words === undefined) return setText(node, capOf(does));
  setAttribute(node, "aria-label", labelOf(does, words));
  if (title) node.title = `${title}  ${capOf(does)}`;
}

/** @param {string} does @param {string} words */
const labelOf = (does, words) => `${words}, key ${SPOKEN[keyOf(does)] ?? capOf(does)}`;

takeKeys({}, document.createDocumentFragment());
