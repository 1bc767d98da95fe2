/**
 * The labeling desk, as a Streamlit component (see desk.py) or on any page:
 *
 *     desk({data: {project: 1, person: 1}, parentElement, setTriggerValue})
 *
 * It is called again with the same parent when the theme or the data change. Labels never travel through
 * Streamlit; the only thing it is told is where to go: `setTriggerValue("go", "monitor")`.
 * What benchmarks can listen to is in timing.js.
 */

import { Answers } from "./answers.js";
import { Batch } from "./batch.js";
import { Dialogs } from "./dialogs.js";
import { capOf, takeKeys } from "./keymap.js";
import { listen } from "./keys.js";
import { Notes } from "./notes.js";
import { Picking } from "./picking.js";
import { Session } from "./session.js";
import { load, save } from "./storage.js";
import { hostOf, readTheme, takePage } from "./surroundings.js";
import { Swipe, swipeOf } from "./swipe.js";
import { View } from "./view.js";

const TICK_MS = 5_000;
const SINGLE_KEYS = "labeler:single-keys";
const ONE_BY_ONE = "Items may have several classes here, so each is labeled by itself.";
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
    takeKeys({}, document.createDocumentFragment());
    this.view = new View(
      {
        run: (does, event) => this.run(does, event),
        label: (row, event) => this.answers.label(row, event),
        takeBack: (answer) => this.answers.undo(answer),
        name: (names) => this._nameFirst(names),
      },
      `labeler:note:${data.project}:${data.person}:`,
    );
    this.session = new Session(data, {
      show: (entry, mode) => this.view.show(entry, mode),
      state: (mode) => this.view.state(mode),
      changed: () => (this.view.changed(), this.picking?.changed(), this.batch?.changed()),
      keys: (keys) => takeKeys(keys, this.view.node),
      remark: (text) => this.view.remark(text),
      spoken: (text) => this.view.spoken(text),
    });
    this.view.bind(this.session);
    this.answers = new Answers(this.view, this.session);
    this.notes = new Notes(this.view, this.session);
    this.dialogs = new Dialogs(this.view.sheets, this.session, {
      flag: (reason) => this.answers.give("flag", undefined, { reason }),
      run: (does) => void this.run(does),
      go: (page) => this.go(page),
      redraw: () => this.view.render(),
      reads: () => this.view.stage.reads,
    });
    this.picking = new Picking(this.view.sheets, this.session, {
      single: () => this._single,
      closed: () => this.view.stage.node.focus({ preventScroll: true }),
    });
    this.batch = new Batch(this.view.node, this.view.sheets, this.session, {
      single: () => this._single,
      run: (does) => void this.run(does),
      remark: (text) => this.view.remark(text),
      closed: () => this.view.stage.node.focus({ preventScroll: true }),
    });
    new Swipe(this.view.stage.node, this.view.dock.node, {
      isZoomed: () => !this.view.stage.reads && this.view.stage.picture.zoom !== 1,
      words: (way) => swipeOf(this.session, way)[1],
      run: (way, event) => void this.run(swipeOf(this.session, way)[0], event),
    });
    this._leavePage = takePage(this.view.node, parent);
    this._tick = window.setInterval(() => this._beat(), TICK_MS);
    this._deafen = listen({
      root: () => this.view.node,
      sheet: () => this.view.sheets.current ?? this.batch.current,
      single: () => this._single,
      classOf: (key) => this.session.facts.classAt(key),
      label: (row, event) => this.answers.label(row, event),
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

  /**
   * Run a command of the key table, or one that only the mouse gives.
   *
   * @param {string} does
   * @param {Event} [event]
   * @returns {boolean|void} False if there is nothing to do and the key is not ours.
   */
  run(does, event) {
    const { session, view, dialogs, answers } = this;
    if (view.stage.run(does)) return true;
    const act = {
      unsure: () => answers.give("unsure", event),
      skip: () => answers.give("skip", event),
      undo: () => answers.undo(),
      older: () => session.past.step(-1),
      newer: () => session.past.step(1),
      reveal: () => session.reveal(),
      accept: () => (session.mode === "end" ? void this._more() : answers.accept(event)),
      flag: () => dialogs.flag(),
      note: () => this.notes.write(),
      rail: () => this.notes.toggle(),
      close: () => this._back(),
      focus: () => this._focus(),
      addClass: () => dialogs.addClass(),
      pick: () => this._toggleGrid(),
      // The dock learns its classes behind the first frame.
      find: () => (view.render(), view.dock.find()),
      alike: () => (session.facts.isSeveral ? view.remark(ONE_BY_ONE) : this.batch.alike(), view.render()),
      copies: () => session.copies && (this.batch.copies(session.copies), view.render()),
      keys: () => this._showKeys(),
      menu: () => dialogs.menu(),
      queue: () => dialogs.queue(),
      unsaved: () => dialogs.unsaved(),
      more: () => void this._more(),
      results: () => this.go("monitor"),
      exports: () => this.go("data"),
    }[does];
    return act?.();
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
    this.session.turns.begin();
  }

  _focus() {
    const { focus, rail } = this.view;
    focus.toggle();
    this.notes.toggle(focus.isOn ? false : rail.isOpen);
    this.view.spoken(focus.isOn ? `Focus mode. ${capOf("focus")} or Escape leaves it.` : "Focus mode is left.");
  }

  /** Escape: out of the innermost that is open. @returns {boolean|void} */
  _back() {
    const { focus, rail } = this.view;
    if (rail.isOpen) return this.notes.toggle();
    if (this.session.past.isOpen) return this.session.past.leave();
    if (focus.isOn) return this._focus();
    return false;
  }

  /** @returns {boolean} False if it is not the time for a grid. */
  _toggleGrid() {
    if (this.session.facts.isSeveral) return (this.view.remark(ONE_BY_ONE), true);
    const done = this.batch.toggle() || this.picking.open();
    this.view.render();
    return done;
  }

  _showKeys() {
    const onSwitch = (/** @type {boolean} */ on) => {
      this._single = on;
      save(SINGLE_KEYS, on ? "on" : "off");
    };
    const choose = (/** @type {string|null} */ action, /** @type {string} */ key) => this.session.chooseKey(action, key);
    const grid = this.batch.isOpen ? this.batch.grouping : null;
    this.dialogs.keys({ single: this._single, onSwitch, grid, choose });
  }

  /** A key in a text field of the desk. @param {KeyboardEvent} event @returns {boolean} Whether it ends the writing. */
  _field(event) {
    const { finder } = this.view.dock;
    if (event.composedPath()[0] === finder.field) return finder.onKey(event);
    this.notes.onKey(event);
    return false;
  }
}
