"""Load an image from a stranger safely, and render what people and models look at.

Everything is decoded, turned upright and brought to RGB or L here, once; the screen picture, the
thumbnail and the embedding all come from that, so that people and model see the same.
"""

import io
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from PIL import Image

from labeler_app.adapters.files import inside, open_regular, reading
from labeler_app.adapters.items.refusals import (
    DAMAGE,
    FORMATS,
    check_signature,
    check_size,
    refusal,
)
from labeler_app.adapters.items.signatures import read_signature
from labeler_app.adapters.items.strictness import strict_pillow
from labeler_app.adapters.items.tones import plain, turn_upright
from labeler_app.core.arrays import FloatArray

_SCREEN_SIDE = 1600
THUMB_SIDE = 160
_SMALL_PIXELS = 128 * 128
_FEW_COLOURS = 64
_LUMA_SIDE = 16
_LEAST_SPREAD = 1e-3


@dataclass(frozen=True, slots=True)
class Loaded:
    """A whole image, ready to look at."""

    image: Image.Image
    """RGB or L, upright, with no metadata."""
    width: int
    height: int
    frames: int
    """1; else the number the file gives, or 2 where only reading on would tell how many follow."""
    notes: tuple[str, ...]
    """What a person should know about the rendering, a few words each."""


def load_image(path: Path, *, root: Path) -> Loaded:
    """Open, check and wholly decode an image.

    Parameters
    ----------
    path
        Relative to ``root``, or absolute inside it.
    root
        The folder that nothing may lead out of.

    Raises
    ------
    FormatError
        If it is refused; the problem is a reason in a few words, such as "empty file, 0 bytes".
    """
    with open_regular(inside(path, root)) as file, strict_pillow():
        with reading():
            signature = read_signature(file)
        check_signature(signature, path)
        try:
            return _decode(file)
        except DAMAGE as error:
            raise refusal(file, signature, path, error) from error


def screen(image: Image.Image) -> tuple[bytes, str]:
    """Render what a person labels: at most 1600 pixels a side, no metadata.

    Returns
    -------
    bytes, str
        PNG for small images and line art, JPEG at quality 90 for all others; ".png" or ".jpg".
    """
    return _encode(_fit(image, _SCREEN_SIDE), quality=90)


def thumb(image: Image.Image) -> tuple[bytes, str]:
    """Render a thumbnail of at most 160 pixels a side, like ``screen``."""
    return _encode(_fit(image, THUMB_SIDE), quality=85)


def luma16(image: Image.Image) -> FloatArray:
    """Shrink an image to 16 x 16 brightnesses with mean 0 and deviation 1.

    Near-duplicates have a small mean absolute difference.

    Returns
    -------
    array of shape (256,), float32
        All 0 for an image of one brightness.
    """
    small = image.resize((_LUMA_SIDE, _LUMA_SIDE), Image.Resampling.BOX).convert("L")
    luma = np.asarray(small, dtype=np.float32).ravel()
    spread = luma.std()
    if spread < _LEAST_SPREAD:
        return np.zeros_like(luma)
    return np.asarray((luma - luma.mean()) / spread, dtype=np.float32)


def _decode(file: BinaryIO) -> Loaded:
    with Image.open(file, formats=FORMATS) as opened:
        check_size(*opened.size)
        frames, notes = _frames(opened)
        opened.load()
        turn_upright(opened)
        image, more = plain(opened)
    image.info = {}
    return Loaded(image, image.width, image.height, frames, (*notes, *more))


def _frames(opened: Image.Image) -> tuple[int, tuple[str, ...]]:
    """Count the frames where the header tells; asking a GIF or TIFF would read the whole file."""
    # The further pictures in a phone's JPEG (MPO) are previews and depth, not frames.
    if opened.format == "MPO" or not getattr(opened, "is_animated", False):
        return 1, ()
    if opened.format in ("GIF", "TIFF"):
        return 2, ("first of several frames",)
    frames = int(getattr(opened, "n_frames", 2))
    return frames, (f"first of {frames} frames",)


def _fit(image: Image.Image, side: int) -> Image.Image:
    """Shrink to fit into a square, never below one pixel; small images stay as they are."""
    longest = max(image.size)
    if longest <= side:
        return image
    width, height = (max(1, round(length * side / longest)) for length in image.size)
    return image.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0)


def _encode(image: Image.Image, quality: int) -> tuple[bytes, str]:
    out = io.BytesIO()
    if _is_small_or_drawn(image):
        # Level 3 takes half the time of Pillow's 6, for files 5 % larger.
        image.save(out, "PNG", compress_level=3)
        return out.getvalue(), ".png"
    image.save(out, "JPEG", quality=quality)
    return out.getvalue(), ".jpg"


def _is_small_or_drawn(image: Image.Image) -> bool:
    pixels = image.width * image.height
    return pixels <= _SMALL_PIXELS or image.getcolors(_FEW_COLOURS) is not None
