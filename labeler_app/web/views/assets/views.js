// Draws a picture of plain values (views/tree.py) and reports what a person pressed.
// Text is only ever set as text; tags, attributes and addresses come from the lists below.

const TAGS = new Set(("div p span b i h1 h2 h3 a img button ul ol li table thead tbody tr th td section aside " +
  "header nav main details summary kbd dl dt dd article br").split(" "));
const SHAPES = new Set("svg path".split(" "));
const ATTRIBUTES = new Set(("class href src alt title role width height viewBox d fill stroke " +
  "stroke-width stroke-linecap stroke-dasharray scope colspan start download type loading open").split(" "));
const PICTURE = /^(\/api\/|data:image\/(png|jpeg|webp|svg\+xml);base64,)/;
// What the browser, a person or this file sets, and no picture.
const OWN = new Set(["style", "open", "tabindex"]);
const OURS = /^\/(?!\/)/;

/** Tell whether an attribute with this value may be set. */
function allowed(name, value) {
  if (name === "href") return OURS.test(value);
  if (name === "src") return PICTURE.test(value);
  return ATTRIBUTES.has(name) || name.startsWith("aria-") || name.startsWith("data-");
}

/** Set what changed of an element's attributes; what a person opened stays open. */
function dress(element, given, fresh) {
  const wanted = new Map();
  for (const [key, value] of Object.entries(given)) {
    if (key === "w") element.style.width = `${Number(value)}%`;
    else if (key === "x") element.style.left = `${Number(value)}%`;
    else if (key === "act" || key === "value") wanted.set(`data-${key}`, String(value));
    else if (key === "open" && !fresh) continue;
    else if (allowed(key, String(value))) wanted.set(key, value === true ? "" : String(value));
  }
  for (const { name } of [...element.attributes]) {
    if (!wanted.has(name) && !OWN.has(name)) element.removeAttribute(name);
  }
  for (const [name, value] of wanted) {
    if (element.getAttribute(name) !== value) element.setAttribute(name, value);
  }
}

/** Make one node of its values. */
function make(node) {
  if (typeof node === "string") return document.createTextNode(node);
  const [tag, given, parts] = node;
  if (!TAGS.has(tag) && !SHAPES.has(tag)) return document.createTextNode("");
  const element = SHAPES.has(tag)
    ? document.createElementNS("http://www.w3.org/2000/svg", tag)
    : document.createElement(tag);
  dress(element, given, true);
  element.append(...parts.map(make));
  return element;
}

/** Make the children of an element equal to the parts, keeping every node that can stay. */
function settle(element, parts) {
  parts.forEach((part, place) => {
    const old = element.childNodes[place];
    if (!old) return element.append(make(part));
    if (typeof part === "string" && old.nodeType === Node.TEXT_NODE) {
      if (old.data !== part) old.data = part;
    } else if (typeof part !== "string" && old.localName === part[0]) {
      dress(old, part[1], false);
      settle(old, part[2]);
    } else old.replaceWith(make(part));
  });
  while (element.childNodes.length > parts.length) element.lastChild.remove();
}

/**
 * Run actions, and keep one popover open at most. Links are left to the browser: where Streamlit changes pages by
 * itself, a timer of the page before can still fire on the new one and take its body away.
 */
function listen(root, state) {
  root.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    const action = event.target.closest("[data-act]");
    if (action) {
      event.preventDefault();
      state.send(action.dataset.act, action.dataset.value ?? "");
    }
    if (link || action) close(root, null);
  });
  root.addEventListener("toggle", (event) => {
    if (event.target.open && event.target.classList.contains("float")) close(document, event.target);
  }, true);
}

/** Close every open popover but one. */
function close(root, but) {
  for (const open of root.querySelectorAll("details.float[open]")) if (open !== but) open.open = false;
}

if (!window.labelerPopovers) {
  window.labelerPopovers = true;
  document.addEventListener("click", (event) => close(document, event.target.closest("details.float")));
  document.addEventListener("keydown", (event) => {
    const open = event.key === "Escape" && document.querySelector("details.float[open]");
    if (open) {
      open.open = false;
      open.querySelector("summary").focus();
    }
  });
}

/** A table too wide for its place scrolls; the keyboard reaches it then, too. */
const scrolling = new ResizeObserver((seen) => {
  for (const place of new Set(seen.map(({ target }) => target.closest(".scr")))) {
    if (place.scrollWidth > place.clientWidth) place.tabIndex = 0;
    else place.removeAttribute("tabindex");
  }
});

const mounted = new WeakMap();

export default function ({ data, parentElement, setTriggerValue }) {
  let state = mounted.get(parentElement);
  if (!state) {
    const root = document.createElement("div");
    root.className = "lv";
    parentElement.append(root);
    state = { root, drawn: "" };
    mounted.set(parentElement, state);
    listen(root, state);
  }
  state.send = (name, value) => setTriggerValue("act", { name, value, at: Date.now() });
  if (data.picture !== state.drawn) {
    settle(state.root, [JSON.parse(data.picture)]);
    for (const one of state.root.querySelectorAll(".scr, .scr > table")) scrolling.observe(one);
    // A problem may stand beside its field, and the button that was pressed far below.
    state.root.querySelector(":scope > [role=alert]")?.scrollIntoView({ block: "nearest" });
  }
  state.drawn = data.picture;
  if (data.leave && OURS.test(data.leave)) window.location.assign(data.leave);
  return () => { mounted.delete(parentElement); state.root.remove(); };
}
