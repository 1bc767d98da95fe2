/**
 * What the desk measures about itself, and tells to whoever listens.
 *
 * Two events are dispatched on `window`, for benchmarks and tests:
 *
 * - `labeler:painted`, detail `{item, ms, event_id}`: `item` is on screen, `ms` after the key or
 *   click (its `timeStamp`) that made the answer `event_id`. Taken in a message after the animation
 *   frame that shows the decoded image.
 * - `labeler:durable`, detail `{event_id, ms}`: the server has committed the answer, `ms` after the key.
 */

const KEPT = 500;
const RECENT = 21;

/** @param {"painted"|"durable"} name @param {object} detail */
export function tell(name, detail) {
  window.dispatchEvent(new CustomEvent(`labeler:${name}`, { detail }));
}

/** The value below which a share `q` of the values lie. @param {number[]} values @param {number} q */
export function quantile(values, q) {
  if (!values.length) return NaN;
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(q * sorted.length) - 1)];
}

/** Own times of one visit. */
export class Timing {
  constructor() {
    /** @type {number[]} Milliseconds from key to next item on screen. */
    this.paints = [];
    /** @type {number[]} Seconds of the recent answers. */
    this.paces = [];
  }

  /** @param {number} ms */
  painted(ms) {
    this.paints.push(ms);
    if (this.paints.length > KEPT) this.paints.shift();
  }

  /** @param {number} seconds */
  answered(seconds) {
    this.paces.push(seconds);
    if (this.paces.length > RECENT) this.paces.shift();
  }

  /** Seconds per answer, the median of the recent ones; NaN before the first. */
  get pace() {
    return quantile(this.paces, 0.5);
  }

  /** "key to next item: p50 14 ms, p95 31 ms", or "" while there are too few to say. */
  get sentence() {
    if (this.paints.length < 5) return "";
    const [p50, p95] = [0.5, 0.95].map((q) => Math.round(quantile(this.paints, q)));
    return `key to next item: p50 ${p50} ms, p95 ${p95} ms`;
  }
}
