/**
 * Letters in localStorage: answers that wait, and answers that were refused, each under a key of its own,
 * so that two tabs never overwrite each other.
 */

import { entries, remove, save } from "./storage.js";

/** @typedef {"outbox"|"refused"} List */
/** @typedef {import("./types.js").Data} Data */

const PREFIX = "labeler:";

/** The letters of a person in a project. */
export class Letters {
  /** @param {Data} owner @param {string} [kind] Begins the names of its lists; "" for answers about items. */
  constructor({ project, person, place = "" }, kind = "") {
    this._kind = kind;
    this._owner = `${project}:${person}`;
    this._place = place;
  }

  /** @param {List} list @returns {any[]} */
  load(list) {
    return entries(this._name(list))
      .map(([, row]) => row)
      .filter((row) => row?.event?.event_id && (row.place ?? "") === this._place);
  }

  /** Whether it is stored now. @param {List} list @param {{event: {event_id: string}}} row */
  save(list, row) {
    return save(this._name(list) + row.event.event_id, JSON.stringify(row));
  }

  /** @param {List} list @param {string} eventId */
  remove(list, eventId) {
    remove(this._name(list) + eventId);
  }

  /** The letter another tab has just stored, if it is one of these. @param {StorageEvent} event */
  heard({ key, newValue }) {
    return key?.startsWith(this._name("outbox")) && newValue ? JSON.parse(newValue) : null;
  }

  /** @param {List} list */
  _name(list) {
    return `${PREFIX}${this._kind}${list}:${this._owner}:`;
  }
}

/** Whose letters lie in this browser, one entry for each. @param {List} list @returns {Required<Data>[]} */
export function ownersOf(list) {
  return entries(`${PREFIX}${list}:`)
    .filter(([, row]) => row?.event?.event_id)
    .map(([key, row]) => {
      const [project, person] = key.split(":").slice(2).map(Number);
      return { project, person, place: row.place ?? "" };
    });
}
