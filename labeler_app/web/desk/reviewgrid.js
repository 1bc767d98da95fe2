/** What the keep/reject grid looks like: tiles, the buttons below them, and what is said of saving. */

import { h, kbd, plural, setAttribute, setText } from "./dom.js";
import { markCut, readOn, thingsOf } from "./reviewthings.js";

/** @typedef {import("./reviewpages.js").Variant} Variant */
/** @typedef {import("./reviewpages.js").Standing} Standing */
/** @typedef {import("./types.js").ClassRow} ClassRow */
/** @typedef {{node: HTMLElement, one: Variant, sign: HTMLElement, name: HTMLElement, word: HTMLElement, isLost: boolean, loaded: number, isSeen: boolean, meantFrom: number}} Place */
/** @typedef {{standing: (one: Variant) => Standing, classOf: (id: number|null) => ClassRow|undefined, axis: string, current: number}} Now */

/** A press counts from here on after the first look at a tile. */
const MEANT_MS = 200;
const SEEN = 0.6;
/** By the bar above and the buttons below. */
const COVERED = "-48px 0px -68px 0px";
/** More buttons of classes than these would bury the pictures; the others have keys. */
const MOST_CLASSES = 24;

export class ReviewGrid {
  /** @param {{select: (id: number) => void, keep: () => void, reject: () => void, undo: () => void, give: (row: ClassRow) => void, turn: (step: number) => void, choose: (key: string) => void, read: (ids: string[]) => void}} act */
  constructor(act) {
    this._act = act;
    /** @type {Place[]} */
    this.places = [];
    this._drawn = "";
    this._count = h("span", { class: "tools mut" });
    this._fillings = /** @type {HTMLSelectElement} */ (h("select", { "aria-label": "Made for" }));
    this._fillings.addEventListener("change", () => act.choose(this._fillings.value));
    this._note = h("p", { class: "mut wait" });
    this._list = h("ul", { class: "rv-tiles", "aria-label": "Variants" });
    this._buttons = [
      this._button("Keep", "Enter", act.keep),
      this._button("Reject", "Del", act.reject),
      this._button("Undo", "Z", act.undo),
    ];
    this._classes = h("div", { class: "rv-classes", role: "group", "aria-label": "Keep as another class" });
    this._back = this._turn("Earlier", "‹", -1);
    this._on = this._turn("Later", "›", 1);
    this._saving = h("p", { class: "rv-saving" });
    this._refused = h("div");
    this._spent = h("p", { class: "mut" });
    this._said = h("p", { class: "only-screen-reader", role: "status" });
    this._dock = h("div", { class: "rv-dock" }, ...this._buttons, this._back, this._on, this._classes);
    const head = h("div", { class: "rv-head" }, this._fillings, this._count);
    this._body = h("div", {}, head, this._list, this._dock);
    this.node = h("div", { class: "lv rv" }, this._body, this._note, this._refused, this._saving, this._spent, this._said);
    this._body.hidden = true;
    this._watch = new IntersectionObserver((found) => this._see(found), { threshold: SEEN, rootMargin: COVERED });
    this._sizes = new ResizeObserver((found) => found.forEach(({ target }) => markCut(target)));
  }

  close() {
    this._watch.disconnect();
    this._sizes.disconnect();
    this.node.remove();
  }

  /** Whether the focus is in here. */
  get hasFocus() {
    return this.node.contains(document.activeElement);
  }

  /** @param {string} text For screen readers. */
  say(text) {
    setText(this._said, text);
  }

  /** @param {{fillings: {key: string, words: string, open: number, made: number}[], filling: string}} told */
  fillings({ fillings, filling }) {
    const words = fillings.map((one) => [one.key, `${one.open} of ${one.made} open: ${one.words}`]);
    const drawn = JSON.stringify(words);
    if (this._fillings.dataset.drawn !== drawn) {
      this._fillings.replaceChildren(...words.map(([key, text]) => h("option", { value: key }, text)));
      this._fillings.dataset.drawn = drawn;
    }
    this._fillings.value = filling;
  }

  /** @param {ClassRow[]} classes */
  classes(classes) {
    const rows = classes.slice(0, MOST_CLASSES);
    const drawn = JSON.stringify(rows);
    if (this._classes.dataset.drawn === drawn) return;
    this._classes.dataset.drawn = drawn;
    const give = (/** @type {ClassRow} */ row) =>
      h(
        "button",
        { class: "btn", type: "button", "aria-label": `Keep as ${row.name}${row.key ? `, key ${row.key}` : ""}`, onmousedown: hold, onclick: () => this._act.give(row) },
        sign(row),
        h("span", { class: "n" }, row.name),
      );
    this._classes.replaceChildren(h("span", { class: "mut" }, "Relabel"), ...rows.map(give));
  }

  /** Draw the tiles of a page, unless they are there. @param {Variant[]} shown */
  show(shown) {
    const ids = shown.map(({ id }) => id);
    const drawn = ids.join();
    if (drawn === this._drawn) return;
    const before = new Map(this.places.map((place) => [place.one.id, place]));
    this._drawn = drawn;
    this.places = shown.map((one, index) => before.get(one.id) ?? this._place(one, index + 1));
    this._list.replaceChildren(...this.places.map(({ node }) => /** @type {Node} */ (node.parentNode)));
  }

  /** @param {Now & {count: string, isFirst: boolean, isLast: boolean, canUndo: boolean, note: string, saving: string, spent: string, refused: {event: any, problem: string, hint: string}[]}} now */
  render(now) {
    this._body.hidden = !this.places.length;
    for (const place of this.places) renderPlace(place, this.places.length, now);
    setText(this._count, now.count);
    setText(this._note, now.note);
    setText(this._saving, now.saving);
    setText(this._spent, now.spent);
    /** @type {HTMLButtonElement} */ (this._back).disabled = now.isFirst;
    /** @type {HTMLButtonElement} */ (this._on).disabled = now.isLast;
    /** @type {HTMLButtonElement} */ (this._buttons[2]).disabled = !now.canUndo;
    this._renderRefused(now.refused);
  }

  /** Move the focus to the tile of a picture. @param {number} id */
  focus(id) {
    const found = this.places.find(({ one }) => one.id === id);
    // Who presses a button by the keyboard stays on it.
    if (!this._dock.contains(document.activeElement)) found?.node.focus({ preventScroll: true });
    found?.node.scrollIntoView({ block: "nearest" });
  }

  /** Show more of the text under the cursor. @param {number} id */
  readOn(id) {
    const place = this.placeOf(id);
    if (place) readOn(place.node);
  }

  /** How many tiles lie side by side. */
  get columns() {
    return getComputedStyle(this._list).gridTemplateColumns.split(" ").length;
  }

  /** @param {number} id */
  placeOf(id) {
    return this.places.find(({ one }) => one.id === id);
  }

  /** @param {Variant} one @param {number} number @returns {Place} */
  _place(one, number) {
    const [cls, name, word] = [h("span", { class: "cl" }), h("span", { class: "n" }), h("b", { class: "word" })];
    const told = one.before && `${one.before} → ${one.after}`;
    // What speaks against it stands behind what was measured; a screen reader hears all of it.
    const flags = flagsOf(one).join(", ");
    const against = told && flags ? `, ${flags}` : flags;
    const things = thingsOf(one, (isThere) => {
      place.isLost ||= !isThere;
      place.loaded += 1;
      mean(place);
    });
    const node = h(
      "button",
      { class: `rv-tile ${one.kind}`, type: "button", tabindex: "-1", "data-variant": one.id, "data-number": number, "aria-describedby": things.id || null },
      things,
      h("span", { class: "as" }, cls, name),
      h("span", { class: "mut", title: flags && told + against }, told, against && h("b", {}, against), told || flags ? "" : "\u00a0"),
      word,
    );
    /** @type {Place} */
    const place = { node, one, sign: cls, name, word, isLost: false, loaded: 0, isSeen: false, meantFrom: Infinity };
    node.addEventListener("click", () => {
      if (node.getAttribute("aria-current") === "true") readOn(node);
      this._act.select(one.id);
    });
    h("li", {}, node);
    this._watch.observe(node);
    this._sizes.observe(node);
    return place;
  }

  /** @param {IntersectionObserverEntry[]} found */
  _see(found) {
    for (const { target, isIntersecting } of found) {
      const place = isIntersecting && this.places.find(({ node }) => node === target);
      if (!place) continue;
      place.isSeen = true;
      mean(place);
    }
  }

  /** @param {string} words @param {string} key @param {() => void} act */
  _button(words, key, act) {
    return h("button", { class: "btn", type: "button", onmousedown: hold, onclick: act }, words, kbd(key));
  }

  /** @param {string} words @param {string} sign On a phone. @param {number} step */
  _turn(words, sign, step) {
    return h(
      "button",
      { class: "btn quiet", type: "button", "aria-label": `${words} variants`, onmousedown: hold, onclick: () => this._act.turn(step) },
      h("span", { class: "wide" }, words),
      h("span", { class: "thin" }, sign),
    );
  }

  /** @param {{event: any, problem: string, hint: string}[]} refused */
  _renderRefused(refused) {
    const drawn = refused.map(({ event }) => event.event_id).join();
    if (this._refused.dataset.drawn === drawn) return;
    this._refused.dataset.drawn = drawn;
    // A budget that is spent refuses many for one reason.
    /** @type {Map<string, string[]>} */
    const reasons = new Map();
    for (const { event, problem, hint } of refused) {
      const why = `${problem} ${hint}`.trim();
      reasons.set(why, [...(reasons.get(why) ?? []), event.event_id]);
    }
    const row = (/** @type {[string, string[]]} */ [why, ids]) =>
      h(
        "p",
        { class: "note m8", role: "alert" },
        `${plural(ids.length, "decision was", "decisions were")} refused: ${why} `,
        h("button", { class: "lk", type: "button", onclick: () => this._act.read(ids) }, "I have read this"),
      );
    this._refused.replaceChildren(...[...reasons].map(row));
  }
}

/** The focus stays on the tile, so that the keys go on where they were. @param {Event} event */
const hold = (event) => event.preventDefault();

/** Once it is seen, and both of its things are there, a press after a moment is meant. @param {Place} place */
function mean(place) {
  if (place.meantFrom < Infinity || !place.isSeen || place.loaded < 2) return;
  requestAnimationFrame((now) => {
    place.meantFrom = Math.min(place.meantFrom, Math.max(now, performance.now()) + MEANT_MS);
    place.node.dataset.meantFrom = String(place.meantFrom);
  });
}

/** @param {ClassRow} row */
const sign = (row) => h("i", { class: `mk c${row.colour}`, "aria-hidden": "true" }, row.key || "·");

/** @param {Place} place @param {number} count Of the tiles beside it, itself among them. @param {Now} now */
function renderPlace(place, count, { standing, classOf, axis, current }) {
  const { node, one } = place;
  const { kind, class_id, from } = standing(one);
  const row = classOf(kind === "keep" ? class_id : one.class_id);
  const isCurrent = one.id === current;
  const word = wordOf(kind, from, isCurrent, Boolean(row) && one.tier !== "C" && !place.isLost);
  const drawn = `${row?.id} ${row?.key} ${row?.colour}`;
  if (place.sign.dataset.drawn !== drawn) {
    place.sign.replaceChildren(...(row ? [sign(row)] : []));
    place.sign.dataset.drawn = drawn;
  }
  const name = place.isLost ? "cannot be shown" : (row?.name ?? "class needed");
  setText(place.name, name);
  setText(place.word, word);
  setAttribute(node, "data-kind", kind || "open");
  setAttribute(node, "data-from", from);
  node.tabIndex = isCurrent ? 0 : -1;
  setAttribute(node, "aria-current", String(isCurrent));
  const measured = one.before && `${axis} ${one.before} to ${one.after}`;
  const told = [`${node.dataset.number} of ${count}`, name, measured, ...flagsOf(one), word].filter(Boolean).join(", ");
  setAttribute(node, "aria-label", told);
}

/** What a person should know before keeping it. @param {Variant} one @returns {string[]} */
function flagsOf({ landed, tier, near }) {
  const flags = [!landed && "did not land", tier === "B" && "look closer", near && `hardly differs from ${near}`];
  return /** @type {string[]} */ (flags.filter(Boolean));
}

/** What never sounds saved before it is. @param {string} kind @param {string} from @param {boolean} isCurrent @param {boolean} isReady */
function wordOf(kind, from, isCurrent, isReady) {
  if (from === "tab" && kind) return "decided in another tab";
  if (kind === "keep") return from === "server" ? "kept" : "keeping, not saved yet";
  if (kind === "reject") return from === "server" ? "rejected" : "rejecting, not saved yet";
  if (isCurrent) return isReady ? "keep?" : "which class?";
  return "open";
}

/** "1 not saved yet, retrying", or nothing. @param {import("./outbox.js").Outbox} outbox */
export function savingOf(outbox) {
  if (!outbox.size) return "";
  const where = outbox.unstored.size ? ", only in this page" : outbox.failure ? ", retrying" : "";
  const why = outbox.failure ? `. ${outbox.failure.problem} ${outbox.failure.hint}`.trimEnd() : "";
  return `${plural(outbox.size, "decision")} not saved yet${where}${why}`;
}
