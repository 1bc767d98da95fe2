"""Items whose classes are known already, as a simulation needs them.

``digits`` (scikit-learn's 1,797), a folder of class folders, a zip of class folders (either with an
optional ``labels.csv``), or an ``.npz`` with ``x`` and ``y``.
"""

import zipfile
import zlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from PIL import Image

from labeler_app.adapters import files
from labeler_app.adapters.archives import unpack_zip
from labeler_app.adapters.embedders import Embedder
from labeler_app.adapters.items.image import load_image
from labeler_app.core.arrays import Array, FloatArray, IndexArray, blocks
from labeler_app.errors import FormatError, InputError
from labeler_app.log import line, logger
from labeler_app.services import found_labels, sources
from labeler_app.services.sources import Source

DIGITS = "digits"
Progress = Callable[[int, int], None]
"""Called with how much is done and how much there is."""

Load = Callable[[int], Image.Image]
"""From the number of an item to its image; FormatError when it cannot be read."""

_LOG = logger(__name__)
_SHAPES = "Give a folder with one folder per class, a zip of it, or an .npz with x and y."
# 500 images of 512 x 512 pixels in three colours are 393 MB.
_FIT_SAMPLE = 500
_MOST_PIXELS = 512
_AT_ONCE = 128
_EMBED_SEED = 0


@dataclass(frozen=True, slots=True)
class Labeled:
    """Embedded items with their classes."""

    x: FloatArray
    """(N, D) float32."""
    y: IndexArray
    """(N,) class numbers 0 .. C - 1."""


def read(source: str | Path, embedder: Embedder, progress: Progress) -> Labeled:
    """Read and embed a source. The embedder is fitted without labels on all items, as in a project.

    Raises
    ------
    InputError
        If the source does not exist, is of no known kind, or holds nothing usable.
    """
    if str(source) == DIGITS:
        return _digits(embedder, progress)
    path = Path(source)
    if path.is_dir():
        return _folder(path, embedder, progress)
    if not path.is_file():
        raise InputError(f"There is no file or folder {path}.", hint="Or use the source digits.")
    if path.suffix.lower() == ".npz":
        return _arrays(path, embedder, progress)
    if path.suffix.lower() == ".zip":
        with TemporaryDirectory() as into:
            unpack_zip(path, Path(into) / "items")
            return _folder(Path(into) / "items", embedder, progress)
    raise InputError(
        f"{path.name} is neither a folder, nor a .zip or .npz file.",
        hint=_SHAPES,
    )


def _digits(embedder: Embedder, progress: Progress) -> Labeled:
    from sklearn.datasets import load_digits

    digits = load_digits()
    pixels = np.round(digits.images * (255 / 16)).astype(np.uint8)
    return _embedded(_pictures(pixels), np.asarray(digits.target), embedder, progress)


def _arrays(path: Path, embedder: Embedder, progress: Progress) -> Labeled:
    x, y = _open_arrays(path)
    if len(x) != len(y) or y.ndim != 1:
        raise FormatError(f"{path.name}: {len(x)} items in x do not match y of shape {y.shape}.")
    if x.dtype == np.uint8 and x.ndim in (3, 4):
        return _embedded(_pictures(x), y, embedder, progress)
    if x.ndim != 2 or not np.issubdtype(x.dtype, np.floating) or not np.isfinite(x).all():
        raise FormatError(
            f"{path.name}: x is {x.dtype} of shape {x.shape}.",
            hint="Give uint8 images of shape (N, height, width), or finite float vectors (N, D).",
        )
    return Labeled(x.astype(np.float32), _numbers(y))


def _open_arrays(path: Path) -> tuple[Array, Array]:
    try:
        with zipfile.ZipFile(path):
            pass  # NumPy reads other kinds of files too, and answers with something else then.
        with np.load(path, allow_pickle=False) as archive:
            if not {"x", "y"} <= set(archive):
                raise FormatError(
                    f"{path.name} holds {', '.join(sorted(archive)) or 'nothing'}, not x and y."
                )
            return archive["x"], archive["y"]
    except (OSError, ValueError, EOFError, zipfile.BadZipFile, zlib.error) as problem:
        raise FormatError(f"{path.name} cannot be read as .npz: {problem}.") from problem


def _folder(root: Path, embedder: Embedder, progress: Progress) -> Labeled:
    classes = _classes(sources.in_place(root))
    labeled = list(classes)
    names = np.array(list(classes.values()), dtype=str)

    def load(position: int) -> Image.Image:
        image = load_image(root / labeled[position], root=root).image
        image.thumbnail((_MOST_PIXELS, _MOST_PIXELS))
        return image

    return _embedded(load, names, embedder, progress)


def _classes(source: Source) -> Mapping[str, str]:
    """Return the class of each image, found as an import finds it; one class folder will do."""
    found = found_labels.labels_in(source, None)
    if found.come_from:
        return found.by_path
    folders = {one.path_relative: files.class_folder(one.path_relative) for one in source.found}
    return {path: folder for path, folder in folders.items() if folder}


def _pictures(pixels: Array) -> Load:
    return lambda position: Image.fromarray(pixels[position])


def _embedded(load: Load, classes: Array, embedder: Embedder, progress: Progress) -> Labeled:
    """Embed items in blocks, leaving out those that cannot be read."""
    rng = np.random.default_rng(_EMBED_SEED)
    sample = np.sort(rng.permutation(len(classes))[:_FIT_SAMPLE])
    readable = _readable(load, sample)
    if not readable:
        raise InputError("The source holds no image with a class that can be read.", hint=_SHAPES)
    state = embedder.fit(list(readable.values()), rng)
    vectors: list[FloatArray] = []
    kept: list[int] = []
    for part in blocks(len(classes), _AT_ONCE):
        readable = _readable(load, np.arange(part.start, part.stop))
        if readable:
            vectors.append(embedder.embed(list(readable.values()), state))
            kept.extend(readable)
        progress(part.stop, len(classes))
    if len(kept) < len(classes):
        _LOG.warning(line("items-refused", count=len(classes) - len(kept), of=len(classes)))
    return Labeled(np.concatenate(vectors), _numbers(classes[kept]))


def _readable(load: Load, positions: IndexArray) -> dict[int, Image.Image]:
    images = {}
    for position in positions.tolist():
        with suppress(FormatError):
            images[position] = load(position)
    return images


def _numbers(classes: Array) -> IndexArray:
    """Number the classes 0 .. C - 1 in sorted order."""
    return np.unique(classes, return_inverse=True)[1].astype(np.int64)
