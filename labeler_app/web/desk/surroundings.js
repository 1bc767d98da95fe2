/** What lies around the desk: the theme of the page, and the parts of Streamlit that give way while it is open. */

import { h } from "./dom.js";

const FRAME = [
  "stDialog",
  "stHeader",
  "stToolbar",
  "stDecoration",
  "stSidebar",
  "stSidebarCollapsedControl",
  "stStatusWidget",
  "stExpandSidebarButton",
];

/**
 * "light" or "dark": `data-theme` on the root wins, then Streamlit's background, then the system.
 *
 * @param {HTMLElement|ShadowRoot} parent
 */
export function readTheme(parent) {
  const wanted = document.documentElement.dataset.theme;
  if (wanted === "light" || wanted === "dark") return wanted;
  const background = getComputedStyle(hostOf(parent)).getPropertyValue("--st-background-color").trim();
  const luminance = brightness(background);
  if (Number.isFinite(luminance)) return luminance < 0.5 ? "dark" : "light";
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

/** From 0 to 1; NaN if it is no colour. @param {string} colour */
function brightness(colour) {
  const hex = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})/i.exec(colour.replace(/^#(.)(.)(.)$/, "#$1$1$2$2$3$3"));
  const rgb = /^rgba?\(\s*(\d+)[\s,]+(\d+)[\s,]+(\d+)/.exec(colour);
  const parts = hex ? hex.slice(1, 4).map((part) => Number.parseInt(part, 16)) : rgb?.slice(1, 4).map(Number);
  if (!parts) return NaN;
  const [red, green, blue] = parts;
  return (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255;
}

/**
 * Have the page to itself: a host of its own over everything, Streamlit's frame hidden, the page behind asleep.
 *
 * The host hangs on the body, not in Streamlit's tree. When Streamlit loses its server it opens a dialog and
 * makes its whole tree inert, which would end labeling offline; `data-react-aria-top-layer` keeps our host out of that.
 *
 * @param {HTMLElement} desk
 * @param {HTMLElement|ShadowRoot} parent Where Streamlit wanted the desk.
 * @returns {() => void} Gives the page back.
 */
export function takePage(desk, parent) {
  const host = h("div", { "data-labeler-desk": true, "data-react-aria-top-layer": "true" });
  const styles = h("link", { rel: "stylesheet", href: new URL("desk.css", import.meta.url).href });
  // Seen once its own styles are there; they overrule this.
  desk.style.opacity = "0";
  host.attachShadow({ mode: "open" }).append(styles, desk);
  const hidden = FRAME.map((name) => `[data-testid="${name}"]`).join(",");
  const rules = h("style", {}, `${hidden}{display:none!important}html,body{overflow:hidden!important;height:100%}`);
  const behind = topOf(parent);
  document.head.append(rules);
  document.body.append(host);
  behind?.setAttribute("inert", "");
  return () => {
    behind?.removeAttribute("inert");
    rules.remove();
    host.remove();
  };
}

/** The child of the body that holds the parent. @param {HTMLElement|ShadowRoot} parent */
function topOf(parent) {
  let node = hostOf(parent);
  while (node.parentElement && node.parentElement !== document.body) node = node.parentElement;
  return node.parentElement === document.body ? node : null;
}

/** @param {HTMLElement|ShadowRoot} parent @returns {Element} */
export const hostOf = (parent) => (parent instanceof ShadowRoot ? parent.host : parent);
