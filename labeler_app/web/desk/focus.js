/** Focus mode: the item, the row of classes and the saved state, and nothing else. No picture moves for it. */

import { h, icon } from "./dom.js";
import { kbdOf, keyed } from "./keymap.js";

/** Kept for the visit: until the page is loaded anew, whatever desk is opened on it. */
let isOn = false;

export class Focus {
  /** @param {HTMLElement} desk @param {() => void} leave */
  constructor(desk, leave) {
    this._desk = desk;
    /** The way back for those without keys; it takes the place of the menu. */
    this.node = h(
      "button",
      { class: "quiet leave", type: "button", ...keyed("focus", "Leave focus mode"), onclick: leave },
      icon("left", 16),
      "Leave focus",
      kbdOf("focus", "no-phone"),
    );
    this._draw();
  }

  get isOn() {
    return isOn;
  }

  toggle(on = !isOn) {
    isOn = on;
    this._draw();
  }

  _draw() {
    this._desk.classList.toggle("focus", isOn);
  }
}
