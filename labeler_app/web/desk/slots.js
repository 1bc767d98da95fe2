/**
 * Which classes lie in the row when there are too many for it, and under which key.
 *
 * Nine places with the keys 1 to 9. A class keeps its place; only one from outside changes the row, and takes the
 * place of the class that was not used for longest, so that fingers find what they use. Where there are keys, a
 * class with a letter of its own stays outside: a digit that fingers know must not become another class for it.
 */

import { load, save } from "./storage.js";

/** @typedef {import("./types.js").ClassRow} ClassRow */

/** From so many classes on they do not all lie in the row. */
export const MANY = 11;
const PLACES = 9;
/** Where nobody types, only what lies in the row is one touch away. */
const NO_KEYS = "(max-width: 640px), (any-hover: none)";

export class Slots {
  /** @param {string} name Under which the places are kept in this browser. */
  constructor(name) {
    this._name = name;
    /** @type {number[]} Class ids by place. */
    this._places = [];
    this._isKept = this._read();
    /** @type {Map<number, number>} When a class was used last; grows. */
    this._used = new Map();
    this._clock = 0;
    /** @type {Set<number>} Classes with a letter. */
    this._lettered = new Set();
  }

  /**
   * The classes with the keys they have here, and those of the row in its order.
   *
   * @param {ClassRow[]} rows With the keys the server gives.
   * @returns {{classes: ClassRow[], near: ClassRow[]}}
   */
  arrange(rows) {
    if (rows.length < MANY) return { classes: rows, near: rows };
    this._fill(rows);
    const classes = rows.map((row) => this._placed(row));
    this._lettered = new Set(classes.filter((row) => row.own).map((row) => row.id));
    const near = this._places.map((id) => /** @type {ClassRow} */ (classes.find((row) => row.id === id)));
    return { classes, near };
  }

  /**
   * A class was given.
   *
   * @param {number} id
   * @param {boolean} [isShown] Whether it must lie in the row, though it has a letter.
   * @returns {boolean} Whether it has come into the row by that.
   */
  use(id, isShown = false) {
    this._clock += 1;
    this._used.set(id, this._clock);
    if (!this._places.length || this._places.includes(id)) return false;
    if (!isShown && this._lettered.has(id) && !matchMedia(NO_KEYS).matches) return false;
    const oldest = Math.min(...this._places.map((one) => this.usedAt(one)));
    // Of those never used the last one leaves: the low digits are learned first.
    this._places[this._places.findLastIndex((one) => this.usedAt(one) === oldest)] = id;
    this._write();
    return true;
  }

  /** Learn from answers of earlier visits. @param {number[]} ids The oldest first. @returns {boolean} */
  recall(ids) {
    let isNew = false;
    for (const id of ids) {
      // What this browser has kept, stays: the fingers know it.
      if (!this._isKept || this._places.includes(id)) isNew = this.use(id) || isNew;
      else this._used.set(id, (this._clock += 1));
    }
    return isNew;
  }

  /** When a class was used last: larger is later, 0 is never. @param {number} id */
  usedAt(id) {
    return this._used.get(id) ?? 0;
  }

  /** @param {ClassRow[]} rows */
  _fill(rows) {
    const ids = rows.map((row) => row.id);
    const free = ids.filter((id) => !this._places.includes(id));
    const kept = this._places.map((id) => (ids.includes(id) ? id : /** @type {number} */ (free.shift())));
    this._places = [...kept, ...free.slice(0, PLACES - kept.length)];
  }

  /** @param {ClassRow} row */
  _placed(row) {
    const place = this._places.indexOf(row.id);
    // A digit is the key of a place; a letter stays with its class wherever it lies.
    const own = /^\d$/.test(row.own ?? row.key) ? "" : (row.own ?? row.key);
    return { ...row, own, key: place < 0 ? own : String(place + 1) };
  }

  _read() {
    try {
      const ids = JSON.parse(load(this._name) ?? "[]");
      if (Array.isArray(ids)) this._places = ids.filter(Number.isInteger).slice(0, PLACES);
    } catch {
      this._places = [];
    }
    return this._places.length > 0;
  }

  _write() {
    save(this._name, JSON.stringify(this._places));
  }
}
