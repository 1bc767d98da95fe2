"""Turn items into vectors, one module per embedder."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from PIL.Image import Image

from labeler_app.core.arrays import Array, FloatArray

State = Mapping[str, Array]
"""What an embedder learned from the pool without labels; saved beside the embeddings as arrays."""


@dataclass(frozen=True, slots=True)
class Embedder:
    """The port of the plug-in kind ``embedders``."""

    name: str
    """As in the table of plug-ins."""
    revision: str
    """Changes whenever the same image would get another vector: saved embeddings are then stale."""
    fit: Callable[[Sequence[Image], np.random.Generator], State]
    """Learn what ``embed`` needs from a sample of the pool; the same seed gives the same state."""
    embed: Callable[[Sequence[Image], State], FloatArray]
    """Images (RGB or L) and the state to float32 (n, D); each row depends on its image only."""
