/** Naming classes: the first ones on a screen of their own, one more in a sheet. */

import { h } from "./dom.js";
import { capOf } from "./keymap.js";

/** Fewer classes than this leave nothing to choose. */
export const FEWEST = 2;
/** Far above what fits a name: what is typed is refused with a sentence, never cut off. */
export const LONGEST = 1000;

/** @param {string} label @param {string} [hint] */
function nameField(label, hint = "") {
  return /** @type {HTMLInputElement} */ (
    h("input", { type: "text", "aria-label": label, placeholder: hint, maxlength: LONGEST, autocomplete: "off", spellcheck: "true" })
  );
}

/** @param {{problem: string, hint: string}} error */
const sentence = (error) => [error.problem, error.hint].filter(Boolean).join(" ");

/**
 * The first screen of a project without classes.
 *
 * @param {import("./types.js").ClassRow[]} existing
 * @param {(names: string[]) => Promise<void>} start Rejects with an ApiError.
 * @param {(() => void)|null} alike Name piles of items that look alike instead; null where that is no way.
 * @returns {{node: HTMLElement, focus: () => void, pictures: (urls: string[]) => void}}
 */
export function firstClasses(existing, start, alike) {
  const needed = Math.max(1, FEWEST - existing.length);
  const fields = h("div", { class: "fields" });
  const problem = h("p", { class: "problem", role: "alert" });
  const photos = h("div", { class: "samples", "aria-hidden": "true" });
  const go = /** @type {HTMLButtonElement} */ (h("button", { class: "primary", type: "submit" }, "Start labeling"));
  const inputs = () => /** @type {HTMLInputElement[]} */ ([...fields.querySelectorAll("input")]);
  const names = () => [...new Set(inputs().map((input) => input.value.trim()).filter(Boolean))];
  const add = () => {
    const place = fields.children.length + existing.length + 1;
    fields.append(nameField(`Class ${place}`, place === 1 ? "For example: healthy" : place === 2 ? "For example: damaged" : ""));
  };
  for (let i = 0; i < Math.max(needed, 2); i += 1) add();

  const submit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    const missing = needed - names().length;
    if (missing > 0) {
      const next = inputs().find((input) => !input.value.trim()) ?? inputs()[0];
      if (next === document.activeElement || next.matches(":focus")) problem.textContent = missing === 1 ? "One more name, please." : "";
      return next.focus();
    }
    go.disabled = true;
    try {
      await start(names());
    } catch (error) {
      problem.textContent = sentence(/** @type {any} */ (error));
      go.disabled = false;
    }
  };
  const another = h("button", { class: "quiet", type: "button", onclick: () => (add(), inputs().at(-1)?.focus()) }, "Another class");
  const piles = alike && h("button", { class: "quiet", type: "button", onclick: alike }, "See what looks alike first");
  const node = h(
    "form",
    { class: "article first", onsubmit: submit },
    photos,
    h("h2", {}, "What will you call what you see?"),
    h(
      "p",
      { class: "lead" },
      existing.length
        ? `There is one class, ${existing[0].name}. Name at least one more; others can follow at any time with ${capOf("addClass")}.`
        : `Name at least two classes; more can follow at any time with ${capOf("addClass")}. Each gets a key, in this order.`,
    ),
    fields,
    problem,
    h("div", { class: "go" }, go, another, piles),
  );
  return { node, focus: () => inputs()[0].focus(), pictures: (urls) => showPhotos(photos, urls) };
}

/** @param {HTMLElement} place @param {string[]} urls */
function showPhotos(place, urls) {
  if (place.children.length >= urls.length) return;
  place.replaceChildren(...urls.map((url) => h("img", { alt: "", src: url, onerror: (event) => event.target.remove() })));
}

/**
 * What the sheet for one more class holds.
 *
 * @param {(name: string) => Promise<void>} create Rejects with an ApiError.
 * @param {() => void} done
 */
export function oneMoreClass(create, done) {
  const field = nameField("Name of the class");
  const problem = h("p", { class: "problem", role: "alert" });
  const submit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    const name = field.value.trim();
    if (!name) return field.focus();
    try {
      await create(name);
      done();
    } catch (error) {
      problem.textContent = sentence(/** @type {any} */ (error));
    }
  };
  const node = h(
    "form",
    { class: "one-class", onsubmit: submit },
    field,
    h("button", { class: "primary", type: "submit" }, "Add"),
    problem,
  );
  return { node, field };
}
