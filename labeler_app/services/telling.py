"""The columns that matter first: those that tell most of the classes, learned now and then."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from labeler_app.adapters.cells import Cell, is_missing, number, written
from labeler_app.core import telling
from labeler_app.core.arrays import IndexArray
from labeler_app.errors import StoreError
from labeler_app.log import line, logger
from labeler_app.services import contents
from labeler_app.services.columns import Content
from labeler_app.services.snapshot import Snapshot
from labeler_app.services.spread import MOST_COLUMNS, NUMBERS
from labeler_app.services.workspace import Workspace

FEWEST = 30
"""Labels; of fewer nothing is learned."""
MOST = 2_000
"""Labels that are looked at, at most."""

_BINS, _ROWS_A_BIN = 8, 10
# A rarer word counts as one of the others.
_FEWEST_OF_A_WORD = 5
_MISSING, _OTHER = -2, -1

log = logger(__name__)


def first(ws: Workspace, project: int) -> tuple[str, ...]:
    """Return the names of the columns that tell something of the classes, most telling first.

    The same for every item, so that it is no hint for any; () while nothing is known. It is learned
    from what annotators labeled for training, and anew only when there are twice as many labels:
    an order that changed with every model would send the eye searching.
    """
    names, _ = _kept(ws, project)
    return names


def in_order(content: Content, names: Sequence[str]) -> Content:
    """Return a row with these columns first, and the others as they were; a text as it is."""
    if isinstance(content, str):
        return content
    return {name: content[name] for name in names if name in content} | dict(content)


def learn(ws: Workspace, snapshot: Snapshot) -> None:
    """Learn the order anew, if it is time."""
    known, labels = snapshot.project, snapshot.labels
    _, before = _kept(ws, known.id)
    if known.kind != "table" or len(labels) < max(FEWEST, 2 * before):
        return
    wanted = sorted(labels)
    if len(wanted) > MOST:
        wanted = [wanted[at] for at in np.linspace(0, len(wanted) - 1, MOST).astype(int)]
    given = {snapshot.ids[at]: labels[at] for at in wanted}
    rows = dict(contents.rows(ws, list(given)))
    names = list(dict.fromkeys(name for row in rows.values() for name in row))[:MOST_COLUMNS]
    columns = [_codes([row.get(name) for row in rows.values()]) for name in names]
    found = telling.telling(columns, np.array([given[item] for item in rows]))
    told = [names[at] for at in found]
    ws.arrays.write_named(
        _path(known.id), {"names": np.array(told, dtype=str), "labels": np.array(len(labels))}
    )
    log.info(line("columns-ordered", project=known.id, labels=len(labels), columns=len(told)))


def _path(project: int) -> str:
    return f"{project}/columns.npz"


def _kept(ws: Workspace, project: int) -> tuple[tuple[str, ...], int]:
    path = _path(project)
    if not (ws.arrays.folder / path).is_file():
        return (), 0
    try:
        found = ws.arrays.read_named(path)
        return tuple(found["names"].tolist()), int(found["labels"])
    except (StoreError, KeyError) as error:
        log.warning(line("columns-unreadable", project=project, reason=str(error)))
        return (), 0


def _codes(cells: Sequence[Cell]) -> IndexArray:
    """Return values as numbers from 0: numbers by rank, words by name, rare ones as one."""
    missing = np.array([is_missing(one) for one in cells])
    known = [one for one, gone in zip(cells, missing, strict=True) if not gone]
    codes = np.full(len(cells), _MISSING, dtype=np.int64)
    numbers = [number(one) for one in known]
    told = np.array([np.nan if one is None else one for one in numbers], dtype=np.float64)
    finite = np.isfinite(told)
    if finite.sum() >= max(1.0, NUMBERS * len(known)):
        bins = max(2, min(_BINS, int(finite.sum()) // _ROWS_A_BIN))
        made = np.full(len(known), _OTHER, dtype=np.int64)
        made[finite] = telling.ranked(told[finite], bins)
    else:
        words = [written(one).strip() for one in known]
        counts = Counter(words)
        frequent = [one for one, count in counts.items() if count >= _FEWEST_OF_A_WORD]
        code_of = {word: code for code, word in enumerate(frequent)}
        made = np.array([code_of.get(word, _OTHER) for word in words], dtype=np.int64)
    codes[~missing] = made
    return codes - _MISSING
