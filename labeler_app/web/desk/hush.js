/**
 * Quiet after writing.
 *
 * Whoever writes a reason or a name goes on typing for a moment when its field is gone. Those keys are words, no
 * answers: until a short pause none of them counts, and each makes the pause begin anew.
 */

/** Longer than the gap between two keys of a word, shorter than a look at the next item. */
const PAUSE_MS = 400;

export class Hush {
  constructor() {
    this._until = -Infinity;
  }

  /** A key went down in a text field. @param {KeyboardEvent} event */
  wrote({ key, timeStamp }) {
    // Nobody writes Escape: it says that the words are done.
    this._until = key === "Escape" ? -Infinity : timeStamp + PAUSE_MS;
  }

  /** The words are done: what comes now is meant for the desk. */
  end() {
    this._until = -Infinity;
  }

  /** Whether this key still belongs to what was written. @param {KeyboardEvent} event */
  covers(event) {
    if (event.timeStamp >= this._until) return false;
    this.wrote(event);
    return true;
  }
}
