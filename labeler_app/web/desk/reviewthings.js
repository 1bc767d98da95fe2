/** What a tile shows of an original and its variant: two pictures, or two texts set as letters. */

import { get } from "./api.js";
import { h } from "./dom.js";

/** @typedef {import("./reviewpages.js").Variant} Variant */

/** Of so many characters of an original a variant is made; what comes after them in the original is not set. */
const MOST = 10_000;
/** Of what is seen of the page, so much is new after a step. */
const STEP = 0.7;
/** By the buttons below the tiles. */
const COVERED = 140;

/**
 * @param {Variant} one
 * @param {(isThere: boolean) => void} tell Called for each of both, once it is there, or lost.
 * @returns {HTMLElement}
 */
export function thingsOf({ id, kind, original, made }, tell) {
  if (kind === "image") return h("span", { class: "im" }, picture(original, tell), picture(made, tell));
  return h("span", { class: "says", id: `rv-says-${id}` }, passage("was", original, tell), passage("is", made, tell));
}

/** Fetch what a tile will show, so that it is there at once. @param {Variant} one */
export function fetchAhead({ kind, original, made }) {
  for (const address of [original, made]) {
    if (kind === "image") new Image().src = address;
    else textAt(address).catch(() => {});
  }
}

/** Let a tile grow as long as its texts are; then on to their end; then cut them again. @param {HTMLElement} tile */
export function readOn(tile) {
  const isWhole = tile.hasAttribute("data-whole");
  if (!isWhole && !passagesOf(tile).some(isCut)) return;
  if (isWhole && tile.getBoundingClientRect().bottom > innerHeight - COVERED) {
    tile.closest("[data-testid=stMain]")?.scrollBy(0, STEP * innerHeight);
    return;
  }
  tile.toggleAttribute("data-whole", !isWhole);
  markCut(tile);
  if (isWhole) tile.scrollIntoView({ block: "nearest" });
}

/** Show of the texts of a tile which go on below what is seen; that changes with its width. @param {Element} tile */
export function markCut(tile) {
  for (const node of passagesOf(tile)) node.toggleAttribute("data-cut", isCut(node));
}

/** @param {Element} tile */
const passagesOf = (tile) => [...tile.querySelectorAll(".say")];

/** @param {Element} node */
const isCut = (node) => node.scrollHeight > node.clientHeight + 1;

/** @param {string} src @param {(isThere: boolean) => void} tell */
function picture(src, tell) {
  const img = h("img", { src, alt: "", width: 160, height: 120, draggable: "false" });
  img.addEventListener("load", () => tell(true));
  img.addEventListener("error", () => tell(false));
  return img;
}

/** @param {string} name @param {string} address @param {(isThere: boolean) => void} tell */
function passage(name, address, tell) {
  const node = h("span", { class: `say ${name}` });
  textAt(address).then(
    (text) => {
      // A person keeps what was made, so all of that can be read; the recipes bound how long it is.
      node.textContent = name === "was" ? beginning(text) : text;
      node.toggleAttribute("data-cut", isCut(node));
      tell(true);
    },
    () => tell(false),
  );
  return node;
}

/** As much of an original as its variant is made of; a letter of two units stays whole. @param {string} text */
function beginning(text) {
  if (text.length <= MOST) return text;
  const told = Array.from(text.slice(0, 2 * MOST)).slice(0, MOST).join("");
  return told.length < text.length ? `${told}…` : text;
}

/** The address changes with the text, so the browser may keep it. @param {string} address @returns {Promise<string>} */
const textAt = async (address) => String((await get(address.replace("/api", ""), { cache: "default" })).text);
