/** Whether the work is done: what was asked for is answered here, and the server agrees. */

/** @typedef {import("./types.js").Progress} Progress */

export class Goal {
  /** @param {import("./facts.js").Facts} facts @param {import("./outbox.js").Outbox} outbox */
  constructor(facts, outbox) {
    this._facts = facts;
    this._outbox = outbox;
    /** The goal after which the server wanted to go on. */
    this._passed = 0;
  }

  /** Answers saved and on their way. @returns {Progress} */
  get progress() {
    const { labeled, goal } = this._facts.progress;
    return { labeled: labeled + this._outbox.pending().labels, goal };
  }

  /** Whether all that was asked for is answered here. */
  get isReached() {
    const { labeled, goal } = this.progress;
    return goal > 0 && goal !== this._passed && labeled >= goal;
  }

  /** Whether this answer is the last one asked for. @param {import("./types.js").Kind} kind */
  isLast(kind) {
    const { labeled, goal } = this.progress;
    if (this._facts.end && this._facts.goalReached) return true;
    if (!goal || goal === this._passed) return false;
    return labeled + (kind === "label" ? 1 : 0) >= goal;
  }

  /** Whether the work is done, as far as the server knows of all answers. @param {boolean} hasMore Items are here. */
  isEnd(hasMore) {
    if (!this._facts.end || this._outbox.size) return false;
    return this._facts.goalReached || !hasMore;
  }

  /** The server has all answers and sees no end: this goal does not stop the work again. */
  pass() {
    this._passed = this._facts.progress.goal;
  }
}
