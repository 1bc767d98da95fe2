"""What a model sees of pictures: the product's embedders, and raw pixels without any."""

from collections.abc import Callable, Sequence

import numpy as np
from PIL import Image

from labeler_app import plugins

RAW = "raw"
"""12 x 12 grey values and 4 x 4 x 6 gradients, each by its mean and deviation in the training set:
whoever saw nothing dark knows no scale for it."""

_GREY, _EDGES, _TILE, _ANGLES = 12, 32, 8, 6
_LEAST_DEVIATION = 1e-3

Pictures = Sequence[Image.Image]
See = Callable[[Pictures], np.ndarray]


def seeing(name: str, pool: Pictures) -> See:
    """Return what turns pictures into rows; an embedder learns from the pool first."""
    if name == RAW:
        return lambda pictures: np.stack([_raw(one) for one in pictures])
    embedder = plugins.load("embedders", name)
    state = embedder.fit(pool, np.random.default_rng(0))
    return lambda pictures: embedder.embed(pictures, state)


def scaled(name: str, train: np.ndarray, *others: np.ndarray) -> list[np.ndarray]:
    """Return rows as the learner takes them: raw ones by the scale of the training set."""
    if name != RAW:
        return [train, *others]
    mean, deviation = train.mean(axis=0), np.maximum(train.std(axis=0), _LEAST_DEVIATION)
    return [(one - mean) / deviation for one in (train, *others)]


def _raw(picture: Image.Image) -> np.ndarray:
    grey = picture.convert("L")
    small = grey.resize((_GREY, _GREY), Image.Resampling.BOX)
    edges = np.asarray(grey.resize((_EDGES, _EDGES), Image.Resampling.BOX), dtype=float) / 255.0
    return np.concatenate([np.asarray(small, dtype=float).ravel() / 255.0, _gradients(edges)])


def _gradients(luma: np.ndarray) -> np.ndarray:
    """Return how steep it is in each of 16 tiles, by direction."""
    down, right = np.gradient(luma)
    angle = (np.arctan2(down, right) % np.pi / np.pi * _ANGLES).astype(int) % _ANGLES
    tile = np.arange(_EDGES) // _TILE
    cell = ((tile[:, None] * (_EDGES // _TILE) + tile) * _ANGLES + angle).ravel()
    return np.bincount(cell, np.hypot(down, right).ravel(), (_EDGES // _TILE) ** 2 * _ANGLES)
