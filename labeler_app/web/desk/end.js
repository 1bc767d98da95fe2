/** The end of the queue: what is done, how good it is, what more would bring. */

import { h, kbd } from "./dom.js";

/** @param {number} share */
const percent = (share) => `${(100 * share).toFixed(1)} %`;

/**
 * @param {import("./types.js").End} end
 * @param {number} pace Seconds per answer; NaN when not known.
 * @param {string} training What the model does meanwhile, "" for nothing.
 * @param {{more: () => void, results: () => void}} act
 */
export function endScreen(end, pace, training, act) {
  const minutes = Number.isFinite(pace) ? Math.max(1, Math.round((end.more * pace) / 60)) : 0;
  const words = `Label ${end.more} more${minutes ? `, ${minutes} min` : ""}`;
  const primary = h("button", { class: "primary", type: "button", onclick: act.more }, words, kbd("Enter"));
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
      h("button", { class: end.more > 0 ? "quiet" : "primary", type: "button", onclick: act.results }, "See the results"),
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
  const at = (/** @type {number} */ share) => `${(100 * (share - floor)) / (1 - floor)}%`;
  const place = (/** @type {string} */ name, /** @type {number} */ share, /** @type {string} */ text = "") =>
    h("span", { class: name, "--x": at(share) }, text);
  const band = h("span", { class: "band", "--x": at(low), "--w": at(floor + high - low) });
  const spoken = `Accuracy ${percent(point)}, interval ${percent(low)} to ${percent(high)}`;
  const near = Math.abs((high - low) / (1 - floor)) < 0.12;
  return h(
    "div",
    { class: "iv", role: "img", "aria-label": target ? `${spoken}, target ${percent(target)}` : spoken },
    h("span", { class: "ax" }),
    band,
    place("pt", point),
    target && place("tg", target),
    place("tx val", point, percent(point)),
    target && Math.abs(target - point) / (1 - floor) > 0.1 && place("tx tgt", target, `target ${Math.round(100 * target)} %`),
    low - floor > 0.12 * (1 - floor) && h("span", { class: "tx low first" }, String(Math.round(100 * floor))),
    place("tx low", low, (100 * low).toFixed(1)),
    !near && place("tx low", high, (100 * high).toFixed(1)),
    1 - high > 0.11 * (1 - floor) && h("span", { class: "tx low hi" }, "100 %"),
  );
}
