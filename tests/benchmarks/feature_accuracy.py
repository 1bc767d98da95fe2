"""How much do the image embedders' vectors tell, and what does a picture cost?

Logistic regression as the product fits it, on 70 % of the items or on 300 (100) labels drawn from
them at random; measured on the other 30 %; the median of several splits. `patches` must beat
`pixels`. Networks run where their files are (LABELER_TEST_ONNX names the folder); they must come
within .03 of what others measured on one split (MobileNetV2 .85 and .79, SqueezeNet .80 and .74).

Run:   python -m tests.benchmarks.feature_accuracy [--seeds 5] [--quick]
Last:  digits, 100 and 300 labels: patches .931 and .980, pixels .872 and .952; Fashion-MNIST .722
       and .788, pixels .657 and .752; trashnet, 300 and all labels: patches .674 and .777, pixels
       .639 and .756, MobileNetV2 .764 (.747 to .798) and .850, SqueezeNet .723 and .818; patches
       1.4 ms a picture; 2 cores, shared machine.
"""

import argparse
import io
import os
import sys
import time
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

from labeler_app import plugins
from labeler_app.core.learners import fit_logistic
from tests.benchmarks.bench import data, verdict
from tests.networks import BESIDE_THE_PROJECT, ONNX_VARIABLE

ALL = 0
LIMIT_MS = 10.0
TIMED = 200
FASHION = 4_000
# Largest errors: 1 - the accuracy asked for, by embedder and number of labels.
TRASHNET = {
    "pixels": {},
    "patches": {ALL: 0.25, 300: 0.40},
    "mobilenetv2_imagenet.onnx": {ALL: 0.18, 300: 0.24},
    "squeezenet1_1_fp32.onnx": {ALL: 0.23, 300: 0.29},
}

Figure = tuple[str, float, float]
Pictures = Sequence[Image.Image]


def trashnet() -> tuple[Pictures, np.ndarray]:
    """Return 2,524 photos and their classes."""
    images, labels = [], []
    with zipfile.ZipFile(data("photos_trashnet.zip")) as photos:
        for name in sorted(one for one in photos.namelist() if one.endswith(".jpg")):
            images.append(Image.open(io.BytesIO(photos.read(name))).convert("RGB"))
            labels.append(name.partition("/")[0])
    return images, np.unique(labels, return_inverse=True)[1]


def digits() -> tuple[Pictures, np.ndarray]:
    """Return 1,797 digits of 8 x 8 pixels."""
    found = load_digits()
    grey = np.round(found.images * (255 / 16)).astype(np.uint8)
    return [Image.fromarray(one) for one in grey], found.target


def fashion() -> tuple[Pictures, np.ndarray]:
    """Return 4,000 pieces of clothing of 28 x 28 pixels."""
    with np.load(data("fashion_mnist_20k.npz")) as found:
        chosen = np.random.default_rng(0).permutation(len(found["y"]))[:FASHION]
        return [Image.fromarray(one) for one in found["x"][chosen]], found["y"][chosen]


def embedded(name: str, images: Pictures) -> tuple[np.ndarray, float]:
    """Return the vectors, and the CPU milliseconds of a picture at embedding."""
    embedder = plugins.load("embedders", name)
    state = embedder.fit(images, np.random.default_rng(0))
    for note in embedder.notes(state):
        print(f"         {note}")
    embedder.embed(images[:8], state)  # Warms up.
    begun = time.process_time()
    embedder.embed(images[:TIMED], state)
    spent = (time.process_time() - begun) * 1_000 / min(TIMED, len(images))
    return embedder.embed(images, state), spent


def error(x: np.ndarray, y: np.ndarray, labels: int, seeds: int) -> float:
    """Return the median share of wrong answers on 30 % of the items."""
    wrong = []
    for seed in range(seeds):
        train, test = train_test_split(
            np.arange(len(y)), test_size=0.3, random_state=seed, stratify=y
        )
        used = train if labels == ALL else np.random.default_rng(seed).permutation(train)[:labels]
        head = fit_logistic(x[used], y[used], seed=seed)
        wrong.append(np.mean(head.classes[head.proba(x[test]).argmax(axis=1)] != y[test]))
    spread = f"{1 - max(wrong):.3f} .. {1 - min(wrong):.3f}"
    print(f"         accuracy with {labels or 'all'} labels: {1 - np.median(wrong):.3f} ({spread})")
    return float(np.median(wrong))


def photos(seeds: int, quick: bool) -> list[Figure]:
    """Return the figures of trashnet."""
    images, y = trashnet()
    folder = Path(os.environ.get(ONNX_VARIABLE) or BESIDE_THE_PROJECT)
    figures: list[Figure] = []
    for name, limits in TRASHNET.items():
        network = name.endswith(".onnx")
        if network and not (folder / name).is_file():
            print(f"not run: {name}, which is not in {folder}")
            continue
        print(f"trashnet, {name}")
        x, spent = embedded(f"onnx:{folder / name}" if network else name, images)
        print(f"         {x.shape[1]} numbers, {spent:.1f} ms a picture")
        for labels in (300,) if quick else (300, ALL):
            # With all labels the splits differ little, and each takes a while.
            wrong = error(x, y, labels, seeds if labels else min(seeds, 3))
            words = f"trashnet, {name}, {labels or 'all'} labels: error"
            figures += [(words, wrong, limits[labels])] if labels in limits else []
        figures += [("patches: CPU ms a picture", spent, LIMIT_MS)] if name == "patches" else []
    return figures


def small(seeds: int) -> list[Figure]:
    """Return how `patches` and `pixels` compare on tiny grey pictures."""
    figures: list[Figure] = []
    for name, read in (("digits", digits), ("Fashion-MNIST", fashion)):
        images, y = read()
        wrong: dict[str, list[float]] = {}
        for embedder in ("pixels", "patches"):
            print(f"{name}, {embedder}")
            x, _ = embedded(embedder, images)
            wrong[embedder] = [error(x, y, labels, seeds) for labels in (100, 300)]
        for at, labels in enumerate((100, 300)):
            words = f"{name}, patches, {labels} labels: error, against pixels'"
            figures.append((words, wrong["patches"][at], wrong["pixels"][at]))
    return figures


def main(seeds: int, quick: bool) -> int:
    """Measure everything; return 1 if a figure is beyond its limit."""
    return verdict([*small(seeds), *photos(seeds, quick)])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="Leave out the fits on all labels.")
    options = parser.parse_args()
    sys.exit(main(options.seeds, options.quick))
