/** As much of an item as a thumb holds: its picture, or how its text or row begins. */

import { h } from "./dom.js";
import { plain } from "./words.js";

/** @typedef {{item: number, thumb: string, words: string}} Glance */

/** @param {Glance} glance @param {string} alt What a picture is; a text or a row says it itself. */
export function sightOf({ thumb, words }, alt) {
  if (words) return h("span", { class: "begin", dir: "auto" }, plain(words).replace(/\s+/g, " "));
  return h("img", { src: thumb, alt, loading: "lazy", decoding: "async", draggable: "false" });
}
