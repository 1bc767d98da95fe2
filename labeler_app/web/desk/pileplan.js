/** What will be accepted of a pile, in words, and how many of it will be wrong. */

import { wasSeen } from "./tiles.js";

/** @typedef {import("./types.js").ClassRow} ClassRow */
/** @typedef {import("./types.js").Sight} Sight */
/** @typedef {import("./tiles.js").Place} Place */

/** Tiles by what happens to them. @param {Place[]} places Those that can be shown. */
export function sorted(places) {
  const inside = places.filter(({ isIn }) => isIn);
  const moved = places.filter(({ to }) => to);
  const out = places.filter(({ isIn, to }) => !isIn && !to);
  return { inside, moved, out, unseen: [...inside, ...moved].filter((place) => !wasSeen(place)) };
}

/**
 * What would be accepted.
 *
 * @param {Sight} sight
 * @param {Place[]} places Those that can be shown.
 * @param {ClassRow|undefined} row What those that are in will be.
 * @param {import("./groupings.js").Grouping} grouping
 */
export function planOf(sight, places, row, { act, unjudged }) {
  const { inside, moved, out, unseen } = sorted(places);
  if (!sight.tiles.length) return { expect: "", left: "", look: "", words: "", ready: false };
  const look = unseen.length ? `Look at ${unseen.length} more` : "";
  if (!row) return { expect: "Choose a class, or name a new one", left: "", look, words: act(inside.length, undefined), ready: false };
  const others = moved.length ? `, ${moved.length} of them now ${namesOf(moved)}` : "";
  const all = inside.length > 1 ? `All ${inside.length} are in` : "";
  const left = out.length + moved.length ? `${out.length + moved.length} left out${others}` : all;
  const expect = sight.judged ? expectation(sight, row, inside.length, out.length + moved.length) : unjudged;
  const words = inside.length ? act(inside.length, row.name) : `Label ${moved.length}`;
  return { expect, left, look, words, ready: !look && inside.length + moved.length > 0 };
}

/**
 * How many will be wrong: of all that are in, or fewer, if those left out were the wrong ones. Over a few items less
 * that is often the same number, so it is said of how many.
 *
 * @param {Sight} sight @param {ClassRow} row @param {number} inside @param {number} out
 */
function expectation({ judged, wrong, expected }, row, inside, out) {
  const spans = expected[wrong[row.id] ?? judged] ?? [];
  const high = spans[inside]?.[1] ?? inside;
  const low = Math.min(high, Math.max(0, (spans[inside + out]?.[0] ?? 0) - out));
  const number = !high ? "none" : low === high ? high : `${low}–${high}`;
  return `Expect ${number} of ${inside} wrong (95 %)`;
}

/** The classes that tiles were given, each once. @param {Place[]} places */
const namesOf = (places) => [...new Set(places.map(({ to }) => to?.name))].join(" and ");
