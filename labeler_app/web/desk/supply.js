/** Keeps the desk supplied: asks for items and facts, again and again, and never twice at a time. */

import { ApiError, get, post } from "./api.js";
import { LOW, WANT } from "./queue.js";
import { uuid } from "./storage.js";

const REFRESH_MS = 20_000;
const FIRST_WAIT_MS = 500;
const LAST_WAIT_MS = 4_000;
const SOON_MS = 2_000;
/** The server lets nobody hold more. */
const MOST = 300;
const MOST_HELD = 160;

export class Supply {
  /**
   * @param {number} project
   * @param {Record<string, string>} headers For whom the desk was opened.
   * @param {{facts: import("./facts.js").Facts, queue: import("./queue.js").Queue, outbox: import("./outbox.js").Outbox}} parts
   * @param {{opened: (desk: any) => void, classes: (desk: any) => void, suggested: (rows: any[]) => void, columns: (names: string[]) => void, came: (fresh: boolean) => void, changed: () => void, isHungry: () => boolean}} tell
   *   `classes`: they were read again. `came`: items, and whether the server knew all answers when it spoke. `isHungry`: whether a person is waiting.
   */
  constructor(project, headers, { facts, queue, outbox }, tell) {
    this.project = project;
    this._headers = headers;
    /** The server keeps what lies here apart from what lies in another tab of the same person. */
    this.desk = uuid();
    this._facts = facts;
    this._queue = queue;
    this._outbox = outbox;
    this._tell = tell;
    /** @type {number[]} Items that lie on the desk besides the queue. */
    this.besides = [];
    /** @type {ApiError|null} Why the server could not be asked last time. */
    this.trouble = null;
    /** @type {number|null} How many items the last answer brought. */
    this.found = null;
    this._asking = false;
    this._hasAsked = false;
    this._again = false;
    /** @type {Promise<void>} The question under way. */
    this._turn = Promise.resolve();
    this._looking = false;
    /** The server has few items left, so asking at every answer would be idle. */
    this._few = false;
    /** @type {number|null|undefined} The ranking that is here. */
    this._ranking = undefined;
    /** @type {number|null} The model that the ranking here comes from. */
    this._version = null;
    this._wait = FIRST_WAIT_MS;
    this._timers = { ask: 0, open: 0, soon: 0 };
    this._closed = false;
    this._beat = window.setInterval(() => document.hidden || this.refresh(), REFRESH_MS);
    this._leave = () => this._giveBack();
    this._return = (/** @type {PageTransitionEvent} */ event) => event.persisted && this._comeBack();
    window.addEventListener("pagehide", this._leave);
    window.addEventListener("pageshow", this._return);
  }

  close() {
    this._closed = true;
    this._giveBack();
    window.removeEventListener("pagehide", this._leave);
    window.removeEventListener("pageshow", this._return);
    clearInterval(this._beat);
    Object.values(this._timers).forEach(clearTimeout);
  }

  /** Renew the leases, see what is new, and take over letters left behind by another tab. */
  refresh() {
    this._outbox.adopt();
    this.ask();
  }

  /** An item came on screen: the person does not wait any more. */
  fed() {
    this._wait = FIRST_WAIT_MS;
    if (this._queue.ahead.length < LOW && !this._few && !this._asking) this.ask();
  }

  /** Answers were saved. @param {any} reply */
  saved(reply) {
    this.trouble = null;
    if (this._facts.hear(reply, true)) this._readClasses();
    if (this._ranking === undefined || !reply.queue || rankingOf(reply) === this._ranking) return;
    // The first model brings the first suggestions: that is worth asking at once.
    if (this._version === null && reply.queue.version !== null) this.ask();
    else this._askSoon();
  }

  /**
   * A new ranking is not urgent: what is here is still good. Desks that hear of it at once must not all ask at once,
   * while their labels are on the way.
   */
  _askSoon() {
    if (this._timers.soon) return;
    const wait = SOON_MS * (1 + Math.random());
    this._timers.soon = window.setTimeout(() => {
      this._timers.soon = 0;
      this.ask();
    }, wait);
  }

  /** Read the project: classes, the last answers, the mix. Tried until it works. */
  async open() {
    const desk = await this._try(() => get(`/desk?project=${this.project}`));
    if (this._closed) return;
    if (desk) {
      this._facts.name = desk.project.name;
      this._facts.isSeveral = Boolean(desk.project.multi_label);
      this._facts.takeClasses(desk.classes, desk.class_version);
      this._facts.hear(desk, !this._outbox.sending);
      this._tell.opened(desk);
    } else {
      this._later("open", () => this.open());
    }
    this._tell.changed();
  }

  /** Ask for a fresh ranking of what was not yet shown. */
  ask() {
    this._again = this._asking || this._looking;
    if (this._again || this._closed) return;
    this._asking = this._hasAsked = true;
    this._turn = this._ask();
  }

  async _ask() {
    clearTimeout(this._timers.ask);
    const kept = this._queue.kept();
    const asked = performance.now();
    const sent = this._outbox.sending ? -1 : this._outbox.sent;
    const held = [...this._onTheirWay(), ...this.besides].filter((id) => !kept.includes(id));
    // What the server says of these is old: a label that is being taken back still stands there.
    const unsettled = new Set(this._outbox.items());
    const reply = await this._try(() => this._lease([...kept, ...held], Math.min(MOST, WANT + held.length)));
    this._asking = false;
    if (this._closed) return;
    if (reply) {
      const fresh = sent === this._outbox.sent;
      if (this._facts.hear(reply, fresh)) this._readClasses();
      this._queue.replace(kept, reply.items, (id) => this._outbox.isAnswered(id, asked));
      for (const id of reply.lost ?? []) if (!unsettled.has(id)) this._queue.drop(id);
      this._tell.suggested(reply.kept ?? []);
      this._tell.columns(reply.columns);
      this.found = reply.items.length;
      this._few = this.found < LOW;
      this._ranking = rankingOf(reply);
      this._version = reply.queue.version;
      this._tell.came(fresh);
    }
    if (this._again) this.ask();
    else if (this._tell.isHungry()) this._later("ask", () => this.ask());
    this._tell.changed();
  }

  /**
   * Items to pick from by hand; they are not leased.
   *
   * @param {number[]} seen Those that lie in the grid already. @param {number} want
   * @returns {Promise<{items: import("./types.js").Tile[], most: number}>} Rejects with an ApiError.
   */
  pickable(seen, want) {
    const wish = { project: this.project, seen, want, desk: this.desk };
    return post("/picking", wish, { headers: this._headers });
  }

  /**
   * The tiles of a pile, leased; those before go back. What waits here stays, but may be among copies.
   *
   * @param {{by: import("./groupings.js").By, pile: number|null, least: number, want: number, here: number[]}} wish `here`: items whose pictures need not come.
   * @returns {Promise<import("./types.js").Sight>} Rejects with an ApiError.
   */
  async look(wish) {
    // One after the other: a question that does not know of the tiles would give them back.
    this._looking = true;
    const sight = this._turn.then(() => {
      const [keep, ahead] = [this._onTheirWay(), this._queue.kept()];
      return post("/piles", { project: this.project, keep, ahead, desk: this.desk, ...wish }, { headers: this._headers });
    });
    this._turn = sight.then(
      () => undefined,
      () => undefined,
    );
    try {
      return await sight;
    } finally {
      this._looking = false;
      if (this._again) this.ask();
    }
  }

  /** Items whose answers are on their way: they keep their lease, which knows why the item was chosen. */
  _onTheirWay() {
    return this._outbox.items().slice(-MOST_HELD);
  }

  /** @param {number[]} keep @param {number} want */
  async _lease(keep, want) {
    const wish = { project: this.project, keep, want, desk: this.desk };
    const reply = await post("/queue", wish, { headers: this._headers });
    if (Array.isArray(reply?.items)) return reply;
    throw new ApiError(409, "Another version answers than this page knows.", "Reload when it suits you.");
  }

  /**
   * Nobody looks at these items any more, and what is asked already brings no others: the server gives a desk nothing
   * that was left. If it is not heard, the leases run out by themselves.
   */
  _giveBack() {
    if (!this._hasAsked) return;
    this._hasAsked = false;
    const left = { project: this.project, keep: this._onTheirWay(), desk: this.desk };
    post("/queue/leave", left, { keepalive: true, headers: this._headers }).catch(() => undefined);
  }

  /** The browser kept the page that was left, and shows it again. */
  _comeBack() {
    this._outbox.desk = this.desk = uuid();
    this.refresh();
  }

  /** Someone else changed the classes. */
  async _readClasses() {
    const { added } = this._facts;
    const desk = await this._try(() => get(`/desk?project=${this.project}`));
    // A class was added here meanwhile: the answer may be from before it, and its key would do nothing.
    if (desk && !this._closed && added !== this._facts.added) return void this._readClasses();
    if (desk && !this._closed) this._tell.classes(desk);
    this._tell.changed();
  }

  /** @param {() => Promise<any>} request @returns {Promise<any>} null if it failed. */
  async _try(request) {
    try {
      const reply = await request();
      this.trouble = null;
      return reply;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.trouble = error;
      return null;
    }
  }

  /** @param {"ask"|"open"} what @param {() => void} act */
  _later(what, act) {
    clearTimeout(this._timers[what]);
    this._timers[what] = window.setTimeout(act, this._wait);
    this._wait = Math.min(LAST_WAIT_MS, this._wait * 2);
  }
}

/** What grows with every new ranking. @param {any} reply @returns {number|null|undefined} */
const rankingOf = ({ queue }) => queue?.number ?? queue?.version;
