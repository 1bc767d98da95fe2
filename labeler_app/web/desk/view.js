/** The page of the desk: puts the pieces together and redraws them after the frame, never before it. */

import { isReplaced, NEWER } from "./api.js";
import { Bar, chipState, savedState } from "./bar.js";
import { Dock } from "./dock.js";
import { h, setText } from "./dom.js";
import { endScreen } from "./end.js";
import { Focus } from "./focus.js";
import { Marks } from "./marks.js";
import { firstClasses } from "./naming.js";
import { NOTE_GOES } from "./notes.js";
import { PastLine } from "./pastline.js";
import { isCold } from "./picking.js";
import { Rail } from "./rail.js";
import { Sheets } from "./sheet.js";
import { Stage } from "./stage.js";
import { Strip } from "./strip.js";

/** @typedef {import("./session.js").Session} Session */
/** @typedef {import("./types.js").Mode} Mode */
/**
 * @typedef {Object} Acts What the page asks for.
 * @property {(does: string, event?: Event) => boolean|void} run A command of the key table, or one of the page.
 * @property {(row: import("./types.js").ClassRow, event: Event) => void} label
 * @property {(answer: import("./types.js").Answer) => void} takeBack
 * @property {(names: string[]) => Promise<void>} name The first classes.
 */

const NOTHING_LEFT = "All are answered, or others hold the last ones. What becomes free comes by itself.";
const REMARK_MS = 6_000;
/** Under very quick keys the frames belong to the images; the rest is redrawn this often. */
const REST_MS = 80;
const SAMPLES = 6;

export class View {
  /** @param {Acts} acts @param {string} drafts Where unsent notes are kept. */
  constructor(acts, drafts) {
    this._acts = acts;
    /** @type {Session|null} */
    this._session = null;
    this._remark = "";
    this._remarkTimer = 0;
    this._drawn = 0;
    this._drawTimer = 0;
    /** @type {ReturnType<typeof firstClasses>|null} */
    this._first = null;
    this._endShown = "";
    this._saidNewer = false;
    const run = (/** @type {string} */ does, /** @type {Event} */ event) => void acts.run(does, event);
    this.bar = new Bar(run);
    this.stage = new Stage((does) => void acts.run(does));
    const leave = () => this.stage.node.focus({ preventScroll: true });
    this.dock = new Dock(run, acts.label, { leave, usedAt: (id) => this._session?.facts.usedAt(id) ?? 0 });
    this._past = new PastLine(run);
    this.rail = new Rail({ close: () => void acts.run("rail"), say: (text) => this.remark(text), drafts });
    const drag = (/** @type {number} */ item, /** @type {DragEvent} */ event) => this.rail.examples.drag(item, event);
    this.strip = new Strip(run, acts.takeBack, this._past.node, drag);
    this._live = h("div", { class: "sr", "aria-live": "polite" });
    this._marks = new Marks({ changed: () => this.changed(), spoken: (text) => this.spoken(text) });
    this._marks.listen(this.stage.node);
    this.stage.node.append(this._marks.node, this.rail.handle);
    this.node = h(
      "main",
      { class: "desk", "data-mode": "loading" },
      this.bar.node,
      this.bar.phone,
      this.stage.node,
      this.rail.node,
      this.dock.node,
      this.strip.node,
      this.dock.phone,
      this.bar.foot,
      this._live,
    );
    this.focus = new Focus(this.node, () => void acts.run("focus"));
    this.bar.node.append(this.focus.node);
    this.sheets = new Sheets(this.node);
    this.stage.onresize = () => this.render();
    this.stage.node.addEventListener("dragstart", (event) => {
      const isItem = event.target instanceof Element && event.target.matches(".item");
      if (isItem && this._session?.onScreen) drag(this._session.onScreen.id, event);
    });
    this.node.addEventListener("dragend", () => this.rail.examples.dropped());
    // A click leaves the focus where it was: Space and Enter must not press the last button again.
    this.node.addEventListener("mousedown", (event) => {
      const target = /** @type {Element} */ (event.target);
      if (!target.closest("button") || target.closest("dialog, form")) return;
      // A press that is prevented drags nothing, so the focus is put back instead.
      if (this.rail.isOpen && target.closest("[draggable=true]")) requestAnimationFrame(leave);
      else event.preventDefault();
    });
  }

  /** @param {Session} session */
  bind(session) {
    this._session = session;
    this.rail.bind(session);
  }

  /**
   * Put an item on screen: all that happens before the frame.
   *
   * @param {import("./images.js").Entry} entry @param {"label"|"past"} [mode]
   */
  show(entry, mode = "label") {
    this.stage.show(/** @type {HTMLElement} */ (entry.node));
    const { dataset, classList } = this.node;
    if (dataset.mode !== mode) {
      dataset.mode = mode;
      this._first = null;
    }
    if (classList.contains("revealed")) classList.remove("revealed");
  }

  /** There is no item on screen. @param {Mode} mode */
  state(mode) {
    this.node.dataset.mode = mode;
    this.node.classList.remove("revealed");
    if (mode === "end") this._showEnd();
    else if (mode === "first") this._showFirst();
    else this._saySo(mode);
  }

  /** @param {string} text */
  remark(text) {
    this._remark = text;
    clearTimeout(this._remarkTimer);
    if (text) this._remarkTimer = window.setTimeout(() => this.remark(""), REMARK_MS);
    setText(this._live, text);
    this.render();
  }

  /** @param {string} text */
  spoken(text) {
    if (!this._remark) setText(this._live, text);
  }

  /** What went wrong with the one thing that can be done here. @param {string} text */
  problem(text) {
    const place = this.node.querySelector(".screen .problem");
    if (place) setText(place, text);
  }

  /** Redraw all but the item, now or in a moment. */
  changed() {
    const wait = this._drawn + REST_MS - performance.now();
    if (wait <= 0) this.render();
    else this._drawTimer ||= window.setTimeout(() => this.render(), wait);
  }

  render() {
    clearTimeout(this._drawTimer);
    this._drawTimer = 0;
    const session = this._session;
    if (!session) return;
    this._drawn = performance.now();
    const { facts, outbox, queue, past, mode } = session;
    const { progress } = session.goal;
    const shown = session.onScreen;
    const pending = outbox.pending();
    const item = past.answer?.item ?? shown?.id ?? 0;
    if (this._remark === NOTE_GOES && !this.rail.noteOn(item)) return this.remark("");
    this.bar.render({
      project: facts.name,
      labeled: progress.labeled,
      unsavedLabels: pending.labels,
      goal: progress.goal,
      pace: session.timing.pace,
      saved: savedState(outbox, session.elsewhere.unread),
      chip: this._chip(session),
      grid: this.node.classList.contains("batching") ? "open" : isCold(session) || facts.isSeveral || !facts.queue?.version ? "" : "there",
      mix: facts.mix,
      scale: shown && ["label", "past"].includes(mode) ? this.stage.scale(shown.item) : { text: "", capped: false },
      times: session.timing.sentence,
      said: this._remark,
    });
    this.dock.render(facts.classes, facts.near, (id) => facts.countOf(id) + (pending.byClass.get(id) ?? 0), facts.isSeveral ? (shown?.chosen ?? new Set()) : null);
    this.strip.render(session.history.answers, facts.classOf, (id) => outbox.has(id), this._remark, session.copies);
    this._past.render(past, facts.classOf, (id) => outbox.has(id), this._remark);
    this.dock.mark(past.answer?.class_id ?? null);
    this.rail.render(session);
    this.stage.letDrag(this.rail.isOpen && ["label", "past"].includes(mode));
    this.rail.turnTo(item);
    this.stage.name(past.isOpen ? `Item ${past.back} back` : `Item ${progress.labeled + 1}`, shown?.node ?? null);
    this._renderSuggestion(session);
    this.node.classList.toggle("cold", isCold(session));
    this.node.classList.toggle("sets", facts.isSeveral);
    this._first?.pictures(queue.ahead.map((entry) => entry.picture).filter(Boolean).slice(0, SAMPLES));
    if (isReplaced() && !this._saidNewer) {
      this._saidNewer = true;
      this.remark(NEWER);
    }
  }

  close() {
    clearTimeout(this._drawTimer);
    clearTimeout(this._remarkTimer);
    this.sheets.close();
    this.rail.close();
    this.stage.close();
    this._session = null;
    this.node.remove();
  }

  /** @param {Session} session */
  _chip({ facts, supply, outbox, queue }) {
    return chipState(facts.queue, facts.heard, supply.trouble ?? outbox.failure, queue.left, isReplaced());
  }

  /** @param {Session} session */
  _renderSuggestion({ look, queue, shares, mode, facts }) {
    const on = look.revealed && mode === "label";
    const top = on ? this.dock.reveal(shares, (facts.queue?.version ?? null) !== null) : null;
    this._marks.show(queue.shown, top);
    this.node.classList.toggle("revealed", on);
  }

  /** @param {Mode} mode */
  _saySo(mode) {
    const session = /** @type {Session} */ (this._session);
    const trouble = session.supply.trouble ?? session.outbox.failure;
    if (mode === "past") return this._sayPast(session.past);
    if (mode === "broken") {
      const again = h("button", { class: "primary", type: "button", onclick: () => session.turns.again() }, "Try again");
      this.stage.say("The items cannot be shown", "Several in a row failed. Nothing was labeled meanwhile.", again);
      return;
    }
    if (mode === "wait" && !trouble && !session.goal.progress.goal) {
      this.stage.say("There is nothing here to label yet", "Items appear by themselves once an import has brought some.");
      return;
    }
    if (mode === "wait" && !trouble && !session.queue.ahead.length && session.supply.found === 0) {
      const results = h("button", { class: "primary", type: "button", onclick: () => void this._acts.run("results") }, "See the results");
      this.stage.say("No item is left for you just now", NOTHING_LEFT, results);
      return;
    }
    if (trouble && trouble.status) this.stage.say(trouble.problem, trouble.hint || "It is tried again by itself.");
    else if (trouble) this.stage.say("No connection to the server", offlineWords(mode, session.outbox.size));
    else this.stage.say(calmWords(mode));
  }

  /** @param {import("./past.js").Past} past */
  _sayPast(past) {
    if (!past.trouble) return this.stage.say("Fetching the item again");
    const again = h("button", { class: "primary", type: "button", onclick: () => past.again() }, "Try again");
    this.stage.say("This item cannot be had just now", past.trouble, again);
  }

  _showEnd() {
    const session = /** @type {Session} */ (this._session);
    const { end, queue } = session.facts;
    if (!end) return;
    const training = queue?.training ? "The model is learning from your last labels. You need not wait." : "";
    const now = JSON.stringify([end, training]);
    if (now === this._endShown && this.stage.holds("end")) return;
    this._endShown = now;
    this.stage.fill(endScreen(end, session.timing.pace, training, (does) => void this._acts.run(does)), "end");
  }

  _showFirst() {
    const session = /** @type {Session} */ (this._session);
    this._first = firstClasses(session.facts.classes, this._acts.name, session.facts.isSeveral ? null : () => void this._acts.run("alike"));
    this.stage.fill(this._first.node, "first");
    this._first.focus();
  }
}

/** @param {Mode} mode */
function calmWords(mode) {
  if (mode === "closing") return "Saving the last answers";
  return mode === "loading" ? "Fetching the first items" : "Fetching the next items";
}

/** @param {Mode} mode @param {number} unsaved */
function offlineWords(mode, unsaved) {
  if (mode === "loading") return "It is tried again by itself.";
  const kept = unsaved ? `Your ${unsaved} unsaved answers are kept. ` : "";
  if (mode === "closing") return `${kept}They are sent as soon as it is back.`;
  return `${kept}All items fetched ahead are answered; the next ones come when it is back.`;
}
