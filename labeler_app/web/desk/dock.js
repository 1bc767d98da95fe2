/** The row of classes, with the slot of the suggestion at its left. */

import { cap, h, kbd, setAttribute, setText } from "./dom.js";

/** @typedef {import("./types.js").ClassRow} ClassRow */
/** @typedef {{node: HTMLElement, count: HTMLElement, share: HTMLElement, row: ClassRow}} Face */

/** From this many classes on the row is denser, and scrolls when it must. */
const MANY = 11;
/** From this many on they no longer fit at full width. */
const SEVERAL = 7;
/** A name with more letters needs two lines, or would be cut; where the buttons are narrow, with more than the second. */
const LONG = [10, 8];

/**
 * The class the model thinks most of; the first of several.
 *
 * @param {ClassRow[]} rows
 * @param {Record<string, number>|null} shares By class id.
 * @returns {ClassRow|null}
 */
export function favourite(rows, shares) {
  const shareOf = (/** @type {ClassRow} */ row) => shares?.[row.id] ?? 0;
  const most = Math.max(0, ...rows.map(shareOf));
  return (most && rows.find((row) => shareOf(row) === most)) || null;
}

/**
 * Lay the row out for so many classes.
 *
 * @param {HTMLElement} list @param {ClassRow[]} rows @returns {number} A name with more letters needs two lines.
 */
export function layOut(list, rows) {
  list.classList.toggle("many", rows.length >= MANY);
  list.classList.toggle("several", rows.length >= SEVERAL);
  return LONG[rows.length >= SEVERAL && rows.length < MANY ? 1 : 0];
}

/** @param {number} share */
const percent = (share) => `${Math.round(share * 100)} %`;

export class Dock {
  /**
   * @param {(does: string, event: Event) => void} run
   * @param {(row: ClassRow, event: Event) => void} label
   */
  constructor(run, label) {
    this._label = label;
    /** @type {Face[]} */
    this._faces = [];
    /** @type {ClassRow[]} */
    this._rows = [];
    this._list = h("ul", { class: "classes" });
    this._slots = [this._slot(run, true), this._slot(run, false)];
    this.node = h(
      "section",
      { class: "dock", "aria-label": "Classes" },
      h("div", { class: "side" }, ...this._slots[0].nodes),
      this._list,
      h(
        "div",
        { class: "side r" },
        h("button", { class: "quiet", type: "button", onclick: (event) => run("addClass", event) }, kbd("A"), "Add class"),
      ),
    );
    /** The actions as a phone shows them, between the strip and the classes. */
    this.phone = h(
      "section",
      { class: "phoneacts only-phone", "aria-label": "This item" },
      ...this._slots[1].nodes,
      ...[["unsure", "Not sure"], ["skip", "Skip"], ["flag", "Flag"]].map(([does, words]) =>
        h("button", { class: "quiet", type: "button", onclick: (event) => run(does, event) }, words),
      ),
    );
  }

  /** @param {ClassRow[]} rows @param {(id: number) => number} countOf */
  render(rows, countOf) {
    if (rows !== this._rows) this._build(rows);
    for (const { node, count, row } of this._faces) {
      const labeled = countOf(row.id);
      setText(count, String(labeled));
      const key = row.key ? `, key ${row.key}` : "";
      setAttribute(node, "aria-label", `${row.name}${key}, ${labeled} labeled`);
    }
  }

  /**
   * Show what the model thinks. The page around only changes its class, so nothing moves.
   *
   * @param {Record<string, number>|null} shares By class id.
   * @param {boolean} hasModel
   * @returns {ClassRow|null} The class that Enter gives.
   */
  reveal(shares, hasModel) {
    const top = favourite(this._rows, shares);
    for (const face of this._faces) {
      // A class that the model has not learned yet has no share.
      const share = shares?.[face.row.id];
      face.node.style.setProperty("--p", String(share ?? 0));
      setText(face.share, shares ? (share === undefined ? "–" : percent(share)) : "");
      face.node.classList.toggle("top", face.row === top);
    }
    for (const slot of this._slots) {
      slot.accept.hidden = !top;
      slot.none.hidden = Boolean(top);
      setText(slot.none, hasModel ? slot.lacking : slot.early);
      setText(slot.words, top ? `Accept ${top.name}` : "");
      slot.accept.title = top ? `Accept ${top.name}` : "";
    }
    return top;
  }

  /** @param {(does: string, event: Event) => void} run @param {boolean} desktop */
  _slot(run, desktop) {
    const words = h("span", { class: "words" });
    const ask = h(
      "button",
      { class: "quiet reveal-off", type: "button", onclick: (event) => run("reveal", event) },
      desktop && kbd("Space"),
      desktop ? "Reveal suggestion" : "Suggestion",
    );
    const pick = h(
      "button",
      { class: "quiet pick-on", type: "button", onclick: (event) => run("pick", event) },
      desktop && kbd("B"),
      desktop ? "Pick 3 of each by hand" : "Pick by hand",
    );
    const accept = h(
      "button",
      { class: "primary reveal-on", type: "button", onclick: (event) => run("accept", event) },
      words,
      desktop && kbd("Enter"),
    );
    const none = h("span", { class: "none reveal-on" });
    const lacking = desktop ? "No suggestion for this item" : "None here";
    const early = desktop ? "No suggestions before the first model" : "None yet";
    return { nodes: [ask, pick, accept, none], accept, none, words, lacking, early };
  }

  /** @param {ClassRow[]} rows */
  _build(rows) {
    this._rows = rows;
    const longest = layOut(this._list, rows);
    this._faces = rows.map((row) => this._face(row, row.name.length > longest));
    this._list.replaceChildren(...this._faces.map((face) => h("li", {}, face.node)));
  }

  /** @param {ClassRow} row @param {boolean} isLong @returns {Face} */
  _face(row, isLong) {
    const count = h("span", { class: "k" });
    const share = h("span", { class: "p" });
    const node = h(
      "button",
      { class: `cls${isLong ? " long" : ""}`, type: "button", title: row.name, "--c": `var(--c${row.colour})` },
      cap(row),
      h("span", { class: "n" }, row.name),
      count,
      share,
      h("span", { class: "m" }),
    );
    node.addEventListener("click", (event) => this._label(row, event));
    return { node, count, share, row };
  }
}
