/** The end of the queue: what is done, how good it is, what more would bring. */

import { h } from "./dom.js";
import { kbdOf } from "./keymap.js";

/** As on every page: 91.3, but 100. @param {number} share */
const bare = (share) => (100 * share).toFixed(share === 0 || share === 1 ? 0 : 1);

/** @param {number} share */
const percent = (share) => `${bare(share)} %`;

/** Where on the line its right end begins: a text that stands there ends with the line. */
const EDGE = 0.9;
/** Closer together than this part of the line, target and point need a line each. */
const CLOSE = 0.3;
/** From here on the target is written before its mark. */
const BEFORE = 0.6;

/**
 * @param {import("./types.js").End} end
 * @param {number} pace Seconds per answer; NaN when not known.
 * @param {string} training What the model does meanwhile, "" for nothing.
 * @param {(does: string) => void} run
 */
export function endScreen(end, pace, training, run) {
  const minutes = Number.isFinite(pace) ? Math.max(1, Math.round((end.more * pace) / 60)) : 0;
  const words = `Label ${end.more} more${minutes ? `, ${minutes} min` : ""}`;
  const primary = h("button", { class: "primary", type: "button", onclick: () => run("more") }, words, kbdOf("accept"));
  return h(
    "div",
    { class: "article" },
    h("h2", {}, end.title),
    h("p", { class: "lead" }, end.lead),
    hasInterval(end) && interval(end),
    h("dl", {}, ...(end.rows ?? []).map((row) => line(row))),
    h("p", { class: "problem", role: "alert" }),
    h(
      "div",
      { class: "go" },
      end.more > 0 && primary,
      h("button", { class: end.more > 0 ? "quiet" : "primary", type: "button", onclick: () => run("results") }, "See the results"),
      h("button", { class: "quiet", type: "button", onclick: () => run("exports") }, "Export"),
    ),
    training && h("p", { class: "train" }, h("i"), h("span", {}, training)),
  );
}

/** @param {string[]} row */
function line([heading, strong, text, small]) {
  return h(
    "div",
    { class: "row" },
    h("dt", {}, heading),
    h("dd", {}, strong && h("b", {}, strong), strong && text ? ` ${text}` : text, small && h("small", {}, small)),
  );
}

/** @param {import("./types.js").End} end */
const hasInterval = (end) => [end.point, end.low, end.high].every((value) => typeof value === "number");

/** The accuracy, its interval and the target on one line. @param {any} end */
function interval({ point, low, high, target }) {
  const floor = Math.min(0.7, Math.floor(Math.min(low, target ?? 1) * 10) / 10);
  const part = (/** @type {number} */ share) => (share - floor) / (1 - floor);
  const at = (/** @type {number} */ share) => `${100 * part(share)}%`;
  const place = (/** @type {string} */ name, /** @type {number} */ share, /** @type {string} */ text = "") =>
    h("span", { class: text && part(share) > EDGE ? `${name} end` : name, "--x": at(share) }, text);
  const band = h("span", { class: "band", "--x": at(low), "--w": at(floor + high - low) });
  const spoken = `Accuracy ${percent(point)}, interval ${percent(low)} to ${percent(high)}`;
  const near = part(high) - part(low) < 0.12;
  const before = target && part(target) > BEFORE;
  // Seen from the mark of the target, on the side where it is written.
  const away = target ? (part(target) - part(point)) * (before ? 1 : -1) : 1;
  const side = `${before ? " before" : ""}${away > -0.1 && away < CLOSE ? " up" : ""}`;
  return h(
    "div",
    { class: "iv", role: "img", "aria-label": target ? `${spoken}, target ${percent(target)}` : spoken },
    h("span", { class: "ax" }),
    band,
    place("pt", point),
    target && place("tg", target),
    place("tx val", point, percent(point)),
    target && h("span", { class: `tx tgt${side}`, "--x": at(target) }, `target ${Math.round(100 * target)} %`),
    low - floor > 0.12 * (1 - floor) && h("span", { class: "tx low first" }, String(Math.round(100 * floor))),
    place("tx low", low, bare(low)),
    !near && place("tx low", high, bare(high)),
    1 - high > 0.11 * (1 - floor) && h("span", { class: "tx low hi" }, "100 %"),
  );
}
