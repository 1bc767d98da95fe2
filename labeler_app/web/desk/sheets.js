/** What the sheets of the desk hold: the menu, the reasons of a flag, the figures. */

import { h, kbd } from "./dom.js";

const PAGES = [
  ["home", "Projects"],
  ["label", "Label"],
  ["monitor", "Monitor"],
  ["synthesis", "Synthesis"],
  ["data", "Data"],
  ["settings", "Settings"],
];

/** How an image is looked at, or a text. */
const PICTURE = [
  ["darker", "Darker"],
  ["brighter", "Brighter"],
  ["softer", "Less contrast"],
  ["harder", "More contrast"],
  ["invert", "Invert"],
  ["plain", "Reset"],
];
const LETTERS = [
  ["zoomIn", "Larger"],
  ["zoomOut", "Smaller"],
  ["fit", "100 %"],
];

/** Why an item is set aside; the digits choose. */
const REASONS = [
  "Broken or unreadable",
  "More than one class fits",
  "No class fits",
  "Private or not meant to be seen",
  "Does not belong in this project",
];

/**
 * @param {{go: (page: string) => void, run: (does: string) => void, facts: [string, string][], reads: boolean}} options
 * @returns {import("./sheet.js").Plan}
 */
export function menu({ go, run, facts, reads }) {
  const page = (/** @type {string[]} */ [name, words]) =>
    h(
      "li",
      {},
      h("button", { type: "button", "aria-current": name === "label" ? "page" : null, onclick: () => go(name) }, words),
    );
  const act = (/** @type {string} */ does, /** @type {string} */ words) =>
    h("button", { class: "quiet", type: "button", onclick: () => run(does) }, words);
  return {
    title: "Pages",
    className: "left",
    body: [
      h("nav", { "aria-label": "Pages" }, h("ul", { class: "pages" }, ...PAGES.map(page))),
      section("This item", h("div", { class: "tools" }, act("note", "Note"), act("older", "Last answers"), act("addClass", "Add a class"), act("alike", "What looks alike"), act("focus", "Focus mode"), act("keys", "Keys"))),
      section(
        reads ? "Letters" : "Picture",
        h("div", { class: "tools" }, ...(reads ? LETTERS : PICTURE).map(([does, words]) => act(does, words))),
      ),
      section("Now", factList(facts)),
    ],
  };
}

/** @param {[string, string][]} facts @returns {import("./sheet.js").Plan} */
export const queueSheet = (facts) => ({ title: "The queue", className: "right", body: [factList(facts)] });

/**
 * @param {(reason: string) => void} flag
 * @returns {import("./sheet.js").Plan}
 */
export function flagSheet(flag) {
  const words = /** @type {HTMLInputElement} */ (
    h("input", { type: "text", id: "desk-flag", maxlength: 500, autocomplete: "off", placeholder: "Optional" })
  );
  const choose = (/** @type {string} */ reason) => flag([reason, words.value.trim()].filter(Boolean).join(": "));
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    if (words.value.trim()) flag(words.value.trim());
  };
  const row = (/** @type {string} */ reason, /** @type {number} */ place) =>
    h("li", {}, h("button", { type: "button", onclick: () => choose(reason) }, kbd(String(place + 1)), reason));
  return {
    title: "Why set it aside?",
    className: "right",
    body: [
      h("ol", { class: "reasons" }, ...REASONS.map(row)),
      h(
        "form",
        { class: "own-words", onsubmit: submit },
        h("label", { for: "desk-flag" }, "In your own words"),
        words,
        h("button", { class: "primary", type: "submit" }, "Flag"),
      ),
    ],
    onKey: (event) => {
      const typing = event.composedPath()[0] === words;
      if (typing || event.repeat || event.ctrlKey || event.altKey || event.metaKey) return;
      const reason = REASONS[Number(event.key) - 1];
      // A letter begins the own words; it lands in the field, as that has the focus by then.
      if (!reason && event.key.length === 1 && event.key !== " ") words.focus();
      if (!reason) return;
      event.preventDefault();
      choose(reason);
    },
  };
}

/** @param {string} title @param {Node} content */
export const section = (title, content) => h("section", {}, h("h3", {}, title), content);

/** @param {[string, string][]} facts */
function factList(facts) {
  const row = (/** @type {[string, string]} */ [name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value));
  const list = h("dl", { class: "facts" });
  list.append(...facts.filter(([, value]) => value).map(row));
  return list;
}

