/** A row of a table: the name of each column, its value, and where that lies among those of the project. */

import { inOrder, isFileOrder, orderName } from "./columns.js";
import { h, icon } from "./dom.js";
import { plain, textOf } from "./words.js";

/** @typedef {import("./types.js").Value} Value */
/** @typedef {import("./types.js").Standing} Standing */

const COLUMNS = 100;
/** Characters of one value. */
const MOST = 2_000;
/** A value that so many rows share says more by that than by its rank. */
const COMMON = 0.2;
/** The marks of a strip lie between these shares of its width, what is beyond them at its ends. */
const INSIDE = { from: 0.1, to: 0.9 };

/** @param {import("./types.js").Content} content @param {() => void} turn Shows the columns in the other order. */
export function rowOf({ values: inFile, rows, of }, turn) {
  const values = inOrder(inFile);
  const list = h("dl", { class: "values" }, ...values.slice(0, COLUMNS).map(valueOf));
  const compared = values.some(({ standing }) => standing);
  const all = of > rows ? `${count(rows)} of the ${count(of)} rows` : `all ${count(of)} rows`;
  const told = [compared && h("span", {}, `Beside a value: where it lies among ${all}`), orderName() && orderButton(turn)].filter(Boolean);
  const node = h("div", { class: "compared" }, told.length ? h("p", { class: "about" }, ...told) : null, list);
  if (values.length > COLUMNS) {
    const more = h("button", { class: "quiet more", type: "button" }, `Show all ${count(values.length)} columns`);
    more.addEventListener("click", () => {
      list.append(...values.slice(COLUMNS).map(valueOf));
      more.remove();
    });
    node.append(more);
  }
  return node;
}

/** The order there is, and the way to the other one. @param {() => void} turn */
function orderButton(turn) {
  const words = isFileOrder() ? "Columns as in the file" : "Columns that tell most first";
  return h("button", { class: "quiet order", type: "button", title: "Show the columns in the other order", onclick: turn }, icon("order", 16), words);
}

/** @param {Value} value */
function valueOf({ name, written, missing, standing }) {
  const isNumber = standing !== null && standing.number !== null;
  const said = missing ? h("span", { class: "none" }, written ? `no value (“${plain(written)}”)` : "no value") : textOf(written, MOST);
  const value = h("div", { class: `value${isNumber ? " number" : ""}` }, said);
  const where = standing && [sign(standing), h("span", { class: "where" }, whereOf(standing))];
  return h(
    "div",
    {},
    h("dt", { dir: "auto" }, plain(name)),
    h("dd", { class: where ? null : "alone" }, value, where && h("span", { class: "sr" }, ", "), ...(where ?? [])),
  );
}

/** Where a value lies, in words. @param {Standing} standing */
export function whereOf({ number, below, same }) {
  if (number === null) return `${percent(same)} of the rows`;
  if (same >= COMMON) return `same as ${percent(same)} of the rows`;
  if (below === 0) return "the lowest of the rows";
  if (below + same >= 1) return "the highest of the rows";
  return `above ${percent(below)} of the rows`;
}

/** @param {number} share */
function percent(share) {
  if (share < 0.01) return "under 1 %";
  return `${share < 1 ? Math.min(99, Math.round(100 * share)) : 100} %`;
}

/** @param {number} number */
const count = (number) => number.toLocaleString("en");

/** A small drawing of it; the words beside it say the same. @param {Standing} standing */
function sign({ number, marks, same }) {
  if (number === null) return h("span", { class: "share", "aria-hidden": "true", "--p": same });
  const [low, from, middle, to, high] = marks.map((mark) => placeOf(mark, marks));
  return h(
    "span",
    { class: "marks", "aria-hidden": "true", "--low": low, "--high": high, "--from": from, "--to": to },
    h("i", { class: "half" }),
    h("i", { class: "middle", "--x": middle }),
    h("i", { class: "at", "--x": placeOf(number, marks) }),
  );
}

/** The place of a number on the strip, from 0 to 1. @param {number} number @param {number[]} marks */
function placeOf(number, marks) {
  const [low, high] = [marks[0], marks[4]];
  if (number < low) return 0;
  if (number > high) return 1;
  if (low === high) return 0.5;
  return INSIDE.from + (INSIDE.to - INSIDE.from) * ((number - low) / (high - low));
}
