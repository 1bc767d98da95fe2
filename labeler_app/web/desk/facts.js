/** What the server has said about the project, and how much of it still holds. */

/** @typedef {import("./types.js").ClassRow} ClassRow */

export class Facts {
  /** @param {import("./slots.js").Slots} slots */
  constructor(slots) {
    this._slots = slots;
    this.name = "";
    this.mix = "";
    /** Whether an item may have several classes. */
    this.isSeveral = false;
    /** @type {ClassRow[]} */
    this.classes = [];
    /** Number of the newest change of classes that is known here. */
    this.classVersion = -1;
    /** Classes added here so far. */
    this.added = 0;
    /** Those that lie in the row. @type {ClassRow[]} */
    this.near = [];
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

  /** The class a key gives. @param {string} key */
  classAt = (key) => this.classes.find((row) => row.key === key) ?? this.classes.find((row) => row.own === key);

  /** When a class was given last: larger is later. @param {number} id */
  usedAt = (id) => this._slots.usedAt(id);

  /** Saved labels of a class. @param {number} id */
  countOf = (id) => this._counts.get(id) ?? 0;

  get goalReached() {
    return this.progress.goal > 0 && this.progress.labeled >= this.progress.goal;
  }

  /** @param {ClassRow[]} rows @param {number} [version] */
  takeClasses(rows, version = this.classVersion) {
    Object.assign(this, this._slots.arrange(rows));
    this.classVersion = version;
    this._counts = new Map(rows.map((row) => [row.id, row.count ?? 0]));
  }

  /** A class was given: it comes into the row, if there is no key for it otherwise or it is to be seen. @param {number|null} id */
  used(id) {
    if (id !== null && this._slots.use(id, this.isSeveral)) Object.assign(this, this._slots.arrange(this.classes));
  }

  /** Classes are chosen for the item on screen: they come into the row, as far as there is room. @param {Iterable<number>} ids */
  show(ids) {
    const lies = (/** @type {number} */ id) => Number(this.near.some((row) => row.id === id));
    const all = [...ids].sort((one, other) => lies(other) - lies(one));
    for (const id of all.slice(0, this.near.length)) this.used(id);
  }

  /** Classes given in earlier visits. @param {import("./types.js").Answer[]} answers The oldest first. */
  recall(answers) {
    const known = answers.flatMap(({ kind, class_id, class_ids }) => (kind === "label" ? (class_ids ?? [Number(class_id)]) : [])).filter(this.classOf);
    if (this._slots.recall(known)) Object.assign(this, this._slots.arrange(this.classes));
  }

  /** @param {ClassRow} row */
  addClass(row) {
    this.added += 1;
    const classes = [...this.classes.filter((other) => other.id !== row.id), row];
    Object.assign(this, this._slots.arrange(classes));
    this._counts.set(row.id, row.count ?? 0);
    // Who adds a class is about to give it.
    this.used(row.id);
  }

  /**
   * Take over what an answer of the server says.
   *
   * @param {any} reply
   * @param {boolean} exact False if answers were under way meanwhile: they might be counted twice.
   * @returns {boolean} Whether the classes have changed since they were read.
   */
  hear(reply, exact) {
    if (reply.queue) {
      this.queue = reply.queue;
      this.heard = performance.now();
    }
    if (reply.mix) this.mix = reply.mix;
    if (!exact) return false;
    // Whether it is the end depends on the count, and both are from before the answers under way.
    if ("end" in reply) this.end = reply.end;
    if (reply.progress) this.progress = reply.progress;
    for (const [id, count] of Object.entries(reply.counts ?? {})) this._counts.set(Number(id), Number(count));
    return "class_version" in reply && reply.class_version !== this.classVersion;
  }
}
