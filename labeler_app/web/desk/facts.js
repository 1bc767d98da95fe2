/** What the server has said about the project, and how much of it still holds. */

/** @typedef {import("./types.js").ClassRow} ClassRow */

export class Facts {
  constructor() {
    this.name = "";
    this.mix = "";
    /** @type {ClassRow[]} */
    this.classes = [];
    /** @type {import("./types.js").Progress} */
    this.progress = { labeled: 0, goal: 0 };
    /** @type {import("./types.js").QueueInfo|null} */
    this.queue = null;
    /** When `queue` was said, on the clock of `performance.now()`. */
    this.heard = 0;
    /** @type {import("./types.js").End|null} */
    this.end = null;
    /** @type {Map<number, number>} */
    this._counts = new Map();
  }

  /** @param {number|null} id */
  classOf = (id) => this.classes.find((row) => row.id === id);

  /** Saved labels of a class. @param {number} id */
  countOf = (id) => this._counts.get(id) ?? 0;

  get goalReached() {
    return this.progress.goal > 0 && this.progress.labeled >= this.progress.goal;
  }

  /** @param {ClassRow[]} rows */
  takeClasses(rows) {
    this.classes = rows;
    this._counts = new Map(rows.map((row) => [row.id, row.count ?? 0]));
  }

  /** @param {ClassRow} row */
  addClass(row) {
    this.classes = [...this.classes.filter((other) => other.id !== row.id), row];
    this._counts.set(row.id, row.count ?? 0);
  }

  /**
   * Take over what an answer of the server says.
   *
   * @param {any} reply
   * @param {boolean} exact False if answers were under way meanwhile: they might be counted twice.
   * @returns {boolean} Whether it names a class that is not known here.
   */
  hear(reply, exact) {
    if (reply.queue) {
      this.queue = reply.queue;
      this.heard = performance.now();
    }
    if (reply.mix) this.mix = reply.mix;
    if ("end" in reply) this.end = reply.end;
    if (!exact) return false;
    if (reply.progress) this.progress = reply.progress;
    const counts = Object.entries(reply.counts ?? {});
    for (const [id, count] of counts) this._counts.set(Number(id), Number(count));
    return counts.some(([id]) => !this.classOf(Number(id)));
  }
}
