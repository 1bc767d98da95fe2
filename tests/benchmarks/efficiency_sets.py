"""The labeled data sets on which label efficiency is measured, embedded once and kept on disk."""

import csv
import gzip
import hashlib
import io
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, cast

import numpy as np
from PIL import Image

from labeler_app import plugins
from labeler_app.adapters.embedders import Embedder
from labeler_app.core.trial import split
from tests.benchmarks import bench

TEST_SHARE = 0.3
RARE = 20
FIT_SAMPLE = 1_000
AT_ONCE = 512


@dataclass(frozen=True, slots=True)
class Case:
    """One data set with one embedder."""

    name: str
    items: Callable[[], tuple[Sequence[Any], Sequence[Any]]]
    embedder: str
    """Its name; a file of ours stands in braces, below the folder of the pretrained models."""
    goal: float
    """How many times fewer labels than random are aimed at."""
    imbalance: int = 0
    """Half of the classes are cut to one in so many; scores are then balanced accuracies."""


@dataclass(frozen=True, slots=True)
class Data:
    """Items with their classes."""

    x: np.ndarray
    y: np.ndarray


def digits() -> tuple[Sequence[Any], Sequence[Any]]:
    """Return scikit-learn's 1,797 digits, 8 x 8."""
    from sklearn.datasets import load_digits

    found = load_digits()
    grey = np.round(found.images * (255 / 16)).astype(np.uint8)
    return [Image.fromarray(one) for one in grey], found.target


def fashion() -> tuple[Sequence[Any], Sequence[Any]]:
    """Return 20,000 pictures of clothes, 28 x 28."""
    with np.load(bench.data("fashion_mnist_20k.npz")) as found:
        return [Image.fromarray(one) for one in found["x"]], found["y"]


def trashnet() -> tuple[Sequence[Any], Sequence[Any]]:
    """Return 2,524 photos of rubbish, at 256 x 192."""
    with zipfile.ZipFile(bench.data("photos_trashnet.zip")) as found:
        names = sorted(name for name in found.namelist() if name.endswith(".jpg"))
        images = [Image.open(io.BytesIO(found.read(name))).convert("RGB") for name in names]
    return images, [name.partition("/")[0] for name in names]


def texts(file: str) -> tuple[Sequence[Any], Sequence[Any]]:
    """Read a compressed CSV with the columns text and label."""
    with gzip.open(bench.data(file), "rt", encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(opened))
    return [row["text"] for row in rows], [row["label"] for row in rows]


_TREC = partial(texts, "text_trec.csv.gz")
_MOVIES = partial(texts, "text_movie_reviews.csv.gz")
_MOBILE, _MINILM = "onnx:{mobilenetv2_imagenet.onnx}", "onnx:{minilm}"
CASES = (
    Case("digits", digits, "patches", 2.6),
    Case("fashion", fashion, "patches", 2.9),
    Case("trashnet patches", trashnet, "patches", 1.5),
    Case("trashnet mobilenet", trashnet, _MOBILE, 2.2),
    Case("trec tfidf", _TREC, "tfidf", 1.3),
    Case("trec minilm", _TREC, _MINILM, 1.3),
    Case("movies tfidf", _MOVIES, "tfidf", 1.3),
    Case("movies minilm", _MOVIES, _MINILM, 1.3),
    Case("digits 1:20", digits, "patches", 4.5, RARE),
    Case("fashion 1:20", fashion, "patches", 4.5, RARE),
)


def load(case: Case, folder: Path, models: Path) -> Data:
    """Return a case's embeddings and classes, computed once and kept in a folder."""
    name = case.embedder.replace("{", f"{models}/").replace("}", "")
    embedder = cast(Embedder, plugins.load("embedders", name))
    key = f"{case.name.split()[0]}/{name}@{embedder.revision}"
    path = folder / f"{hashlib.sha256(key.encode()).hexdigest()[:16]}.npz"
    if not path.is_file():
        items, labels = case.items()
        x, y = _embed(embedder, items), np.unique(labels, return_inverse=True)[1]
        folder.mkdir(parents=True, exist_ok=True)
        with path.with_suffix(".tmp").open("wb") as out:
            np.savez(out, x=x, y=y.astype(np.int64))
        path.with_suffix(".tmp").replace(path)
    with np.load(path) as found:
        return Data(found["x"], found["y"])


def divided(case: Case, data: Data, seed: int, most: int) -> tuple[np.ndarray, np.ndarray]:
    """Return pool and held-out positions for a seed; rare classes are rare in the pool only.

    Parameters
    ----------
    most
        Items of the pool at most, drawn at random from a larger one.
    """
    rng = np.random.default_rng([seed, 1])
    pool, held_out = split(data.y, TEST_SHARE, rng)
    if case.imbalance:
        classes = rng.permutation(np.unique(data.y))
        kept = []
        for number, one in enumerate(classes):
            members = rng.permutation(pool[data.y[pool] == one])
            rare = number < len(classes) // 2
            kept.append(members[: max(1, len(members) // case.imbalance)] if rare else members)
        pool = np.concatenate(kept)
    return np.sort(rng.permutation(pool)[:most]), held_out


def _embed(embedder: Embedder, items: Sequence[Any]) -> np.ndarray:
    rng = np.random.default_rng(0)
    sample = np.sort(rng.permutation(len(items))[:FIT_SAMPLE])
    state = embedder.fit([items[int(at)] for at in sample], rng)
    parts = [
        embedder.embed(items[start : start + AT_ONCE], state)
        for start in range(0, len(items), AT_ONCE)
    ]
    return np.concatenate(parts)
