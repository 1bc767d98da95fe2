"""Groups of near-duplicates, so that copies of one thing can be labeled in one decision.

Greedy, in the order of the items: the first one that is in no group yet is the head of a group with
all later ones that are near it and in none. No chains: what is only near a member, not near the
head, is left for another group.

Where very many items are alike and yet not near, all pairs would have to be compared. So the
comparisons that find nothing are bounded: once half of them are spent, the rest is shared out among
the heads that are left, and each is compared with its likeliest ones only. What is in a group is
near its head all the same; some copies may be in none, or in a group of their own.
"""

from collections.abc import Callable, Generator
from dataclasses import dataclass

import numpy as np

from labeler_app.core.arrays import Array, FloatArray, IndexArray, blocks
from labeler_app.core.audit import NEAR
from labeler_app.core.lookalikes import Bands, Lookalikes, Sums

NONE = -1
EFFORT = 20_000_000
"""Comparisons in vain, about: 3 to 10 s of 12,000 items on one core, 10 to 45 s of 100,000."""
# However little is left, each head is compared with so many.
_LEAST = 16
_COMPARED = 4_096
# To look up an item that is not compared, as it is in a group already, costs this much of one.
_LOOKED_UP = 1 / 16

IsNear = Callable[[int, IndexArray], Array]
"""From a head and positions to which of these are near it."""


@dataclass(frozen=True, slots=True)
class Groups:
    """Which items are near-duplicates."""

    head_of: IndexArray
    """(N,) int64, the position of the head of the group each item is in; -1 for none."""
    is_whole: bool
    """Whether all were compared that may be near."""


Grouping = Generator[None, None, Groups]
"""The work in small steps, of a few milliseconds but for the first; returns the groups."""


def by_luma(
    luma: FloatArray, barred: IndexArray, *, threshold: float = NEAR, effort: int = EFFORT
) -> Grouping:
    """Group pictures by the brightness of their pixels, step by step.

    Parameters
    ----------
    luma : array of shape (N, 256)
        Brightness at 16 x 16 pixels, each row z-scored.
    barred : array of positions
        Items that may be in no group.
    threshold
        Mean absolute difference below which two items are near-duplicates.
    effort
        Comparisons that find nothing, about, at most.
    """
    pixels, free = np.asarray(luma), _free(len(luma), barred)
    heads = np.flatnonzero(free)
    if heads.size < 2:
        return Groups(np.full(len(pixels), NONE, np.int64), is_whole=True)

    def is_near(head: int, others: IndexArray) -> Array:
        return np.asarray(np.abs(pixels[others] - pixels[head]).mean(axis=1) < threshold)

    yield
    return (yield from _grouped(free, heads, Sums(pixels, threshold), is_near, effort))


def by_signature(
    signatures: Array, barred: IndexArray, *, share: float, effort: int = EFFORT
) -> Grouping:
    """Group texts or rows by signatures that have many numbers in common, step by step.

    Parameters
    ----------
    signatures : array of shape (N, K), uint32
        From MinHash, or any fingerprint where equal items have equal numbers.
    barred : array of positions
        Items that may be in no group.
    share
        Of equal numbers from which on two items are near-duplicates, in (0, 1].
    effort
        Comparisons that find nothing, about, at most.
    """
    known, free = np.asarray(signatures), _free(len(signatures), barred)
    bands = Bands(known, share)

    def is_near(head: int, others: IndexArray) -> Array:
        return np.asarray((known[others] == known[head]).mean(axis=1) >= share)

    yield
    heads = np.flatnonzero(free & bands.shared)
    return (yield from _grouped(free, heads, bands, is_near, effort))


def _free(count: int, barred: IndexArray) -> Array:
    free = np.ones(count, dtype=bool)
    free[np.asarray(barred, np.int64)] = False
    return free


def _grouped(
    free: Array, heads: IndexArray, known: Lookalikes, is_near: IsNear, effort: int
) -> Grouping:
    """Let each head that is still free take what is near it, behind it and free."""
    head_of, open_, is_whole, left = np.full(len(free), NONE, np.int64), free.copy(), True, effort
    for done, head in enumerate(heads.tolist()):
        if not open_[head]:
            continue
        known.forget(open_, head)
        most = None if 2 * left > effort else max(_LEAST, left // (len(heads) - done))
        members, spent, is_all = yield from _near(head, open_, known, is_near, most)
        left, is_whole = max(0, left - spent), is_whole and is_all
        if members.size:
            head_of[head], open_[head] = head, False
            head_of[members], open_[members] = head, False
    return Groups(head_of, is_whole)


def _near(
    head: int, open_: Array, known: Lookalikes, is_near: IsNear, most: int | None
) -> Generator[None, None, tuple[IndexArray, int, bool]]:
    """Return what is near a head, what it took in vain, and whether all was compared.

    As long as more than half of what is compared is near, twice as many are looked up.
    """
    while True:
        found, is_all = known.of(head, most)
        possible = found[open_[found]]
        mine = []
        for rows in blocks(possible.size, _COMPARED):
            mine.append(possible[rows][is_near(head, possible[rows])])
            yield
        near = np.concatenate(mine) if mine else possible
        vain = possible.size - near.size
        spent = vain + int((found.size - possible.size) * _LOOKED_UP)
        if is_all or most is None or vain * 2 >= most:
            return near, spent, is_all
        most *= 2
