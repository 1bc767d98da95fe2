"""Items and the paths they were found at."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection

from labeler_app.store import schema
from labeler_app.store.engine import AnyRow, insert


@dataclass(frozen=True, slots=True)
class NewItem:
    """One item to add; `position` is given by `add`."""

    kind: str
    root: str
    path: str
    sha256: str
    width: int | None
    height: int | None
    notes: str = ""


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One item as stored."""

    id: int
    project: int
    position: int
    kind: str
    root: str
    path: str
    sha256: str
    width: int | None
    height: int | None
    state: str


@dataclass(frozen=True, slots=True)
class KnownPath:
    """A path where an item was found before."""

    item: int
    sha256: str
    arriving: bool
    """Its import has not finished."""
    first: bool
    """The item was found here first; at its other paths it is a duplicate."""


def add(
    tx: Connection, project: int, new: Sequence[NewItem], *, import_run: int, at: float
) -> dict[str, int]:
    """Add items of an unfinished import and return their ids by sha256.

    An item whose bytes are already in the project is not added; its id is returned all the same,
    and if the import that brought it has not finished, it now belongs to this one.
    """
    known = by_sha(tx, project, [one.sha256 for one in new])
    fresh = {one.sha256: one for one in new if one.sha256 not in known}
    first = _end(tx, project)
    rows = [
        asdict(one)
        | {
            "project": project,
            "position": first + offset,
            "state": "arriving",
            "import_run": import_run,
            "created_at": at,
        }
        for offset, one in enumerate(fresh.values())
    ]
    if rows:
        tx.execute(sa.insert(schema.item), rows)
    adopt(tx, list(known.values()), import_run)
    return by_sha(tx, project, [one.sha256 for one in new])


def adopt(tx: Connection, found: Sequence[int], import_run: int) -> None:
    """Let items of another import that has not finished arrive with this one."""
    if found:
        arriving = _i.id.in_(found) & (_i.state == "arriving")
        tx.execute(sa.update(schema.item).where(arriving).values(import_run=import_run))


def add_paths(tx: Connection, project: int, paths: Sequence[tuple[str, str, int]]) -> None:
    """Note at which (root, path) which item was found; a changed file points to its new item."""
    if not paths:
        return
    statement = insert(tx, schema.item_path)
    upsert = statement.on_conflict_do_update(
        index_elements=["project", "root", "path"], set_={"item": statement.excluded["item"]}
    )
    rows = [
        {"project": project, "root": root, "path": path, "item": item} for root, path, item in paths
    ]
    tx.execute(upsert, rows)


def by_sha(tx: Connection, project: int, shas: Sequence[str]) -> dict[str, int]:
    """Return ids of the items with these sha256."""
    statement = sa.select(_i.sha256, _i.id).where(_i.project == project, _i.sha256.in_(shas))
    return {row.sha256: row.id for row in tx.execute(statement)}


def known_paths(tx: Connection, project: int, root: str) -> dict[str, KnownPath]:
    """Return what is known of all paths below a root, in the order of the paths."""
    paths = schema.item_path.c
    first = (_i.root == paths.root) & (_i.path == paths.path)
    statement = (
        sa.select(paths.path, _i.id, _i.sha256, _i.state == "arriving", first)
        .join_from(schema.item_path, schema.item, paths.item == _i.id)
        .where(paths.project == project, paths.root == root)
        .order_by(paths.path)
    )
    return {row[0]: KnownPath(*row[1:3], *map(bool, row[3:])) for row in tx.execute(statement)}


def any_below(tx: Connection, root: str) -> bool:
    """Say whether an item of any project lies in a root, or in a folder below it."""
    every = sa.select(schema.project.c.id)  # Lets the index find the roots.
    here = (_i.root == root) | _i.root.startswith(f"{root}/", autoescape=True)
    return bool(tx.execute(sa.select(sa.exists().where(_i.project.in_(every), here))).scalar_one())


def arrive(tx: Connection, import_run: int) -> list[tuple[int, int]]:
    """Make the items of a finished import ready; return their (position, id) in order."""
    statement = (
        sa.select(_i.position, _i.id)
        .where(_i.import_run == import_run, _i.state == "arriving")
        .order_by(_i.position)
    )
    arrived = [(row.position, row.id) for row in tx.execute(statement)]
    tx.execute(
        sa.update(schema.item)
        .where(_i.import_run == import_run, _i.state == "arriving")
        .values(state="ready")
    )
    return arrived


def get(tx: Connection, item: int) -> ItemRow | None:
    """Return one item by id."""
    row = tx.execute(sa.select(*_columns).where(_i.id == item)).first()
    return None if row is None else _row(row)


def many(tx: Connection, wanted: Sequence[int]) -> dict[int, ItemRow]:
    """Return items by id."""
    statement = sa.select(*_columns).where(_i.id.in_(wanted))
    return {row.id: _row(row) for row in tx.execute(statement)}


def at_positions(tx: Connection, project: int, positions: Sequence[int]) -> dict[int, ItemRow]:
    """Return items by position."""
    statement = sa.select(*_columns).where(_i.project == project, _i.position.in_(positions))
    return {row.position: _row(row) for row in tx.execute(statement)}


def from_position(tx: Connection, project: int, first: int, count: int) -> list[ItemRow]:
    """Return the items from a position on, in order, those still arriving left out."""
    statement = (
        sa.select(*_columns)
        .where(_i.project == project, _i.position >= first, _i.position < first + count)
        .where(_i.state != "arriving")
        .order_by(_i.position)
    )
    return [_row(row) for row in tx.execute(statement)]


def set_state(tx: Connection, item: int, state: str) -> None:
    """Say that an item is ready, missing or broken."""
    tx.execute(sa.update(schema.item).where(_i.id == item).values(state=state))


def bring_back(tx: Connection, found: Sequence[tuple[str, str, int]]) -> None:
    """Let items be shown again that could not be read, and that lie at (root, path) now."""
    stand_in = sa.exists().where(schema.stand_in.c.item == _i.id)
    lost = _i.state.in_(("missing", "broken")) | stand_in
    asked = sa.select(_i.id).where(_i.id.in_([item for _, _, item in found]), lost)
    waiting = set(tx.execute(asked).scalars())
    for root, path, item in found:
        if item in waiting:
            waiting.remove(item)
            here = {"state": "ready", "root": root, "path": path}
            tx.execute(sa.update(schema.item).where(_i.id == item).values(here))


def ids_by_position(tx: Connection, project: int) -> list[int]:
    """Return the ids of all items; index = position."""
    statement = sa.select(_i.id).where(_i.project == project).order_by(_i.position)
    cursor = tx.execute(statement).cursor
    # Straight from the driver: SQLAlchemy takes seconds to make a million rows.
    return [row[0] for row in cursor.fetchall()] if cursor is not None else []


def unready_positions(tx: Connection, project: int) -> list[int]:
    """Return the positions of items that cannot be shown: not arrived yet, missing or broken."""
    statement = sa.select(_i.position).where(_i.project == project, _UNREADY)
    return list(tx.execute(statement).scalars())


def count(tx: Connection, project: int) -> int:
    """Return the number of items that arrived.

    It is two statements, which see one state of the store in `read()`, and in `write()` under
    SQLite. In `write()` under PostgreSQL each sees its own: ask there under the claim on the
    project, which keeps other imports out, or where a number that is one import off does no harm.
    """
    arriving = sa.select(sa.func.count()).where(_i.project == project, *_ARRIVING)
    return _end(tx, project) - int(tx.execute(arriving).scalar_one())


def count_positions(tx: Connection, project: int) -> int:
    """Return how many positions must have an embedding: all before the first still arriving."""
    first = sa.select(sa.func.min(_i.position)).where(_i.project == project, *_ARRIVING)
    arriving = tx.execute(first).scalar()
    return _end(tx, project) if arriving is None else int(arriving)


def sample(tx: Connection, project: int, n: int) -> list[int]:
    """Return up to n item ids spread over the pool, the same at every call; no probe set is in."""
    statement = (
        sa.select(_i.id)
        .where(_i.project == project, _i.state == "ready")
        .where(~sa.exists().where(schema.probe.c.item == _i.id))
        .order_by(scattered(0), _i.position)
        .limit(n)
    )
    return list(tx.execute(statement).scalars())


def scattered(seed: int) -> ColumnElement[int]:
    """Return a number for each item that puts them in an order as if by chance; `seed` fixes it."""
    # PostgreSQL's plain integers would overflow. Squares scatter what a factor leaves in line.
    position = sa.cast(_i.position, sa.BigInteger) + 1
    factor = 48_271 * (seed % 10_007 + 12_007)
    mixed = (position * factor) % _PRIME
    return (mixed * mixed) % _PRIME


def _end(tx: Connection, project: int) -> int:
    """Return the position after the last; none is left out, so there are so many items."""
    last = sa.select(sa.func.max(_i.position)).where(_i.project == project)
    found = tx.execute(last).scalar()
    return 0 if found is None else int(found) + 1


def _row(found: AnyRow) -> ItemRow:
    return ItemRow(*found)


_i = schema.item.c
_PRIME = 2**31 - 1
# Spelled out: a plan that a database keeps for any value could not use the index of these.
_UNREADY = _i.state != sa.literal_column("'ready'")
_ARRIVING = (_UNREADY, _i.state == "arriving")
_columns = (
    _i.id,
    _i.project,
    _i.position,
    _i.kind,
    _i.root,
    _i.path,
    _i.sha256,
    _i.width,
    _i.height,
    _i.state,
)
