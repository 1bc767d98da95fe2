"""Bring any kind of pixel to RGB or L, the same way for people and models."""

import numpy as np
from PIL import Image, ImageOps

from labeler_app.core.arrays import Array
from labeler_app.errors import FormatError

_BACKGROUND = (128, 128, 128, 255)
_MIDDLE = 128
_SAMPLE = 1_000_000
_ROWS = 1024


def turn_upright(opened: Image.Image) -> None:
    """Turn a decoded image as its camera was held, in place, once.

    Damaged EXIF leaves it as it is stored.
    """
    try:
        ImageOps.exif_transpose(opened, in_place=True)
    except (SyntaxError, ValueError, TypeError, LookupError, OSError, ArithmeticError, Warning):
        return


def plain(image: Image.Image) -> tuple[Image.Image, tuple[str, ...]]:
    """Return the image as RGB or L, and notes about what had to be chosen.

    Parameters
    ----------
    image
        Decoded, of any mode Pillow knows; stays as it is.

    Raises
    ------
    FormatError
        If no pixel has a value.
    """
    if image.mode == "F" or image.mode.startswith("I"):
        return _windowed(np.asarray(image))
    if image.has_transparency_data:
        return _flattened(image)
    return image.convert("L" if image.mode in ("1", "L") else "RGB"), ()


def _flattened(image: Image.Image) -> tuple[Image.Image, tuple[str, ...]]:
    colours = image.convert("RGBA")
    mode = "L" if image.mode in ("1", "L", "LA", "La") else "RGB"
    if colours.getchannel("A").getextrema() == (255, 255):
        return colours.convert(mode), ()
    ground = Image.new("RGBA", colours.size, _BACKGROUND)
    whole = Image.alpha_composite(ground, colours)
    return whole.convert(mode), ("transparent parts are shown grey",)


def _windowed(values: Array) -> tuple[Image.Image, tuple[str, ...]]:
    """Spread the values between the 1st and the 99th percentile over black to white."""
    low, high = _window(values)
    tones = np.empty(values.shape, dtype=np.uint8)
    for start in range(0, len(values), _ROWS):
        tones[start : start + _ROWS] = _tones(values[start : start + _ROWS], low, high)
    note = f"values from {low:,.6g} to {high:,.6g} are shown from black to white"
    return Image.fromarray(tones), (note,)


def _tones(values: Array, low: float, high: float) -> Array:
    """Return 0 to 255; holes in the data are black, and a single value is a middle grey."""
    known = values.astype(np.float64)
    if low == high:
        return np.where(np.isnan(known), 0, _MIDDLE).astype(np.uint8)
    spread = 255.0 * (np.clip(known, low, high) - low) / (high - low)
    return np.rint(np.nan_to_num(spread, nan=0.0)).astype(np.uint8)


def _window(values: Array) -> tuple[float, float]:
    step = int(np.ceil(np.sqrt(values.size / _SAMPLE)))
    known = _finite(values[::step, ::step])
    if not known.size:
        known = _finite(values)
    if not known.size:
        raise FormatError("no pixel has a value")
    low, high = np.percentile(known, (1.0, 99.0))
    if low == high:
        low, high = known.min(), known.max()
    return float(low), float(high)


def _finite(values: Array) -> Array:
    known = values[np.isfinite(values)]
    return np.asarray(known, dtype=np.float64)
