"""Variants: what was asked for, what was made, and how people decided.

A variant is no item: it has no position, and nothing that reads items ever meets one. A review is
never changed; the newest of a variant stands, and after an undo none does: it is open again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from labeler_app.store import schema
from labeler_app.store.engine import insert, values

OPEN = ("waiting", "working")


@dataclass(frozen=True, slots=True)
class Filling:
    """What variants are made for: a recipe, and the cells of an axis they are to land in."""

    recipe: str
    axis: str
    """ "" for a recipe that is steered by none; the cells are 0 then."""
    first: int
    last: int

    @property
    def key(self) -> str:
        """What it is known by: "low light@brightness:0-1"."""
        return f"{self.recipe}@{self.axis}:{self.first}-{self.last}"


@dataclass(frozen=True, slots=True)
class MakingRow:
    """So many variants that were asked for."""

    id: int
    project: int
    filling: Filling
    class_id: int | None
    wanted: int
    seed: int
    state: str
    made: int
    tried: int
    told: str
    person: int
    requested_at: float
    finished_at: float | None
    pick: str = ""
    """``hardest``: of three as many those that the model is least sure of; "" keeps all."""


@dataclass(frozen=True, slots=True)
class VariantRow:
    """One variant, as it is put down once its file is there."""

    making: int
    root: int
    other: int | None
    class_id: int
    steps: str
    seed: int
    versions: str
    before: float | None
    after: float | None
    landed: bool
    near: str
    margin: float | None
    path: str
    sha256: str


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """A decision of a person about a variant, or taking one back."""

    event_id: str
    variant: int
    kind: str
    class_id: int | None
    milliseconds: int | None


@dataclass(frozen=True, slots=True)
class Variant:
    """A variant with what was decided about it.

    Attributes
    ----------
    decision
        ``keep``, ``reject``, or "" while nobody has decided.
    kept_as
        The class it was kept as; None unless it is kept.
    root_class
        What its root was labeled when it was made.
    """

    id: int
    making: int
    filling: Filling
    root: int
    other: int | None
    root_class: int
    steps: str
    seed: int
    versions: str
    before: float | None
    after: float | None
    landed: bool
    near: str
    margin: float | None
    path: str
    sha256: str
    created_at: float
    decision: str
    kept_as: int | None


def ask(
    tx: Connection,
    project: int,
    filling: Filling,
    *,
    class_id: int | None,
    wanted: int,
    seed: int,
    person: int,
    at: float,
    pick: str = "",
) -> int:
    """Ask for variants, and return the number of what was asked."""
    row = values(filling) | {"project": project, "class_id": class_id, "wanted": wanted}
    row |= {"pick": pick, "seed": seed, "state": "waiting", "person": person, "requested_at": at}
    return int(tx.execute(sa.insert(_making).values(row).returning(_m.id)).scalar_one())


def makings(tx: Connection, project: int, *, states: Sequence[str] = ()) -> list[MakingRow]:
    """Return what was asked for, oldest first; only what is in these states, if any are named."""
    statement = sa.select(_making).where(_m.project == project).order_by(_m.id)
    if states:
        statement = statement.where(_m.state.in_(states))
    return [_making_of(row) for row in tx.execute(statement)]


def advance(
    tx: Connection, making: int, *, made: int, tried: int, told: str, state: str, at: float | None
) -> bool:
    """Note how far a making is, and return False if it was cancelled meanwhile."""
    known = {"made": made, "tried": tried, "told": told, "state": state, "finished_at": at}
    statement = sa.update(_making).where(_m.id == making, _m.state.in_(OPEN)).values(known)
    return tx.execute(statement.returning(_m.id)).scalar() is not None


def cancel(tx: Connection, project: int, *, at: float, making: int | None = None) -> list[int]:
    """Cancel what was asked for and is not finished; what is made already stays.

    Parameters
    ----------
    making
        Only this one; all of the project if None.
    """
    statement = (
        sa.update(_making)
        .where(_m.project == project, _m.state.in_(OPEN))
        .values(state="cancelled", finished_at=at)
        .returning(_m.id)
    )
    if making is not None:
        statement = statement.where(_m.id == making)
    return list(tx.execute(statement).scalars())


def state(tx: Connection, making: int) -> str:
    """Return how it stands with a making."""
    return str(tx.execute(sa.select(_m.state).where(_m.id == making)).scalar_one())


def oldest_open(tx: Connection, project: int) -> MakingRow | None:
    """Return what was asked for first and is not finished; None if nothing is."""
    first = sa.select(sa.func.min(_m.id)).where(_m.project == project, _m.state.in_(OPEN))
    statement = sa.select(_making).where(_m.id == first.scalar_subquery())
    row = tx.execute(statement).first()
    return None if row is None else _making_of(row)


def add(tx: Connection, project: int, rows: Sequence[VariantRow], *, at: float) -> int:
    """Put variants down and return how many are new; the same variant is kept once."""
    if not rows:
        return 0
    fillings = {
        row.id: values(row.filling)
        for row in makings(tx, project)
        if row.id in {one.making for one in rows}
    }
    told = [
        values(one) | fillings[one.making] | {"project": project, "created_at": at} for one in rows
    ]
    statement = insert(tx, _variant).values(told).on_conflict_do_nothing().returning(_v.id)
    return len(tx.execute(statement).all())


def every(
    tx: Connection,
    project: int,
    *,
    decisions: Sequence[str] = (),
    filling: Filling | None = None,
) -> list[Variant]:
    """Return variants with what was decided about them, oldest first.

    Parameters
    ----------
    decisions
        Only those decided so: of ``keep``, ``reject`` and "" (open); all of them if none is named.
    filling
        Only those made for it.
    """
    newest = _newest(project)
    decision = sa.func.coalesce(newest.c.kind, "")
    statement = (
        sa.select(_variant, decision.label("decision"), newest.c.class_id.label("kept_as"))
        .outerjoin(newest, newest.c.variant == _v.id)
        .where(_v.project == project)
        .order_by(_v.id)
    )
    if decisions:
        statement = statement.where(decision.in_(list(decisions)))
    if filling is not None:
        statement = statement.where(*(_v[name] == one for name, one in values(filling).items()))
    return [_variant_of(row) for row in tx.execute(statement)]


def get(tx: Connection, project: int, variant: int) -> Variant | None:
    """Return a variant of a project, or None."""
    return next((one for one in every(tx, project) if one.id == variant), None)


def files(tx: Connection, project: int) -> set[str]:
    """Return the paths of the files of all variants of a project."""
    return set(tx.execute(sa.select(_v.path).where(_v.project == project)).scalars())


def digests(tx: Connection, project: int) -> set[str]:
    """Return the sha256 of the files of all variants of a project."""
    return set(tx.execute(sa.select(_v.sha256).where(_v.project == project)).scalars())


def roots_of(tx: Connection, making: int) -> set[int]:
    """Return the items of which a making has variants."""
    return set(tx.execute(sa.select(_v.root).where(_v.making == making)).scalars())


def near(tx: Connection, project: int) -> dict[int, int]:
    """Return by making how many of its variants can hardly be told from another picture."""
    statement = (
        sa.select(_v.making, sa.func.count())
        .where(_v.project == project, _v.near != "")
        .group_by(_v.making)
    )
    return {int(making): int(count) for making, count in tx.execute(statement)}


def known(tx: Connection, project: int, variants: Sequence[int]) -> set[int]:
    """Return those of the numbers that are variants of a project."""
    statement = sa.select(_v.id).where(_v.project == project, _v.id.in_(list(variants)))
    return set(tx.execute(statement).scalars())


def review(
    tx: Connection, project: int, annotator: int, rows: Sequence[ReviewRow], *, at: float
) -> list[str]:
    """Store reviews that are not stored yet, and return the ids of all of them.

    Parameters
    ----------
    rows
        An ``undo`` takes back what stands of its variant.
    """
    if rows:
        told = {"project": project, "annotator": annotator, "at": at}
        events = [values(one) | told for one in rows]
        tx.execute(insert(tx, schema.variant_review).on_conflict_do_nothing(), events)
    ids = [one.event_id for one in rows]
    statement = sa.select(_r.event_id).where(_r.project == project, _r.event_id.in_(ids))
    return list(tx.execute(statement).scalars())


def reviews(tx: Connection, project: int) -> tuple[int, int, int]:
    """Return how many decisions people made, undone ones too, their milliseconds, and the newest.

    The newest number counts undos, too: it changes whenever something was decided.
    """
    made = sa.case((_r.kind != "undo", 1), else_=0)
    statement = sa.select(
        sa.func.coalesce(sa.func.sum(made), 0),
        sa.func.coalesce(sa.func.sum(_r.milliseconds), 0),
        sa.func.coalesce(sa.func.max(_r.seq), 0),
    ).where(_r.project == project)
    row = tx.execute(statement).one()
    return int(row[0]), int(row[1]), int(row[2])


def newest_review(tx: Connection, project: int) -> tuple[int, float] | None:
    """Return number and time of the newest decision, undos too; None before any."""
    row = tx.execute(
        sa.select(_r.seq, _r.at).where(_r.project == project).order_by(_r.seq.desc()).limit(1)
    ).first()
    return None if row is None else (int(row.seq), float(row.at))


def _newest(project: int) -> sa.Subquery:
    """Return the newest review of every variant that is not an undo; after an undo none stands."""
    last = (
        sa.select(sa.func.max(_r.seq))
        .where(_r.project == project)
        .group_by(_r.variant)
        .scalar_subquery()
    )
    statement = sa.select(_r.variant, _r.kind, _r.class_id).where(
        _r.seq.in_(last), _r.kind != "undo"
    )
    return statement.subquery()


def _making_of(row: Any) -> MakingRow:
    told = row._mapping
    plain = {name: told[name] for name in MakingRow.__slots__ if name != "filling"}
    return MakingRow(filling=_filling_of(told), **plain)


def _variant_of(row: Any) -> Variant:
    told = row._mapping
    beside = ("filling", "root_class")
    plain = {name: told[name] for name in Variant.__slots__ if name not in beside}
    return Variant(filling=_filling_of(told), root_class=told["class_id"], **plain)


def _filling_of(told: Any) -> Filling:
    return Filling(*(told[name] for name in Filling.__slots__))


_making, _variant = schema.making, schema.variant
_m, _v, _r = schema.making.c, schema.variant.c, schema.variant_review.c
