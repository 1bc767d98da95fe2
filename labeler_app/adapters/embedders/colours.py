"""How often each colour occurs in a picture: 224 root frequencies.

A histogram of hue x saturation x value (8 x 4 x 4), and one of each of the six channels (16 bins).
Frequencies enter by their square root, which keeps rare colours visible.
"""

import numpy as np

from labeler_app.core.arrays import Array, FloatArray

_BINS = 16
_JOINT = (8, 4, 4)
BLOCKS = (int(np.prod(_JOINT)), 6 * _BINS)
"""Sizes of the two parts: joint, and by channel."""


def frequencies(rgb: Array, hsv: Array) -> FloatArray:
    """Return the root frequencies of each picture.

    Parameters
    ----------
    rgb, hsv : arrays of shape (n, height, width, 3), uint8
        The same pictures twice.

    Returns
    -------
    array of shape (n, 224), float32 in [0, 1]
    """
    return np.concatenate([_joint(hsv), _channels(rgb), _channels(hsv)], axis=1)


def are_grey(found: FloatArray) -> bool:
    """Tell whether every picture has only pixels without any saturation.

    Parameters
    ----------
    found : array of shape (n, 224)
        From ``frequencies``.
    """
    lowest = BLOCKS[0] + 4 * _BINS  # The lowest bin of saturation.
    return bool((found[:, lowest] > 1.0 - 1e-6).all())


def _joint(hsv: Array) -> FloatArray:
    bins = np.array(_JOINT)
    parts = hsv.reshape(len(hsv), -1, 3).astype(np.int64) * bins // 256
    return _root_frequencies(parts @ np.array([bins[1] * bins[2], bins[2], 1]), BLOCKS[0])


def _channels(pixels: Array) -> FloatArray:
    parts = pixels.reshape(len(pixels), -1, 3) // (256 // _BINS)
    return np.concatenate([_root_frequencies(parts[:, :, c], _BINS) for c in range(3)], axis=1)


def _root_frequencies(codes: Array, bins: int) -> FloatArray:
    """Count codes of shape (n, pixels) in 0..bins-1 per row; the square root of the shares."""
    rows = np.arange(len(codes), dtype=np.int64)[:, None] * bins
    counts = np.bincount((codes + rows).ravel(), minlength=len(codes) * bins)
    shares = counts.reshape(len(codes), bins) / codes.shape[1]
    return np.asarray(np.sqrt(shares), np.float32)
