"""What a variant can hardly be told from: an item it is not made of, or another variant.

It is compared with labeled items, audit items and the newest variants, not with the whole pool:
only these must not be there twice.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from labeler_app.core.arrays import Array, FloatArray, IndexArray, blocks
from labeler_app.errors import FormatError
from labeler_app.services import goals, kinds, projects, variant_kinds
from labeler_app.services.variant_kinds import VariantKind
from labeler_app.services.workspace import Workspace
from labeler_app.store import audit, events, items, models, stand_ins, variants
from labeler_app.store.variants import Filling, Variant

SIBLING = "another variant of the same original"
OTHER = "a variant of another original"
APART = 0.25
"""Of a cell: so far from each other two variants of one original must be to be two."""
NEWEST = 4_000
"""Variants that a new one is compared with."""
_ROWS = 8_192
_KEPT = 20_000


@dataclass(frozen=True, slots=True)
class Shape:
    """What a variant is compared by.

    Attributes
    ----------
    signature
        What near-duplicates are found by.
    roots
        Items it is made of.
    value
        What was measured of it on the axis; None without one.
    """

    signature: Array
    roots: frozenset[int]
    filling: Filling
    value: float | None


@dataclass(frozen=True, slots=True)
class Known:
    """What new variants of a project are compared with.

    Attributes
    ----------
    kind
        How they are compared.
    signatures
        Of items, N rows.
    ids : array of shape (N,)
    audit : array of shape (N,), bool
        Whether an item is of the audit sample.
    others
        Variants there are; who makes one adds it.
    """

    kind: VariantKind[Any]
    signatures: Array
    ids: IndexArray
    audit: Array
    others: list[Shape]

    def item(self, one: Shape) -> tuple[int, bool] | None:
        """Return the nearest item that is near, and whether one of the audit sample is near."""
        away = self._away(self.signatures, one)
        away[np.isin(self.ids, list(one.roots))] = np.inf
        near = np.flatnonzero(away < self.kind.near)
        if not near.size:
            return None
        return int(self.ids[near[away[near].argmin()]]), bool(self.audit[near].any())

    def variant(self, one: Shape) -> str:
        """Return what variant is near; "" if none is."""
        if not self.others:
            return ""
        away = self._away(np.stack([other.signature for other in self.others]), one)
        near = [self.others[at] for at in np.flatnonzero(away < self.kind.near)]
        if any(not other.roots & one.roots for other in near):
            return OTHER
        return SIBLING if any(_is_same(other, one) for other in near) else ""

    def _away(self, signatures: Array, one: Shape) -> FloatArray:
        """Return how far each of some signatures is from a variant."""
        away = np.empty(len(signatures))
        for rows in blocks(len(signatures), _ROWS):
            away[rows] = self.kind.away(signatures[rows], one.signature)
        return away


def known(ws: Workspace, project: int) -> Known:
    """Return what variants of a project are compared with."""
    name = projects.get(ws, project).kind
    kind = variant_kinds.of(name)
    with ws.store.read() as tx:
        files = models.shards(tx, project, kinds.of(name).signatures)
        ids = items.ids_by_position(tx, project)
        reserved = audit.positions(tx, project)
        labeled = [one.position for one in events.training_labels(tx, project)]
        grey = set(stand_ins.positions(tx, project))
        every = variants.every(tx, project)[-NEWEST:]
    count = sum(one.count for one in files)
    seen = sorted({at for at in (*reserved, *labeled) if at < count} - grey)
    rows = ws.arrays.take(files, seen) if seen else np.zeros((0, 0))
    return Known(
        kind=kind,
        signatures=np.asarray(rows),
        ids=np.array([ids[at] for at in seen], dtype=np.int64),
        audit=np.isin(seen, reserved),
        others=[shape for one in every if (shape := _shape(ws, kind, one)) is not None],
    )


def _is_same(one: Shape, other: Shape) -> bool:
    """Tell whether variants of one original differ in no condition that anybody asked for."""
    sought = goals.wanted(one.filling)
    if one.filling != other.filling:
        return False
    if sought is None or one.value is None or other.value is None:
        return True
    low, high = sought.condition.reach(sought.first, sought.last)
    cell = (high - low) / (sought.last - sought.first + 1)
    return abs(one.value - other.value) < APART * cell


def _shape(ws: Workspace, kind: VariantKind[Any], one: Variant) -> Shape | None:
    own = _seen.get(one.sha256)
    if own is None:
        try:
            own = remember(one.sha256, kind.signature(kind.read(ws, one.path)))
        except FormatError:
            return None  # Whoever shows it says that it is lost.
    roots = frozenset({one.root} | ({one.other} if one.other is not None else set()))
    return Shape(own, roots, one.filling, one.after)


def remember(sha256: str, signature: Array) -> Array:
    """Keep what a variant is compared by, so that its file need not be read again."""
    _seen[sha256] = signature
    if len(_seen) > _KEPT:
        del _seen[next(iter(_seen))]
    return signature


_seen: dict[str, Array] = {}
