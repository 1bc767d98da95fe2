"""Items whose classes are known already, as a simulation needs them.

``digits`` (scikit-learn's 1,797), a folder of class folders of images or texts, a zip of it (either
with an optional ``labels.csv``), or an ``.npz`` with ``x`` and ``y``; `labeled_rows` reads tables.
"""

import zipfile
import zlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from PIL import Image

from labeler_app.adapters import files, tabular
from labeler_app.adapters.archives import unpack_zip
from labeler_app.adapters.embedders import Embedder
from labeler_app.adapters.items.image import load_image
from labeler_app.adapters.items.text import load_text
from labeler_app.core.arrays import Array, FloatArray, IndexArray, blocks
from labeler_app.errors import FormatError, InputError
from labeler_app.log import line, logger
from labeler_app.services import found_labels, guesses, kinds, sources
from labeler_app.services.columns import GUESS, Wish
from labeler_app.services.sources import Source

DIGITS = "digits"
Progress = Callable[[int, int], None]
"""Called with how much is done and how much there is."""

Load = Callable[[int], Any]
"""From the number of an item to the item; FormatError when it cannot be read."""

_LOG = logger(__name__)
_SHAPES = (
    "Give a folder with one folder per class, a zip of it, a table (.csv, .jsonl, also with .gz)"
    " with a column of classes, or an .npz with x and y."
)
# 500 images of 512 x 512 pixels in three colours are 393 MB.
_FIT_IMAGES = 500
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


def kind_of(source: str | Path, wish: Wish = GUESS) -> str:
    """Return the kind of a source's items, by which its embedder is chosen.

    Raises
    ------
    InputError
        If the source does not exist, or is of no known kind.
    """
    path = Path(source)
    if str(source) == DIGITS or path.suffix.lower() == ".npz":
        return "image"
    return guesses.kind_of(_existing(path), wish) or "image"


def read(
    source: str | Path,
    embedder: Embedder,
    progress: Progress,
    kind: str | None = None,
) -> Labeled:
    """Read and embed a source. The embedder is fitted without labels on all items, as in a project.

    Parameters
    ----------
    source
        ``digits`` or a path.
    embedder
        Of the kind that `kind_of` tells.
    progress
        Called with how many items are embedded, and how many there are.
    kind
        Of its items, ``image`` or ``text``; None for what it seems to hold.

    Raises
    ------
    InputError
        If the source does not exist, is of no known kind, or holds nothing usable; or if the
        embedder reads items of another kind.
    """
    if str(source) == DIGITS:
        return _digits(embedder, progress)
    path = _existing(Path(source))
    if path.suffix.lower() == ".npz":
        return _arrays(path, embedder, progress)
    if path.is_dir():
        return _folder(path, embedder, progress, kind)
    with TemporaryDirectory() as into:
        unpack_zip(path, Path(into) / "items")
        return _folder(Path(into) / "items", embedder, progress, kind)


def _existing(path: Path) -> Path:
    if not path.is_dir() and not path.is_file():
        raise InputError(f"There is no file or folder {path}.", hint="Or use the source digits.")
    known = path.suffix.lower() in (".npz", ".zip") or tabular.is_table_name(path.name)
    if not path.is_dir() and not known:
        raise InputError(
            f"{path.name} is neither a folder, nor a table, nor a .zip or .npz file.", hint=_SHAPES
        )
    return path


def _digits(embedder: Embedder, progress: Progress) -> Labeled:
    from sklearn.datasets import load_digits

    digits = load_digits()
    pixels = np.round(digits.images * (255 / 16)).astype(np.uint8)
    return _embedded("image", _pictures(pixels), np.asarray(digits.target), embedder, progress)


def _arrays(path: Path, embedder: Embedder, progress: Progress) -> Labeled:
    x, y = _open_arrays(path)
    if len(x) != len(y) or y.ndim != 1:
        raise FormatError(f"{path.name}: {len(x)} items in x do not match y of shape {y.shape}.")
    if x.dtype == np.uint8 and x.ndim in (3, 4):
        return _embedded("image", _pictures(x), y, embedder, progress)
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


def _folder(root: Path, embedder: Embedder, progress: Progress, kind: str | None) -> Labeled:
    source = sources.in_place(root, wish=Wish(kind))
    classes = _classes(source)
    labeled = list(classes)
    names = np.array(list(classes.values()), dtype=str)

    def image(position: int) -> Image.Image:
        loaded = load_image(root / labeled[position], root=root).image
        loaded.thumbnail((_MOST_PIXELS, _MOST_PIXELS))
        return loaded

    def text(position: int) -> str:
        return load_text(root / labeled[position], root=root).text

    load = text if source.kind == "text" else image
    return _embedded(source.kind, load, names, embedder, progress)


def _classes(source: Source) -> Mapping[str, str]:
    """Return the class of each image, found as an import finds it; one class folder will do."""
    found = found_labels.labels_in(source, None)
    if found.come_from:
        return found.by_path
    folders = {one.path_relative: files.class_folder(one.path_relative) for one in source.found}
    return {path: folder for path, folder in folders.items() if folder}


def _pictures(pixels: Array) -> Load:
    return lambda position: Image.fromarray(pixels[position])


def _embedded(
    kind: str,
    load: Load,
    classes: Array,
    embedder: Embedder,
    progress: Progress,
) -> Labeled:
    """Embed items in blocks, leaving out those that cannot be read."""
    _check_kind(embedder, kind)
    rng = np.random.default_rng(_EMBED_SEED)
    most = _FIT_IMAGES if kind == "image" else kinds.of(kind).fit_sample
    sample = np.sort(rng.permutation(len(classes))[:most])
    readable = _readable(load, sample)
    if not readable:
        raise InputError("The source holds no item with a class that can be read.", hint=_SHAPES)
    state = embedder.fit(list(readable.values()), rng)
    vectors: list[FloatArray] = []
    used: list[int] = []
    for part in blocks(len(classes), _AT_ONCE):
        readable = _readable(load, np.arange(part.start, part.stop))
        if readable:
            vectors.append(embedder.embed(list(readable.values()), state))
            used.extend(readable)
        progress(part.stop, len(classes))
    if len(used) < len(classes):
        _LOG.warning(line("items-refused", count=len(classes) - len(used), of=len(classes)))
    return Labeled(np.concatenate(vectors), _numbers(classes[used]))


def _check_kind(embedder: Embedder, kind: str) -> None:
    if embedder.kind != kind:
        raise InputError(
            f"{embedder.name!r} embeds items of the kind {embedder.kind}; these are {kind}.",
            hint=f"Choose an embedder for {kind}.",
        )


def _readable(load: Load, positions: IndexArray) -> dict[int, Any]:
    items = {}
    for position in positions.tolist():
        with suppress(FormatError):
            items[position] = load(position)
    return items


def _numbers(classes: Array) -> IndexArray:
    """Number the classes 0 .. C - 1 in sorted order."""
    return np.unique(classes, return_inverse=True)[1].astype(np.int64)
