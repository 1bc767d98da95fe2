/**
 * Items on their way to the screen. Images: bytes first (kept, so that minutes offline stay productive), then
 * a decoded <img> element for the few that come next. Texts and rows: what they say, and their node at once.
 */

import { readingOf } from "./reading.js";

/** Answers that say this item will not come; anything else is tried again. */
const GONE = new Set([404, 410, 415, 422]);
const ATTEMPTS = 2;

/** @typedef {"new"|"loading"|"bytes"|"decoding"|"ready"|"broken"} State */

/** One item with what is shown of it. */
export class Entry {
  /** @param {import("./types.js").Item} item */
  constructor(item) {
    this.item = item;
    this.id = item.id;
    /** @type {State} */
    this.state = "new";
    this.bytes = 0;
    /** @type {string} */
    this.blobUrl = "";
    /** @type {import("./types.js").Content|null} What it says, if it is no image. */
    this.content = null;
    /** @type {HTMLElement|null} What goes on the stage when the state is "ready"; an image is decoded then. */
    this.node = null;
    this.failures = 0;
    /** Where items may have several classes: those chosen so far. @type {Set<number>} */
    this.chosen = new Set();
    /** Whether its answer was taken back, and none was given since. */
    this.isBack = false;
    /** When it came on screen, on the clock of `performance.now()`, and as a date. */
    this.since = 0;
    this.shownAt = "";
    /** When it was last put in place: a key from before was meant for something else. */
    this.placed = 0;
  }

  /** It is put on screen now, and its time begins. */
  place() {
    this.since = performance.now();
    this.placed = this.since;
  }

  /** Whether it can be shown without the server. */
  get isHere() {
    return Boolean(this.blobUrl || this.content);
  }

  /** The address of a picture of it: that of its bytes, if they are here. */
  get picture() {
    return this.blobUrl || (this.content && this.item.thumb) || "";
  }

  /** What the decoded image takes in memory; the server sends at most 1600 pixels a side. */
  get pixelBytes() {
    const { width, height } = this.item;
    const scale = Math.min(1, 1600 / Math.max(width || 1600, height || 1200));
    return 4 * scale * scale * (width || 1600) * (height || 1200);
  }

  /** Get the bytes. False if no answer came. @returns {Promise<boolean>} */
  async load() {
    this.state = "loading";
    try {
      const response = await fetch(this.item.url, {
        credentials: "same-origin",
        cache: this.failures ? "reload" : "default",
      });
      if (response.ok) {
        const isData = response.headers.get("content-type")?.startsWith("application/json");
        if (isData) this._read(await response.text());
        else this._take(await response.blob());
        return true;
      }
      this._failed(GONE.has(response.status));
      return GONE.has(response.status);
    } catch {
      this._failed(false);
      return false;
    }
  }

  /** Make the element of an image that can be put on screen within one frame. */
  async decode() {
    this.state = "decoding";
    const img = new Image();
    img.src = this.blobUrl;
    img.draggable = false;
    img.dataset.item = String(this.id);
    // The frame that shows it waits for it, so that a blank one is never seen.
    img.decoding = "sync";
    try {
      await img.decode();
    } catch {
      if (this.blobUrl) this._failed(true);
      return;
    }
    if (!this.blobUrl) return;
    this.item.width ||= img.naturalWidth;
    this.item.height ||= img.naturalHeight;
    img.style.setProperty("--w", String(this.item.width));
    img.style.setProperty("--h", String(this.item.height));
    this.node = img;
    this.state = "ready";
  }

  /** Decode again what the browser may have thrown away meanwhile. */
  warm() {
    if (this.node instanceof HTMLImageElement) this.node.decode().catch(() => undefined);
  }

  /** Keep the bytes, give the decoded element back. */
  cool() {
    if (this.state !== "ready" || this.content) return;
    this.node = null;
    this.state = "bytes";
  }

  release() {
    if (this.blobUrl) URL.revokeObjectURL(this.blobUrl);
    this.blobUrl = "";
    this.bytes = 0;
    this.content = null;
    this.node = null;
    if (this.state !== "broken") this.state = "new";
  }

  /** @param {Blob} blob */
  _take(blob) {
    this.blobUrl = URL.createObjectURL(blob);
    this.bytes = blob.size;
    this.state = "bytes";
  }

  /** @param {string} told */
  _read(told) {
    this.content = /** @type {import("./types.js").Content} */ (JSON.parse(told));
    this.bytes = 2 * told.length;
    this.node = readingOf(this.content, this.id);
    this.state = "ready";
  }

  /** @param {boolean} final Whether the item itself is to blame. */
  _failed(final) {
    this.release();
    if (final) this.failures += 1;
    this.state = this.failures >= ATTEMPTS ? "broken" : "new";
  }
}
