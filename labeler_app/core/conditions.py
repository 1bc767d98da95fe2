"""Conditions under which a picture was taken, in numbers that a person can read off it.

All are measured on the picture shrunk to 128 pixels, as it is seen there: of the noise and the
focus of a larger picture less is left than of a small one's. Where light alone changes, only
brightness does: contrast, sharpness and noise are relative.

Letters: H, W height and width of the small picture.
"""

import numpy as np

from labeler_app.core.arrays import Array, FloatArray
from labeler_app.core.gaps import Axis

SIDE = 128
"""Pixels of the longer side that a picture is shrunk to before it is measured."""

AXES = (
    Axis(
        "brightness",
        (0.1, 0.2, 0.35, 0.5, 0.65, 0.8),
        ("black", "dark", "dim", "medium", "light", "bright", "glaring"),
    ),
    Axis(
        "contrast",
        (0.1, 0.2, 0.3, 0.45, 0.65, 0.9),
        ("flat", "low", "mild", "medium", "strong", "very strong", "extreme"),
    ),
    Axis(
        "sharpness",
        (-1.5, -1.0, -0.6, -0.2, 0.2, 0.6),
        ("blurred", "very soft", "soft", "medium", "crisp", "sharp", "very sharp"),
    ),
    Axis(
        "noise",
        (0.0025, 0.005, 0.01, 0.02, 0.04, 0.08),
        ("none", "hardly any", "faint", "slight", "strong", "very strong", "extreme"),
    ),
    Axis(
        "saturation",
        (0.05, 0.1, 0.2, 0.3, 0.45, 0.65),
        ("grey", "pale", "muted", "medium", "colourful", "vivid", "garish"),
    ),
    Axis(
        "aspect",
        (-1.2, -0.7, -0.2, 0.2, 0.7, 1.2),
        ("very tall", "tall", "upright", "square", "broad", "wide", "very wide"),
    ),
    Axis(
        "orientation",
        (),
        ("level", "rising", "steep, rising", "upright", "steep, falling", "falling"),
        turn=180.0,
    ),
    Axis(
        "size",
        (5.0, 6.0, 7.0, 8.0, 9.0, 10.0),
        ("tiny", "very small", "small", "medium", "large", "very large", "huge"),
    ),
)
"""What is measured of a picture, in the columns of what `measure` returns."""

# Rec. 601, as JPEG and Pillow weigh them.
LUMA = np.array([0.299, 0.587, 0.114], dtype=np.float32)
# A black picture has no contrast, one of a single brightness no sharpness.
_DARKEST = 1.0 / 255.0
_FLATTEST = 1e-6
_LEAST_COHERENCE = 0.15


def measure(pixels: Array, width: int, height: int) -> FloatArray:
    """Measure one picture.

    Parameters
    ----------
    pixels : array of shape (H, W) or (H, W, 3), uint8
        The picture at no more than 128 pixels a side; grey, or RGB.
    width, height
        Of the whole picture, in pixels.

    Returns
    -------
    array of shape (8,), float32
        In the order of `AXES`; NaN where the picture says nothing.

        brightness
            Mean luma (Rec. 601), in [0, 1].
        contrast
            Deviation of the luma by its mean; 0 for one brightness, about 0.4 for a usual photo.
        sharpness
            log10 of the variance of the luma's Laplacian by the variance of the luma.
        noise
            Deviation of the noise by the mean luma: the median of the absolute response to
            Immerkaer's mask, in place of its mean, so that edges count less (Immerkaer 1996,
            "Fast noise variance estimation").
        saturation
            Mean S of HSV, in [0, 1].
        aspect
            log2 of width by height; 0 for a square.
        orientation
            Degrees of the main direction of edges above the horizontal, in [0, 180): the angle of
            the structure tensor. NaN where no direction prevails (coherence under 0.15).
        size
            log2 of the geometric mean of width and height, in pixels.
    """
    colours = np.asarray(pixels, dtype=np.float32) / 255.0
    luma = colours if colours.ndim == 2 else colours @ LUMA
    mean = max(float(luma.mean()), _DARKEST)
    told = (
        float(luma.mean()),
        float(luma.std()) / mean,
        _sharpness(luma),
        _noise(luma) / mean,
        0.0 if colours.ndim == 2 else _saturation(colours),
        float(np.log2(width / height)),
        _orientation(luma),
        float(np.log2(width * height) / 2.0),
    )
    return np.array(told, dtype=np.float32)


def _sharpness(luma: FloatArray) -> float:
    inner = _inner(luma)
    if inner is None or luma.var() < _FLATTEST:
        return float("nan")
    around = luma[:-2, 1:-1] + luma[2:, 1:-1] + luma[1:-1, :-2] + luma[1:-1, 2:]
    return float(np.log10(max((around - 4.0 * inner).var(), 1e-12) / luma.var()))


def _noise(luma: FloatArray) -> float:
    inner = _inner(luma)
    if inner is None:
        return float("nan")
    corners = luma[:-2, :-2] + luma[:-2, 2:] + luma[2:, :-2] + luma[2:, 2:]
    sides = luma[:-2, 1:-1] + luma[2:, 1:-1] + luma[1:-1, :-2] + luma[1:-1, 2:]
    response = corners - 2.0 * sides + 4.0 * inner
    # Of noise of deviation 1 the response has deviation 6; the median of its size is .6745 of that.
    return float(np.median(np.abs(response))) / (6.0 * 0.6745)


def _saturation(colours: FloatArray) -> float:
    # Plane by plane: numpy goes over an axis of three six times as slowly.
    red, green, blue = np.moveaxis(colours, 2, 0)
    high = np.maximum(np.maximum(red, green), blue)
    low = np.minimum(np.minimum(red, green), blue)
    return float(np.mean((high - low) / np.maximum(high, _DARKEST)))


def _orientation(luma: FloatArray) -> float:
    if min(luma.shape) < 3:
        return float("nan")
    down, right = np.gradient(luma)
    rr, dd, rd = (right**2).mean(), (down**2).mean(), (right * down).mean()
    total = rr + dd
    if total < _FLATTEST or np.hypot(rr - dd, 2.0 * rd) < _LEAST_COHERENCE * total:
        return float("nan")
    # Edges run across the steepest way; rows are counted downwards.
    steepest = 0.5 * np.arctan2(2.0 * rd, rr - dd)
    return float(np.degrees(-steepest) + 90.0) % 180.0


def _inner(luma: FloatArray) -> FloatArray | None:
    """Return all but the outermost pixels; None if there are none."""
    return luma[1:-1, 1:-1] if min(luma.shape) >= 3 else None
