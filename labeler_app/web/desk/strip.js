/** The last five answers, undo, and why the newest item was shown. */

import { offerWords } from "./copies.js";
import { h, icon, setText } from "./dom.js";
import { entryOf } from "./history.js";
import { capOf, kbdOf, keyed } from "./keymap.js";
import { beginning } from "./reading.js";

/** @typedef {import("./types.js").Answer} Answer */
/** @typedef {import("./types.js").ClassRow} ClassRow */
/** @typedef {{words: HTMLElement, picture: HTMLElement|null, entry: import("./images.js").Entry}} Unread The thumb of a text or a row, still without its words. */

const SHOWN = 5;
/** What is read, not looked at, has its address there. */
const READ = "/contents/";
/** What could not be read is asked for again with a later drawing, but not more often than this. */
const AGAIN_MS = 2_000;
const SIGNS = { unsure: "not sure", skip: "skipped", flag: "flagged" };

/** The sign of a class that no key is left for: its name is too long for a thumb. @param {string} name */
const initials = (name) => name.slice(0, 2);

/**
 * Key and words for an answer.
 *
 * @param {import("./types.js").Stand} answer
 * @param {(id: number|null) => ClassRow|undefined} classOf
 * @returns {{key: string, words: string, colour: number}} colour: 0 for none.
 */
export function signOf(answer, classOf) {
  const row = answer.kind === "label" ? classOf(answer.class_id) : undefined;
  if (answer.kind === "label" && answer.class_ids) return signOfAll(answer.class_ids.map(classOf).filter((one) => one !== undefined));
  if (row) return { key: row.key || initials(row.name), words: row.name, colour: row.colour };
  const words = SIGNS[answer.kind];
  return words ? { key: capOf(answer.kind), words, colour: 0 } : { key: "·", words: "a class that is gone", colour: 0 };
}

/** The sign of several classes, or of none: the first one's key, and whether there are more. @param {ClassRow[]} rows */
function signOfAll(rows) {
  if (!rows.length) return { key: "–", words: "none of the classes", colour: 0 };
  const [{ key, name, colour }, ...others] = rows;
  const more = others.length ? "+" : "";
  return { key: `${key || initials(name)}${more}`, words: rows.map((row) => row.name).join(", "), colour };
}

export class Strip {
  /**
   * @param {(does: string, event: Event) => void} run
   * @param {(answer: Answer) => void} takeBack
   * @param {Node} past The line that takes its place while an older answer is looked at.
   * @param {(item: number, event: DragEvent) => void} drag A thumb is dragged away.
   */
  constructor(run, takeBack, past, drag) {
    this._takeBack = takeBack;
    this._drag = drag;
    /** @type {Map<string, HTMLElement>} By event id. */
    this._thumbs = new Map();
    /** @type {Unread[]} */
    this._unread = [];
    this._readAt = -Infinity;
    this._list = h("ul", { class: "strip", "aria-label": "Last five answers" });
    this._undo = h(
      "button",
      { class: "quiet undo", type: "button", ...keyed("undo", "Undo"), onclick: (event) => run("undo", event) },
      kbdOf("undo", "no-phone"),
      h("span", { class: "only-phone" }, icon("undo", 18)),
      h("span", {}, "Undo"),
    );
    this._name = h("b", { dir: "auto" });
    this._reason = h("span");
    this._why = h("p", { class: "why" }, this._name, this._reason);
    this._copies = h("button", { class: "quiet copies", type: "button", hidden: true, onclick: (/** @type {Event} */ event) => run("copies", event) });
    const act = (/** @type {string} */ does, /** @type {string} */ words) =>
      h("button", { class: "quiet", type: "button", onclick: (event) => run(does, event) }, kbdOf(does), words);
    this.node = h(
      "section",
      { class: "under", "aria-label": "Last five" },
      this._list,
      this._undo,
      this._why,
      this._copies,
      past,
      h(
        "div",
        { class: "acts" },
        act("unsure", "Not sure"),
        act("skip", "Skip"),
        act("flag", "Flag"),
        act("note", "Note"),
      ),
    );
  }

  /**
   * @param {Answer[]} history
   * @param {(id: number|null) => ClassRow|undefined} classOf
   * @param {(eventId: string) => boolean} isUnsaved
   * @param {string} said A remark that takes the place of the reason for a while.
   * @param {import("./copies.js").Offer|null} copies
   */
  render(history, classOf, isUnsaved, said, copies) {
    const last = history.slice(-SHOWN);
    const old = this._thumbs;
    this._thumbs = new Map(last.map((answer) => [answer.event_id, old.get(answer.event_id) ?? this._thumb(answer)]));
    for (const [id, thumb] of old) if (!this._thumbs.has(id)) thumb.remove();
    if (this._unread.length) this._readAgain();
    for (const answer of last) this._update(answer, classOf, isUnsaved(answer.event_id));
    const nodes = [...this._thumbs.values()];
    if (nodes.some((node, place) => this._list.children[place] !== node)) this._list.replaceChildren(...nodes);
    this._undo.hidden = !last.length;
    this._copies.hidden = !copies;
    if (copies) setText(this._copies, offerWords(copies));
    this._explain(last.at(-1), classOf, said);
  }

  /** @param {Answer} answer */
  _thumb(answer) {
    const button = h("button", { type: "button", onclick: () => this._takeBack(answer) }, h("kbd"), this._sight(answer));
    return h("li", { draggable: "true", ondragstart: (/** @type {DragEvent} */ event) => this._drag(answer.item, event) }, button);
  }

  /** @param {Answer} answer */
  _sight(answer) {
    if (answer.url.includes(READ)) return this._words(answer);
    const img = h("img", { alt: "", decoding: "async", draggable: "false", width: 56, height: 44 });
    // The bytes are here already; the small image is only asked for when they are not.
    img.setAttribute("src", answer.entry?.blobUrl || answer.thumb);
    img.addEventListener("error", () => img.getAttribute("src") !== answer.thumb && img.setAttribute("src", answer.thumb), {
      once: true,
    });
    return img;
  }

  /** How a text or a row begins; of an answer from an earlier visit it is fetched. @param {Answer} answer */
  _words(answer) {
    const content = answer.entry?.content;
    const node = h("span", { class: "begin", dir: "auto" }, content ? beginning(content) : "…");
    if (content) return node;
    void this._read({ words: node, picture: null, entry: entryOf({ ...answer, entry: null }) });
    return node;
  }

  /** Until it can be read, its picture stands for it. @param {Unread} unread */
  async _read(unread) {
    const { words, entry } = unread;
    await entry.load();
    if (entry.content) {
      setText(words, beginning(entry.content));
      unread.picture?.replaceWith(words);
      return;
    }
    if (!unread.picture) {
      const picture = h("img", { alt: "", src: entry.item.thumb, decoding: "async", draggable: "false", width: 56, height: 44 });
      picture.addEventListener("error", () => picture.replaceWith(words));
      words.replaceWith(picture);
      unread.picture = picture;
    }
    this._readAt = performance.now();
    this._unread.push(unread);
  }

  /** What failed is read anew; what has left the strip, or will not come, is not. */
  _readAgain() {
    if (performance.now() < this._readAt + AGAIN_MS) return;
    const unread = this._unread;
    this._unread = [];
    for (const one of unread) {
      const isHere = one.words.isConnected || one.picture?.isConnected;
      if (isHere && one.entry.state !== "broken") void this._read(one);
    }
  }

  /** @param {Answer} answer @param {(id: number|null) => ClassRow|undefined} classOf @param {boolean} unsaved */
  _update(answer, classOf, unsaved) {
    const button = /** @type {HTMLElement} */ (this._thumbs.get(answer.event_id)?.firstElementChild);
    const { key, words: one, colour } = signOf(answer, classOf);
    const count = answer.together?.length ?? 1;
    const words = count > 1 ? `${count} labels at once, ${one} and the like` : one;
    button.dataset.count = count > 1 ? `×${count}` : "";
    setText(/** @type {Node} */ (button.firstElementChild), key);
    button.style.setProperty("--c", colour ? `var(--c${colour})` : "transparent");
    button.dataset.colour = String(colour);
    button.classList.toggle("un", unsaved);
    const label = `${words}${unsaved ? ", not saved yet" : ""}. Take ${count > 1 ? "them" : "this answer"} back`;
    if (button.getAttribute("aria-label") !== label) button.setAttribute("aria-label", label);
    if (button.title !== words) button.title = words;
  }

  /** @param {Answer|undefined} newest @param {(id: number|null) => ClassRow|undefined} classOf @param {string} said */
  _explain(newest, classOf, said) {
    setText(this._name, newest && !said ? signOf(newest, classOf).words : "");
    const others = (newest?.together?.length ?? 1) - 1;
    const count = others ? ` and ${others} more at once.` : "";
    const time = newest && Number.isFinite(newest.seconds) ? `, ${newest.seconds.toFixed(1)} s.` : ".";
    setText(this._reason, said || (newest ? `${count || time} ${newest.why}` : ""));
    this.node.classList.toggle("says", Boolean(said));
    this._why.title = this._why.textContent ?? "";
  }
}
