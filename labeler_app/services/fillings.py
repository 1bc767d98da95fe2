"""Variants as training and proof meet them: what was kept, of which items, and how it stands."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zlib import crc32

import numpy as np
from sqlalchemy import Connection

from labeler_app.core import lift, synthesis
from labeler_app.core.lift import Figure
from labeler_app.services import measured_axes
from labeler_app.store import items, lifts, variants
from labeler_app.store.lifts import LiftRow, UseRow
from labeler_app.store.variants import Filling, Variant


@dataclass(frozen=True, slots=True)
class Kept:
    """A variant that a person kept, of an item that a model learns from.

    Attributes
    ----------
    class_id
        What it was kept as, as classes are called today.
    root
        Position of the item that it was made of: whatever draws training items draws roots.
    other
        Of the second one, of a blend; else the root's again.
    cell
        Where it lies on its axis, another number for each cell of each axis; -1 without an axis.
    path
        Of its file, below the workspace.
    """

    id: int
    filling: Filling
    class_id: int
    root: int
    other: int
    cell: int
    path: str


@dataclass(frozen=True, slots=True)
class Measured:
    """What the variants of a filling changed when it was last measured."""

    verdict: str
    kept: int
    figures: Sequence[Figure]
    problem: str
    """Why nothing could be measured; "" if it was."""
    row: LiftRow
    ids: frozenset[int] = frozenset()
    """The variants that it was measured with."""
    learner: str = ""
    """What learned with and without them."""
    beside: int = 0
    """Tested items of probe sets that do not measure as being in the condition."""

    def figure(self, of: str) -> Figure | None:
        """Return the figure of the condition, or of the usual items; None without such items."""
        return next((one for one in self.figures if one.of == of), None)


@dataclass(frozen=True, slots=True)
class Standing:
    """How the variants of a filling stand.

    Attributes
    ----------
    kept, rejected, open
        How many people decided so, and how many wait.
    measured
        The newest; None before any.
    is_used
        Whether a model learns from those that were kept.
    use
        What a person last decided against, or without, a proof, where that holds.
    """

    filling: Filling
    kept: int
    rejected: int
    open: int
    measured: Measured | None
    is_used: bool
    use: UseRow | None

    @property
    def lets_in(self) -> frozenset[int] | None:
        """The variants that are learned from where they are used; None for all that are kept."""
        if self.use is not None or self.measured is None:
            return None
        return self.measured.ids


def standings(tx: Connection, project: int) -> list[Standing]:
    """Return how the variants of every filling stand, the first asked for first."""
    counts: dict[Filling, dict[str, int]] = {}
    for one in variants.every(tx, project):
        told = counts.setdefault(one.filling, {"keep": 0, "reject": 0, "": 0})
        told[one.decision] += 1
    if not counts:
        return []
    past, said = lifts.every(tx, project), lifts.uses(tx, project)
    return [
        _standing(
            filling,
            told,
            [measured_of(one) for one in past if one.filling == filling],
            [one for one in said if one.filling == filling],
        )
        for filling, told in counts.items()
    ]


def kept(
    tx: Connection,
    project: int,
    labels: Mapping[int, int],
    classes: Sequence[int],
    merged: Mapping[int, int],
) -> list[Kept]:
    """Return the variants that people kept and whose originals a model learns from.

    What was made of an item that is audited by now, looks like one that is, or lost its label, is
    left out, and what was kept under a label of its root that turned out to be another.

    Parameters
    ----------
    labels
        Class by position: training labels, of which no audit item nor its look-alike is one.
    classes
        In use.
    merged
        By class that was merged into another: the one it counts as.
    """
    found = variants.every(tx, project, decisions=["keep"])
    if not found:
        return []
    rows = items.many(tx, sorted({at for one in found for at in _parents(one)}))
    told = []
    for one in found:
        given = [labels.get(rows[at].position) for at in _parents(one)]
        class_id = merged.get(one.kept_as or 0, one.kept_as)
        root_class = merged.get(one.root_class, one.root_class)
        if class_id is None or class_id not in classes or None in given:
            continue
        if all(now in (root_class, class_id) for now in given):
            places = [rows[at].position for at in _parents(one)]
            told.append(
                Kept(one.id, one.filling, class_id, places[0], places[-1], cell_of(one), one.path)
            )
    return told


def learned(tx: Connection, project: int, kept: Sequence[Kept]) -> list[Kept]:
    """Return those of the kept variants that a model learns from.

    Of a proven filling those that the proof has seen; of one that a person lets in, all.
    """
    if not kept:
        return []
    seen = {one.filling: one.lets_in for one in standings(tx, project) if one.is_used}
    return [one for one in kept if one.filling in seen and _is_let_in(one, seen[one.filling])]


def _is_let_in(one: Kept, ids: frozenset[int] | None) -> bool:
    return ids is None or one.id in ids


def fingerprint(made: Sequence[Kept]) -> str:
    """Return a short mark of which variants a model learns from, as what and how; "" for none."""
    if not made:
        return ""
    told = synthesis.HOW, sorted((one.id, one.class_id) for one in made)
    return f"{crc32(repr(told).encode()):08x}"


def cell_of(one: Variant) -> int:
    """Return the number of the cell a variant lies in, or -1."""
    axis = measured_axes.named(one.filling.axis)
    if axis is None or one.after is None:
        return -1
    at = measured_axes.AXES.index(axis)
    inside = int(axis.cells(np.array([one.after]))[0])
    return -1 if inside < 0 else 100 * at + inside


def measured_of(row: LiftRow) -> Measured:
    """Return what was measured, out of its row."""
    told: dict[str, Any] = json.loads(row.detail)
    figures = [Figure(**one) for one in told["figures"]]
    ids = frozenset(told.get("ids", ()))
    more = told.get("learner", ""), told.get("beside", 0)
    return Measured(row.verdict, row.kept, figures, told.get("problem", ""), row, ids, *more)


def _standing(
    filling: Filling, told: Mapping[str, int], past: Sequence[Measured], said: Sequence[UseRow]
) -> Standing:
    newest = past[-1] if past else None
    # What another learner proved says nothing once this one was measured.
    same = [one for one in past if newest is not None and one.learner == newest.learner]
    proven = lift.is_used([(one.verdict, _change(one)) for one in same])
    use = said[-1] if said else None
    if use is not None and use.used and _harmed(past, use.at):
        use = None  # No note makes good what harms.
    is_used = proven if use is None else use.used
    return Standing(filling, told["keep"], told["reject"], told[""], newest, is_used, use)


def _harmed(past: Sequence[Measured], since: float) -> bool:
    return any(one.verdict == lift.HARM and one.row.created_at >= since for one in past)


def _change(one: Measured) -> float | None:
    known = one.figure("condition")
    return None if known is None else known.change


def _parents(one: Variant) -> list[int]:
    return [one.root] if one.other is None else [one.root, one.other]
