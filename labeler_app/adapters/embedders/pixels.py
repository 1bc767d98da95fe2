"""The embedder without a network: a small grey picture and the colours, standardised.

D = 368: 12 x 12 grey values, a histogram of hue x saturation x value (8 x 4 x 4), and one of each
of the six channels (16 bins). Frequencies enter by their square root, which keeps rare colours
visible. Each block is divided by the root of its size, so that no block outweighs the others.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

import numpy as np
from PIL import Image

from labeler_app.adapters.embedders import Embedder
from labeler_app.core.arrays import Array, FloatArray, IndexArray
from labeler_app.errors import InputError

_SIDE = 48
_GREY_SIDE = 12
_BINS = 16
_JOINT = (8, 4, 4)
_BLOCKS = (_GREY_SIDE**2, int(np.prod(_JOINT)), 6 * _BINS)

# Chosen on photos (trashnet) and digits together, for logistic regression with C = 1.
_BLOCK_LENGTH = 4.0
# Without colour R, G, B and V are the same, and all four histograms count one thing. At half the
# length margin reaches .92 instead of .88 with 100 labels on digits.
_GREY_SHARE = 0.5
# Features vary between 0 and 1. One that hardly varies in the sample must not explode later.
_LEAST_DEVIATION = 0.02
_MOST_DEVIATIONS = 5.0

_FIT_SAMPLE = 2_000
_AT_ONCE = 256
_Rows = TypeVar("_Rows", Sequence[Image.Image], IndexArray)

_LUMA = np.array([0.299, 0.587, 0.114], dtype=np.float32)


def fit(images: Sequence[Image.Image], rng: np.random.Generator) -> dict[str, Array]:
    """Return mean and deviation of each feature over at most 2,000 of the images.

    Parameters
    ----------
    images
        RGB or L, of any size; at least one.
    rng
        Draws the sample.

    Returns
    -------
    dict
        ``mean``, ``deviation`` and ``weight``, each float32 of shape (D,).

    Raises
    ------
    InputError
        If there are no images.
    """
    if not images:
        raise InputError("There is no image to learn the scale of the features from.")
    count = min(len(images), _FIT_SAMPLE)
    sample = np.sort(rng.choice(len(images), count, replace=False))
    features = np.concatenate([_block(images[at] for at in part) for part in _parts(sample)])
    deviation = np.maximum(features.std(axis=0), _LEAST_DEVIATION)
    lengths = np.array([_BLOCK_LENGTH] * len(_BLOCKS))
    if _is_grey(features):
        lengths[1:] *= _GREY_SHARE
    weight = np.repeat(lengths / np.sqrt(_BLOCKS), _BLOCKS)
    return {
        "mean": features.mean(axis=0),
        "deviation": deviation.astype(np.float32),
        "weight": weight.astype(np.float32),
    }


def embed(images: Sequence[Image.Image], state: Mapping[str, Array]) -> FloatArray:
    """Return one vector per image.

    Parameters
    ----------
    images
        RGB or L, of any size.
    state
        From ``fit``.

    Returns
    -------
    array of shape (n, 368), float32
        A block of the vector has a length of about 4; no value is beyond 5 deviations.
    """
    scaled = (_features(images) - state["mean"]) / state["deviation"]
    clipped = np.clip(scaled, -_MOST_DEVIATIONS, _MOST_DEVIATIONS)
    return np.asarray(clipped * state["weight"], np.float32)


PIXELS = Embedder(name="pixels", revision="2", fit=fit, embed=embed)


def _is_grey(features: FloatArray) -> bool:
    """Tell whether every image has only pixels without any saturation."""
    first = _BLOCKS[0] + _BLOCKS[1] + 4 * _BINS  # The lowest bin of saturation.
    return bool((features[:, first] > 1.0 - 1e-6).all())


def _features(images: Sequence[Image.Image]) -> FloatArray:
    """Return the raw features, (n, D) float32 in [0, 1]."""
    blocks = [_block(part) for part in _parts(images)]
    return np.concatenate([np.zeros((0, sum(_BLOCKS)), np.float32), *blocks])


def _parts(rows: _Rows) -> Iterator[_Rows]:
    return (rows[start : start + _AT_ONCE] for start in range(0, len(rows), _AT_ONCE))


def _block(images: Iterable[Image.Image]) -> FloatArray:
    # One at a time: a sequence may open its images only when asked, and many photos are too large.
    small = [_shrink(image) for image in images]
    rgb = np.stack([np.asarray(image) for image in small])
    hsv = np.stack([np.asarray(image.convert("HSV")) for image in small])
    return np.concatenate([_grey(rgb), _joint(hsv), _channels(rgb), _channels(hsv)], axis=1)


def _shrink(image: Image.Image) -> Image.Image:
    small = image.resize((_SIDE, _SIDE), Image.Resampling.BOX)
    return small if small.mode == "RGB" else small.convert("RGB")


def _grey(rgb: Array) -> FloatArray:
    step = _SIDE // _GREY_SIDE
    luma = (rgb @ _LUMA) / np.float32(255)
    tiles = luma.reshape(len(rgb), _GREY_SIDE, step, _GREY_SIDE, step)
    return np.asarray(tiles.mean(axis=(2, 4)).reshape(len(rgb), -1), np.float32)


def _joint(hsv: Array) -> FloatArray:
    bins = np.array(_JOINT)
    parts = hsv.reshape(len(hsv), -1, 3).astype(np.int64) * bins // 256
    return _root_frequencies(parts @ np.array([bins[1] * bins[2], bins[2], 1]), _BLOCKS[1])


def _channels(pixels: Array) -> FloatArray:
    parts = pixels.reshape(len(pixels), -1, 3) // (256 // _BINS)
    return np.concatenate([_root_frequencies(parts[:, :, c], _BINS) for c in range(3)], axis=1)


def _root_frequencies(codes: Array, bins: int) -> FloatArray:
    """Count codes of shape (n, pixels) in 0..bins-1 per row; the square root of the shares."""
    rows = np.arange(len(codes), dtype=np.int64)[:, None] * bins
    counts = np.bincount((codes + rows).ravel(), minlength=len(codes) * bins)
    shares = counts.reshape(len(codes), bins) / codes.shape[1]
    return np.asarray(np.sqrt(shares), np.float32)
