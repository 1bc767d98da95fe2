/**
 * Shapes shared by the modules of the desk. Types only, nothing runs here.
 *
 * @typedef {Object} Item One thing to label, as POST /api/queue returns it.
 * @property {number} id
 * @property {string} url Address of the image at screen size.
 * @property {string} [thumb] Address of the small image.
 * @property {number|null} width Pixels of the original; null when not known.
 * @property {number|null} height
 * @property {number|null} version Model version that ranked it.
 * @property {Record<string, number>|null} p Share of each class, by class id; null without a model.
 *
 * @typedef {Object} Tile One item to pick by hand, as POST /api/picking returns it.
 * @property {number} id
 * @property {string} thumb
 * @property {number|null} width
 * @property {number|null} height
 *
 * @typedef {Object} ClassRow
 * @property {number} id
 * @property {string} name
 * @property {string} key "1" or a letter; "" when no key is left.
 * @property {number} colour 1 to 8.
 * @property {string} definition
 * @property {number} count
 *
 * @typedef {"label"|"unsure"|"skip"|"flag"|"note"|"undo"} Kind
 *
 * @typedef {Object} LabelEvent What POST /api/labels stores, each once.
 * @property {string} event_id
 * @property {number} item The item that was on screen.
 * @property {Kind} kind
 * @property {number|null} class_id
 * @property {string|null} note
 * @property {string|null} reverts The event taken back, for an undo.
 * @property {number|null} version
 * @property {string} shown_at
 * @property {string} decided_at
 * @property {number} ms From shown to decided, without the time the page was hidden.
 * @property {boolean} suggestion Whether the suggestion was looked at before.
 * @property {boolean} [picked] Whether the person chose the item, out of many.
 *
 * @typedef {Object} Answer One step of the own history, newest last.
 * @property {string} event_id
 * @property {number} item
 * @property {Kind} kind
 * @property {number|null} class_id
 * @property {string} thumb
 * @property {number} seconds
 * @property {string} why True reason, known once the answer is saved.
 * @property {string} [note] The note that went with it; it returns with the item.
 * @property {import("./images.js").Entry|null} entry
 *
 * @typedef {{labeled: number, goal: number}} Progress
 *
 * @typedef {Object} QueueInfo
 * @property {"active"|"stale"|"random"|"done"} state
 * @property {string} text
 * @property {boolean} training
 * @property {number|null} version
 * @property {number|null} age_s
 * @property {number} [number] Grows with every new ranking; without it the version is looked at.
 *
 * @typedef {Object} End
 * @property {string} title
 * @property {string} lead
 * @property {number|null} point
 * @property {number|null} low
 * @property {number|null} high
 * @property {number|null} target
 * @property {string[][]} rows Each: heading, strong words, text, small print (optional).
 * @property {number} more
 *
 * @typedef {{project: number, person: number, place?: string}} Data Whose desk it is, and of which workspace.
 */

/**
 * "first": classes are missing; "label": an item is on screen; "wait": none is ready; "closing": the goal
 * is reached and the last answers are being saved; "end": done; "broken": too many images failed.
 * @typedef {"loading"|"first"|"label"|"wait"|"closing"|"end"|"broken"} Mode
 */
/**
 * @typedef {Object} Screen
 * @property {(entry: import("./images.js").Entry) => void} show
 * @property {(mode: Mode) => void} state
 * @property {() => void} changed
 * @property {(text: string) => void} remark To read.
 * @property {(text: string) => void} spoken For screen readers.
 */

export {};
