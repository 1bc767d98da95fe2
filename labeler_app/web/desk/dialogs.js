/** What a person opens over the desk, and what follows from it. What the sheets look like is in sheets.js. */

import { isReplaced, NEWER } from "./api.js";
import { KeySheet } from "./keysheet.js";
import { oneMoreClass } from "./naming.js";
import { unsavedSheet } from "./saving.js";
import { flagSheet, menu, queueSheet } from "./sheets.js";
import { signOf } from "./strip.js";

/**
 * @typedef {Object} Follows
 * @property {(reason: string) => void} flag Set the item on screen aside.
 * @property {(does: string) => void} run
 * @property {(page: string) => void} go
 * @property {() => void} redraw
 * @property {() => boolean} reads Whether the items are texts or rows.
 */

/** Commands of the menu that open something else in its place. */
const ELSEWHERE = ["note", "addClass", "keys", "focus", "older", "alike"];

export class Dialogs {
  /** @param {import("./sheet.js").Sheets} sheets @param {import("./session.js").Session} session @param {Follows} follows */
  constructor(sheets, session, follows) {
    this._sheets = sheets;
    this._session = session;
    this._follows = follows;
    this._close = () => sheets.close();
  }

  flag() {
    const { mode } = this._session;
    const item = this._session.onScreen?.id;
    if (!["label", "past"].includes(mode) || !item) return;
    this._sheets.open(
      flagSheet((reason) => {
        this._close();
        // The reason was given for the item that was on screen when the sheet opened.
        if (this._session.onScreen?.id === item) this._follows.flag(reason);
      }),
    );
  }

  addClass() {
    const { mode } = this._session;
    if (mode === "first" || mode === "loading") return;
    const { node, field } = oneMoreClass((name) => this._session.addClass(name), this._close);
    this._sheets.open({ title: "Add a class", className: "right", body: [node], focus: field });
  }

  /** @param {Omit<import("./keysheet.js").Options, "reads"|"isSeveral">} options */
  keys(options) {
    const sheet = new KeySheet(() => this._session.facts.classes, { ...options, reads: this._follows.reads(), isSeveral: this._session.facts.isSeveral });
    this._sheets.open(sheet.plan());
  }

  menu() {
    const go = (/** @type {string} */ page) => {
      this._close();
      if (page !== "label") this._follows.go(page);
    };
    const run = (/** @type {string} */ does) => {
      if (ELSEWHERE.includes(does)) this._close();
      this._follows.run(does);
    };
    this._sheets.open(menu({ go, run, facts: this._facts(), reads: this._follows.reads() }));
  }

  queue() {
    this._sheets.open(queueSheet(this._facts()));
  }

  unsaved() {
    const { outbox, elsewhere, facts } = this._session;
    const name = (/** @type {import("./types.js").LabelEvent} */ event) =>
      event.kind === "undo" ? "An undo." : `${signOf(event, facts.classOf).words}, item ${event.item}.`;
    const retry = () => (this._close(), void outbox.flush());
    const act = { retry, dismissed: this._follows.redraw, close: this._close };
    this._sheets.open(unsavedSheet(outbox, elsewhere, name, act));
  }

  /** The figures that a phone has no room for. @returns {[string, string][]} */
  _facts() {
    const { facts, timing, queue, outbox } = this._session;
    const pace = Number.isFinite(timing.pace) ? `${timing.pace.toFixed(1)} s each, the median of your last answers` : "";
    return [
      ["Queue", facts.queue?.text ?? ""],
      ["The mix", facts.mix],
      ["Here", `${queue.left} items can be labeled without a connection`],
      ["Saving", outbox.size ? `${outbox.size} not saved yet` : "All saved"],
      ["Your pace", pace],
      ["Speed", timing.sentence],
      ["Version", isReplaced() ? NEWER : ""],
    ];
  }
}
