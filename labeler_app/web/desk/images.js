/**
 * Images on their way to the screen: bytes first (kept, so that minutes offline stay
 * productive), then a decoded <img> element for the few that come next.
 */

/** Answers that say this image will not come; anything else is tried again. */
const GONE = new Set([404, 410, 415, 422]);
const ATTEMPTS = 2;

/** @typedef {"new"|"loading"|"bytes"|"decoding"|"ready"|"broken"} State */

/** One item with its image. */
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
    /** @type {HTMLImageElement|null} Decoded when the state is "ready". */
    this.img = null;
    this.failures = 0;
    /** Whether its suggestion was revealed: no undo takes a look back. */
    this.looked = false;
    /** When it came on screen, on the clock of `performance.now()`, and as a date. */
    this.since = 0;
    this.shownAt = "";
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
        this._take(await response.blob());
        return true;
      }
      this._failed(GONE.has(response.status));
      return GONE.has(response.status);
    } catch {
      this._failed(false);
      return false;
    }
  }

  /** Make the element that can be put on screen within one frame. */
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
    this.img = img;
    this.state = "ready";
  }

  /** Decode again what the browser may have thrown away meanwhile. */
  warm() {
    this.img?.decode().catch(() => undefined);
  }

  /** Keep the bytes, give the decoded element back. */
  cool() {
    if (this.state !== "ready") return;
    this.img = null;
    this.state = "bytes";
  }

  release() {
    if (this.blobUrl) URL.revokeObjectURL(this.blobUrl);
    this.blobUrl = "";
    this.bytes = 0;
    this.img = null;
    if (this.state !== "broken") this.state = "new";
  }

  /** @param {Blob} blob */
  _take(blob) {
    this.blobUrl = URL.createObjectURL(blob);
    this.bytes = blob.size;
    this.state = "bytes";
  }

  /** @param {boolean} final Whether the image itself is to blame. */
  _failed(final) {
    this.release();
    if (final) this.failures += 1;
    this.state = this.failures >= ATTEMPTS ? "broken" : "new";
  }
}
