/** A seed set: before there is a model, a person picks a few items of each class by hand, out of many. */

import { savedState } from "./bar.js";
import { eventOf } from "./event.js";
import { entryOf } from "./history.js";
import { keyOf } from "./keymap.js";
import { nameOf } from "./keys.js";
import { Grid } from "./grid.js";
import { Presence } from "./presence.js";

/** @typedef {import("./types.js").ClassRow} ClassRow */
/** @typedef {import("./types.js").LabelEvent} LabelEvent */
/** @typedef {import("./types.js").Tile} Tile */

/** So many of each are enough for a first model. */
export const EACH = 3;
const FEWEST_CLASSES = 2;
const AT_ONCE = 48;
const HOW = "Choose a class below, then the items that belong to it.";

/** Whether there are classes to choose from, and no model yet. @param {import("./session.js").Session} session */
export const isCold = ({ facts }) => facts.classes.length >= FEWEST_CLASSES && facts.queue?.version === null;

export class Picking {
  /**
   * @param {import("./sheet.js").Sheets} sheets
   * @param {import("./session.js").Session} session
   * @param {{single: () => boolean, closed: () => void}} tell `single`: whether single keys are switched on.
   */
  constructor(sheets, session, tell) {
    this._sheets = sheets;
    this._session = session;
    this._tell = tell;
    /** @type {Grid|null} While it is open. */
    this._grid = null;
    /** @type {LabelEvent[]} What was picked since it was opened, and not taken back. */
    this._picks = [];
    /** @type {ClassRow|undefined} What a click gives. */
    this._chosen = undefined;
    this._said = HOW;
    this._since = 0;
    this._loading = false;
  }

  /** @returns {boolean} False if this is not the time for it. */
  open() {
    const session = this._session;
    if (session.mode !== "label" || session.facts.isSeveral || !isCold(session)) return false;
    this._picks = [];
    this._said = HOW;
    this._since = 0;
    this._chosen = this._lacking()[0] ?? session.facts.classes[0];
    this._presence = new Presence(() => undefined);
    this._grid = new Grid({
      choose: (row) => this._choose(row),
      pick: (tile, event) => this._pick(tile, event),
      undo: () => this._undo(),
      more: () => void this._more(),
    });
    const { body, tools } = this._grid;
    this._sheets.open({
      title: `Pick ${EACH} of each by hand`,
      className: "whole",
      tools,
      body,
      done: "Done",
      onKey: (event) => this._onKey(event),
      onClose: () => this._close(),
    });
    this.changed();
    void this._more();
    return true;
  }

  /** Redraw what is open. */
  changed() {
    if (!this._grid) return;
    const { facts, outbox } = this._session;
    this._picks = this._picks.filter(({ event_id }) => !outbox.refused.has(event_id));
    // Classes are told anew now and then.
    this._chosen = facts.classOf(this._chosen?.id ?? null) ?? facts.classes[0];
    const { text, urgent } = savedState(outbox, 0);
    this._grid.render({
      classes: facts.classes,
      chosen: this._chosen,
      each: EACH,
      countOf: this._counts(),
      classAt: (item) => facts.classOf(this._last(item)?.class_id ?? null),
      isUnsaved: (item) => outbox.has(this._last(item)?.event_id ?? ""),
      canUndo: this._picks.length > 0,
      said: urgent ? text : this._said,
      saved: { text, isBusy: outbox.size > 0 },
    });
  }

  _close() {
    this._presence?.close();
    this._grid = null;
    this._session.turns.goOn();
    this._tell.closed();
  }

  async _more() {
    const grid = this._grid;
    if (!grid || this._loading) return;
    this._loading = true;
    grid.wait();
    try {
      const { items, most } = await this._session.supply.pickable(grid.ids, AT_ONCE);
      const fresh = items.filter(({ id }) => !this._session.outbox.isAnswered(id, performance.now()));
      grid.add(fresh, items.length === AT_ONCE && grid.ids.length + AT_ONCE <= most);
      if (!this._since) this._restart(performance.now());
    } catch (error) {
      const { problem = "It did not work.", hint = "" } = /** @type {any} */ (error);
      grid.fail(`${problem} ${hint}`.trim());
    } finally {
      this._loading = false;
    }
    // It may have been closed, and even opened again, meanwhile.
    if (this._grid && this._grid !== grid) void this._more();
    this.changed();
  }

  /** @param {ClassRow} row */
  _choose(row) {
    this._chosen = row;
    this._said = `Now ${row.name}.`;
    this.changed();
  }

  /** Give an item the chosen class; once more takes it back. @param {Tile & {shownAt: string}} tile @param {Event} event */
  _pick(tile, event) {
    const row = this._chosen;
    if (!row) return;
    const before = this._last(tile.id);
    if (before?.class_id === row.id) return this._takeBack(before);
    const at = event.timeStamp || performance.now();
    const { outbox, history, queue, goal } = this._session;
    const pick = this._event(tile.id, "label", { class_id: row.id, shown_at: tile.shownAt, at, picked: true });
    this._restart(at);
    this._picks.push(pick);
    outbox.put(pick, { at, was: before ? { kind: "label", class_id: before.class_id } : null });
    history.add(pick, entryOf({ entry: null, item: tile.id, url: tile.url, thumb: tile.thumb }));
    queue.drop(tile.id);
    this._said = this._next(row);
    if (goal.isReached) this._sheets.close();
    else this.changed();
  }

  _undo() {
    const newest = this._picks.at(-1);
    if (newest) this._takeBack(newest);
  }

  /** @param {LabelEvent} pick */
  _takeBack(pick) {
    const { outbox, history, facts } = this._session;
    this._picks = this._picks.filter((one) => one !== pick);
    history.remove(pick.event_id);
    const undo = this._event(pick.item, "undo", { reverts: pick.event_id, shown_at: pick.shown_at, at: performance.now() });
    outbox.put({ ...undo, ms: 0 }, { was: { kind: pick.kind, class_id: pick.class_id } });
    this._said = `${facts.classOf(pick.class_id)?.name ?? "One"} taken back.`;
    this.changed();
  }

  /** The newest pick of an item. @param {number} item */
  _last(item) {
    return this._picks.findLast((one) => one.item === item);
  }

  /** Labels of each class, those on their way with them. @returns {(row: ClassRow) => number} */
  _counts() {
    const { facts, outbox } = this._session;
    const { byClass } = outbox.pending();
    return ({ id }) => facts.countOf(id) + (byClass.get(id) ?? 0);
  }

  _lacking() {
    const countOf = this._counts();
    return this._session.facts.classes.filter((row) => countOf(row) < EACH);
  }

  /** What to do after this class got one more. @param {ClassRow} row */
  _next(row) {
    const lacking = this._lacking();
    if (!lacking.length) return `${EACH} of each. Done goes on one by one.`;
    const count = this._counts()(row);
    if (count < EACH) return `${row.name}, ${count} of ${EACH}.`;
    const next = lacking[0];
    return `${row.name} has ${count}. Next: ${next.name}${next.key ? `, key ${next.key}` : ""}.`;
  }

  /** @param {number} at */
  _restart(at) {
    this._since = at;
    this._presence?.restart(at);
  }

  /**
   * @param {number} item
   * @param {import("./types.js").Kind} kind
   * @param {Partial<LabelEvent> & {shown_at: string, at: number}} more
   * @returns {LabelEvent} Its time is the one since the pick before: all of it went into this one.
   */
  _event(item, kind, { at, ...more }) {
    const ms = at - this._since - (this._presence?.hiddenMs ?? 0);
    return eventOf(item, kind, { at, ms, ...more });
  }

  /** @param {KeyboardEvent} event */
  _onKey(event) {
    const key = nameOf(event);
    const isModified = event.ctrlKey || event.altKey || event.metaKey;
    const isUndo = key === (isModified ? "Z" : keyOf("undo")) && (isModified ? (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey : this._tell.single());
    const row = !isModified && this._tell.single() ? this._session.facts.classAt(key) : undefined;
    // A held Enter would press a focused image again and again.
    if (event.repeat && !key.startsWith("Arrow")) return event.preventDefault();
    if (isUndo) this._undo();
    else if (isModified) return;
    else if (key === "Escape" || (key === keyOf("pick") && this._tell.single())) this._sheets.close();
    else if (row) this._choose(row);
    else if (!this._grid?.move(key)) return;
    event.preventDefault();
  }
}
