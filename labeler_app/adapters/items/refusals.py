"""What is no image for us, and the few words that say why."""

import struct
import zlib
from pathlib import PurePath
from typing import BinaryIO

# Both would else be found only by loading every plug-in of Pillow, EPS among them.
from PIL import Image, TiffImagePlugin, WebPImagePlugin  # noqa: F401

from labeler_app.adapters.items.signatures import (
    MOST_BYTES,
    Signature,
    is_ours,
    kind_name,
    webp_canvas,
)
from labeler_app.errors import FormatError

FORMATS = ("JPEG", "PNG", "GIF", "TIFF", "BMP", "WEBP")
MOST_PIXELS = 50_000_000

# What Pillow raises on damaged files. Its parsers are written in Python, where a wrong byte may
# show as almost any error of the language.
DAMAGE = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
    AttributeError,
    AssertionError,
    EOFError,
    MemoryError,
    RuntimeError,
    Warning,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
)

# These hold a TIFF, but Pillow would give its tiny preview for the photo.
_RAW_SUFFIXES = frozenset((".dng", ".cr2", ".cr3", ".nef", ".arw", ".orf", ".rw2"))


def check_signature(signature: Signature, path: PurePath) -> None:
    """Refuse what the ends of a file, its size or its name rule out, before decoding.

    Raises
    ------
    FormatError
        With the reason.
    """
    if not signature.length:
        raise FormatError("empty file, 0 bytes")
    if signature.length > MOST_BYTES:
        limit = _amount(MOST_BYTES)
        raise FormatError(f"{_amount(signature.length)}: above the limit of {limit}")
    if path.suffix.lower() in _RAW_SUFFIXES:
        raise FormatError("a raw file of a camera", hint="Convert it to JPEG or TIFF.")
    check_size(*webp_canvas(signature.head))
    # A JPEG decoder takes zeros for grey, and says nothing.
    if signature.head.startswith(b"\xff\xd8") and signature.zeros and signature.cut:
        raise FormatError(_broken_off(signature))


def check_size(width: int, height: int) -> None:
    """Refuse an image with too many pixels.

    Raises
    ------
    FormatError
        With the reason.
    """
    if width * height > MOST_PIXELS:
        limit = f"above the limit of {MOST_PIXELS // 10**6} million"
        raise FormatError(f"{width:,} x {height:,} pixels: {limit}")


def refusal(
    file: BinaryIO, signature: Signature, path: PurePath, error: BaseException
) -> FormatError:
    """Return the reason for an image that could not be decoded.

    Parameters
    ----------
    file
        Open; where it stands does not matter.
    signature
        Of the file.
    path
        For the ending of its name.
    error
        What Pillow raised, one of ``DAMAGE``.
    """
    if isinstance(error, MemoryError):
        return FormatError("too large for the memory of this computer")
    if isinstance(error, Image.DecompressionBombError | Image.DecompressionBombWarning):
        return _too_many_pixels(file)
    if not is_ours(signature.head):
        return FormatError(_named(path, kind_name(signature.head)))
    # A TIFF says neither its length nor its end; there the decoder's word has to do.
    tiff_ends = signature.head.startswith((b"II", b"MM")) and "truncated" in str(error)
    missing = signature.length < signature.promised <= MOST_BYTES
    if signature.cut or missing or tiff_ends:
        return FormatError(_broken_off(signature))
    return FormatError("damaged: the picture cannot be decoded")


def _too_many_pixels(file: BinaryIO) -> FormatError:
    """Name the size: the constructor of a format reads the header only, and checks nothing."""
    for name in FORMATS:
        file.seek(0)
        factory, _ = Image.OPEN[name]
        try:
            check_size(*factory(file, "").size)
        except FormatError as problem:
            return problem
        except DAMAGE:
            continue
    return FormatError(f"above the limit of {MOST_PIXELS // 10**6} million pixels")


def _named(path: PurePath, kind: str) -> str:
    suffix = path.suffix.lower()
    return f"named {suffix} but is {kind}" if suffix else f"{kind}, not an image"


def _broken_off(signature: Signature) -> str:
    """Say how much is there, and of how much, where the file tells."""
    there = _amount(signature.length - signature.zeros)
    whole = _amount(max(signature.length, signature.promised))
    if there == whole:
        return f"broken off after {there}"
    number, unit = there.split()
    return f"broken off after {number if whole.endswith(unit) else there} of {whole}"


def _amount(size: int) -> str:
    for unit, least in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if size >= least:
            number = size / least
            return f"{number:.{int(number < 10 and unit != 'kB')}f} {unit}"
    return f"{size} bytes"
