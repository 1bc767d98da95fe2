/** Which items were answered in this page, so that none is shown again before the server knows. */

export class Answered {
  constructor() {
    /** @type {Map<number, {event_id: string, kind: string, savedAt: number|null}>} Answers that hold, by item. */
    this._byItem = new Map();
  }

  /** @param {import("./types.js").LabelEvent} event @param {import("./types.js").Stand} [under] What an undo brings back. */
  take({ event_id, item, kind }, under) {
    if (kind === "undo" && under) this._byItem.set(item, { event_id, kind: under.kind, savedAt: null });
    else if (kind === "undo") this._byItem.delete(item);
    else if (kind !== "note") this._byItem.set(item, { event_id, kind, savedAt: null });
  }

  /** @param {import("./types.js").LabelEvent} event */
  saved({ event_id, item }) {
    const answer = this._byItem.get(item);
    if (answer?.event_id === event_id) answer.savedAt = performance.now();
  }

  /** @param {import("./types.js").LabelEvent} event */
  refused({ event_id, item }) {
    if (this._byItem.get(item)?.event_id === event_id) this._byItem.delete(item);
  }

  /** @param {number} item @param {number} asked When the server was asked; a skipped item may come back after that. */
  has(item, asked) {
    const answer = this._byItem.get(item);
    if (!answer) return false;
    return answer.savedAt === null || answer.kind !== "skip" || answer.savedAt > asked;
  }

  /** Let the server decide again about what it has. */
  forgetSaved() {
    for (const [item, answer] of this._byItem) if (answer.savedAt !== null) this._byItem.delete(item);
  }
}
