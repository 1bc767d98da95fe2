/** How the picture is looked at: zoom, pan, brightness, contrast, inverted. Pixels only, never the item. */

const LARGEST = 16;
const STEP = 1.25;
const TONE_STEP = 0.1;
const TONES = { low: 0.3, high: 3 };

/** @param {number} value @param {number} low @param {number} high */
const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

export class Picture {
  /**
   * @param {HTMLElement} stage What is dragged on.
   * @param {HTMLElement} holder What is moved and scaled.
   * @param {() => void} changed
   */
  constructor(stage, holder, changed) {
    this._stage = stage;
    this._holder = holder;
    this._changed = changed;
    this.zoom = 1;
    this._x = 0;
    this._y = 0;
    this.brightness = 1;
    this.contrast = 1;
    this.inverted = false;
    /** @type {Map<number, {x: number, y: number}>} */
    this._pointers = new Map();
    for (const name of ["pointerdown", "pointermove", "pointerup", "pointercancel"]) {
      stage.addEventListener(name, (event) => this._pointer(/** @type {PointerEvent} */ (event)));
    }
  }

  /** The words for what differs from the plain picture, "" for nothing. */
  get sentence() {
    const parts = [];
    if (this.brightness !== 1) parts.push(`brightness ${Math.round(this.brightness * 100)} %`);
    if (this.contrast !== 1) parts.push(`contrast ${Math.round(this.contrast * 100)} %`);
    if (this.inverted) parts.push("inverted");
    return parts.join(", ");
  }

  /** @param {string} does A command of the key table. @returns {boolean} Whether it was one of the picture. */
  run(does) {
    const act = {
      zoomIn: () => this._scale(this.zoom * STEP),
      zoomOut: () => this._scale(this.zoom / STEP),
      fit: () => this.fit(),
      brighter: () => (this.brightness = this._tone(this.brightness, TONE_STEP)),
      darker: () => (this.brightness = this._tone(this.brightness, -TONE_STEP)),
      harder: () => (this.contrast = this._tone(this.contrast, TONE_STEP)),
      softer: () => (this.contrast = this._tone(this.contrast, -TONE_STEP)),
      invert: () => (this.inverted = !this.inverted),
      plain: () => this._plain(),
    }[does];
    if (!act) return false;
    act();
    this._draw();
    return true;
  }

  /** Back to the whole picture; nothing to do, nothing repainted. */
  fit() {
    if (this.zoom === 1) return;
    this.zoom = 1;
    this._x = 0;
    this._y = 0;
    this._draw();
  }

  _plain() {
    this.brightness = 1;
    this.contrast = 1;
    this.inverted = false;
  }

  /** @param {number} value @param {number} step */
  _tone(value, step) {
    return clamp(Math.round((value + step) * 10) / 10, TONES.low, TONES.high);
  }

  /** @param {number} zoom */
  _scale(zoom) {
    const next = clamp(zoom, 1, LARGEST);
    this._x *= next / this.zoom;
    this._y *= next / this.zoom;
    this.zoom = Math.abs(next - 1) < 0.01 ? 1 : next;
    this._move(0, 0);
  }

  /** @param {number} dx @param {number} dy */
  _move(dx, dy) {
    const { clientWidth, clientHeight } = this._stage;
    const [wide, high] = [clientWidth, clientHeight].map((size) => ((this.zoom - 1) * size) / 2);
    this._x = clamp(this._x + dx, -wide, wide);
    this._y = clamp(this._y + dy, -high, high);
  }

  _draw() {
    const style = this._holder.style;
    const moved = this.zoom !== 1;
    style.transform = moved ? `translate(${this._x}px, ${this._y}px) scale(${this.zoom})` : "";
    const filters = [];
    if (this.brightness !== 1) filters.push(`brightness(${this.brightness})`);
    if (this.contrast !== 1) filters.push(`contrast(${this.contrast})`);
    if (this.inverted) filters.push("invert(1)");
    style.filter = filters.join(" ");
    this._stage.classList.toggle("zoomed", moved);
    this._changed();
  }

  /** One pointer drags, two pinch. @param {PointerEvent} event */
  _pointer(event) {
    if (event.type === "pointerdown") this._down(event);
    const old = this._pointers.get(event.pointerId);
    if (!old) return;
    if (event.type !== "pointermove") {
      if (event.type !== "pointerdown") this._pointers.delete(event.pointerId);
      return;
    }
    const before = this._spread();
    this._pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    const after = this._spread();
    if (before && after) this._scale((this.zoom * after) / before);
    else if (this.zoom > 1) this._move(event.clientX - old.x, event.clientY - old.y);
    if (before || this.zoom > 1) this._draw();
  }

  /** @param {PointerEvent} event */
  _down(event) {
    if (event.target instanceof Element && event.target.closest("button, .screen, .page")) return;
    this._pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    this._stage.setPointerCapture(event.pointerId);
  }

  _spread() {
    if (this._pointers.size !== 2) return 0;
    const [a, b] = [...this._pointers.values()];
    return Math.hypot(a.x - b.x, a.y - b.y);
  }
}
