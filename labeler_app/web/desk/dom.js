/**
 * Small helpers for building the page. Data enters it as text or as an
 * attribute only: a class may be called "<img onerror=...>".
 */

const SVG = "http://www.w3.org/2000/svg";

const ICONS = {
  menu: ["M3.5 6h13M3.5 10h13M3.5 14h13"],
  check: ["M4.5 10.5l3.5 3.5 7.5-8"],
  upload: ["M10 12V5M7 8l3-3 3 3", "M4 13v3h12v-3"],
  alert: ["M10 3.5l7 12.5H3z", "M10 8.5v3.5M10 14v.1"],
  keys: [
    "M10 3a7 7 0 1 0 0 14a7 7 0 1 0 0-14",
    "M8 8.2c.2-1.2 1-1.8 2.1-1.8 1.2 0 2 .7 2 1.7 0 1.5-2 1.6-2 3.2M10.1 13.6v.1",
  ],
  plus: ["M5 10h10M10 5v10"],
  minus: ["M5 10h10"],
  left: ["M12 5l-5 5 5 5"],
  right: ["M8 5l5 5-5 5"],
  close: ["M5.5 5.5l9 9M14.5 5.5l-9 9"],
  grid: ["M3.5 3.5h5v5h-5zM11.5 3.5h5v5h-5zM3.5 11.5h5v5h-5zM11.5 11.5h5v5h-5z"],
  one: ["M3.5 4.5h13v11h-13z"],
  order: ["M6.5 4v12M3.5 13l3 3 3-3", "M13.5 16V4M10.5 7l3-3 3 3"],
  undo: ["M7 5L3.5 8.5 7 12M4 8.5h7.5a4 4 0 010 8H9"],
};

/**
 * Make an element.
 *
 * @param {string} tag
 * @param {Record<string, unknown>} [props] Attributes; "onclick" adds a listener, "--c" sets a style property.
 * @param {...(Node|string|null|undefined|false)} children Strings become text, never markup.
 * @returns {HTMLElement}
 */
export function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) setProperty(node, name, value);
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** @param {HTMLElement} node @param {string} name @param {unknown} value */
function setProperty(node, name, value) {
  if (value === undefined || value === null || value === false) return;
  if (name === "class") node.className = String(value);
  else if (name.startsWith("--")) node.style.setProperty(name, String(value));
  else if (typeof value === "function") node.addEventListener(name.slice(2), value);
  else node.setAttribute(name, value === true ? "" : String(value));
}

/** @param {keyof ICONS} name @param {number} [size] @returns {SVGElement} */
export function icon(name, size = 20) {
  const svg = document.createElementNS(SVG, "svg");
  const attributes = { width: size, height: size, viewBox: "0 0 20 20", "aria-hidden": "true" };
  for (const [key, value] of Object.entries(attributes)) svg.setAttribute(key, String(value));
  for (const d of ICONS[name]) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", d);
    svg.append(path);
  }
  return svg;
}

/** A key cap. @param {string} text @param {string} [className] */
export const kbd = (text, className) => h("kbd", { class: className }, text);

/** The sign of a class: its key on a line of its colour. @param {{key: string, colour: number}} row */
export const cap = (row) =>
  h("span", { class: "cap", "data-colour": row.colour, "--c": `var(--c${row.colour})` }, row.key || "·");

/** Write text only when it differs, so that nothing repaints without need. @param {Node} node @param {string} text */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** @param {Element} node @param {string} name @param {string} value */
export function setAttribute(node, name, value) {
  if (node.getAttribute(name) !== value) node.setAttribute(name, value);
}

/**
 * Call `run` once the frame that holds the present state of the page was made.
 *
 * @param {(now: number) => void} run
 */
export function afterFrame(run) {
  let done = false;
  const once = () => {
    if (done) return;
    done = true;
    run(performance.now());
  };
  requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = once;
    channel.port2.postMessage(0);
  });
  // A hidden page makes no frames, but its answers must still be sent.
  setTimeout(once, document.hidden ? 0 : 1000);
}

/** "1 answer", "3 answers". @param {number} count @param {string} word @param {string} [several] */
export const plural = (count, word, several = `${word}s`) => `${count} ${count === 1 ? word : several}`;

/** A time span as the server words it: "8 s", "3 min", "2 h", "4 days". @param {number} seconds */
export function duration(seconds) {
  if (seconds < 90) return `${Math.max(0, Math.round(seconds))} s`;
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min`;
  return seconds < 36 * 3600 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86400)} days`;
}
