/** The last five answers, undo, and why the newest item was shown. */

import { h, icon, kbd, setText } from "./dom.js";

/** @typedef {import("./types.js").Answer} Answer */
/** @typedef {import("./types.js").ClassRow} ClassRow */

const SHOWN = 5;
const SIGNS = { unsure: ["U", "not sure"], skip: ["S", "skipped"], flag: ["F", "flagged"] };

/** The sign of a class that no key is left for: its name is too long for a thumb. @param {string} name */
const initials = (name) => name.slice(0, 2);

/**
 * Key and words for an answer.
 *
 * @param {{kind: string, class_id: number|null}} answer
 * @param {(id: number|null) => ClassRow|undefined} classOf
 * @returns {{key: string, words: string, colour: number}} colour: 0 for none.
 */
export function signOf(answer, classOf) {
  const row = answer.kind === "label" ? classOf(answer.class_id) : undefined;
  if (row) return { key: row.key || initials(row.name), words: row.name, colour: row.colour };
  const [key, words] = SIGNS[answer.kind] ?? ["·", "a class that is gone"];
  return { key, words, colour: 0 };
}

export class Strip {
  /**
   * @param {(does: string, event: Event) => void} run
   * @param {(answer: Answer) => void} takeBack
   */
  constructor(run, takeBack) {
    this._takeBack = takeBack;
    /** @type {Map<string, HTMLElement>} By event id. */
    this._thumbs = new Map();
    this._list = h("ul", { class: "strip", "aria-label": "Last five answers" });
    this._undo = h(
      "button",
      { class: "quiet undo", type: "button", "aria-label": "Undo, key Z", onclick: (event) => run("undo", event) },
      kbd("Z", "no-phone"),
      h("span", { class: "only-phone" }, icon("undo", 18)),
      h("span", {}, "Undo"),
    );
    this._name = h("b");
    this._reason = h("span");
    this._why = h("p", { class: "why" }, this._name, this._reason);
    const act = (/** @type {string} */ key, /** @type {string} */ does, /** @type {string} */ words) =>
      h("button", { class: "quiet", type: "button", onclick: (event) => run(does, event) }, kbd(key), words);
    this.node = h(
      "section",
      { class: "under", "aria-label": "Last five" },
      this._list,
      this._undo,
      this._why,
      h(
        "div",
        { class: "acts" },
        act("U", "unsure", "Not sure"),
        act("S", "skip", "Skip"),
        act("F", "flag", "Flag"),
        act("N", "note", "Note"),
      ),
    );
  }

  /**
   * @param {Answer[]} history
   * @param {(id: number|null) => ClassRow|undefined} classOf
   * @param {(eventId: string) => boolean} isUnsaved
   * @param {string} said A remark that takes the place of the reason for a while.
   */
  render(history, classOf, isUnsaved, said) {
    const last = history.slice(-SHOWN);
    const old = this._thumbs;
    this._thumbs = new Map(last.map((answer) => [answer.event_id, old.get(answer.event_id) ?? this._thumb(answer)]));
    for (const [id, thumb] of old) if (!this._thumbs.has(id)) thumb.remove();
    for (const answer of last) this._update(answer, classOf, isUnsaved(answer.event_id));
    const nodes = [...this._thumbs.values()];
    if (nodes.some((node, place) => this._list.children[place] !== node)) this._list.replaceChildren(...nodes);
    this._undo.hidden = !last.length;
    this._explain(last.at(-1), classOf, said);
  }

  /** @param {Answer} answer */
  _thumb(answer) {
    const img = h("img", { alt: "", decoding: "async", draggable: "false", width: 56, height: 44 });
    // The bytes are here already; the small image is only asked for when they are not.
    img.setAttribute("src", answer.entry?.blobUrl || answer.thumb);
    img.addEventListener("error", () => img.getAttribute("src") !== answer.thumb && img.setAttribute("src", answer.thumb), {
      once: true,
    });
    const button = h("button", { type: "button", onclick: () => this._takeBack(answer) }, h("kbd"), img);
    return h("li", {}, button);
  }

  /** @param {Answer} answer @param {(id: number|null) => ClassRow|undefined} classOf @param {boolean} unsaved */
  _update(answer, classOf, unsaved) {
    const button = /** @type {HTMLElement} */ (this._thumbs.get(answer.event_id)?.firstElementChild);
    const { key, words, colour } = signOf(answer, classOf);
    setText(/** @type {Node} */ (button.firstElementChild), key);
    button.style.setProperty("--c", colour ? `var(--c${colour})` : "transparent");
    button.dataset.colour = String(colour);
    button.classList.toggle("un", unsaved);
    const label = `${words}${unsaved ? ", not saved yet" : ""}. Take this answer back`;
    if (button.getAttribute("aria-label") !== label) button.setAttribute("aria-label", label);
    if (button.title !== words) button.title = words;
  }

  /** @param {Answer|undefined} newest @param {(id: number|null) => ClassRow|undefined} classOf @param {string} said */
  _explain(newest, classOf, said) {
    setText(this._name, newest && !said ? signOf(newest, classOf).words : "");
    const time = newest && Number.isFinite(newest.seconds) ? `, ${newest.seconds.toFixed(1)} s.` : ".";
    setText(this._reason, said || (newest ? `${time} ${newest.why}` : ""));
    this._why.title = this._why.textContent ?? "";
  }
}
