/**
 * Shapes shared by the modules of the desk. Types only, nothing runs here.
 *
 * @typedef {Object} Item One thing to label, as POST /api/queue returns it.
 * @property {number} id
 * @property {string} url Address of the image at screen size, or of what a text or a row says.
 * @property {string} [thumb] Address of the small image.
 * @property {number|null} width Pixels of the original; null when not known, or no image.
 * @property {number|null} height
 * @property {number|null} version Model version that ranked it.
 * @property {Record<string, number>|null} p Share of each class, by class id; null without a model.
 *
 * @typedef {Object} Content What a text or a row says, as GET /api/contents returns it.
 * @property {"text"|"table"} kind
 * @property {string|null} text
 * @property {Value[]} values Of a row, in the order of the file; columns.js knows which matter first.
 * @property {number} rows How many rows the standings rest on, of how many in the project.
 * @property {number} of
 *
 * @typedef {Object} Value
 * @property {string} name
 * @property {string} written As it stands in the file.
 * @property {boolean} missing
 * @property {Standing|null} standing
 *
 * @typedef {Object} Standing Where a value lies among those of its column.
 * @property {number|null} number null for a word.
 * @property {number[]} marks Below them lie 5, 25, 50, 75 and 95 % of the column.
 * @property {number} below Shares of the column: those that are smaller, and the same.
 * @property {number} same
 *
 * @typedef {Object} Tile One item to pick by hand, as POST /api/picking returns it.
 * @property {number} id
 * @property {string} url
 * @property {string} thumb
 * @property {number|null} width
 * @property {number|null} height
 *
 * @typedef {Object} PileTile One item of a pile, as POST /api/piles returns it.
 * @property {number} id
 * @property {string} url
 * @property {string} thumb
 * @property {number|null} width
 * @property {number|null} height
 * @property {string|null} [picture] The small image itself, as a data address, if it was not here; then what is shown.
 * @property {number|null} share What the model gives the class of the pile; null in others.
 * @property {string} words How a text or a row begins.
 *
 * @typedef {{number: number, sure: number, total: number, thumb: string|null}} Pile
 *
 * @typedef {Object} Sight What the batch grid shows.
 * @property {number|null} version
 * @property {Pile[]} piles Of a class, a cluster or copies; numbered from 1.
 * @property {number|null} pile The number of the pile of the tiles.
 * @property {PileTile[]} tiles Least certain first.
 * @property {{id: number, thumb: string}[]} soon Addresses of the small images that come after them.
 * @property {number[]} shares How many items of the pile lie in each twentieth of the probabilities.
 * @property {number} apart
 * @property {number} judged Audit items that the estimate rests on.
 * @property {Record<string, number>} wrong By class id: how many of them have another class.
 * @property {Record<string, [number, number][]>} expected By that, and by the number of labels: so many will be wrong.
 * @property {boolean} [pending] Whether the worker has yet to make the piles.
 *
 * @typedef {Object} ClassRow
 * @property {number} id
 * @property {string} name
 * @property {string} key "1" or a letter; "" when no key is left.
 * @property {string} [own] Where not all classes fit the row: a key that stays with this one wherever it lies.
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
 * @property {number[]|null} [class_ids] Of a label where an item may have several classes.
 * @property {number} [class_version] The newest change of classes that this page knew then.
 * @property {string|null} note
 * @property {string|null} reverts The event taken back, for an undo.
 * @property {number|null} version
 * @property {string} shown_at
 * @property {string} decided_at
 * @property {number|null} ms From shown to decided, without the time the page was hidden; null for a correction.
 * @property {boolean} suggestion Whether the suggestion was looked at before.
 * @property {boolean} [picked] Whether the person chose the item, out of many.
 * @property {string} [bulk] Names what is given, and taken back, together.
 * @property {boolean} [copies] Whether what is given together are near-duplicates.
 *
 * @typedef {{event_id: string, pile: number, count: number}} CopiesOut Free near-duplicates of the item of an answer.
 *
 * @typedef {Object} Answer One step of the own history, newest last.
 * @property {string} event_id
 * @property {number} item
 * @property {Kind} kind
 * @property {number|null} class_id
 * @property {number[]|null} [class_ids]
 * @property {string} url
 * @property {string} thumb
 * @property {number} seconds
 * @property {string} why True reason, known once the answer is saved.
 * @property {string} [note] The note that went with it; it returns with the item.
 * @property {{event_id: string, item: number, class_id: number|null, url?: string, thumb?: string}[]} [together] All labels given in the same step.
 * @property {import("./images.js").Entry|null} entry
 * @property {Answer|null} before What it corrects, and what stands again without it.
 * @property {number} order Grows with time.
 *
 * @typedef {{event_id?: string, kind: string, class_id: number|null, class_ids?: number[]|null}} Stand What somebody says of an item.
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
 * is reached and the last answers are being saved; "end": done; "broken": too many images failed; "past": an
 * older answer is looked at again.
 * @typedef {"loading"|"first"|"label"|"wait"|"closing"|"end"|"broken"|"past"} Mode
 */
/**
 * @typedef {Object} Screen
 * @property {(entry: import("./images.js").Entry, mode?: "label"|"past") => void} show
 * @property {(mode: Mode) => void} state
 * @property {() => void} changed
 * @property {(keys: Record<string, string>) => void} keys By command: the key chosen instead of the usual one.
 * @property {(text: string) => void} remark To read.
 * @property {(text: string) => void} spoken For screen readers.
 */

export {};
