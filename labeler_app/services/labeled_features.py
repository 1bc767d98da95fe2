"""Features of items whose classes are known; the embedder learns without these, as in a project."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np

from labeler_app.adapters.embedders import Embedder, Place
from labeler_app.core.arrays import Array, FloatArray, IndexArray, blocks
from labeler_app.errors import FormatError, InputError
from labeler_app.services import kinds
from labeler_app.services.things import InMemory

Progress = Callable[[int, int], None]
"""Called with how much is done and how much there is."""

# 500 images of 512 x 512 pixels in three colours are 393 MB.
_FIT_IMAGES = 500
_AT_ONCE = 128
_EMBED_SEED = 0


@dataclass(frozen=True, slots=True)
class Items:
    """Items whose classes are known, read when asked for."""

    kind: str
    """``image``, ``text`` or ``table``."""
    load: Callable[[int], Any]
    """From the number of an item to the item; FormatError when it cannot be read."""
    classes: Array
    """(N,) names or numbers."""
    places: Sequence[Place]
    """Where each stands in its source, by which vectors that are given are found."""


@dataclass(frozen=True, slots=True)
class Labeled:
    """Embedded items with their classes."""

    x: FloatArray
    """(N, D) float32."""
    y: IndexArray
    """(N,) class numbers 0 .. C - 1."""
    notes: tuple[str, ...] = ()
    """Sentences for whoever chose the embedder, and on what was left out."""


def embed(items: Items, embedder: Embedder, progress: Progress) -> Labeled:
    """Embed items in blocks, leaving out those that cannot be read.

    Raises
    ------
    InputError
        If the embedder reads items of another kind, or no item can be read.
    """
    check_kind(embedder, items.kind)
    rng, count = np.random.default_rng(_EMBED_SEED), len(items.classes)
    most = _FIT_IMAGES if items.kind == "image" else kinds.of(items.kind).fit_sample
    _, sample = _readable(items, np.sort(rng.permutation(count)[:most]))
    if not len(sample):
        raise InputError("The source holds no item with a class that can be read.")
    state = embedder.fit(sample, rng)
    vectors: list[FloatArray] = []
    used: list[int] = []
    for part in blocks(count, _AT_ONCE):
        numbers, readable = _readable(items, np.arange(part.start, part.stop))
        if numbers:
            vectors.append(embedder.embed(readable, state))
            used += numbers
        progress(part.stop, count)
    notes = list(embedder.notes(state))
    if len(used) < count:
        notes.append(f"{count - len(used):,} of {count:,} items cannot be read and were left out.")
    return Labeled(np.concatenate(vectors), numbered(items.classes[used]), tuple(notes))


def check_kind(embedder: Embedder, kind: str) -> None:
    """Make sure that an embedder reads items of a kind.

    Raises
    ------
    InputError
        If it does not.
    """
    if embedder.kind not in (kind, "any"):
        raise InputError(
            f"{embedder.name!r} embeds items of the kind {embedder.kind}; these are {kind}.",
            hint=f"Take {kinds.of(kind).embedder}, or another embedder for {kind}.",
        )


def numbered(classes: Array) -> IndexArray:
    """Number the classes 0 .. C - 1 in sorted order."""
    return np.unique(classes, return_inverse=True)[1].astype(np.int64)


def _readable(items: Items, positions: IndexArray) -> tuple[list[int], InMemory]:
    read: dict[int, Any] = {}
    for position in positions.tolist():
        with suppress(FormatError):
            read[position] = items.load(position)
    return list(read), InMemory(list(read.values()), [items.places[one] for one in read])
