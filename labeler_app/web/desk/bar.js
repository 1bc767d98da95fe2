/** The bar on top and the line at the foot: where the work stands, what is saved, what the queue is. */

import { duration, h, icon, plural, setAttribute, setText } from "./dom.js";
import { keyed, rename } from "./keymap.js";

/**
 * @typedef {Object} Standing
 * @property {string} project
 * @property {number} labeled Saved and unsaved together.
 * @property {number} unsavedLabels
 * @property {number} goal
 * @property {number} pace Seconds; NaN when not known.
 * @property {{text: string, urgent: boolean}} saved
 * @property {{text: string, live: boolean}} chip
 * @property {""|"there"|"open"} grid Whether there is a batch grid.
 * @property {string} mix
 * @property {{text: string, capped: boolean}} scale
 * @property {string} times
 * @property {string} said
 */

export class Bar {
  /** @param {(does: string, event: Event) => void} run */
  constructor(run) {
    this._title = h("h1");
    this._labeled = h("b");
    this._goal = h("span", { class: "of" });
    this._paces = [h("span", { class: "ink2 no-phone pace" }), h("span", { class: "pace" })];
    this._saved = h("span", {});
    this._urgent = h("span", {});
    this._savedSlot = h("span", { class: "state" }, icon("check", 16), this._saved);
    this._pill = h(
      "button",
      { class: "pill", type: "button", hidden: true, onclick: (event) => run("unsaved", event) },
      icon("upload", 16),
      this._urgent,
    );
    this._chips = [h("span"), h("span")];
    this._dots = [h("i"), h("i")];
    /** A remark, where the strip has no room for it. */
    this._said = h("span", { class: "said" });
    this._chip = h(
      "button",
      { class: "chip no-phone", type: "button", onclick: (event) => run("queue", event) },
      this._dots[0],
      this._chips[0],
      this._said,
    );
    this._grids = [h("span", {}, icon("grid")), h("span", {}, icon("one"))];
    this._grid = h("button", { class: "ic", type: "button", onclick: (event) => run("pick", event) }, ...this._grids);
    this._done = h("span", { class: "done" });
    this._unsavedPart = h("span", { class: "unsaved" });
    this._progress = h(
      "div",
      { class: "progress", role: "progressbar", "aria-valuemin": 0, "aria-label": "Labeled" },
      this._done,
      this._unsavedPart,
    );
    this.node = this._bar(run);
    this.phone = h(
      "section",
      { class: "phonechip only-phone", "aria-label": "Queue and pace" },
      h("span", {}, this._dots[1], this._chips[1]),
      this._paces[1],
    );
    this._mix = h("span", { class: "mix" });
    this._scale = h("span", { class: "scale" });
    this._times = h("span");
    this.foot = h("footer", { class: "foot" }, this._mix, h("span", { class: "figures" }, this._scale, this._times));
  }

  /** @param {Standing} now */
  render(now) {
    setText(this._title, now.project);
    this._title.title = now.project;
    setText(this._labeled, String(now.labeled));
    setText(this._goal, now.goal ? ` / ${now.goal}` : " labeled");
    const pace = Number.isFinite(now.pace) ? `${now.pace.toFixed(1)} s each` : "";
    for (const node of this._paces) setText(node, pace);
    this._renderSaved(now.saved);
    for (const node of this._chips) setText(node, now.chip.text);
    if (now.said) setText(this._chips[1], now.said);
    setText(this._said, now.said);
    this.phone.classList.toggle("says", Boolean(now.said));
    for (const dot of this._dots) dot.classList.toggle("ring", !now.chip.live);
    this._renderProgress(now);
    this._renderGrid(now.grid);
    setText(this._mix, now.mix);
    this._mix.title = now.mix;
    setText(this._scale, now.scale.text);
    this._scale.classList.toggle("capped", now.scale.capped);
    setText(this._times, now.times);
  }

  /** @param {(does: string, event: Event) => void} run */
  _bar(run) {
    const menu = h(
      "button",
      { class: "ic", type: "button", "aria-label": "Pages and figures", title: "Pages", onclick: (event) => run("menu", event) },
      icon("menu"),
    );
    const keys = h(
      "button",
      { class: "ic no-phone", type: "button", ...keyed("keys", "Key map", "Keys"), onclick: (event) => run("keys", event) },
      icon("keys"),
    );
    return h(
      "header",
      { class: "bar" },
      h("div", {}, menu, this._title),
      h(
        "div",
        { class: "count" },
        h("span", {}, this._labeled, this._goal),
        h("span", { class: "sep no-phone" }),
        this._paces[0],
      ),
      h(
        "div",
        { class: "end" },
        this._savedSlot,
        this._pill,
        h("span", { class: "sep no-phone" }),
        this._chip,
        this._grid,
        keys,
      ),
      this._progress,
    );
  }

  /** @param {{text: string, urgent: boolean}} saved */
  _renderSaved({ text, urgent }) {
    setText(this._saved, urgent ? "" : text);
    setText(this._urgent, urgent ? text : "");
    this._savedSlot.hidden = urgent;
    this._pill.hidden = !urgent;
    this._savedSlot.classList.toggle("busy", text !== "All saved");
  }

  /** @param {Standing["grid"]} grid */
  _renderGrid(grid) {
    this._grid.hidden = !grid;
    const words = grid === "open" ? "One at a time" : "Batch grid";
    rename(this._grid, "pick", words, words);
    this._grids[0].hidden = grid === "open";
    this._grids[1].hidden = grid !== "open";
  }

  /** @param {Standing} now */
  _renderProgress({ labeled, unsavedLabels, goal }) {
    this._progress.hidden = !goal;
    const share = (/** @type {number} */ count) => `${Math.max(0, Math.min(100, (100 * count) / (goal || 1)))}%`;
    const saved = labeled - Math.max(0, unsavedLabels);
    this._done.style.width = share(saved);
    this._unsavedPart.style.left = share(saved);
    this._unsavedPart.style.width = share(Math.max(0, Math.min(unsavedLabels, goal - saved)));
    setAttribute(this._progress, "aria-valuemax", String(goal));
    setAttribute(this._progress, "aria-valuenow", String(Math.min(labeled, goal)));
    setAttribute(this._progress, "aria-valuetext", `${labeled} of ${goal} labeled`);
  }
}

/**
 * What the saved sign says.
 *
 * @param {import("./outbox.js").Outbox} outbox
 * @param {number} elsewhere How many answers wait here for other desks.
 * @returns {{text: string, urgent: boolean}}
 */
export function savedState(outbox, elsewhere) {
  if (outbox.refused.size) return { text: `${plural(outbox.refused.size, "answer")} refused`, urgent: true };
  if (outbox.unstored.size) return { text: `${outbox.size} not saved yet, only in this page`, urgent: true };
  if (outbox.size && outbox.failure) return { text: `${outbox.size} not saved yet, retrying`, urgent: true };
  if (elsewhere) return { text: `${plural(elsewhere, "other answer")} ${elsewhere === 1 ? "waits" : "wait"}`, urgent: true };
  return { text: outbox.size ? "Saving" : "All saved", urgent: false };
}

/**
 * What the chip of the queue says.
 *
 * @param {import("./types.js").QueueInfo|null} queue
 * @param {number} heard When the server said so, on the clock of `performance.now()`.
 * @param {{status: number}|null} trouble
 * @param {number} left
 * @param {boolean} isReplaced Whether a newer version of the program answers.
 */
export function chipState(queue, heard, trouble, left, isReplaced) {
  const here = `${plural(left, "item")} left here`;
  if (trouble?.status === 0) return { text: `offline · ${here}`, live: false };
  if (isReplaced) return { text: "newer version: reload when it suits you", live: false };
  if (trouble) return { text: `server in trouble · ${here}`, live: false };
  if (!queue) return { text: "", live: false };
  const age = queue.age_s === null || queue.age_s === undefined ? NaN : queue.age_s + (performance.now() - heard) / 1000;
  const text = Number.isFinite(age) ? queue.text.replace(/[\d.,]+ (s|min|h|days) ago$/, `${duration(age)} ago`) : queue.text;
  return { text, live: queue.state === "active" };
}
