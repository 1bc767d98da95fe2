/** Requests to the server of this page. Every failure is an ApiError with a sentence. */

const BASE = "/api";
const TIMEOUT_MS = 15_000;

/** What is said when another version answers than the one this page came from. */
export const NEWER = "A newer version is running: reload when it suits you.";

/** The version that answered first, and the one that answered last. @type {{first: string|null, last: string|null}} */
const versions = { first: null, last: null };

/** Whether the program behind this page was replaced while it was open. */
export const isReplaced = () => versions.first !== versions.last;

/** A request that did not succeed. `status` is 0 when no answer came. */
export class ApiError extends Error {
  /** @param {number} status @param {string} problem @param {string} [hint] */
  constructor(status, problem, hint = "") {
    super(problem);
    this.status = status;
    this.problem = problem;
    this.hint = hint;
  }
}

/** @param {string} path @param {RequestInit} [options] @returns {Promise<any>} */
export const get = (path, options = {}) => request(path, { ...options, method: "GET" });

/**
 * @param {string} path
 * @param {object} body
 * @param {RequestInit} [options]
 * @returns {Promise<any>}
 */
export function post(path, body, options = {}) {
  const headers = { "Content-Type": "application/json", ...options.headers };
  return request(path, { ...options, method: "POST", headers, body: JSON.stringify(body) });
}

/**
 * Says for whom a page was opened, and in which workspace; the server takes nothing from one that is not its own.
 *
 * @param {string} place @param {number} person @returns {Record<string, string>}
 */
export const openedFor = (place, person) => ({ "X-Labeler-Desk": `${place}/${person}` });

/** @param {string} path @param {RequestInit} options @returns {Promise<any>} */
async function request(path, options) {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), TIMEOUT_MS);
  try {
    const response = await fetch(BASE + path, {
      credentials: "same-origin",
      cache: "no-store",
      signal: abort.signal,
      ...options,
    });
    // What the browser kept was said by the version that ran when it was asked.
    if (!options.cache) hearVersion(response);
    return await read(response);
  } catch (error) {
    if (error instanceof ApiError) throw error;
    throw new ApiError(0, "The server does not answer.", "It is tried again by itself.");
  } finally {
    clearTimeout(timer);
  }
}

/** @param {Response} response */
function hearVersion(response) {
  const version = response.headers.get("X-Labeler-Version");
  if (!version) return;
  versions.first ??= version;
  versions.last = version;
}

/** @param {Response} response @returns {Promise<any>} */
async function read(response) {
  const text = await response.text();
  if (response.status === 204) return null;
  let data = null;
  try {
    data = JSON.parse(text);
  } catch {
    // A sign-in page of a proxy is no answer of ours, whatever its status says.
    throw new ApiError(response.ok ? 0 : response.status, `The server answered ${response.status}.`);
  }
  if (response.ok) return data;
  throw new ApiError(
    response.status,
    data?.problem ?? `The server answered ${response.status}.`,
    data?.hint ?? "",
  );
}
