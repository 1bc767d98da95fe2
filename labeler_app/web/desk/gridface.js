/** The face of the batch grid: piles and tools around the tiles, what is said of them, and what is accepted below. */

import { h, plural } from "./dom.js";
import { GROUPINGS } from "./groupings.js";
import { planOf } from "./pileplan.js";
import { Accept, Certainty, Piles } from "./piles.js";
import { Tiles } from "./tiles.js";

/** @typedef {import("./groupings.js").By} By */
/** @typedef {import("./types.js").ClassRow} ClassRow */
/** @typedef {import("./types.js").Sight} Sight */
/** @typedef {import("./tiles.js").Place} Place */
/**
 * @typedef {Object} Acts What is done on it.
 * @property {(place: Place, event: Event) => void} toggle Leave a tile out, or take it in.
 * @property {(place: Place) => void} hold A finger rests on a tile.
 * @property {() => void} seen More tiles were on screen.
 * @property {(pile: number) => void} choose
 * @property {(by: By) => void} group
 * @property {() => void} limit The least certainty is another one.
 * @property {(row: ClassRow) => void} relabel
 * @property {() => void} accept
 * @property {() => void} look Go to tiles that were not on screen yet.
 * @property {(name: string) => Promise<void>} name A new class for the pile. Rejects with an ApiError.
 */

export class GridFace {
  /** @param {import("./facts.js").Facts} facts @param {Acts} act */
  constructor(facts, act) {
    this._facts = facts;
    this._choose = act.choose;
    this.tiles = new Tiles(act);
    this._piles = new Piles(act);
    this._certainty = new Certainty(act.limit);
    this._accept = new Accept(act);
    this._title = h("h2");
    this._order = h("span", { class: "order" });
    this._rests = h("span");
    this._how = h("span", { class: "mix" });
    this.node = h(
      "section",
      { class: "batch", "aria-label": "Batch grid", hidden: true },
      this._piles.node,
      h("div", { class: "gtools" }, this._piles.phone, this._title, this._order, this._certainty.node),
      this.tiles.node,
      this._accept.node,
      h("footer", { class: "foot" }, this._how, this._rests),
    );
  }

  /** How sure the model must be of an item of a pile, at least. */
  get least() {
    return this._certainty.least;
  }

  set least(least) {
    this._certainty.least = least;
  }

  /** Other tiles are there: draw the piles, and offer the next one. @param {By} by @param {Sight} sight @param {boolean} hasModel */
  turn(by, sight, hasModel) {
    const { isNamed } = GROUPINGS[by];
    this._piles.grouped(by, hasModel);
    this._piles.render(sight, (pile) => this._nameOf(by, pile));
    this._certainty.node.hidden = isNamed;
    this._certainty.render(sight.shares);
    if (sight.tiles.length) this._offerNext(by, sight);
  }

  /**
   * Say what is done with the tiles as they are.
   *
   * @param {By} by @param {Sight} sight @param {ClassRow|undefined} row What those that are in will be.
   */
  render(by, sight, row) {
    const { isNamed, title, order, how } = GROUPINGS[by];
    const all = sight.piles.find(({ number }) => number === sight.pile)?.sure ?? 0;
    const count = sight.tiles.length;
    this.tiles.render(row?.name ?? "in");
    this._title.textContent = count ? title(count, all, row?.name) : "Piles";
    this._order.textContent = count ? order : "";
    this._how.textContent = how;
    this.node.classList.toggle("empty", !count);
    const audited = `${plural(sight.judged, "audit item")}`;
    this._rests.textContent = count && sight.judged ? `the estimate rests on ${audited}` : "";
    const plan = planOf(sight, this.tiles.shown, row, GROUPINGS[by]);
    const under = isNamed ? { item: count ? "They are" : "", share: row?.name ?? "" } : this._under(row);
    this._accept.render(this._facts.classes, { ...plan, ...under, rests: sight.judged ? `judged on ${audited}` : "", names: isNamed });
  }

  /** What is under the cursor. @param {ClassRow|undefined} row */
  _under(row) {
    const place = this.tiles.current;
    if (!place || !row) return { item: "", share: "" };
    return { item: `Item ${this.tiles.cursor + 1}`, share: `${row.name} ${Math.round(100 * (place.tile.share ?? 0))} %` };
  }

  /** @param {By} by @param {Sight} sight */
  _offerNext(by, { piles, pile }) {
    const full = piles.filter(({ number, sure }) => sure && number !== pile);
    const here = piles.findIndex(({ number }) => number === pile);
    const next = full.find(({ number }) => piles.findIndex((one) => one.number === number) > here) ?? full[0];
    const row = next && this._nameOf(by, next);
    const count = GROUPINGS[by].countsInName ? "" : `, ${next?.sure}`;
    if (row) this.tiles.offer(`Next pile: ${row.name}${count}`, () => this._choose(next.number));
  }

  /** What a pile is called. @param {By} by @param {import("./types.js").Pile} pile @returns {{name: string, colour: number}|undefined} */
  _nameOf(by, pile) {
    const { isNamed, nameOf } = GROUPINGS[by];
    return isNamed ? { name: nameOf(pile), colour: 0 } : this._facts.classOf(pile.number);
  }
}
