/**
 * The labeling desk, as a Streamlit component (see desk.py) or on any page:
 *
 *     desk({data: {project: 1, person: 1}, parentElement, setTriggerValue})
 *
 * It is called again with the same parent when the theme or the data change. Labels never travel through
 * Streamlit; the only thing it is told is where to go: `setTriggerValue("go", "monitor")`.
 * What benchmarks can listen to is in timing.js.
 */

import { Dialogs } from "./dialogs.js";
import { favourite } from "./dock.js";
import { listen } from "./keys.js";
import { Picking } from "./picking.js";
import { Session } from "./session.js";
import { load, save } from "./storage.js";
import { hostOf, readTheme, takePage } from "./surroundings.js";
import { View } from "./view.js";

const TICK_MS = 5_000;
const SINGLE_KEYS = "labeler:single-keys";
const AFTER_WRITING = "Not counted: typed right after writing. After a short pause, keys count again.";

/** @typedef {import("./types.js").Data} Data */
/** @typedef {(name: string, value: unknown) => void} SetTrigger */

/** @type {WeakMap<Node, Desk>} */
const desks = new WeakMap();

/**
 * Mount the desk, or tell the mounted one what is new.
 *
 * @param {{data: Data, parentElement: HTMLElement|ShadowRoot, setTriggerValue: SetTrigger}} component
 * @returns {() => void} Takes it away again.
 */
export default function desk({ data, parentElement, setTriggerValue }) {
  let mounted = desks.get(parentElement);
  if (mounted && !mounted.isFor(data)) {
    mounted.close();
    mounted = undefined;
  }
  if (!mounted) {
    mounted = new Desk(data, parentElement);
    desks.set(parentElement, mounted);
  }
  mounted.go = (page) => setTriggerValue("go", page);
  mounted.readTheme();
  const current = mounted;
  const turn = (current.turn += 1);
  return () => {
    // Called twice in a row, Streamlit may clean up after the first call when the second has been made.
    if (current.turn !== turn) return;
    current.close();
    if (desks.get(parentElement) === current) desks.delete(parentElement);
  };
}

class Desk {
  /** @param {Data} data @param {HTMLElement|ShadowRoot} parent */
  constructor(data, parent) {
    this._data = data;
    this._parent = parent;
    /** How often the component was called for this desk. */
    this.turn = 0;
    /** @type {(page: string) => void} */
    this.go = () => undefined;
    this._single = load(SINGLE_KEYS) !== "off";
    /** The rail was opened for a note, so that it closes with it. */
    this._openedForNote = false;
    this.view = new View(
      {
        run: (does, event) => this.run(does, event),
        label: (row, event) => this.label(row, event),
        takeBack: (answer) => this._undo(answer),
        name: (names) => this._nameFirst(names),
      },
      `labeler:note:${data.project}:${data.person}:`,
    );
    this.session = new Session(data, {
      show: (entry) => this.view.show(entry),
      state: (mode) => this.view.state(mode),
      changed: () => (this.view.changed(), this.picking?.changed()),
      remark: (text) => this.view.remark(text),
      spoken: (text) => this.view.spoken(text),
    });
    this.view.bind(this.session);
    this.dialogs = new Dialogs(this.view.sheets, this.session, {
      flag: (reason) => this._answer("flag", undefined, null, reason),
      run: (does) => void this.run(does),
      go: (page) => this.go(page),
      redraw: () => this.view.render(),
    });
    this.picking = new Picking(this.view.sheets, this.session, {
      single: () => this._single,
      closed: () => this.view.stage.node.focus({ preventScroll: true }),
    });
    this._leavePage = takePage(this.view.node, parent);
    this._tick = window.setInterval(() => this._beat(), TICK_MS);
    this._deafen = listen({
      root: () => this.view.node,
      sheet: () => this.view.sheets.current,
      single: () => this._single,
      classOf: (key) => this.session.facts.classes.find((row) => row.key === key),
      label: (row, event) => this.label(row, event),
      run: (does, event) => this.run(does, event),
      field: (event) => this._field(event),
      ignored: () => this.view.remark(AFTER_WRITING),
    });
    this.view.state("loading");
    this.view.stage.node.focus({ preventScroll: true });
    this.session.start();
  }

  /** @param {Data} data */
  isFor(data) {
    const { project, person, place } = this._data;
    return data.project === project && data.person === person && data.place === place;
  }

  readTheme() {
    this.view.node.dataset.theme = readTheme(this._parent);
  }

  close() {
    this._deafen();
    clearInterval(this._tick);
    this.session.stop();
    this.view.close();
    this._leavePage();
  }

  /** The age of the model goes on; and without its place in the page the desk must not stay over it. */
  _beat() {
    if (hostOf(this._parent).isConnected) this.view.render();
    else this.close();
  }

  /** @param {import("./types.js").ClassRow} row @param {Event} event */
  label(row, event) {
    this._answer("label", event, row.id);
  }

  /**
   * Run a command of the key table, or one that only the mouse gives.
   *
   * @param {string} does
   * @param {Event} [event]
   * @returns {boolean|void} False if there is nothing to do and the key is not ours.
   */
  run(does, event) {
    const { session, view, dialogs } = this;
    if (view.stage.picture.run(does)) return true;
    const act = {
      unsure: () => this._answer("unsure", event),
      skip: () => this._answer("skip", event),
      undo: () => this._undo(session.history.newest),
      reveal: () => session.reveal(),
      accept: () => this._accept(event),
      flag: () => dialogs.flag(),
      note: () => this._note(),
      rail: () => this._toggleRail(),
      close: () => view.rail.isOpen && this._toggleRail(),
      addClass: () => dialogs.addClass(),
      pick: () => this.picking.open(),
      keys: () => this._showKeys(),
      menu: () => dialogs.menu(),
      queue: () => dialogs.queue(),
      unsaved: () => dialogs.unsaved(),
      more: () => void this._more(),
      results: () => this.go("monitor"),
    }[does];
    return act?.();
  }

  /** @param {import("./types.js").Kind} kind @param {Event} [event] @param {number|null} [classId] @param {string} [reason] */
  _answer(kind, event, classId = null, reason = "") {
    const item = this.session.queue.shown?.id;
    const own = item ? this.view.rail.noteOn(item) : null;
    const note = [reason, own].filter(Boolean).join("\n") || null;
    const answered = this.session.answer(kind, { classId, note, at: event?.timeStamp || performance.now() });
    if (!answered || !own) return;
    this.view.rail.sent(answered.item);
    const { newest } = this.session.history;
    if (newest) newest.note = own;
  }

  /** Take an answer back: its item returns, and the note on it. @param {import("./types.js").Answer} [answer] */
  _undo(answer) {
    if (answer?.note) this.view.rail.bringBack(answer.item, answer.note);
    this.session.undo(answer);
  }

  /** Enter: the suggestion if it was looked at; at the end, going on. @param {Event} [event] */
  _accept(event) {
    const { session } = this;
    if (session.mode === "end") return void this._more();
    if (session.mode !== "label" || !session.look.revealed || !session.shares) return false;
    const row = favourite(session.facts.classes, session.shares);
    if (row) this.label(row, event ?? new Event("accept"));
    return true;
  }

  async _more() {
    if (!this.session.facts.end?.more) return this.go("monitor");
    try {
      await this.session.more();
    } catch (error) {
      const { problem = "It did not work.", hint = "" } = /** @type {any} */ (error);
      this.view.problem(`${problem} ${hint}`.trim());
    }
  }

  /** @param {string[]} names */
  async _nameFirst(names) {
    const known = new Set(this.session.facts.classes.map((row) => row.name));
    for (const name of names) if (!known.has(name)) await this.session.addClass(name);
    this.view.stage.node.focus({ preventScroll: true });
    this.session.begin();
  }

  _note() {
    this.view.sheets.close();
    // The rail turns with the next drawing; what is typed before it belongs to the item on screen.
    this.view.rail.turnTo(this.session.queue.shown?.id ?? 0);
    this._openedForNote ||= !this.view.rail.isOpen;
    this.view.rail.toggle(true);
    this.view.rail.field.focus();
  }

  /** @returns {boolean|void} */
  _toggleRail() {
    this._openedForNote = false;
    this.view.rail.toggle();
    this.view.stage.node.focus({ preventScroll: true });
  }

  _showKeys() {
    const onSwitch = (/** @type {boolean} */ on) => {
      this._single = on;
      save(SINGLE_KEYS, on ? "on" : "off");
    };
    this.dialogs.keys({ single: this._single, onSwitch });
  }

  /** A key in a text field of the desk. @param {KeyboardEvent} event */
  _field(event) {
    if (event.key !== "Escape" || this.session.mode === "first") return;
    event.preventDefault();
    if (this._openedForNote) {
      this._openedForNote = false;
      this.view.rail.toggle(false);
      if (this.view.rail.field.value.trim()) this.view.remark("The note goes with your answer.");
    }
    this.view.stage.node.focus({ preventScroll: true });
  }
}
