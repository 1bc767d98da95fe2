"""The embedder of table rows: numbers, dates, categories and words side by side.

Each column is read as what most of its values are. A number gives its distance from the mean in
deviations (at most 4) and its rank among the pool's values, brought to the same scale, so that
neither outliers nor crowds rule; a date the same, and where it lies in the year, the week and the
day; few whole numbers are categories besides; a category one place for each value that is not
rare, and one for all that are; free text 64 hashed words. A missing number has the median, and one
more place says so. Nothing is learned from labels.

Measured with a logistic regression, C = 1, on 32,561 rows of mixed columns: accuracy .821, .838 and
.850 with 100, 300 and 2,000 labels (means of 12 draws; the larger class alone has .759).
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import numpy as np

from labeler_app.adapters.cells import FORMS, Cell, is_missing, moment, number
from labeler_app.adapters.embedders import Embedder
from labeler_app.adapters.embedders.hashed import hashed_words
from labeler_app.core.arrays import Array, FloatArray
from labeler_app.errors import InputError

Row = Mapping[str, Cell]

_FIT_SAMPLE = 20_000
_MOST = 0.95
"""Share of the values of a column that must be of one kind."""
_QUANTILES = 21
_MOST_DEVIATIONS = 4.0
_MOST_CATEGORIES = 40
_RARE = 0.002
_LONGEST_CATEGORY = 80
# Against numbers of deviation 1; .7 gave the best accuracy on mixed tables (100 to 2,000 labels).
_CATEGORY_WEIGHT = 0.7
_CYCLES = (365.2425, 7.0, 1.0)
"""Days of a year, a week and a day."""
_NUMBER, _CODE, _CATEGORY, _TEXT = "number", "code", "category", "text"
# So few whole numbers may be names of something, in no order: they are categories, too.
_MOST_CODES = 12
# Squares of larger numbers are none any more.
_LARGEST = 1e100
_NOTHING = "\x02nothing"


def fit(rows: Sequence[Row], rng: np.random.Generator) -> dict[str, Array]:
    """Learn what each column holds: its kind, the spread of its numbers, its categories.

    Parameters
    ----------
    rows
        At least one; a column that a row lacks is missing there.
    rng
        Draws at most 20,000 of them.

    Returns
    -------
    dict
        ``columns`` and ``roles`` (C,), texts; ``quantiles`` (C, 21), ``center`` and ``deviation``
        (C,) of numbers and dates; ``gaps`` (C,), whether values were missing; ``categories`` and
        ``places``, each category and the column it belongs to.

    Raises
    ------
    InputError
        If there are no rows, or they differ in no column.
    """
    if not len(rows):
        raise InputError("There is no row to learn the columns from.")
    count = min(len(rows), _FIT_SAMPLE)
    sample = [rows[int(at)] for at in np.sort(rng.choice(len(rows), count, replace=False))]
    names = list(dict.fromkeys(name for row in sample for name in row))
    roles = {name: _role([row.get(name) for row in sample]) for name in names}
    used = [name for name in names if roles[name]] or [
        name for name in names if len({str(row.get(name)) for row in sample}) > 1
    ]
    if not used:
        raise InputError(
            "The rows differ in no column.", hint="Is everything of use among the columns left out?"
        )
    return _state(used, [roles[name] or _TEXT for name in used], sample)


def embed(rows: Sequence[Row], state: Mapping[str, Array]) -> FloatArray:
    """Return one vector per row.

    Returns
    -------
    array of shape (n, D), float32
        Columns of a row that the state does not know are passed over.
    """
    many = [rows[place] for place in range(len(rows))]
    blocks = []
    for place, (name, role) in enumerate(_pairs(state)):
        cells = [row.get(name) for row in many]
        if role == _TEXT:
            blocks.append(hashed_words(["" if is_missing(one) else str(one) for one in cells]))
        if role not in (_TEXT, _CATEGORY):
            blocks.append(_numbers(cells, role, state, place))
        if role in (_CATEGORY, _CODE):
            blocks.append(_categories(cells, state["categories"][state["places"] == place]))
    return np.concatenate(blocks, axis=1, dtype=np.float32)


TABLE = Embedder(name="table", revision="1", kind="table", fit=fit, embed=embed)


def _pairs(state: Mapping[str, Array]) -> list[tuple[str, str]]:
    return list(zip(state["columns"].tolist(), state["roles"].tolist(), strict=True))


def _role(cells: Sequence[Cell]) -> str:
    """Return number, the form of a date, category, text, or "" for a column that says nothing."""
    known = [one for one in cells if not is_missing(one)]
    distinct = {str(one) for one in known}
    if len(distinct) < 2:
        return _CATEGORY if distinct and len(known) < len(cells) else ""
    if _share(known, number) >= _MOST:
        values = {number(one) for one in known}
        whole = all(one is None or one.is_integer() for one in values)
        return _CODE if 2 < len(values) <= _MOST_CODES and whole else _NUMBER
    for form, reads in FORMS.items():
        if _share(known, partial(moment, reads=reads)) >= _MOST:
            return form
    if _frequent(cells):
        return _CATEGORY
    wordy = sum(len(str(one).split()) for one in known) >= 2 * len(known)
    return _TEXT if wordy else ""


def _share(known: Sequence[Cell], read: Callable[[Cell], float | None]) -> float:
    return sum(read(one) is not None for one in known) / len(known)


def _frequent(cells: Sequence[Cell]) -> list[str]:
    """Return the categories that are not rare, the most frequent first, "nothing" among them."""
    names = [_category(one) for one in cells]
    counts: dict[str, int] = {}
    for name in names:
        counts[name] = counts.get(name, 0) + 1
    fewest = max(2, _RARE * len(names))
    often = sorted((-count, name) for name, count in counts.items() if count >= fewest)
    kept = [name for _, name in often[:_MOST_CATEGORIES]]
    return kept if any(name != _NOTHING for name in kept) else []


def _state(used: Sequence[str], roles: Sequence[str], sample: Sequence[Row]) -> dict[str, Array]:
    quantiles = np.zeros((len(used), _QUANTILES))
    center, deviation = np.zeros(len(used)), np.ones(len(used))
    gaps = np.zeros(len(used), dtype=bool)
    categories: list[str] = []
    places: list[int] = []
    for place, (name, role) in enumerate(zip(used, roles, strict=True)):
        cells = [row.get(name) for row in sample]
        gaps[place] = any(is_missing(one) for one in cells)
        if role in (_CATEGORY, _CODE):
            kept = _frequent(cells)
            categories += kept
            places += [place] * len(kept)
        if role not in (_CATEGORY, _TEXT):
            values = _values(cells, role)
            known = values[np.isfinite(values)]
            quantiles[place] = np.quantile(known, np.linspace(0.0, 1.0, _QUANTILES))
            center[place], deviation[place] = known.mean(), known.std() or 1.0
    return {
        "columns": np.array(used, dtype=str),
        "roles": np.array(roles, dtype=str),
        "quantiles": quantiles,
        "center": center,
        "deviation": deviation,
        "gaps": gaps,
        "categories": np.array(categories, dtype=str),
        "places": np.array(places, dtype=np.int64),
    }


def _numbers(
    cells: Sequence[Cell], role: str, state: Mapping[str, Array], place: int
) -> FloatArray:
    values, quantiles = _values(cells, role), state["quantiles"][place]
    lacking = ~np.isfinite(values)
    filled = np.where(lacking, quantiles[_QUANTILES // 2], values)
    apart = (filled - state["center"][place]) / state["deviation"][place]
    columns = [np.clip(apart, -_MOST_DEVIATIONS, _MOST_DEVIATIONS), _ranks(filled, quantiles)]
    if state["gaps"][place]:
        columns.append(_CATEGORY_WEIGHT * lacking)
    if role not in (_NUMBER, _CODE):
        for days in _CYCLES:
            angle = 2 * np.pi * filled / days
            columns += [_CATEGORY_WEIGHT * np.sin(angle), _CATEGORY_WEIGHT * np.cos(angle)]
    return np.stack(columns, axis=1)


def _ranks(values: FloatArray, quantiles: FloatArray) -> FloatArray:
    """Return where values lie among the quantiles, of mean 0 and deviation 1 if spread evenly."""
    steps = np.linspace(-np.sqrt(3.0), np.sqrt(3.0), _QUANTILES)
    rising, first = np.unique(quantiles, return_index=True)
    # A value that many rows share lies in the middle of its crowd.
    last = np.append(first[1:], _QUANTILES) - 1
    return np.asarray(np.interp(values, rising, (steps[first] + steps[last]) / 2))


def _values(cells: Sequence[Cell], role: str) -> FloatArray:
    read = number if role in (_NUMBER, _CODE) else partial(moment, reads=FORMS[role])
    found = (None if is_missing(one) else read(one) for one in cells)
    values = np.array([np.nan if one is None else one for one in found], dtype=np.float64)
    return np.clip(values, -_LARGEST, _LARGEST)


def _categories(cells: Sequence[Cell], kept: Array) -> FloatArray:
    """Return one place for each category that is not rare, and one for all others."""
    place = {name: number for number, name in enumerate(kept.tolist())}
    out = np.zeros((len(cells), len(place) + 1))
    for row, cell in enumerate(cells):
        out[row, place.get(_category(cell), len(place))] = _CATEGORY_WEIGHT
    return out


def _category(cell: Cell) -> str:
    if is_missing(cell):
        return _NOTHING
    return " ".join(str(cell).casefold().split())[:_LONGEST_CATEGORY]
