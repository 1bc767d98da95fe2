/**
 * Of which items a guess of the model was ever shown to this person: revealed for the item on screen, or told by the
 * pile that it lay in. No undo, correction or reload takes that back.
 *
 * The server knows it of what was answered. Of the rest the browser's storage does, for all tabs: what was revealed
 * apart from what lay in piles, of which there is far more, and no audit item.
 */

import { load, save } from "./storage.js";

/** The newest of each that are kept. */
const KEPT = { revealed: 5_000, piled: 2_000 };

export class Guesses {
  /** @param {import("./types.js").Data} owner */
  constructor({ project, person, place = "" }) {
    this._place = `labeler:guesses:${place}:${project}:${person}`;
    /** @type {Set<number>} */
    this._seen = new Set();
    this._recall();
    this._heard = (/** @type {StorageEvent} */ { key }) => key?.startsWith(this._place) && this._recall();
    window.addEventListener("storage", this._heard);
  }

  close() {
    window.removeEventListener("storage", this._heard);
  }

  /** The person revealed what the model takes an item for. @param {number} item */
  reveal(item) {
    this._keep("revealed", [item]);
  }

  /** These items lay in a pile that tells it. @param {number[]} items */
  pile(items) {
    this._keep("piled", items);
  }

  /** @param {number} item */
  wasSeen(item) {
    return this._seen.has(item);
  }

  /** Learn from answers, those of earlier visits and those not sent yet. @param {{item: number, suggestion?: boolean}[]} answers */
  recall(answers) {
    this._learn(answers.filter(({ suggestion }) => suggestion).map(({ item }) => item));
  }

  /** @param {keyof KEPT} how @param {number[]} items */
  _keep(how, items) {
    const fresh = items.filter((item) => !this._seen.has(item));
    if (!fresh.length) return;
    this._learn(fresh);
    // Another tab may have written meanwhile.
    save(`${this._place}:${how}`, JSON.stringify([...new Set([...this._kept(how), ...fresh])].slice(-KEPT[how])));
  }

  _recall() {
    this._learn([...this._kept("revealed"), ...this._kept("piled")]);
  }

  /** @param {number[]} items */
  _learn(items) {
    for (const item of items) this._seen.add(item);
  }

  /** @param {keyof KEPT} how @returns {number[]} */
  _kept(how) {
    try {
      const kept = JSON.parse(load(`${this._place}:${how}`) ?? "[]");
      return Array.isArray(kept) ? kept.filter(Number.isInteger) : [];
    } catch {
      return [];
    }
  }
}
