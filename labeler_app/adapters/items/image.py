"""Load an image from a stranger safely, and render what people and models look at.

Everything is decoded, brought to RGB or L, shrunk and turned upright here, once; the screen
picture, the thumbnail and the embedding all come from that, so that people and model see the same.
"""

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
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
from labeler_app.adapters.items.tones import SIDEWAYS, plain, upright
from labeler_app.core.arrays import FloatArray

_SCREEN_SIDE = 1600
THUMB_SIDE = 160
_SMALL_PIXELS = 128 * 128
_FEW_COLOURS = 64
_LUMA_SIDE = 16
_LEAST_SPREAD = 1e-3
# A picture of 50 million pixels takes up to half a gigabyte while it is decoded and shrunk.
_LARGE_PIXELS = 16_000_000
_ONE_LARGE = threading.Lock()
# What is freed in blocks of more than 32 MB goes back to the system at once. With Pillow's 16 MB
# the C library kept it, thread by thread: two with large pictures in turn had 866 MB, now 546.
Image.core.set_block_size(64 * 2**20)  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Loaded:
    """An image, ready to look at."""

    image: Image.Image
    """RGB or L, upright, at most 1600 pixels a side, with no metadata."""
    width: int
    """Of the whole image, in pixels, upright."""
    height: int
    frames: int
    """1; else the number the file gives, or 2 where only reading on would tell how many follow."""
    notes: tuple[str, ...]
    """What a person should know about the rendering, a few words each."""


def load_image(path: Path, *, root: Path) -> Loaded:
    """Open, check and wholly decode an image; of large ones only one at a time.

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


def at_most(image: Image.Image, side: int) -> Image.Image:
    """Shrink to so many pixels a side; a smaller one stays as it is."""
    size = _fitted(image.size, side)
    return image if size == image.size else image.resize(size, Image.Resampling.BOX)


def _decode(file: BinaryIO) -> Loaded:
    with Image.open(file, formats=FORMATS) as opened:
        check_size(*opened.size)
        frames, notes = _frames(opened)
        size = opened.size
        # A JPEG can be decoded at a half, a quarter, an eighth; the rest of the way is `_fit`'s.
        opened.draft(None, _fitted(size, 2 * _SCREEN_SIDE))
        with _room_for(*opened.size):
            opened.load()
            turn = upright(opened)
            image, more = plain(opened)
            image = _fit(image, _SCREEN_SIDE)
            image = image.copy() if turn is None else image.transpose(turn)
            opened.close()  # Frees its pixels before the next large one is decoded.
    image.info = {}
    width, height = size[::-1] if turn in SIDEWAYS else size
    return Loaded(image, width, height, frames, (*notes, *more))


@contextmanager
def _room_for(width: int, height: int) -> Iterator[None]:
    """Wait, with a large picture, until no other thread has one in memory."""
    if width * height <= _LARGE_PIXELS:
        yield
        return
    with _ONE_LARGE:
        yield


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
    size = _fitted(image.size, side)
    if size == image.size:
        return image
    return image.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)


def _fitted(size: tuple[int, int], side: int) -> tuple[int, int]:
    longest = max(size)
    if longest <= side:
        return size
    width, height = (max(1, round(length * side / longest)) for length in size)
    return width, height


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
