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
/** The server hears of no more. */
const MOST_HERE = 200;

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
    /** Images of what comes next, by item, held so that they stay. @type {Map<number, HTMLImageElement>} */
    this._fetched = new Map();
    /** The pictures of the tiles that are shown, by item. @type {Map<number, string>} */
    this._shown = new Map();
  }

  /** What is on its way is not wanted any more. */
  close() {
    this._asked += 1;
    clearTimeout(this._timer);
    clearTimeout(this._ahead);
    this._fetched.clear();
    this._shown.clear();
  }

  /** Ask for the tiles of a pile. @param {Wish} wish */
  async look(wish = this._tell.wish()) {
    clearTimeout(this._timer);
    const asked = (this._asked += 1);
    const want = matchMedia(NARROW).matches ? TILES.narrow : TILES.wide;
    try {
      const sight = await this._supply.look({ ...wish, want, here: this._here() });
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

  /** The items whose pictures need not come again. */
  _here() {
    const fetched = [...this._fetched].filter(([, image]) => image.complete).map(([id]) => id);
    return [...new Set([...fetched, ...this._shown.keys()])].slice(-MOST_HERE);
  }

  /** @param {Sight} sight */
  _take(sight) {
    for (const tile of sight.tiles) tile.picture ??= this._shown.get(tile.id) ?? tile.thumb;
    this._shown = new Map(sight.tiles.map(({ id, picture }) => [id, /** @type {string} */ (picture)]));
    this._tell.came(sight);
    if (sight.pending) this.soon(AGAIN_MS);
    // While a person looks at these, the next ones are fetched.
    clearTimeout(this._ahead);
    this._ahead = window.setTimeout(() => (this._fetched = fetched(sight.soon)), AHEAD_MS);
  }
}

/** @param {{id: number, thumb: string}[]} soon @returns {Map<number, HTMLImageElement>} */
const fetched = (soon) => new Map(soon.map(({ id, thumb }) => [id, Object.assign(new Image(), { src: thumb })]));
