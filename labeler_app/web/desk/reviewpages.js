/** Variants, twelve to a page, and what stands of each: here, on its way, or at the server. */

/** @typedef {import("./types.js").ClassRow} ClassRow */
/**
 * @typedef {Object} Variant As GET /api/variants returns it.
 * @property {number} id
 * @property {"image"|"text"} kind
 * @property {string} original Address of what it was made of: of a small picture, or of what a text says.
 * @property {string} made The same of it.
 * @property {string} before What was measured of the original, and of it; "" where nothing was.
 * @property {string} after
 * @property {boolean} landed
 * @property {string} near What it can hardly be told from.
 * @property {string} tier "C": its class must be said.
 * @property {number|null} class_id What Enter keeps it as.
 * @property {""|"keep"|"reject"} decision What the server has.
 * @property {number|null} kept_as
 */
/** @typedef {{event_id: string, variant: number, kind: "keep"|"reject"|"undo", class_id: number|null, ms: number}} ReviewEvent */
/** @typedef {{kind: ""|"keep"|"reject", class_id: number|null, from: "server"|"here"|"tab"}} Standing */

const PAGE = 12;
const MOST = 60;

export class Pages {
  /** @param {import("./outbox.js").Outbox} outbox */
  constructor(outbox) {
    this._outbox = outbox;
    /** @type {Map<number, Variant>} */
    this._known = new Map();
    /** Decisions of another tab that the server may not have yet. @type {Map<number, ReviewEvent>} */
    this._heard = new Map();
    /** What the server has stored of this tab, and when. @type {Map<number, {at: number, told: Pick<Variant, "decision"|"kept_as">}>} */
    this._stored = new Map();
    /** @type {Variant[][]} */
    this.pages = [];
    this.at = 0;
  }

  clear() {
    this._known.clear();
    this.pages = [];
    this.at = 0;
  }

  /** @returns {Variant[]} */
  get shown() {
    return this.pages[this.at] ?? [];
  }

  /** Whether nothing on the next page waits to be looked at. */
  get isLast() {
    return this.at >= this.pages.length - 1;
  }

  /** How many to ask for: those that the server still holds for open here, and two pages beyond them. */
  get wish() {
    const held = [...this._known.values()].filter(({ decision }) => !decision).length;
    return Math.min(MOST, held + 2 * PAGE);
  }

  /** Take what the server sent. @param {Variant[]} sent @param {number} asked When it was asked. */
  take(sent, asked) {
    const isFirst = !this.pages.length;
    // A reply that was asked for before a decision was stored does not know of it.
    const variants = sent.map((one) => {
      const stored = this._stored.get(one.id);
      return stored && stored.at > asked ? { ...one, ...stored.told } : one;
    });
    for (const one of variants) {
      const known = this._known.get(one.id);
      if (known) Object.assign(known, one);
      if (one.decision) this._heard.delete(one.id);
    }
    const fresh = variants.filter((one) => !this._known.has(one.id));
    for (const one of fresh) if (isFirst || !one.decision) this._known.set(one.id, one);
    // The first page is filled up with what was decided before, which can be looked at again.
    if (isFirst && fresh.length) this.pages.push(fresh.splice(0, PAGE));
    const open = fresh.filter((one) => !one.decision);
    while (open.length) {
      if (!this.pages.length || this.pages[this.pages.length - 1].length >= PAGE) this.pages.push([]);
      const last = this.pages[this.pages.length - 1];
      last.push(...open.splice(0, PAGE - last.length));
    }
  }

  /** What stands of a picture: the last word here, else that of the server. @param {Variant} one @returns {Standing} */
  standing(one) {
    const letters = [...this._outbox.letters.values()].map(({ event }) => /** @type {any} */ (event));
    const here = letters.filter(({ variant }) => variant === one.id).at(-1);
    if (here) return standingOf(here, "here");
    const heard = this._heard.get(one.id);
    if (heard) return standingOf(heard, "tab");
    return { kind: one.decision, class_id: one.kept_as, from: "server" };
  }

  /** @param {Variant} one */
  isOpen(one) {
    return !this.standing(one).kind;
  }

  /** The server has stored a decision. @param {ReviewEvent} event */
  saved({ variant, kind, class_id }) {
    /** @type {Pick<Variant, "decision"|"kept_as">} */
    const told = { decision: kind === "undo" ? "" : kind, kept_as: class_id };
    this._heard.delete(variant);
    this._stored.set(variant, { at: performance.now(), told });
    Object.assign(this._known.get(variant) ?? {}, told);
  }

  /** Another tab has taken a decision. @param {ReviewEvent} event */
  heard(event) {
    this._heard.set(event.variant, event);
  }

  /** Turn to the page of a picture. @param {number} id @returns {Variant|undefined} */
  find(id) {
    const page = this.pages.findIndex((some) => some.some((one) => one.id === id));
    if (page >= 0) this.at = page;
    return this._known.get(id);
  }
}

/** @param {ReviewEvent} event @param {"here"|"tab"} from @returns {Standing} */
function standingOf({ kind, class_id }, from) {
  return { kind: kind === "undo" ? "" : kind, class_id, from };
}
