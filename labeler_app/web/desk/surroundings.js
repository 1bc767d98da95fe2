/** What lies around the desk: the theme of the page, and the parts of Streamlit that give way while it is open. */

const FRAME = [
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
  const host = parent instanceof ShadowRoot ? parent.host : parent;
  const background = getComputedStyle(host).getPropertyValue("--st-background-color").trim();
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
 * Have the page to itself: Streamlit's frame is hidden, and the page behind does not scroll.
 *
 * @param {HTMLElement} desk
 * @returns {() => void} Gives the page back.
 */
export function pageOf(desk) {
  const style = document.createElement("style");
  const hidden = FRAME.map((name) => `[data-testid="${name}"]`).join(",");
  style.textContent = `${hidden}{display:none!important}html,body{overflow:hidden!important}`;
  document.head.append(style);
  // Shown once its own styles are there; they overrule this.
  desk.style.visibility = "hidden";
  return () => style.remove();
}
