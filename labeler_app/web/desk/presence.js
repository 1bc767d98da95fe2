/** How long a person was not looking: the time the page was hidden does not count as thinking. */

export class Presence {
  /** @param {() => void} back Called when the page is seen again. */
  constructor(back) {
    this._back = back;
    this._since = 0;
    this._ms = 0;
    this._listen = () => this._change();
    document.addEventListener("visibilitychange", this._listen);
  }

  /** A new item is on screen: count from here. @param {number} now */
  restart(now) {
    this._since = document.hidden ? now : 0;
    this._ms = 0;
  }

  /** Milliseconds hidden since then. */
  get hiddenMs() {
    return this._ms;
  }

  close() {
    document.removeEventListener("visibilitychange", this._listen);
  }

  _change() {
    const now = performance.now();
    if (document.hidden) {
      this._since = now;
      return;
    }
    if (this._since) this._ms += now - this._since;
    this._since = 0;
    this._back();
  }
}
