"""AugLy, loaded so that it works with today's numpy and Pillow, and called without side effects.

Its last release is of 2022: two of its functions use names that are gone since, which are given
back to its own modules only. It needs libmagic, for files; where there is none, Pillow tells what
a file is. It seeds and draws from the random generators of the whole process, which are put back.
"""

import io
import random
import sys
import threading
import types
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from labeler_app.errors import InputError

# The generators belong to the process: two calls at once would put back the wrong states.
_ONE_AT_A_TIME = threading.RLock()
_SEEDING = frozenset({"random_noise", "shuffle_pixels"})


@cache
def load() -> Any:
    """Return AugLy's functions for pictures."""
    with _untouched():
        _ensure_magic()
        import augly.image as augly
        from augly.image import functional
        from augly.image.utils import bboxes, utils

        utils.open = _read
        if not hasattr(np, "float"):
            utils.np = bboxes.np = _Numpy()
        if not hasattr(ImageFont.FreeTypeFont, "getsize_multiline"):
            functional.ImageFont = _Fonts()
        return augly


def call(name: str, picture: Image.Image, **values: Any) -> Image.Image:
    """Run one of AugLy's functions on an RGB picture; the random generators stay as they were.

    Parameters
    ----------
    values
        Plain Python numbers, texts and pictures. A text is never an address or a path that came
        with data: AugLy would open it.

    Raises
    ------
    InputError
        If it fails on this picture.
    """
    function: Callable[..., Image.Image] = getattr(load(), name)
    with _untouched() if name in _SEEDING else nullcontext():
        try:
            made = function(picture, **values)
        except Exception as error:
            # It checks with assertions, divides by zero, and raises what its libraries do.
            raise InputError(f"AugLy's {name} fails on this picture: {error}.") from error
    if 0 in made.size:
        raise InputError(f"AugLy's {name} fails on this picture: nothing of it is left.")
    return made.convert("RGB")


@cache
def load_texts() -> Any:
    """Return AugLy's functions for texts."""
    with _untouched(), warnings.catch_warnings():
        # Of regular expressions that nlpaug, which it builds on, does not write as Python wishes.
        warnings.simplefilter("ignore")
        _ensure_magic()
        import augly.text as augly

        return augly


def rewrite(name: str, texts: Sequence[str], seed: int, **values: Any) -> list[str]:
    """Run one of AugLy's functions on texts; the random generators stay as they were.

    Parameters
    ----------
    seed
        In [0, 2**31): of all that is drawn.

    Raises
    ------
    InputError
        If it fails on one of these texts.
    """
    if not texts:
        return []
    function: Callable[..., list[str] | str] = getattr(load_texts(), name)
    with _untouched():
        random.seed(seed)
        np.random.seed(seed)  # noqa: NPY002
        try:
            made = function(list(texts), **values)
        except Exception as error:
            # As with pictures: it asserts, and raises what its libraries do.
            raise InputError(f"AugLy's {name} fails on this text: {error}.") from error
    # Of one text some of its functions return the text, others a list of it.
    told = [made] if isinstance(made, str) else list(made)
    if len(told) != len(texts):
        raise InputError(f"AugLy's {name} fails on this text: it returned {len(told)} texts.")
    return told


def asset(folder: str, name: str) -> str:
    """Return the path of a file that comes with AugLy."""
    load()
    from augly.utils import base_paths

    return str(Path(base_paths.ASSETS_BASE_DIR) / folder / name)


@cache
def emojis() -> tuple[str, ...]:
    """Return the paths of the smileys that come with AugLy, always in one order."""
    return tuple(str(one) for one in sorted(Path(asset("twemojis", "smileys")).glob("*.png")))


@contextmanager
def _untouched() -> Iterator[None]:
    """Leave the random generators of the process as they were."""
    with _ONE_AT_A_TIME:
        python, numpy = random.getstate(), np.random.get_state()  # noqa: NPY002
        try:
            yield
        finally:
            random.setstate(python)
            np.random.set_state(numpy)  # noqa: NPY002


def _ensure_magic() -> None:
    """Let Pillow tell what a file is where libmagic, or its Python package, is not there."""
    try:
        import magic  # noqa: F401
    except ImportError:
        instead = types.ModuleType("magic")
        instead.from_file = _media_type  # type: ignore[attr-defined]
        sys.modules["magic"] = instead


def _media_type(path: str, mime: bool = False) -> str:
    """Return what `magic.from_file` would of AugLy's own pictures."""
    with Image.open(path) as opened:
        return Image.MIME.get(opened.format or "", "application/octet-stream")


def _read(path: str, _mode: str = "rb") -> io.BytesIO:
    """Return a file of AugLy's own, for functions that leave open what they read."""
    return io.BytesIO(Path(path).read_bytes())


class _Matrix(np.ndarray[Any, Any]):
    """An array that is multiplied as `numpy.matrix` is, which warns that it will go."""

    def __mul__(self, other: Any) -> Any:
        return np.matmul(self, other)


class _Numpy:
    """numpy with the names that it had until 1.24, or will not have for long."""

    float = float

    @staticmethod
    def matrix(rows: Any, dtype: Any = None) -> Any:
        """Return rows as a matrix."""
        return np.array(rows, dtype=dtype).view(_Matrix)

    def __getattr__(self, name: str) -> Any:
        return getattr(np, name)


class _Font(ImageFont.FreeTypeFont):
    """A font with the method that it had until Pillow 10."""

    def getsize_multiline(self, text: str, **_: Any) -> tuple[float, float]:
        """Return width and height of lines of text, in pixels."""
        box = ImageDraw.Draw(Image.new("L", (1, 1))).multiline_textbbox((0, 0), text, font=self)
        return box[2], box[3]


class _Fonts:
    """Pillow's fonts, of which those from a file have the old method."""

    @staticmethod
    def truetype(font: Any, size: int) -> _Font:
        """Open a font file."""
        return _Font(font, size)

    def __getattr__(self, name: str) -> Any:
        return getattr(ImageFont, name)
