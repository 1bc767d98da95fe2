/** The labeled items that look most like the last answered one. Nothing is shown of an item before it is answered. */

import { cap, h, setText } from "./dom.js";
import { sightOf } from "./glance.js";
import { beginning } from "./reading.js";
import { signOf } from "./strip.js";

/** @typedef {import("./types.js").Answer} Answer */
/** @typedef {import("./session.js").Session} Session */
/** @typedef {import("./glance.js").Glance & {class_ids: number[]}} Neighbour */

/** Under quick keys only the last of several answers is asked about. */
const PAUSE_MS = 300;
const RETRY_MS = 5_000;
const SHUT = "Shown after your answer.";
const NEXT = "The item on screen: shown after your answer.";

export class Similar {
  constructor() {
    /** Whether it is looked at. */
    this.isOpen = false;
    /** What is shown, or on its way: an answer, and where it stands. */
    this._about = "";
    /** The item whose like is shown. */
    this._item = 0;
    this._timer = 0;
    this._words = h("p", { class: "muted" }, SHUT);
    this._found = h("div");
    this.node = h("div", { class: "pane", tabindex: "0" }, h("div", { class: "similar" }, this._found, this._words));
  }

  /** @param {Session} session */
  render(session) {
    if (!this.isOpen) return;
    const { past, history, outbox } = session;
    // A skipped item comes back: it is not answered yet.
    const newest = past.isOpen ? past.answer : history.answers.findLast(({ kind }) => kind !== "skip");
    const answer = newest?.kind === "skip" ? undefined : newest;
    // It was taken back.
    if (!past.isOpen && this._item === session.onScreen?.id) this._found.replaceChildren();
    const about = answer ? `${answer.event_id}${past.isOpen ? " again" : ""}` : "";
    if (about !== this._about) this._clear(about);
    setText(this._words, answer && past.isOpen ? "" : answer ? NEXT : SHUT);
    if (!answer || this._timer || this._found.dataset.about === about || outbox.has(answer.event_id)) return;
    this._timer = window.setTimeout(() => void this._ask(session, answer, about), PAUSE_MS);
  }

  close() {
    clearTimeout(this._timer);
    this._timer = 0;
    this.isOpen = false;
  }

  /** @param {string} about */
  _clear(about) {
    clearTimeout(this._timer);
    this._timer = 0;
    this._about = about;
    if (!about) this._found.replaceChildren();
    delete this._found.dataset.about;
  }

  /** @param {Session} session @param {Answer} answer @param {string} about */
  async _ask(session, answer, about) {
    try {
      const reply = await session.similar(answer.item);
      if (about !== this._about) return;
      this._draw(session, answer, reply);
      this._found.dataset.about = about;
      this._timer = 0;
    } catch (error) {
      if (about !== this._about) return;
      const { problem = "It did not work." } = /** @type {any} */ (error);
      this._found.replaceChildren(h("p", { class: "muted" }, `${problem} It is tried again by itself.`));
      this._timer = window.setTimeout(() => (this._timer = 0), RETRY_MS);
    }
  }

  /** @param {Session} session @param {Answer} answer @param {{found: Neighbour[], why_none: string}} reply */
  _draw({ facts, past }, answer, { found, why_none }) {
    const sign = signOf(answer, facts.classOf);
    const content = answer.entry?.content;
    const words = content ? beginning(content, 60) : "";
    const title = h("h3", {}, past.isOpen ? "Nearest to this answer" : "Nearest to your last answer");
    const sight = sightOf({ item: answer.item, thumb: answer.thumb, words }, "");
    const told = h("div", {}, title, h("p", { class: "name" }, sign.words));
    const mine = h("div", { class: "mine" }, h("span", { class: "box" }, sight), cap(sign), told);
    const tiles = found.map((one) => {
      const { words: name, ...sign } = signOf({ kind: "label", class_id: null, class_ids: one.class_ids }, facts.classOf);
      const box = h("span", { class: "box" }, sightOf(one, ""), cap(sign));
      return h("li", { "data-near": one.item }, box, h("span", { class: "name", title: name }, name));
    });
    const list = tiles.length ? h("ul", { "aria-label": "Nearest labeled items" }, ...tiles) : h("p", { class: "muted" }, why_none);
    this._item = answer.item;
    this._found.replaceChildren(mine, list);
  }
}
