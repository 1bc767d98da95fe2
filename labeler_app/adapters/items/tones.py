"""Bring any kind of pixel to RGB or L, the same way for people and models.

What takes more than one look at a pixel goes in bands, so that no third copy of a large image lies
in memory.
"""

from collections.abc import Iterator

import numpy as np
from PIL import Image

from labeler_app.core.arrays import Array
from labeler_app.errors import FormatError

_GROUND = 128
_MIDDLE = 128
_SAMPLE = 1_000_000
_BAND_PIXELS = 1_000_000

_ORIENTATION = 0x0112
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# Turns that make the width the height.
SIDEWAYS = tuple(turn for number, turn in _TURNS.items() if number >= 5)


def upright(opened: Image.Image) -> Image.Transpose | None:
    """Return the turn that puts a decoded image as its camera was held; None if it is so already.

    Damaged EXIF leaves it as it is stored.
    """
    try:
        return _TURNS.get(opened.getexif().get(_ORIENTATION, 1))
    except (SyntaxError, ValueError, TypeError, LookupError, OSError, ArithmeticError, Warning):
        return None


def plain(image: Image.Image) -> tuple[Image.Image, tuple[str, ...]]:
    """Return the image as RGB or L, itself if it is that already, and notes on what was chosen.

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
        return _windowed(image)
    if image.has_transparency_data:
        return _flattened(image)
    mode = "L" if image.mode in ("1", "L") else "RGB"
    return (image if image.mode == mode else image.convert(mode)), ()


def _flattened(image: Image.Image) -> tuple[Image.Image, tuple[str, ...]]:
    mode = "L" if image.mode in ("1", "L", "LA", "La") else "RGB"
    whole = Image.new(mode, image.size, (_GROUND,) * len(mode))
    opaque = True
    for top, band in _bands(image):
        colours = band.convert("RGBA")
        ground = Image.new("RGBA", colours.size, (_GROUND, _GROUND, _GROUND, 255))
        whole.paste(Image.alpha_composite(ground, colours).convert(mode), (0, top))
        opaque = opaque and colours.getchannel("A").getextrema() == (255, 255)
    return whole, () if opaque else ("transparent parts are shown grey",)


def _windowed(image: Image.Image) -> tuple[Image.Image, tuple[str, ...]]:
    """Spread the values between the 1st and the 99th percentile over black to white."""
    low, high = _window(image)
    whole = Image.new("L", image.size)
    for top, band in _bands(image):
        whole.paste(Image.fromarray(_tones(np.asarray(band), low, high)), (0, top))
    note = f"values from {low:,.6g} to {high:,.6g} are shown from black to white"
    return whole, (note,)


def _tones(values: Array, low: float, high: float) -> Array:
    """Return 0 to 255; holes in the data are black, and a single value is a middle grey."""
    known = values.astype(np.float64)
    if low == high:
        return np.where(np.isnan(known), 0, _MIDDLE).astype(np.uint8)
    spread = 255.0 * (np.clip(known, low, high) - low) / (high - low)
    return np.rint(np.nan_to_num(spread, nan=0.0)).astype(np.uint8)


def _window(image: Image.Image) -> tuple[float, float]:
    step = int(np.ceil(np.sqrt(image.width * image.height / _SAMPLE)))
    known = _finite(image, step)
    if not known.size and step > 1:
        known = _finite(image, 1)
    if not known.size:
        raise FormatError("no pixel has a value")
    low, high = np.percentile(known, (1.0, 99.0))
    if low == high:
        low, high = known.min(), known.max()
    return float(low), float(high)


def _finite(image: Image.Image, step: int) -> Array:
    """Return the values of every `step`-th pixel of every `step`-th row that has one, at most two
    million of them."""
    found: list[Array] = []
    for top, band in _bands(image):
        values = np.asarray(band)[-top % step :: step, ::step]
        found.append(values[np.isfinite(values)].astype(np.float64))
        if sum(len(one) for one in found) > 2 * _SAMPLE:
            break
    return np.concatenate(found)


def _bands(image: Image.Image) -> Iterator[tuple[int, Image.Image]]:
    """Cut an image into bands of about a million pixels; each with the row where it begins."""
    rows = max(1, _BAND_PIXELS // image.width)
    for top in range(0, image.height, rows):
        yield top, image.crop((0, top, image.width, min(top + rows, image.height)))
