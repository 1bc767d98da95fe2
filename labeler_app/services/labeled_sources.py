"""Items whose classes are known already, as a simulation needs them.

``digits`` (scikit-learn's 1,797), a folder of class folders of images or texts, a zip of it (either
with an optional ``labels.csv``), or an ``.npz`` with ``x`` and ``y``; `labeled_rows` reads tables.
"""

import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from PIL import Image

from labeler_app.adapters import files, tabular
from labeler_app.adapters.archives import DAMAGE, unpack_zip
from labeler_app.adapters.embedders import Embedder, Place
from labeler_app.adapters.items.image import load_image
from labeler_app.adapters.items.text import load_text
from labeler_app.core.arrays import Array
from labeler_app.errors import FormatError, InputError
from labeler_app.services import found_labels, guesses, labeled_features, sources
from labeler_app.services.columns import GUESS, Wish
from labeler_app.services.labeled_features import Items, Labeled, Progress
from labeler_app.services.sources import Source

DIGITS = "digits"
_SHAPES = (
    "Give a folder with one folder per class, a zip of it, a table (.csv, .jsonl, also with .gz)"
    " with a column of classes, or an .npz with x and y."
)
_MOST_PIXELS = 512
# Squares of larger numbers, summed up, are no single-precision numbers.
_LARGEST = 1e15


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
    path = path.expanduser().absolute()
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
    paths = [f"digits-{number:04}.png" for number in range(1, len(pixels) + 1)]
    items = _pictures(pixels, np.asarray(digits.target), paths)
    return labeled_features.embed(items, embedder, progress)


def _arrays(path: Path, embedder: Embedder, progress: Progress) -> Labeled:
    x, y = _open_arrays(path)
    if x.ndim and (y.ndim != 1 or len(x) != len(y)):
        raise FormatError(f"{path.name}: {len(x)} items in x do not match y of shape {y.shape}.")
    if _are_images(x):
        paths = [str(number) for number in range(len(x))]
        grey = x[..., 0] if x.shape[3:] == (1,) else x
        return labeled_features.embed(_pictures(grey, y, paths), embedder, progress)
    floats = x.ndim == 2 and x.shape[1] > 0 and np.issubdtype(x.dtype, np.floating)
    # As a Python number: in half precision the bound itself would be infinite.
    if not floats or not max(float(x.max(initial=0)), -float(x.min(initial=0))) <= _LARGEST:
        raise FormatError(
            f"{path.name}: x is {x.dtype} of shape {x.shape}.",
            hint="Give uint8 images of shape (N, height, width), with a last axis of 3 or 4 for"
            f" colours; or float vectors (N, D), no number beyond {_LARGEST:g}.",
        )
    return Labeled(x.astype(np.float32), labeled_features.numbered(y))


def _are_images(x: Array) -> bool:
    coloured = x.ndim == 4 and x.shape[3] in (1, 3, 4)
    return bool(x.dtype == np.uint8 and (x.ndim == 3 or coloured) and min(x.shape[1:3]) > 0)


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
    except (OSError, MemoryError, *DAMAGE) as problem:
        raise FormatError(f"{path.name} cannot be read as .npz: {problem}.") from problem


def _folder(root: Path, embedder: Embedder, progress: Progress, kind: str | None) -> Labeled:
    source = sources.in_place(root, wish=Wish(kind))
    labeled_features.check_kind(embedder, source.kind)
    classes = _classes(source)
    numbers = {one.path_relative: number for number, one in enumerate(source.found)}
    places = [Place(numbers.get(path, -1), path) for path in classes]

    def image(position: int) -> Image.Image:
        loaded = load_image(root / places[position].path, root=root).image
        loaded.thumbnail((_MOST_PIXELS, _MOST_PIXELS))
        return loaded

    def text(position: int) -> str:
        return load_text(root / places[position].path, root=root).text

    load = text if source.kind == "text" else image
    items = Items(source.kind, load, np.array(list(classes.values()), dtype=str), places)
    return labeled_features.embed(items, embedder, progress)


def _classes(source: Source) -> Mapping[str, str]:
    """Return the class of each image, found as an import finds it; one class folder will do.

    Raises
    ------
    InputError
        If a label can be no class, or a labels.csv contradicts itself.
    """
    found = found_labels.labels_in(source, None).settled(lambda _: found_labels.CLASH)
    if found.unusable:
        path, reason = found.first_unusable[0]
        raise InputError(f"{reason} ({path}).", hint="A simulation needs every label: mend it.")
    if found.come_from:
        return found.by_path
    folders = {one.path_relative: files.class_folder(one.path_relative) for one in source.found}
    return {path: folder for path, folder in folders.items() if folder}


def _pictures(pixels: Array, classes: Array, paths: Sequence[str]) -> Items:
    places = [Place(number, path) for number, path in enumerate(paths)]
    return Items("image", lambda number: Image.fromarray(pixels[number]), classes, places)
