"""The demo's pictures: scikit-learn's 1,797 handwritten digits, smooth and large enough to see."""

import gzip
import io
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from PIL import Image

from labeler_app.core.arrays import Array, FloatArray

_PACKED = Path("datasets", "data", "digits.csv.gz")
_SIDE = 128
_MOST_INK = 16.0


def write_digits(folder: Path) -> list[tuple[str, str]]:
    """Write the digits as PNG files of 128 x 128 pixels, black ink on white paper.

    The same bytes every time, so that writing them again adds nothing.

    Parameters
    ----------
    folder
        Made if it is not there.

    Returns
    -------
    list of (path relative to the folder, label)
        Labels are "0" to "9".
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for number, (ink, label) in enumerate(_digits(), start=1):
        name = f"digits-{number:04}.png"
        (folder / name).write_bytes(_png(ink))
        written.append((name, str(label)))
    return written


def _digits() -> list[tuple[FloatArray, int]]:
    """Return the ink of each digit, (8, 8), and which digit it is."""
    package = find_spec("sklearn")
    packed = Path(*(package and package.submodule_search_locations) or ["."]) / _PACKED
    if packed.is_file():
        # The package itself takes seconds to import, and is not needed yet.
        with gzip.open(packed, "rt", encoding="ascii") as opened:
            rows = np.loadtxt(opened, delimiter=",")
        return [(row[:-1].reshape(8, 8), int(row[-1])) for row in rows]
    from sklearn.datasets import load_digits

    digits = load_digits()
    return list(zip(digits.images, digits.target, strict=True))


def _png(ink: FloatArray) -> bytes:
    out = io.BytesIO()
    Image.fromarray(_smooth(ink)).save(out, "PNG", compress_level=1)
    return out.getvalue()


def _smooth(ink: FloatArray) -> Array:
    # The strokes touch the edge of the 8 x 8 squares; a pixel of paper around lets them end.
    paper = 255.0 * (1.0 - np.pad(ink, 1) / _MOST_INK)
    small = Image.fromarray(paper.astype(np.float32))
    large = small.resize((_SIDE, _SIDE), Image.Resampling.BICUBIC)
    tones = np.clip(np.rint(np.asarray(large)), 0, 255)
    return np.asarray(tones, dtype=np.uint8)
