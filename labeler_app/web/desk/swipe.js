/**
 * Swipes of one finger over the item. What it would do is written at the edge before the finger leaves; going back
 * takes it away again. A short or slanted one, a second finger, or a picture that is zoomed: nothing happens.
 */

import { wordsOf } from "./chosen.js";
import { favourite } from "./dock.js";
import { h, setText } from "./dom.js";
import { load, save } from "./storage.js";

const FAR_PX = 80;
const FLAT = 2.5;
/** Swipes from the edge belong to the phone. */
const EDGE_PX = 24;
/** Two in a row are two decisions: a look at what the first one did lies in between. */
const PAUSE_MS = 400;
/** Who swiped once in this browser needs no word on it. */
const SWIPED = "labeler:swiped";

/** @typedef {"left"|"right"} Way */

export class Swipe {
  /**
   * @param {HTMLElement} stage
   * @param {HTMLElement} place Where a phone says below the classes what swipes do.
   * @param {{isZoomed: () => boolean, words: (way: Way) => string, run: (way: Way, event: Event) => void}} act
   *   `words`: what a swipe would do now, "" for nothing.
   */
  constructor(stage, place, act) {
    this._act = act;
    this._stage = stage;
    /** @type {{id: number, x: number, y: number}|null} */
    this._begun = null;
    this._fingers = new Set();
    this._last = -Infinity;
    this._sign = h("div", { class: "swipe", "aria-hidden": "true", hidden: true });
    stage.append(this._sign);
    const left = h("span", {}, "left: suggestion, then accept · ");
    this._hint = h("p", { class: "swipes only-phone" }, "Swipe ", left, "right: undo");
    if (navigator.maxTouchPoints && !load(SWIPED)) place.append(this._hint);
    const listen = (/** @type {string} */ name, /** @type {(event: PointerEvent) => void} */ hear) =>
      stage.addEventListener(name, (event) => /** @type {PointerEvent} */ (event).pointerType === "touch" && hear(/** @type {PointerEvent} */ (event)));
    listen("pointerdown", (event) => this._down(event));
    listen("pointermove", (event) => this._move(event));
    listen("pointerup", (event) => this._up(event));
    listen("pointercancel", (event) => this._cancel(event));
  }

  /** @param {PointerEvent} event */
  _down(event) {
    this._fingers.add(event.pointerId);
    const { clientX: x, clientY: y, timeStamp: at } = event;
    const isEdge = x < EDGE_PX || x > window.innerWidth - EDGE_PX;
    const onControl = event.target instanceof Element && event.target.closest("button, a, .screen");
    const isFree = this._fingers.size === 1 && !isEdge && !onControl && at > this._last + PAUSE_MS;
    this._begun = isFree && !this._isZoomed() ? { id: event.pointerId, x, y } : null;
    this._draw(null);
  }

  /** @param {PointerEvent} event */
  _move(event) {
    this._draw(this._wayOf(event));
  }

  /** @param {PointerEvent} event */
  _up(event) {
    const way = this._wayOf(event);
    this._cancel(event);
    if (!way || !this._act.words(way)) return;
    this._last = event.timeStamp;
    // Its room stays for this visit: classes must not move under a finger.
    this._hint.style.visibility = "hidden";
    save(SWIPED, "yes");
    this._act.run(way, event);
  }

  /** @param {PointerEvent} event */
  _cancel(event) {
    this._fingers.delete(event.pointerId);
    this._begun = null;
    this._draw(null);
  }

  _isZoomed() {
    return this._act.isZoomed() || (window.visualViewport?.scale ?? 1) > 1.01;
  }

  /** @param {PointerEvent} event @returns {Way|null} */
  _wayOf({ pointerId, clientX, clientY }) {
    const begun = this._begun;
    if (!begun || begun.id !== pointerId || this._isZoomed()) return null;
    const [across, down] = [clientX - begun.x, clientY - begun.y];
    if (Math.abs(across) < FAR_PX || Math.abs(across) < FLAT * Math.abs(down)) return null;
    return across < 0 ? "left" : "right";
  }

  /** @param {Way|null} way */
  _draw(way) {
    const words = way ? this._act.words(way) : "";
    this._sign.hidden = !words;
    if (!words) return;
    setText(this._sign, words);
    this._sign.dataset.way = String(way);
  }
}

/**
 * What a swipe does now, and the words for it. It never labels what was not shown: the first one to the left
 * reveals the suggestion, the next one accepts it.
 *
 * @param {import("./session.js").Session} session @param {Way} way @returns {[string, string]}
 */
export function swipeOf({ past, history, look, mode, shares, facts, queue }, way) {
  if (past.isOpen) return way === "right" ? ["older", "Older"] : ["newer", "Newer"];
  if (way === "right") return ["undo", history.newest ? "Undo" : ""];
  if (mode !== "label") return ["reveal", ""];
  // Before the first model there is nothing to reveal.
  if (!look.revealed) return ["reveal", shares || (facts.queue?.version ?? null) !== null ? "Suggestion" : ""];
  const chosen = facts.classes.filter(({ id }) => queue.shown?.chosen.has(id));
  // "None of these" is what was suggested only where something was.
  if (facts.isSeveral) return ["accept", shares || chosen.length ? wordsOf(chosen, facts.near).words : ""];
  const row = shares && favourite(facts.classes, shares);
  return ["accept", row ? `Accept ${row.name}` : ""];
}
