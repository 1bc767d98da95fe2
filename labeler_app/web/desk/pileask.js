/** What the batch grid asks of the server: one pile at a time, of which the newest question counts. */

/** @typedef {import("./types.js").Sight} Sight */
/** @typedef {{by: import("./groupings.js").By, pile: number|null, least: number}} Wish */

const TILES = { wide: 48, narrow: 24 };
const NARROW = "(max-width:640px)";
/** A slider that is being drawn asks when it rests. */
const REST_MS = 180;
/** While the worker makes the piles. */
const AGAIN_MS = 2_000;
/** The images of the tiles themselves come first. */
const AHEAD_MS = 400;

export class PileAsk {
  /**
   * @param {import("./supply.js").Supply} supply
   * @param {{wish: () => Wish, came: (sight: Sight) => void, failed: (text: string, wish: Wish) => void}} tell `wish`: what would be asked for now.
   */
  constructor(supply, tell) {
    this._supply = supply;
    this._tell = tell;
    this._asked = 0;
    this._timer = 0;
    this._ahead = 0;
    /** Images of what comes next, held so that they stay. @type {HTMLImageElement[]} */
    this._fetched = [];
  }

  /** What is on its way is not wanted any more. */
  close() {
    this._asked += 1;
    clearTimeout(this._timer);
    clearTimeout(this._ahead);
    this._fetched = [];
  }

  /** Ask for the tiles of a pile. @param {Wish} wish */
  async look(wish = this._tell.wish()) {
    clearTimeout(this._timer);
    const asked = (this._asked += 1);
    const want = matchMedia(NARROW).matches ? TILES.narrow : TILES.wide;
    try {
      const sight = await this._supply.look({ ...wish, want });
      if (asked === this._asked) this._take(sight);
    } catch (error) {
      const { problem = "It did not work.", hint = "" } = /** @type {any} */ (error);
      if (asked === this._asked) this._tell.failed(`${problem} ${hint}`.trim(), wish);
    }
  }

  /** Ask once nothing is asked for any more. */
  soon(wait = REST_MS) {
    clearTimeout(this._timer);
    this._timer = window.setTimeout(() => void this.look(), wait);
  }

  /** @param {Sight} sight */
  _take(sight) {
    this._tell.came(sight);
    if (sight.pending) this.soon(AGAIN_MS);
    // While a person looks at these, the next ones are fetched.
    clearTimeout(this._ahead);
    this._ahead = window.setTimeout(() => (this._fetched = sight.soon.map(fetchImage)), AHEAD_MS);
  }
}

/** @param {string} url */
function fetchImage(url) {
  const image = new Image();
  image.src = url;
  return image;
}
