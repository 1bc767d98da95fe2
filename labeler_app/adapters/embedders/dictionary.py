"""A dictionary of small patches, learned from pictures without labels, and how to read with it.

Patches of 6 x 6 pixels, each brought to zero mean and unit contrast, are whitened (ZCA) and grouped
by mini-batch k-means. A picture is described by how much closer than usual each of its patches lies
to each centre ("triangle" activation), averaged over its quarters.

References
----------
Coates, Ng and Lee: "An Analysis of Single-Layer Networks in Unsupervised Feature Learning", AISTATS
2011.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from labeler_app.core.arrays import Array, FloatArray

PATCH = 6
"""Pixels of a side."""

# Of brightness 0 .. 255: patches of less contrast are noise, and are not blown up to full contrast.
_LEAST_VARIANCE = 10.0
_WHITENING = 0.1
_QUARTERS = 2
_ROUNDS = 60
_BATCH = 3_000


@dataclass(frozen=True, slots=True)
class Dictionary:
    """What was learned; D = 108 numbers a patch, K centres."""

    mean: FloatArray
    """(D,)"""
    whitening: FloatArray
    """(D, D)"""
    centres: FloatArray
    """(K, D), whitened."""


def sample(picture: Array, count: int, rng: np.random.Generator) -> FloatArray:
    """Return patches from random places of one picture, of full contrast.

    Parameters
    ----------
    picture : array of shape (height, width, 3), uint8, sides of at least 6
    count
        How many; places may repeat.

    Returns
    -------
    array of shape (count, 108), float32
    """
    windows = _windows(picture, 1)
    rows = rng.integers(0, windows.shape[0], count)
    columns = rng.integers(0, windows.shape[1], count)
    return _contrasted(windows[rows, columns].reshape(count, -1))


def learned(patches: FloatArray, centres: int, rng: np.random.Generator) -> Dictionary:
    """Whiten the patches, and group them by mini-batch k-means.

    Parameters
    ----------
    patches : array of shape (n, 108), n >= 1
        From ``sample``.
    centres
        K.
    rng
        Draws the first centres and the batches.
    """
    mean = patches.mean(axis=0)
    centred = patches - mean
    values, axes = np.linalg.eigh((centred.T @ centred).astype(np.float64) / len(centred))
    turned = (axes / np.sqrt(np.maximum(values, 0.0) + _WHITENING)) @ axes.T
    whitening = turned.astype(np.float32)
    return Dictionary(mean, whitening, _grouped(centred @ whitening, centres, rng))


def described(picture: Array, stride: int, known: Dictionary) -> FloatArray:
    """Return the mean activation of each centre in each quarter of a picture.

    Parameters
    ----------
    picture : array of shape (height, width, 3), uint8, sides of at least 6
    stride
        Pixels from one patch to the next.
    known
        From ``learned``.

    Returns
    -------
    array of shape (4 * K,), float32, not negative
    """
    windows = _windows(picture, stride)
    height, width = windows.shape[:2]
    patches = _contrasted(windows.reshape(height * width, -1))
    active = _active((patches - known.mean) @ known.whitening, known.centres)
    active = active.reshape(height, width, -1)
    bands = [
        active[rows, columns].mean(axis=(0, 1))
        for rows in _halves(height)
        for columns in _halves(width)
    ]
    return np.concatenate(bands)


def _windows(picture: Array, stride: int) -> Array:
    seen = sliding_window_view(picture, (PATCH, PATCH), axis=(0, 1))
    return seen[::stride, ::stride]


def _contrasted(patches: Array) -> FloatArray:
    exact = patches.astype(np.float32)
    exact -= exact.mean(axis=1, keepdims=True)
    power = np.einsum("ij,ij->i", exact, exact) / np.float32(exact.shape[1])
    exact /= np.sqrt(power + np.float32(_LEAST_VARIANCE))[:, None]
    return exact


def _active(patches: FloatArray, centres: FloatArray) -> FloatArray:
    far = patches @ (-2.0 * centres.T)
    far += np.einsum("ij,ij->i", centres, centres)
    far += np.einsum("ij,ij->i", patches, patches)[:, None]
    np.sqrt(np.maximum(far, 0.0, out=far), out=far)
    usual = far.mean(axis=1, keepdims=True)
    np.subtract(usual, far, out=far)
    return np.asarray(np.maximum(far, 0.0, out=far), np.float32)


def _halves(length: int) -> Sequence[slice]:
    edges = [round(length * part / _QUARTERS) for part in range(_QUARTERS + 1)]
    return [slice(min(a, length - 1), max(b, a + 1)) for a, b in pairwise(edges)]


def _grouped(patches: FloatArray, count: int, rng: np.random.Generator) -> FloatArray:
    chosen = rng.choice(len(patches), count, replace=len(patches) < count)
    centres, met = patches[chosen].astype(np.float32), np.ones(count, np.float32)
    for _ in range(_ROUNDS):
        batch = patches[rng.integers(0, len(patches), _BATCH)]
        half = np.einsum("ij,ij->i", centres, centres) / 2.0
        nearest = (half - batch @ centres.T).argmin(axis=1)
        belongs = np.zeros((count, len(batch)), np.float32)
        belongs[nearest, np.arange(len(batch))] = 1.0
        joined = belongs.sum(axis=1)
        met += joined
        centres += (belongs @ batch - joined[:, None] * centres) / met[:, None]
    return centres
