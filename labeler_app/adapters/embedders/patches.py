"""The default for pictures: patches of the project's own pictures, and the colours. No download.

Pictures are read at two sizes with a dictionary for each (see `dictionary`): fine patches see
material and edges, coarse ones parts of the shape. Colour frequencies count too (see `colours`),
unless all pictures are grey, where a tiny grey picture takes their place. The 256 directions in
which the project's pictures differ most are kept: training and selection get seven times as fast,
and at 300 labels nothing is lost (trashnet .68 either way; with 1,767 labels .79 instead of .82).
"""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from PIL import Image

from labeler_app.adapters.embedders import Embedder, colours, dictionary
from labeler_app.adapters.embedders.dictionary import PATCH, Dictionary
from labeler_app.core.arrays import Array, FloatArray
from labeler_app.errors import InputError


@dataclass(frozen=True, slots=True)
class _Scale:
    """One of the sizes at which a picture is read."""

    name: str
    shortest: int
    """Pixels of the longer side, at least: smaller pictures are enlarged."""
    longest: int
    """Pixels of the longer side, at most."""
    stride: int
    centres: int


_SCALES = (_Scale("fine", 16, 64, 2, 200), _Scale("coarse", 24, 24, 1, 200))
_LEARNED = ("mean", "whitening", "centres")
_GREY_SIDE = 12
_BLOCKS = (4 * sum(scale.centres for scale in _SCALES), sum(colours.BLOCKS), _GREY_SIDE**2)
DIMENSIONS = 256

_FIT_SAMPLE = 1_000
# Fewer pictures than directions: pieces of them show in which directions others may differ.
_LEAST_ROWS = 320
_PIECE = 0.8
_PATCHES = 100_000

# Lengths of the blocks and of the whole. Chosen on trashnet, digits and Fashion-MNIST for C = 1.
_PATCH_LENGTH = 8.0
_COLOUR_LENGTH = 6.0
_GREY_LENGTH = 4.0
_LENGTH = 6.0
# Strong directions count less: half way between plain and half whitened.
_FLATTENING = 0.25
_LEAST_DEVIATION = 0.02
_MOST_DEVIATIONS = 5.0
_AT_ONCE = 2


def fit(images: Sequence[Image.Image], rng: np.random.Generator) -> dict[str, Array]:
    """Learn both dictionaries, and the directions, from at most 1,000 of the images.

    Parameters
    ----------
    images
        RGB or L, of any size; at least one. They are reduced one by one, two at a time: about
        12 kB of each stay in memory.
    rng
        Draws the sample, the patches and the first centres.

    Returns
    -------
    dict
        By scale, ``*_mean``, ``*_whitening`` and ``*_centres``; of the features ``mean``,
        ``deviation`` and ``weight``; ``axes`` of shape (1968, 256).

    Raises
    ------
    InputError
        If there are no images.
    """
    if not len(images):
        raise InputError("There is no image to learn patches from.")
    count = min(len(images), _FIT_SAMPLE)
    chosen = np.sort(rng.choice(len(images), count, replace=False)).tolist()
    with _threads() as threads:
        small = _with_pieces(list(threads.map(lambda at: _reduced(images[at]), chosen)), rng)
        state = _dictionaries(small, rng)
        known = _known(state)
        return {**state, **_directions(np.stack(list(threads.map(known.features, small))))}


def embed(images: Sequence[Image.Image], state: Mapping[str, Array]) -> FloatArray:
    """Return one vector per image.

    Parameters
    ----------
    images
        RGB or L, of any size.
    state
        From ``fit``.

    Returns
    -------
    array of shape (n, 256), float32
        A typical row has a length of 6.
    """
    known = _known(state)

    def vector(at: int) -> FloatArray:
        # Row by row: a product of many rows rounds differently than one of few.
        row = _standard(known.features(_reduced(images[at])), state) @ state["axes"]
        return np.asarray(row)

    with _threads() as threads:
        rows = list(threads.map(vector, range(len(images))))
    return np.stack(rows) if rows else np.zeros((0, DIMENSIONS), np.float32)


PATCHES = Embedder(name="patches", revision="1", kind="image", fit=fit, embed=embed)


def _with_pieces(small: list[Image.Image], rng: np.random.Generator) -> list[Image.Image]:
    pieces = []
    for at in range(max(_LEAST_ROWS - len(small), 0)):
        whole = small[at % len(small)]
        width, height = (max(1, round(side * _PIECE)) for side in whole.size)
        left = int(rng.integers(0, whole.width - width + 1))
        top = int(rng.integers(0, whole.height - height + 1))
        pieces.append(_reduced(whole.crop((left, top, left + width, top + height))))
    return small + pieces


def _dictionaries(small: list[Image.Image], rng: np.random.Generator) -> dict[str, Array]:
    state: dict[str, Array] = {}
    each = -(-_PATCHES // len(small))
    for scale in _SCALES:
        patches = [dictionary.sample(_at(one, scale), each, rng) for one in small]
        found = dictionary.learned(np.concatenate(patches), scale.centres, rng)
        state |= {f"{scale.name}_{part}": getattr(found, part) for part in _LEARNED}
    return state


@dataclass(frozen=True, slots=True)
class _Known:
    """The dictionary of each scale."""

    fine: Dictionary
    coarse: Dictionary

    def features(self, image: Image.Image) -> FloatArray:
        """Return the 1,968 raw features of one picture: scales, colours, a tiny grey picture."""
        seen = [
            np.sqrt(dictionary.described(_at(image, scale), scale.stride, words))
            for scale, words in zip(_SCALES, (self.fine, self.coarse), strict=True)
        ]
        rgb, hsv = np.asarray(image)[None], np.asarray(image.convert("HSV"))[None]
        grey = image.convert("L").resize((_GREY_SIDE, _GREY_SIDE), Image.Resampling.BOX)
        tones = np.asarray(grey, np.float32).ravel() / np.float32(255)
        return np.concatenate([*seen, colours.frequencies(rgb, hsv)[0], tones])


def _known(state: Mapping[str, Array]) -> _Known:
    found = (Dictionary(*(state[f"{one.name}_{part}"] for part in _LEARNED)) for one in _SCALES)
    return _Known(*found)


@contextmanager
def _threads() -> Iterator[ThreadPoolExecutor]:
    """Read some pictures at a time, each by one thread.

    One thread adds in the same order everywhere, however many the machine has.
    """
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1), ThreadPoolExecutor(_AT_ONCE) as threads:
        yield threads


def _directions(found: FloatArray) -> dict[str, Array]:
    """Return the scale of each feature, and the 256 axes with their weights."""
    first = _BLOCKS[0]
    grey = colours.are_grey(found[:, first : first + _BLOCKS[1]])
    lengths = (_PATCH_LENGTH, 0.0 if grey else _COLOUR_LENGTH, _GREY_LENGTH if grey else 0.0)
    state: dict[str, Array] = {
        "mean": found.mean(axis=0),
        "deviation": np.maximum(found.std(axis=0), np.float32(_LEAST_DEVIATION)),
        "weight": np.repeat(np.array(lengths) / np.sqrt(_BLOCKS), _BLOCKS).astype(np.float32),
    }
    standard = _standard(found, state).astype(np.float64)
    # Fewer rows than features: their products among each other hold the same directions.
    squares, mixtures = np.linalg.eigh(standard @ standard.T)
    squares, mixtures = squares[: -DIMENSIONS - 1 : -1], mixtures[:, : -DIMENSIONS - 1 : -1]
    least = max(squares[0] * 1e-6, 1e-9)
    spread = np.sqrt(np.maximum(squares, least))
    flatter = (spread / np.sqrt(len(standard))) ** -_FLATTENING
    typical = np.sqrt(np.mean(np.square(mixtures * spread * flatter).sum(axis=1)))
    axes = standard.T @ (mixtures / spread) * (flatter * (_LENGTH / typical))
    return {**state, "axes": axes.astype(np.float32)}


def _standard(raw: FloatArray, state: Mapping[str, Array]) -> FloatArray:
    exact = (raw - state["mean"]) / state["deviation"]
    return np.asarray(
        np.clip(exact, -_MOST_DEVIATIONS, _MOST_DEVIATIONS) * state["weight"], np.float32
    )


def _reduced(image: Image.Image) -> Image.Image:
    small = _resized(image, _SCALES[0])
    return small if small.mode == "RGB" else small.convert("RGB")


def _at(image: Image.Image, scale: _Scale) -> Array:
    return np.asarray(_resized(image, scale))


def _resized(image: Image.Image, scale: _Scale) -> Image.Image:
    side = max(image.size)
    factor = min(max(side, scale.shortest), scale.longest) / side
    width, height = (max(PATCH, round(one * factor)) for one in image.size)
    if (width, height) == image.size:
        return image
    enlarged = width * height > image.width * image.height
    sampling = Image.Resampling.BICUBIC if enlarged else Image.Resampling.BOX
    return image.resize((width, height), sampling)
