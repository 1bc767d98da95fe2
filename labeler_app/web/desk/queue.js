/** The items ahead: 120 with their bytes, the next 8 decoded; more of them when they are small. */

import { Entry } from "./images.js";

export const WANT = 120;
/** Ask for more when fewer than this many are left. */
export const LOW = 60;
const DECODED = 8;
/** Small images are decoded further ahead: fingers are faster than a busy machine decodes one by one. */
const DECODED_MOST = 24;
const DECODED_BYTES = 48 * 2 ** 20;
/** Answered items that can come back at once. */
const BEHIND = 8;
/** Of the six connections a browser opens to a server, some must be free for the answers. */
const LOADERS = 3;
const BYTES = 96 * 2 ** 20;
const RETRY_MS = 2_000;
/** Far ahead, images come one by one while a person is at work: the server has their answers to take. */
const FAR_MS = 150;
const AT_WORK_MS = 3_000;

export class Queue {
  /** @param {{ready: () => void, broken: (entry: Entry) => void}} tell `ready`: the next item can be shown. */
  constructor(tell) {
    this._tell = tell;
    /** @type {Entry|null} The item on screen. */
    this.shown = null;
    /** @type {Entry[]} Not yet shown, in order. */
    this.ahead = [];
    /** @type {Entry[]} Answered, newest last; they keep their bytes for an undo. */
    this.behind = [];
    this._loading = 0;
    this._retry = 0;
    this._workedAt = -Infinity;
    this._farAt = -Infinity;
    this._far = 0;
    this._closed = false;
  }

  /** Items left here that can be shown without the server. */
  get left() {
    const here = this.ahead.filter((entry) => entry.isHere).length;
    return here + (this.shown ? 1 : 0);
  }

  /** Whether there is something to do for `take`. */
  get isReady() {
    return ["ready", "broken"].includes(this.ahead[0]?.state);
  }

  /** The items the server must not replace: shown, and decoded behind it. @returns {number[]} */
  kept() {
    const kept = this.shown ? [this.shown.id] : [];
    for (const entry of this.ahead.slice(0, DECODED)) {
      if (entry.state !== "ready") break;
      kept.push(entry.id);
    }
    return kept;
  }

  /** Go to the next item, if it can be shown at once; else null, and `ready` is told later. */
  take() {
    this.leave();
    while (this.ahead[0]?.state === "broken") this._tell.broken(/** @type {Entry} */ (this.ahead.shift()));
    if (this.ahead[0]?.state === "ready") this.shown = /** @type {Entry} */ (this.ahead.shift());
    return this.shown;
  }

  /** Take the item off the screen, with no other in its place. */
  leave() {
    if (this.shown) {
      this._workedAt = performance.now();
      this._putBehind(this.shown);
    }
    this.shown = null;
  }

  /** An item was answered in another tab, or lies in a pile; the one on screen stays. @param {number} id */
  drop(id) {
    this.ahead.find((entry) => entry.id === id)?.release();
    this.ahead = this.ahead.filter((entry) => entry.id !== id);
  }

  /** Make sure that the next ones are still decoded. */
  warm() {
    for (const entry of this.ahead.slice(0, 2)) entry.warm();
  }

  /**
   * Put an answered item before all others; the one on screen comes after it.
   *
   * @param {Entry} entry
   */
  bringBack(entry) {
    this.ahead = this.ahead.filter((other) => other !== entry && other.id !== entry.id);
    if (this.shown) this.ahead.unshift(this.shown);
    this.shown = null;
    this.behind = this.behind.filter((other) => other !== entry);
    entry.isBack = true;
    this.ahead.unshift(entry);
  }

  /**
   * Replace what was not yet shown by a fresh ranking. What came back stays: a ranking may be older than its return.
   *
   * @param {number[]} kept What `kept()` said when the server was asked.
   * @param {import("./types.js").Item[]} items
   * @param {(id: number) => boolean} isAnswered
   */
  replace(kept, items, isAnswered) {
    const known = new Map(this.ahead.map((entry) => [entry.id, entry]));
    const next = this.ahead.filter((entry) => entry.isBack || kept.includes(entry.id));
    const taken = new Set(next.map((entry) => entry.id));
    if (this.shown) taken.add(this.shown.id);
    for (const item of items) {
      if (taken.has(item.id) || isAnswered(item.id)) continue;
      taken.add(item.id);
      next.push(this._entry(item, known.get(item.id)));
    }
    for (const entry of known.values()) if (!taken.has(entry.id)) entry.release();
    this.ahead = next;
    this.pump();
  }

  /**
   * Take over what a newer model thinks of items that stay; a suggestion that was looked at stays as it is.
   *
   * @param {{id: number, version: number, p: Record<string, number>}[]} rows
   * @param {import("./guesses.js").Guesses} guesses
   */
  refresh(rows, guesses) {
    const fresh = new Map(rows.map((row) => [row.id, row]));
    for (const entry of this.shown ? [this.shown, ...this.ahead] : this.ahead) {
      const row = fresh.get(entry.id);
      if (!row || (entry.item.p && guesses.wasSeen(entry.id))) continue;
      entry.item.p = row.p;
      entry.item.version = row.version;
    }
  }

  /** Load and decode what comes next, as far as the limits allow. */
  pump() {
    if (this._closed) return;
    let bytes = 0;
    for (const [place, entry] of this.ahead.entries()) {
      bytes += entry.bytes;
      const near = place < DECODED_MOST;
      if (entry.state === "new" && this._loading < LOADERS && (near || (bytes < BYTES && this._isTimeForFar()))) this._load(entry);
      if (entry.state === "ready" && place >= DECODED_MOST + 2) entry.cool();
    }
    this.decode();
  }

  /** Start decoding the next ones: cheap enough for the time between a key and its frame. */
  decode() {
    let pixels = 0;
    for (const [place, entry] of this.ahead.slice(0, DECODED_MOST).entries()) {
      pixels += entry.pixelBytes;
      if (entry.state === "bytes" && (place < DECODED || pixels < DECODED_BYTES)) this._decode(entry);
    }
  }

  close() {
    this._closed = true;
    clearTimeout(this._retry);
    clearTimeout(this._far);
    for (const entry of [...this.ahead, ...this.behind]) entry.release();
    this.shown?.release();
    this.ahead = [];
    this.behind = [];
    this.shown = null;
  }

  /** @param {import("./types.js").Item} item @param {Entry|undefined} old */
  _entry(item, old) {
    if (!old) return new Entry(item);
    // The share of each class and the version are the fresh ones; the image is the same.
    if (old.item.url !== item.url) old.release();
    old.item = item;
    return old;
  }

  /** @param {Entry} entry */
  _putBehind(entry) {
    entry.isBack = false;
    this.behind.push(entry);
    if (this.behind.length <= BEHIND) return;
    // Its bytes are asked for again, from the cache of the browser, should it come back.
    /** @type {Entry} */ (this.behind.shift()).release();
  }

  /** @param {Entry} entry */
  async _load(entry) {
    this._loading += 1;
    const answered = await entry.load();
    this._loading -= 1;
    if (this._closed) entry.release();
    else if (answered) this._step();
    else this._later();
  }

  /** @param {Entry} entry */
  async _decode(entry) {
    await entry.decode();
    this._step();
  }

  _step() {
    this.pump();
    if (!this.shown && this.isReady) this._tell.ready();
  }

  /** Whether one image far ahead may be loaded now; else `pump` comes again when it may. */
  _isTimeForFar() {
    const now = performance.now();
    if (now - this._workedAt > AT_WORK_MS || now >= this._farAt + FAR_MS) {
      this._farAt = now;
      return true;
    }
    if (!this._far) {
      const again = () => {
        this._far = 0;
        this.pump();
      };
      this._far = window.setTimeout(again, this._farAt + FAR_MS - now);
    }
    return false;
  }

  _later() {
    clearTimeout(this._retry);
    this._retry = window.setTimeout(() => this.pump(), RETRY_MS);
  }
}
