/** The sheet about saving: what is not saved yet, what was refused, what waits here for other desks. */

import { h, plural } from "./dom.js";
import { section } from "./sheets.js";

/**
 * What is not saved, and why.
 *
 * @param {import("./outbox.js").Outbox} outbox
 * @param {import("./elsewhere.js").Elsewhere} elsewhere
 * @param {(event: import("./types.js").LabelEvent) => string} name Words for an answer.
 * @param {{retry: () => void, dismissed: () => void, close: () => void}} act
 * @returns {import("./sheet.js").Plan}
 */
export function unsavedSheet(outbox, elsewhere, name, act) {
  /** @type {Node[]} */
  const parts = [];
  if (outbox.size) {
    const reason = outbox.failure ? `${outbox.failure.problem} ${outbox.failure.hint}`.trim() : "";
    parts.push(h("p", {}, `${plural(outbox.size, "answer")} not saved yet. ${reason}`));
    parts.push(h("button", { class: "primary", type: "button", onclick: act.retry }, "Try now"));
  }
  if (outbox.unstored.size) {
    parts.push(
      h("p", {}, "The storage of this browser is full or forbidden, so they are kept in this page only. Leave it open until all is saved."),
    );
  } else if (outbox.size) {
    parts.push(h("p", { class: "muted" }, "They are kept in this browser, also when the page is closed."));
  }
  const refused = [...outbox.refused.values()];
  if (refused.length) parts.push(section(`${plural(refused.length, "answer")} refused`, refusals(outbox, refused, name, act)));
  if (elsewhere.waiting.length) parts.push(section("Of other desks", others(elsewhere, act.close)));
  if (!parts.length) parts.push(h("p", {}, "All saved."));
  return { title: "Saving", className: "right", body: parts };
}

/**
 * @param {import("./outbox.js").Outbox} outbox
 * @param {import("./outbox.js").Refusal[]} refused
 * @param {(event: import("./types.js").LabelEvent) => string} name
 * @param {{dismissed: () => void}} act
 */
function refusals(outbox, refused, name, act) {
  const row = (/** @type {import("./outbox.js").Refusal} */ { event, problem, hint }) => {
    const settle = (/** @type {(id: string) => void} */ how) => (/** @type {Event} */ click) => {
      how(event.event_id);
      /** @type {HTMLElement} */ (click.currentTarget).closest("li")?.remove();
      act.dismissed();
    };
    const button = (/** @type {string} */ words, /** @type {(id: string) => void} */ how) =>
      h("button", { class: "quiet", type: "button", onclick: settle(how) }, words);
    return h(
      "li",
      {},
      h("p", {}, h("b", {}, name(event)), ` ${problem} ${hint}`.trimEnd()),
      h("div", {}, button("Send again", (id) => outbox.resend(id)), button("I have read this", (id) => outbox.dismiss(id))),
    );
  };
  return h("ul", { class: "refusals" }, ...refused.map(row));
}

/** @param {import("./elsewhere.js").Elsewhere} elsewhere @param {() => void} close */
function others(elsewhere, close) {
  const row = (/** @type {import("./elsewhere.js").Waiting} */ { words, project }) =>
    h(
      "li",
      {},
      h("p", {}, words),
      project !== null && h("a", { class: "quiet", href: `/label?project=${project}` }, "Open that project"),
    );
  const read = () => (elsewhere.read(), close());
  return h(
    "div",
    {},
    h("ul", { class: "refusals" }, ...elsewhere.waiting.map(row)),
    h("button", { class: "quiet", type: "button", onclick: read }, "I have read this"),
  );
}
