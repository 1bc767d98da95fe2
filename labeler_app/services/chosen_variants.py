"""Which of the variants that landed are kept, and what is put down of each."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from labeler_app.services import crafting, margins, nearness, variant_files
from labeler_app.services.crafting import Crafted
from labeler_app.services.nearness import Known, Shape
from labeler_app.services.workspace import Workspace
from labeler_app.store import items
from labeler_app.store.variants import MakingRow, VariantRow

HARDEST = 3
"""Candidates for one variant that is kept, where the hardest are asked for."""
_TOWARD = "toward "


@dataclass(frozen=True, slots=True)
class Landed:
    """A variant that landed, and the item that it can hardly be told from, if there is one."""

    made: Crafted
    near: int | None

    @property
    def class_id(self) -> int:
        """The class of what it is made of."""
        return self.made.order.turn.parent.class_id


@dataclass(frozen=True, slots=True)
class Kept:
    """A variant that is to be kept, and what its file holds."""

    row: VariantRow
    content: bytes


def choose(
    ws: Workspace,
    making: MakingRow,
    landed: Sequence[Landed],
    known: Known,
    *,
    is_scarce: bool = False,
) -> list[Kept]:
    """Return what is kept: all, or the third of each class that the newest model is least sure of.

    Parameters
    ----------
    known
        What they are compared with; what is kept is added to it.
    is_scarce
        Whether no others can be made: then as many are kept as are lacking.
    """
    things = [one.made.thing for one in landed]
    unsure = margins.of_things(ws, making.project, things, between(making))
    told = list(zip(landed, unsure, strict=True))
    if making.pick:
        lacking = making.wanted - making.made
        told = _hardest(told, lacking, max(1.0, len(told) / lacking) if is_scarce else HARDEST)
    with ws.store.read() as tx:
        rows = items.many(tx, [one.near for one, _ in told if one.near is not None])
    paths = {item: row.path for item, row in rows.items()}
    return [_kept(making, one, margin, known, paths) for one, margin in told]


def toward(class_id: int) -> str:
    """Return how a making notes that it wants those which a model nearly takes for a class."""
    return f"{_TOWARD}{class_id}"


def between(making: MakingRow) -> tuple[int, int] | None:
    """Return the two classes that its variants are to lie between, if it wants any such."""
    other = making.pick.removeprefix(_TOWARD)
    if making.class_id is None or other == making.pick:
        return None
    return making.class_id, int(other)


def shape(making: MakingRow, made: Crafted) -> Shape:
    """Return what a variant is compared by."""
    roots = {made.order.row.id} | ({made.order.other.id} if made.order.other else set())
    return Shape(made.signature, frozenset(roots), making.filling, made.after)


def _hardest(
    told: Sequence[tuple[Landed, float | None]], most: int, among: float
) -> list[tuple[Landed, float | None]]:
    """Return of so many of each class the one with the smallest margin, the smallest first."""

    def margin(one: tuple[Landed, float | None]) -> float:
        return 1.0 if one[1] is None else one[1]

    chosen = []
    for class_id in sorted({one.class_id for one, _ in told}):
        own = sorted((it for it in told if it[0].class_id == class_id), key=margin)
        chosen += own[: math.ceil(len(own) / among)]
    return sorted(chosen, key=margin)[:most]


def _kept(
    making: MakingRow, one: Landed, margin: float | None, known: Known, paths: dict[int, str]
) -> Kept:
    made, own = one.made, shape(making, one.made)
    path, digest = variant_files.path_of(making.project, made.content, made.suffix)
    near = paths.get(one.near or 0, "") or known.variant(own)
    known.others.append(own)
    nearness.remember(digest, made.signature)
    row = VariantRow(
        making=making.id,
        root=made.order.row.id,
        other=made.order.other.id if made.order.other else None,
        class_id=one.class_id,
        steps=made.steps,
        seed=made.seed,
        versions=crafting.versions(),
        before=made.before,
        after=made.after,
        landed=made.landed,
        near=near,
        margin=margin,
        path=path,
        sha256=digest,
    )
    return Kept(row, made.content)
