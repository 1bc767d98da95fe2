"""Keep or reject: a person decides about every variant before any of them may train."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import Connection

from labeler_app.errors import InputError
from labeler_app.services import (
    budget,
    meanings,
    measured_axes,
    projects,
    review_rules,
    snapshot,
    variant_kinds,
)
from labeler_app.services.answers import Refused
from labeler_app.services.projects import Project
from labeler_app.services.review_rules import Review, Rules
from labeler_app.services.workspace import Workspace
from labeler_app.store import class_changes, events, items, reviews, variants
from labeler_app.store import projects as project_rows
from labeler_app.store.items import ItemRow
from labeler_app.store.variants import Filling, Variant

MOST_TILES = 60
MOST_REVIEWS = 200
_RECENT = 200


@dataclass(frozen=True, slots=True)
class Tile:
    """A variant beside its original.

    Attributes
    ----------
    kind
        ``image`` or ``text``.
    root, root_sha256
        Item number and fingerprint of the original.
    class_id
        What the original is labeled now, else what it was then; None if that class is out of use.
    tier
        ``A``: Enter keeps it as its class; ``B``: so, but look closer; ``C``: a class must be said.
    decision
        ``keep``, ``reject``, or "" while it is open.
    kept_as
        The class it counts as today; None unless it is kept.
    """

    id: int
    kind: str
    sha256: str
    root: int
    root_sha256: str
    before: float | None
    after: float | None
    landed: bool
    near: str
    tier: str
    class_id: int | None
    decision: str
    kept_as: int | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """What variants were made for, and how many are undecided."""

    key: str
    words: str
    axis: str
    open: int
    made: int


@dataclass(frozen=True, slots=True)
class Sight:
    """What the grid shows: some of the variants of a filling, the undecided first."""

    fillings: tuple[Waiting, ...]
    filling: Waiting | None
    tiles: tuple[Tile, ...]


@dataclass(frozen=True, slots=True)
class Spent:
    """What decisions about variants took so far, apart from labels."""

    decisions: int
    """Those taken back, too."""
    budget: int
    kept: int
    pace_s: float | None
    """Median seconds of a decision."""
    minutes: float | None
    """Of all of them; a pause counts as ten decisions at most."""
    cost: float | None
    """Of these minutes; None without an hourly rate."""

    @property
    def sentence(self) -> str:
        """It, as a person is told."""
        if not self.decisions:
            return f"No decision yet; the budget is {self.budget:,}, apart from the label budget."
        told = [f"So far: {self.decisions:,} of {self.budget:,} decisions", f"{self.kept:,} kept"]
        if self.pace_s is not None:
            told.append(f"{self.pace_s:.1f} s each")
        if self.cost is not None:
            told.append(f"EUR\u00a0{self.cost:,.2f}")
        return f"{', '.join(told)}, apart from the label budget."


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a batch of decisions."""

    acknowledged: tuple[str, ...]
    """Durable now, or before."""
    refused: tuple[Refused, ...]


def look(
    ws: Workspace, project: int, filling: str = "", *, first: int = 0, count: int = 12
) -> Sight:
    """Return variants of a filling: the undecided, classes by turns, then the decided.

    Those whose original measures accuracy by now are not shown.

    Parameters
    ----------
    filling
        Its key; "", or one without variants, takes the first that has any undecided.
    first, count
        Which of them, at most 60.

    Raises
    ------
    InputError
        If there is no such project, or its items may have several classes.
    """
    known = projects.get(ws, project)
    review_rules.one_class(known)
    with ws.store.read() as tx:
        every = variants.every(tx, project)
        roots = {root for one in every for root in (one.root, one.other) if root}
        apart = review_rules.apart(tx, project, sorted(roots))
        shown = [one for one in every if not {one.root, one.other} & apart]
        fillings = _waiting(shown)
        chosen = next((one for one in fillings if one.key == filling), None)
        chosen = chosen or next((one for one in fillings if one.open), None)
        chosen = chosen or next(iter(fillings), None)
        if chosen is None:
            return Sight((), None, ())
        mine = _in_order([one for one in shown if one.filling.key == chosen.key])
        tiles = _tiles(tx, known, mine[first : first + min(count, MOST_TILES)])
    return Sight(tuple(fillings), chosen, tuple(tiles))


def record(ws: Workspace, project: int, annotator: int, batch: Sequence[Review]) -> Receipt:
    """Store decisions in one transaction, each once.

    One that can never be stored is refused by itself, so that it does not hold up the others.

    Raises
    ------
    InputError
        If the project or the annotator does not exist, the batch is too large, or items of the
        project may have several classes.
    """
    if len(batch) > MOST_REVIEWS:
        raise InputError(f"{len(batch)} decisions at once; at most {MOST_REVIEWS} fit.")
    review_rules.one_class(projects.get(ws, project))
    acknowledged, refused = list[str](), list[Refused]()
    with ws.store.write() as tx:
        project_rows.hold(tx, project)
        rules = Rules.of(tx, project, annotator, batch)
        for one in batch:
            problem = rules.problem(tx, one)
            if problem is not None:
                refused.append(problem)
                continue
            if reviews.by_id(tx, one.event_id) is None:
                variants.review(tx, project, annotator, [rules.row(one)], at=ws.clock())
            acknowledged.append(one.event_id)
    return Receipt(tuple(acknowledged), tuple(refused))


def spent(ws: Workspace, project: int) -> Spent:
    """Return what decisions about the variants of a project took so far."""
    known = projects.get(ws, project)
    with ws.store.read() as tx:
        decisions = variants.reviews(tx, project)[0]
        kept = reviews.kept(tx, project)
        took = reviews.times(tx, project)
    rate = known.config.hourly_rate
    pace = float(np.median(took[-_RECENT:])) if took else None
    minutes = None
    if pace is not None:
        minutes = float(np.minimum(took, budget.PAUSE * pace).sum()) / 60_000
    return Spent(
        decisions=decisions,
        budget=known.config.synthesis_budget,
        kept=kept,
        pace_s=None if pace is None else pace / 1000,
        minutes=minutes,
        cost=minutes / 60 * rate if rate and minutes is not None else None,
    )


def _waiting(shown: Sequence[Variant]) -> list[Waiting]:
    fillings: dict[Filling, list[Variant]] = {}
    for one in shown:
        fillings.setdefault(one.filling, []).append(one)
    return [
        Waiting(one.key, _words(one), one.axis, sum(not its.decision for its in every), len(every))
        for one, every in fillings.items()
    ]


def _words(filling: Filling) -> str:
    axis = measured_axes.named(filling.axis)
    if axis is None:
        return filling.recipe
    ends = [axis.names[at] for at in sorted({filling.first, filling.last})]
    return f"{filling.recipe}, {axis.name} {' to '.join(ends)}"


def _in_order(made: Sequence[Variant]) -> list[Variant]:
    """Sort the undecided first, classes by turns, the least sure and the oldest of each.

    Whoever stops half way has kept as many of one class as of another: a model that learns of some
    classes in a condition takes all of it for those. The decided come last, the newest first.
    """
    doubt = {one.id: (np.inf if one.margin is None else one.margin, one.id) for one in made}
    turns = dict[int, int]()
    of_class = Counter[int | None]()
    for one in sorted(made, key=lambda one: doubt[one.id]):
        turns[one.id] = of_class[one.root_class]
        of_class[one.root_class] += 1

    def place(one: Variant) -> tuple[bool, int, float, int]:
        if one.decision:
            return (True, 0, 0.0, -one.id)
        return (False, turns[one.id], *doubt[one.id])

    return sorted(made, key=place)


def _tiles(tx: Connection, project: Project, chosen: Sequence[Variant]) -> list[Tile]:
    rows = items.many(tx, [one.root for one in chosen])
    usable = {one.id for one in project_rows.classes(tx, project.id)}
    merged = class_changes.merged(tx, project.id)
    said = snapshot.resolved(events.training_labels(tx, project.id), meanings.read(tx, project.id))
    return [_tile(one, rows[one.root], said, usable, merged) for one in chosen if one.root in rows]


def _tile(
    one: Variant,
    root: ItemRow,
    said: Mapping[int, int],
    usable: set[int],
    merged: Mapping[int, int],
) -> Tile:
    labeled = said.get(root.position, one.root_class)
    proposed = merged.get(labeled, labeled)
    kept_as = None if one.kept_as is None else merged.get(one.kept_as, one.kept_as)
    recipe = variant_kinds.of(root.kind).recipes.get(one.filling.recipe)
    return Tile(
        id=one.id,
        kind=root.kind,
        sha256=one.sha256,
        root=one.root,
        root_sha256=root.sha256,
        before=one.before,
        after=one.after,
        landed=one.landed,
        near=one.near,
        tier="C" if recipe is None else recipe.tier,
        class_id=proposed if proposed in usable else None,
        decision=one.decision,
        kept_as=kept_as,
    )
