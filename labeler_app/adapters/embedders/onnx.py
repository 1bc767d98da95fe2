"""Networks for pictures: ``onnx:FILE``, with the vector from inside the network.

``onnx:mobilenetv2.onnx`` guesses how pictures are prepared from the file's name and the network's
shape, and takes what the classifier reads. Everything can be said instead:
``onnx:net.onnx?preset=resnet&size=192&crop=0.875&scale=1/255&mean=.5,.5,.5&std=.5,.5,.5
&channels=bgr&layout=nhwc&filter=bicubic&tensor=gap&pool=mean`` (one line; see `preparation`).
A folder with a model and a tokenizer.json reads texts.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image

from labeler_app.adapters.embedders import Embedder, graphs, preparation, scaling
from labeler_app.adapters.embedders.arguments import Argument, existing_file, read
from labeler_app.adapters.embedders.graphs import Graph
from labeler_app.adapters.embedders.penultimate import pooled
from labeler_app.adapters.embedders.preparation import IMAGENET, PRESETS, Preparation
from labeler_app.core.arrays import Array, FloatArray
from labeler_app.errors import InputError, StateError

OPTIONS = (*preparation.OPTIONS, "tensor", "pool")
_POOLS = ("mean", "first", "max", "flat")
_FIRST_TOKEN = ("dinov2", "clip")
# A MobileNetV2 without TensorFlow's class for the background comes from PyTorch.
_NAMED = ("squeezenet", "resnet", "efficientnet", "dinov2", "clip")
_SIDE = 224
_FIT_SAMPLE = 500
_AT_ONCE = 64
_MOST_FEATURES = 16_384
_BACKGROUND_CLASSES = 1_001  # TensorFlow counts the background as a class of ImageNet.
_VERSION = "1"


def onnx(argument: str) -> Embedder:
    """Return the embedder of a network: of pictures for a file, of texts for a folder.

    Parameters
    ----------
    argument
        ``FILE``, ``FILE?option=value&...`` or ``FOLDER``.

    Raises
    ------
    InputError
        If there is no such file, it is no network for pictures, or an option cannot be used.
    MissingExtraError
        If the extra ``onnx`` is not installed.
    """
    if Path(argument).expanduser().is_dir():
        from labeler_app.adapters.embedders.sentences import open_folder

        return open_folder(argument)
    asked = read(argument, OPTIONS)
    return of_file(f"onnx:{argument}", existing_file(asked.what), asked, None)


def of_file(name: str, path: Path, asked: Argument, base: Preparation | None) -> Embedder:
    """Return the embedder of a network file.

    Parameters
    ----------
    name
        The embedder's whole name.
    asked
        The options in the name.
    base
        How pictures are prepared where the options say nothing; None guesses.
    """
    network = _Network(path.name, *_planned(path, asked, base))
    plan = f"{_VERSION} {network.graph.digest} {network.graph.tensor} {network.pool} {network.how}"
    return Embedder(
        name=name,
        revision=hashlib.sha256(plan.encode()).hexdigest()[:12],
        kind="image",
        fit=partial(_fit, network),
        embed=partial(_embed, network),
        notes=partial(_notes, network),
    )


@dataclass(frozen=True, slots=True)
class _Network:
    """A network, and how pictures go in and vectors come out."""

    name: str
    graph: Graph
    how: Preparation
    sides: tuple[int, int, int]
    """Channels, height, width."""
    pool: str
    guessed: str
    """The preset that nobody named; empty otherwise."""


def _planned(
    path: Path, asked: Argument, base: Preparation | None
) -> tuple[Graph, Preparation, tuple[int, int, int], str, str]:
    graph = graphs.read(path, asked.options.get("tensor"))
    guess = "" if "preset" in asked.options or base is not None else _guessed(path, graph)
    how = preparation.chosen(asked.options, base or PRESETS.get(guess, IMAGENET))
    layout = how.layout or ("nchw" if graph.shape[1] in (1, 3, None) else "nhwc")
    sides = _sides(graph, how, layout)
    how = replace(how, layout=layout, size=sides[1:])
    named = asked.options.get("preset", guess)
    pool = asked.options.get("pool", "first" if named in _FIRST_TOKEN else "mean")
    if pool not in _POOLS:
        raise InputError(
            f"The option pool is {pool!r}, which is unknown.", hint=f"Known: {', '.join(_POOLS)}."
        )
    said = {"scale", "mean", "std", "channels"} <= asked.options.keys()
    return graph, how, sides, pool, "" if said else guess


def _guessed(path: Path, graph: Graph) -> str:
    """Return the preset that the file's name or the network's shape speaks for."""
    name = path.stem.lower().replace("_", "").replace("-", "")
    if graph.classes == _BACKGROUND_CLASSES:
        return "mobilenetv2" if "mobilenet" in name else "inception"
    found = next((preset for preset in _NAMED if preset in name), None)
    return found or ("caffe" if graph.input.startswith("data") else "imagenet")


def _sides(graph: Graph, how: Preparation, layout: str) -> tuple[int, int, int]:
    _, *rest = graph.shape
    channels, own_height, own_width = rest if layout == "nchw" else (rest[2], *rest[:2])
    if channels not in (1, 3, None):
        raise InputError(
            f"{graph.path.name} takes pictures of {channels} channels as {layout}.",
            hint="Name the other layout, nchw or nhwc, or give another network.",
        )
    height, width = how.size or (own_height or _SIDE, own_width or own_height or _SIDE)
    if (own_height or height, own_width or width) != (height, width):
        raise InputError(
            f"{graph.path.name} takes pictures of {own_height} x {own_width} pixels, not"
            f" {height} x {width}.",
            hint="Leave the option size out.",
        )
    return channels or 3, height, width


def _fit(
    network: _Network, images: Sequence[Image.Image], rng: np.random.Generator
) -> dict[str, Array]:
    if not images:
        raise InputError("There is no image to learn the scale of the features from.")
    count = min(len(images), _FIT_SAMPLE)
    sample = np.sort(rng.choice(len(images), count, replace=False))
    raw = [_raw(network, [images[at]]) for at in sample.tolist()]
    return {**scaling.learned(np.concatenate(raw)), "digest": _mark(network)}


def _embed(
    network: _Network, images: Sequence[Image.Image], state: Mapping[str, Array]
) -> FloatArray:
    if not np.array_equal(state["digest"], _mark(network)):
        raise StateError(
            f"{network.name} has changed since the first items of this project were embedded.",
            hint="Put the old file back, or choose the embedder anew under another name.",
        )
    rows = [np.zeros((0, len(state["mean"])), np.float32)]
    for at in range(0, len(images), _AT_ONCE):
        part = [images[one] for one in range(at, min(at + _AT_ONCE, len(images)))]
        rows.append(scaling.scaled(_raw(network, part), state))
    return np.concatenate(rows)


def _notes(network: _Network, state: Mapping[str, Array]) -> list[str]:
    notes = scaling.doubts(state, network.name)
    if network.guessed:
        notes.append(
            f"Pictures are prepared for {network.name} as for {network.guessed}, guessed from its"
            " name and shape; say preset=... to choose."
        )
    if network.graph.guessed:
        notes.append(f"The vectors of {network.name} are its tensor {network.graph.tensor!r}.")
    return notes


def _raw(network: _Network, images: Sequence[Image.Image]) -> FloatArray:
    batch = [preparation.prepared(image, network.how, network.sides) for image in images]
    given = graphs.run(network.graph, batch)
    if not 2 <= given.ndim <= 4:
        raise InputError(
            f"The tensor {network.graph.tensor!r} of {network.name} has the shape {given.shape},"
            " which gives no vector a picture.",
            hint="Name another one with tensor=NAME.",
        )
    rows = pooled(given, network.pool, network.how.layout)
    _check(network, rows, len(images))
    return rows


def _check(network: _Network, rows: FloatArray, count: int) -> None:
    if len(rows) != count or rows.shape[1] > _MOST_FEATURES:
        raise InputError(
            f"The tensor {network.graph.tensor!r} of {network.name} gives {rows.shape[1]} numbers a"
            f" picture and {len(rows)} rows for {count}.",
            hint="Name another one with tensor=NAME, or pool=mean.",
        )
    if not np.isfinite(rows).all():
        raise InputError(
            f"{network.name} gives values that are not numbers.",
            hint="Check scale, mean and std, or take the network in float32.",
        )


def _mark(network: _Network) -> Array:
    return np.frombuffer(bytes.fromhex(network.graph.digest), np.uint8)
