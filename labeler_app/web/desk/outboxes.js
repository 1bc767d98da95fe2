/** The outboxes of this page. They belong to the page, not to the desk on it: they go on delivering after it. */

import { Outbox } from "./outbox.js";

/** @typedef {import("./types.js").Data} Data */

/** @type {Map<string, Outbox>} */
const boxes = new Map();
/** Those a desk was opened for: leaving the page with answers in them is worth a question. @type {Set<Outbox>} */
const opened = new Set();

/** The outbox of a person in a project; the same object as long as the page lives. @param {Data} owner */
export function outboxOf({ project, person, place = "" }) {
  const name = `${place}:${project}:${person}`;
  if (!boxes.has(name)) boxes.set(name, new Outbox({ project, person, place }));
  return /** @type {Outbox} */ (boxes.get(name));
}

/** The outbox for a new visit of the desk. @param {Data} owner */
export function openOutbox(owner) {
  // The person is known to the server by the cookie of the browser, so another person's answers wait.
  for (const box of boxes.values()) box.stopped = !box.isOf(owner);
  const box = outboxOf(owner);
  opened.add(box);
  box.forgetSaved();
  box.adopt(0);
  return box;
}

/** The outbox of decisions about variants, for a new visit of their grid. @param {Data} owner */
export function openReviews({ project, person, place = "" }) {
  for (const box of boxes.values()) box.stopped = !box.isOf({ project, person, place });
  const name = `reviews:${place}:${project}:${person}`;
  const box = boxes.get(name) ?? new Outbox({ project, person, place }, { path: "/reviews", kind: "review-" });
  boxes.set(name, box);
  opened.add(box);
  box.adopt(0);
  return box;
}

const everyBox = (/** @type {(box: Outbox) => void} */ act) => boxes.forEach(act);
const comeBack = () => everyBox((box) => (box.adopt(), box.flush()));

window.addEventListener("online", comeBack);
window.addEventListener("focus", comeBack);
window.addEventListener("pageshow", comeBack);
window.addEventListener("storage", (event) => everyBox((box) => box.heardOfTab(event)));
document.addEventListener("visibilitychange", () => {
  if (document.hidden) everyBox((box) => box.flush({ keepalive: true }));
  else comeBack();
});
window.addEventListener("beforeunload", (event) => {
  if (![...opened].some((box) => box.size)) return;
  event.preventDefault();
  event.returnValue = "";
});
