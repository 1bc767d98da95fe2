"""Turn items into vectors, one module per embedder.

Some are told by an argument behind a colon which model or file to use: ``onnx:net.onnx``. Their row
in the table of plug-ins is a function from that argument to an `Embedder`.
"""

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, Literal, Protocol, runtime_checkable

import numpy as np

from labeler_app.core.arrays import Array, FloatArray

State = Mapping[str, Array]
"""What an embedder learned from the pool without labels; saved beside the embeddings as arrays."""

Kind = Literal["image", "text", "table", "any"]
"""The items it reads: PIL images (RGB or L), ``str``, mappings from column names to ``str``,
``float`` or None; ``any`` reads no item, only which one it is (`Placed`)."""

_LONGEST_STEM = 40


@dataclass(frozen=True, slots=True)
class Embedder:
    """The port of the plug-in kind ``embedders``."""

    name: str
    """As in the table of plug-ins, with its argument."""
    revision: str
    """Changes whenever the same item would get another vector: saved embeddings are then stale."""
    kind: Kind
    fit: Callable[[Sequence[Any], np.random.Generator], State]
    """Learn what ``embed`` needs from a sample of the pool; the same seed gives the same state."""
    embed: Callable[[Sequence[Any], State], FloatArray]
    """Items and the state to float32 (n, D); each row depends on its item only."""
    notes: Callable[[State], Sequence[str]] = lambda _: ()
    """Sentences for whoever chose it: what was guessed, and what looks wrong after ``fit``."""
    check_count: Callable[[int], None] = lambda _: None
    """Raises InputError if it cannot embed a pool of so many items."""
    parts: Callable[[str, State, FloatArray], Sequence["Part"]] | None = None
    """What the words of a text add to its vector times a direction (D,); None if it cannot tell."""


@dataclass(frozen=True, slots=True)
class Part:
    """A word of a text, or a sign between words, and what it adds to a linear function."""

    word: str
    """In small letters; the same for all its occurrences."""
    first: int
    """Where it begins and ends: characters of the text."""
    behind: int
    added: float
    held_by: float
    """Share of the texts learned from that hold the word, in [0, 1]; 0 if it is not known."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an item stands: its number in the pool, from 0, and its path as it was imported."""

    position: int
    path: str


@runtime_checkable
class Placed(Protocol):
    """A sequence of items that also knows where each of them stands."""

    @property
    def places(self) -> Sequence[Place]:
        """One place an item."""


def key(name: str) -> str:
    """Return a name as files may carry it: the same for the same embedder, without its argument.

    ``pixels`` stays ``pixels``; ``onnx:/models/net.onnx`` becomes ``onnx-net-1f6b2c3d``.
    """
    head, colon, argument = name.partition(":")
    if not colon:
        return name
    stem = re.sub(r"[^A-Za-z0-9]+", "-", PurePath(argument.partition("?")[0]).stem).strip("-")
    digest = hashlib.sha256(argument.encode()).hexdigest()[:8]
    return "-".join(part for part in (head, stem[:_LONGEST_STEM], digest) if part)
