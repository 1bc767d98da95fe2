/** localStorage that may be full, forbidden or absent. */

/** @returns {Storage|null} */
function storage() {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}

/** @param {string} key @returns {string|null} */
export function load(key) {
  try {
    return storage()?.getItem(key) ?? null;
  } catch {
    return null;
  }
}

/** Whether the value is stored now. @param {string} key @param {string} value */
export function save(key, value) {
  try {
    const place = storage();
    if (!place) return false;
    place.setItem(key, value);
    return true;
  } catch {
    return false;
  }
}

/** @param {string} key */
export function remove(key) {
  try {
    storage()?.removeItem(key);
  } catch {
    // What cannot be reached cannot be removed either.
  }
}

/** Key and parsed value of all that starts with `prefix`; unreadable ones are left alone. @param {string} prefix */
export function entries(prefix) {
  /** @type {[string, any][]} */
  const found = [];
  try {
    const place = storage();
    for (let i = 0; place && i < place.length; i += 1) {
      const key = place.key(i);
      if (!key?.startsWith(prefix)) continue;
      try {
        found.push([key, JSON.parse(place.getItem(key) ?? "")]);
      } catch {
        console.warn("labeler: an unreadable record stays in the browser's storage", key);
      }
    }
  } catch {
    return found;
  }
  return found;
}

/** A random UUID, also where the page is no secure context (plain http in a local network). */
export function uuid() {
  if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
