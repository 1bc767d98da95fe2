/** The row of classes, with the slot of the suggestion at its left. */

import { LIKELY, wordsOf } from "./chosen.js";
import { cap, h, setAttribute, setText } from "./dom.js";
import { Finder } from "./finder.js";
import { kbdOf } from "./keymap.js";
import { MANY } from "./slots.js";

/** @typedef {import("./types.js").ClassRow} ClassRow */
/** @typedef {{node: HTMLElement, count: HTMLElement, share: HTMLElement, row: ClassRow}} Face */

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
 * Lay the row out for so many classes: from eleven on it scrolls.
 *
 * @param {HTMLElement} list @param {number} count @returns {number} A name with more letters needs two lines.
 */
export function layOut(list, count) {
  list.classList.toggle("many", count >= MANY);
  list.classList.toggle("several", count >= SEVERAL);
  return LONG[count >= SEVERAL && count < MANY ? 1 : 0];
}

/** @param {number} share */
const percent = (share) => `${Math.round(share * 100)} %`;

export class Dock {
  /**
   * @param {(does: string, event: Event) => void} run
   * @param {(row: ClassRow, event: Event) => void} label
   * @param {{leave: () => void, usedAt: (id: number) => number}} finds What the field for further classes needs.
   */
  constructor(run, label, finds) {
    this._label = label;
    this.finder = new Finder({ label, ...finds });
    /** @type {Face[]} */
    this._faces = [];
    /** @type {ClassRow[]} All of them. */
    this._rows = [];
    this._list = h("ul", { class: "classes" });
    /** Where an item may have several classes: these give those that are chosen, beside the classes and below them. */
    this._gives = ["no-phone", "only-phone"].map((where) => {
      const [words, beyond] = [h("span", { class: "words" }), h("small", { class: "beyond", dir: "auto" })];
      const said = h("span", { class: "said" }, words, beyond);
      const node = h("button", { class: `primary give ${where}`, type: "button", hidden: true, onclick: (event) => run("accept", event) }, said, kbdOf("accept", "no-phone"));
      return { node, words, beyond };
    });
    this._isSeveral = false;
    this._slots = [this._slot(run, true), this._slot(run, false)];
    this.node = h(
      "section",
      { class: "dock", "aria-label": "Classes" },
      h("div", { class: "side" }, ...this._slots[0].nodes),
      this._list,
      this._gives[1].node,
      this.finder.list,
      h(
        "div",
        { class: "side r" },
        this._gives[0].node,
        h("button", { class: "quiet", type: "button", onclick: (event) => run("addClass", event) }, kbdOf("addClass"), "Add class"),
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

  /**
   * @param {ClassRow[]} rows @param {ClassRow[]} near Those in the row. @param {(id: number) => number} countOf
   * @param {Set<number>|null} chosen Where an item may have several classes: those chosen so far.
   */
  render(rows, near, countOf, chosen) {
    this._isSeveral = Boolean(chosen);
    const told = wordsOf(rows.filter(({ id }) => chosen?.has(id)), near);
    for (const { node, words, beyond } of this._gives) {
      node.hidden = !chosen;
      setText(words, told.words);
      setText(beyond, told.beyond);
      setAttribute(node, "title", told.names);
      setAttribute(node, "aria-label", told.names ? `${told.words}: ${told.names}` : told.words);
    }
    if (rows !== this._rows) this._build(rows, near);
    for (const { node, count, row } of this._faces) {
      const labeled = countOf(row.id);
      setText(count, String(labeled));
      const key = row.key ? `, key ${row.key}` : "";
      setAttribute(node, "aria-label", `${row.name}${key}, ${labeled} labeled`);
      if (chosen) setAttribute(node, "aria-pressed", String(chosen.has(row.id)));
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
    const best = favourite(this._rows, shares);
    const top = this._isSeveral ? null : best;
    for (const face of this._faces) {
      // A class that the model has not learned yet has no share.
      const share = shares?.[face.row.id];
      face.node.style.setProperty("--p", String(share ?? 0));
      setText(face.share, shares ? (share === undefined ? "–" : percent(share)) : "");
      face.node.classList.toggle("top", this._isSeveral ? (share ?? 0) >= LIKELY : face.row === top);
    }
    const lent = this._faces.some(({ row }) => row === top) ? null : top;
    const part = lent ? (shares?.[lent.id] ?? 0) : 0;
    this.finder.lend(lent, percent(part), part);
    for (const slot of this._slots) {
      slot.accept.hidden = !top;
      slot.none.hidden = Boolean(best);
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
      desktop && kbdOf("reveal"),
      desktop ? "Reveal suggestion" : "Suggestion",
    );
    const pick = h(
      "button",
      { class: "quiet pick-on", type: "button", onclick: (event) => run("pick", event) },
      desktop && kbdOf("pick"),
      desktop ? "Pick 3 of each by hand" : "Pick by hand",
    );
    const accept = h(
      "button",
      { class: "primary reveal-on", type: "button", onclick: (event) => run("accept", event) },
      words,
      desktop && kbdOf("accept"),
    );
    const none = h("span", { class: "none reveal-on" });
    const lacking = desktop ? "No suggestion for this item" : "None here";
    const early = desktop ? "No suggestions before the first model" : "None yet";
    return { nodes: [ask, pick, accept, none], accept, none, words, lacking, early };
  }

  /** Ring the class that an older answer gave. @param {number|null} id */
  mark(id) {
    for (const { node, row } of this._faces) node.classList.toggle("given", row.id === id);
  }

  /** Go to the field for further classes. @returns {boolean|void} False if all lie in the row. */
  find() {
    if (this._rows.length < MANY) return false;
    this.finder.field.focus();
  }

  /** @param {ClassRow[]} rows @param {ClassRow[]} near */
  _build(rows, near) {
    this._rows = rows;
    const isMany = near.length < rows.length;
    const longest = layOut(this._list, near.length + Number(isMany));
    this._faces = near.map((row) => this._face(row, row.name.length > longest));
    const places = [...this._faces.map((face) => face.node), ...(isMany ? [this.finder.node] : [])];
    // The field must not lose what is being written in it.
    const old = isMany && this.finder.node.parentElement;
    const lists = places.map((node) => (node === this.finder.node && old) || h("li", {}, node));
    for (const item of [...this._list.children]) if (item !== old) item.remove();
    if (old) this._list.prepend(...lists.slice(0, -1));
    else this._list.append(...lists);
    if (isMany) this.finder.take(rows, near);
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
