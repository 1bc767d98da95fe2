/**
 * What each class means: its definition and three examples. An answer is made an example by dragging it onto its class,
 * or by a button; before its answer is saved, that is a wish, which comes true with the answer.
 */

import { cap, h, icon, setAttribute, setText } from "./dom.js";
import { sightOf } from "./glance.js";
import { load, save } from "./storage.js";

/** @typedef {import("./types.js").ClassRow} ClassRow */
/** @typedef {import("./session.js").Session} Session */
/** @typedef {{class_id: number, chosen: boolean, shown: import("./glance.js").Glance[]}} Shown */

const PLACES = 3;
const RETRY_MS = 5_000;
const LABELED_SO = "Nobody chose examples of this class: these items are labeled so.";

export class Examples {
  /** @param {{say: (text: string) => void, wishes: string}} options `wishes`: where those that wait are kept. */
  constructor({ say, wishes }) {
    this._say = say;
    this._kept = wishes;
    /** @type {Session|null} */
    this._session = null;
    /** Class by item: examples to be, once the answer is saved. @type {Map<number, number>} */
    this._wishes = new Map(wishesIn(load(wishes)));
    this._busy = false;
    this._notBefore = 0;
    /** What is being dragged. */
    this._dragged = 0;
    /** @type {ClassRow[]} */
    this._rows = [];
    this._drawn = "";
    /** By class. @type {Map<number, Shown>} */
    this._shown = new Map();
    /** The places of the examples, by class. @type {Map<number, HTMLElement>} */
    this._places = new Map();
    this._list = h("ul", { class: "defs", "aria-label": "What each class means" });
    this.node = h("div", { class: "pane", tabindex: "0" }, this._list);
    this._words = h("span");
    this._of = h("span", { class: "of" });
    /** The class that the button names. @type {ClassRow|undefined} */
    this._made = undefined;
    this._make = h("button", { class: "quiet", type: "button", onclick: () => this._makeLast() }, icon("plus", 18), this._words, this._of);
    this.foot = h("div", { class: "make" }, this._make);
  }

  /** @param {Session} session */
  bind(session) {
    this._session = session;
  }

  /** Read them anew. */
  async read() {
    if (!this._session) return;
    try {
      this._take(await this._session.examples());
    } catch {
      // The definitions stand without them; they are read again when the rail opens again.
    }
  }

  /** @param {Session} session */
  render(session) {
    this._define(session.facts.classes);
    const row = this._lastClass(session);
    setText(this._words, `Make ${session.past.isOpen ? "this" : "last"} answer an example${row ? " of" : ""}`);
    if (row !== this._made) this._of.replaceChildren(...(row ? [cap(row), h("span", { class: "sr" }, row.name)] : []));
    this._made = row;
    this._make.toggleAttribute("disabled", !row);
    void this._fulfil();
  }

  /** An item is being dragged. @param {number} item @param {DragEvent} event */
  drag(item, event) {
    this._dragged = item;
    const { dataTransfer } = event;
    if (!dataTransfer) return;
    dataTransfer.effectAllowed = "copy";
    // Firefox drags nothing that has no data; of this kind no text field takes any.
    dataTransfer.setData("application/x-labeler-item", String(item));
  }

  dropped() {
    this._dragged = 0;
    for (const one of this._list.querySelectorAll(".over")) one.classList.remove("over");
  }

  /** @param {ClassRow[]} rows */
  _define(rows) {
    if (rows === this._rows) return;
    this._rows = rows;
    const drawn = JSON.stringify(rows.map(({ id, name, key, colour, definition }) => [id, name, key, colour, definition]));
    if (drawn === this._drawn) return;
    this._drawn = drawn;
    const none = h("li", { class: "muted" }, "No class has a definition yet. Write them in Settings or on the Data page.");
    const isDefined = rows.some((row) => row.definition);
    this._places = new Map(rows.map((row) => [row.id, h("div", { class: "examples" })]));
    this._list.replaceChildren(...rows.map((row) => this._definition(row)), ...(isDefined ? [] : [none]));
    for (const row of rows) this._fill(row);
  }

  /** @param {ClassRow} row */
  _definition(row) {
    const so = h("span", { class: "so", title: LABELED_SO }, "labeled so");
    const title = h("h3", {}, cap(row), h("span", { class: "name", title: row.name }, row.name), so);
    const words = row.definition && h("p", {}, row.definition);
    const node = h("li", {}, title, words, this._places.get(row.id));
    node.addEventListener("dragover", (event) => {
      if (!this._dragged) return;
      event.preventDefault();
      node.classList.add("over");
    });
    node.addEventListener("dragleave", (event) => {
      if (!(event.relatedTarget instanceof Node && node.contains(event.relatedTarget))) node.classList.remove("over");
    });
    node.addEventListener("drop", (event) => {
      event.preventDefault();
      if (this._dragged) this._wish(this._dragged, row.id);
      this.dropped();
    });
    return node;
  }

  /** Put the examples of a class into their places; these are there before. @param {ClassRow} row */
  _fill(row) {
    const place = this._places.get(row.id);
    if (!place) return;
    const known = this._shown.get(row.id);
    const shown = known?.shown ?? [];
    const boxes = shown.map((one) => {
      return h("li", { "data-example": one.item }, sightOf(one, `Example of ${row.name}`), known?.chosen && this._cross(row, one.item));
    });
    const empty = Array.from({ length: PLACES - shown.length }, () => h("li", { class: "empty", "aria-hidden": "true" }));
    const none = known && !shown.length && h("p", { class: "muted" }, "No example yet", h("span", { class: "no-phone" }, ": drag an answer here"));
    place.replaceChildren(h("ul", { "aria-label": `Examples of ${row.name}` }, ...boxes, ...empty), ...(none ? [none] : []));
    place.parentElement?.classList.toggle("auto", Boolean(known && !known.chosen && shown.length));
  }

  /** @param {ClassRow} row @param {number} item */
  _cross(row, item) {
    const label = `Take this example of ${row.name} away`;
    const onclick = (/** @type {MouseEvent} */ event) => void this._takeAway(row, item, event.detail === 0);
    return h("button", { class: "off", type: "button", "aria-label": label, onclick }, h("i", {}, icon("close", 16)));
  }

  /** @param {{classes: Shown[]}} reply */
  _take({ classes }) {
    for (const one of classes) {
      const before = JSON.stringify(this._shown.get(one.class_id));
      this._shown.set(one.class_id, one);
      const row = this._rows.find(({ id }) => id === one.class_id);
      if (row && before !== JSON.stringify(one)) this._fill(row);
    }
  }

  /** The class of the answer that the button is about. @param {Session} session */
  _lastClass({ past, history, facts }) {
    const answer = past.isOpen ? past.answer : history.newest;
    return answer?.kind === "label" ? facts.classOf(answer.class_ids?.[0] ?? answer.class_id) : undefined;
  }

  _makeLast() {
    const session = this._session;
    const row = session && this._lastClass(session);
    const answer = session?.past.answer ?? session?.history.newest;
    if (row && answer) this._wish(answer.item, row.id);
  }

  /** @param {number} item @param {number} classId */
  _wish(item, classId) {
    this._wishes.set(item, classId);
    this._notBefore = 0;
    save(this._kept, JSON.stringify([...this._wishes]));
    const name = this._nameOf(classId);
    if (!this._isSaved(item)) this._say(`It becomes an example of ${name} once you have labeled it ${name}.`);
    void this._fulfil();
  }

  /** @param {number} classId */
  _nameOf(classId) {
    return this._rows.find(({ id }) => id === classId)?.name ?? "its class";
  }

  /** Whether the server has an answer on an item. @param {number} item */
  _isSaved(item) {
    const { history, outbox } = /** @type {Session} */ (this._session);
    const answer = history.answers.findLast((one) => one.item === item);
    return Boolean(answer && !outbox.has(answer.event_id));
  }

  /** Make those examples whose answers are saved by now. */
  async _fulfil() {
    if (!this._wishes.size || this._busy || performance.now() < this._notBefore) return;
    const ready = [...this._wishes].find(([item]) => this._isSaved(item));
    if (!ready) return;
    const [item, class_id] = ready;
    const isLost = await this._send("/examples", { class_id, item }, `An example of ${this._nameOf(class_id)} from now on.`, "It is made an example later.");
    if (isLost) return;
    if (this._wishes.get(item) === class_id) this._wishes.delete(item);
    save(this._kept, JSON.stringify([...this._wishes]));
    void this._fulfil();
  }

  /** @param {ClassRow} row @param {number} item @param {boolean} byKey Then the focus goes on to the next one. */
  async _takeAway(row, item, byKey) {
    await this._send("/examples/away", { class_id: row.id, item }, `No example of ${row.name} any more.`, "The example stays.");
    if (!byKey) return;
    const next = /** @type {HTMLElement|null} */ (this._places.get(row.id)?.querySelector(".off"));
    (next ?? this.node).focus();
  }

  /**
   * @param {string} path @param {{class_id: number, item: number}} example @param {string} done
   * @param {string} lost What follows where the server cannot be reached.
   * @returns {Promise<boolean>} Whether it cannot.
   */
  async _send(path, example, done, lost) {
    this._busy = true;
    try {
      this._take(await /** @type {Session} */ (this._session).example(path, example));
      this._say(done);
      return false;
    } catch (error) {
      const { status = 0, problem = "It did not work.", hint = "" } = /** @type {any} */ (error);
      const isLost = status === 0 || status >= 500;
      if (isLost) this._notBefore = performance.now() + RETRY_MS;
      this._say(isLost ? `The server does not answer. ${lost}` : `${problem} ${hint}`.trim());
      return isLost;
    } finally {
      this._busy = false;
    }
  }
}

/** @param {string|null} kept @returns {[number, number][]} None where it cannot be read. */
function wishesIn(kept) {
  try {
    return JSON.parse(kept ?? "[]");
  } catch {
    return [];
  }
}
