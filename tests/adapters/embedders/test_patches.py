"""The default embedder for pictures."""

import io
import os
import subprocess
import sys
import tracemalloc
import zipfile

import numpy as np
import pytest
from PIL import Image, ImageDraw
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

from labeler_app.adapters.embedders import dictionary
from labeler_app.adapters.embedders.patches import DIMENSIONS, PATCHES
from labeler_app.adapters.embedders.pixels import PIXELS
from labeler_app.core.learners import fit_logistic


def embedded(embedder, images):
    return embedder.embed(images, embedder.fit(images, np.random.default_rng(1)))


def accuracy(x, y, budget, seeds=3):
    """Return the mean accuracy on 30 % of the items after `budget` random labels."""
    reached = []
    for seed in range(seeds):
        train, test = train_test_split(
            np.arange(len(y)), test_size=0.3, random_state=seed, stratify=y
        )
        head = fit_logistic(x[train[:budget]], y[train[:budget]], seed=seed)
        reached.append(np.mean(head.classes[head.proba(x[test]).argmax(axis=1)] == y[test]))
    return float(np.mean(reached))


def shapes(kind, count, colour=(200, 80, 40)):
    """Draw pictures of one shape at random places."""
    rng = np.random.default_rng(count)
    drawn = []
    for _ in range(count):
        image = Image.new("RGB", (90, 70), (30, 30, 30))
        x, y = rng.integers(5, 40), rng.integers(5, 25)
        getattr(ImageDraw.Draw(image), kind)((x, y, x + 38, y + 38), outline=colour, width=3)
        drawn.append(image)
    return drawn


@pytest.mark.parametrize(
    "images",
    [
        [Image.new("L", (8, 8), 9)],
        [Image.new("RGB", (1, 1), "red"), Image.new("RGB", (2_000, 3), "blue")],
        [Image.effect_noise((3_000, 2_500), 60.0)],
    ],
)
def test_pictures_of_any_size_even_a_single_one_have_256_numbers(images):
    x = embedded(PATCHES, images)

    assert x.shape == (len(images), DIMENSIONS)
    assert np.isfinite(x).all()


def test_shapes_of_the_same_colour_are_told_apart():
    images = shapes("ellipse", 40) + shapes("rectangle", 40)
    y = np.repeat([0, 1], 40)

    x = embedded(PATCHES, images)

    head = fit_logistic(x[::2], y[::2], seed=0)
    assert np.mean(head.proba(x[1::2]).argmax(axis=1) == y[1::2]) >= 0.95


def test_shapes_of_other_colours_are_told_apart():
    images = shapes("ellipse", 30) + shapes("ellipse", 30, colour=(40, 80, 200))
    y = np.repeat([0, 1], 30)

    x = embedded(PATCHES, images)

    head = fit_logistic(x[::2], y[::2], seed=0)
    assert np.mean(head.proba(x[1::2]).argmax(axis=1) == y[1::2]) == 1.0


def test_a_picture_in_grey_has_the_same_row_in_one_channel_or_three():
    grey = [image.convert("L") for image in shapes("ellipse", 6)]
    state = PATCHES.fit(grey, np.random.default_rng(0))

    np.testing.assert_array_equal(
        PATCHES.embed(grey, state), PATCHES.embed([one.convert("RGB") for one in grey], state)
    )


def test_a_colour_in_a_pool_of_grey_pictures_is_no_trouble():
    state = PATCHES.fit(
        [one.convert("L") for one in shapes("ellipse", 6)], np.random.default_rng(0)
    )

    assert np.isfinite(PATCHES.embed(shapes("rectangle", 2), state)).all()


def test_images_are_opened_one_at_a_time_and_only_once():
    class Counted(list):
        opened = 0

        def __getitem__(self, at):
            assert isinstance(at, int)
            self.opened += 1
            return super().__getitem__(at)

    images = Counted(shapes("ellipse", 5))
    state = PATCHES.fit(images, np.random.default_rng(0))
    PATCHES.embed(images, state)

    assert images.opened == 10


def test_the_number_of_threads_changes_nothing():
    program = """
import hashlib, numpy as np
from PIL import Image
from labeler_app.adapters.embedders.patches import PATCHES
rng = np.random.default_rng(0)
images = [Image.fromarray(rng.integers(0, 256, (30, 40, 3), np.uint8)) for _ in range(8)]
x = PATCHES.embed(images, PATCHES.fit(images, np.random.default_rng(1)))
print(hashlib.sha256(x.tobytes()).hexdigest())
"""

    printed = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "OPENBLAS_NUM_THREADS": threads, "OMP_NUM_THREADS": threads},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for threads in ("1", "2")
    }

    assert len(printed) == 1


def test_patches_of_no_contrast_stay_small_and_others_have_the_same():
    rng = np.random.default_rng(0)
    flat = np.full((20, 20, 3), 90, np.uint8)
    loud = np.tile(rng.integers(0, 256, (20, 20, 1), np.uint8), (1, 1, 3))

    calm, soft, hard = (
        dictionary.sample(one, 50, np.random.default_rng(1))
        for one in (flat, (loud // 4 + 90).astype(np.uint8), loud)
    )

    assert np.abs(calm).max() == 0.0
    np.testing.assert_allclose(hard.std(axis=1), 1.0, atol=0.01)
    np.testing.assert_allclose(soft.std(axis=1), 1.0, atol=0.03)


def test_an_activation_is_how_much_closer_than_usual_a_centre_lies():
    centres = np.array([[0.0, 0.0], [4.0, 0.0], [8.0, 0.0]], np.float32)

    active = dictionary._active(np.array([[0.0, 0.0]], np.float32), centres)

    # Distances 0, 4 and 8 lie around 4.
    np.testing.assert_allclose(active, [[4.0, 0.0, 0.0]], atol=1e-5)


def test_quarters_are_described_one_by_one():
    picture = np.zeros((30, 30, 3), np.uint8)
    picture[:10, 20:] = np.random.default_rng(0).integers(0, 256, (10, 10, 3))
    known = dictionary.learned(
        dictionary.sample(picture, 500, np.random.default_rng(1)), 5, np.random.default_rng(2)
    )

    by_quarter = dictionary.described(picture, 1, known).reshape(4, 5)

    np.testing.assert_allclose(by_quarter[0], by_quarter[2], atol=0.2)
    assert np.abs(by_quarter[1] - by_quarter[2]).max() > 0.2


def test_tiny_digits_are_told_apart_better_than_by_pixels():
    digits = load_digits()
    images = [Image.fromarray(np.round(one * (255 / 16)).astype(np.uint8)) for one in digits.images]

    ours, pixels = (
        [accuracy(embedded(one, images), digits.target, labels) for labels in (100, 300)]
        for one in (PATCHES, PIXELS)
    )

    assert ours[0] > max(0.91, pixels[0])
    assert ours[1] > max(0.96, pixels[1])


def test_photos_are_told_apart_with_300_labels(real_data):
    images, labels = [], []
    with zipfile.ZipFile(real_data / "photos_trashnet.zip") as photos:
        for name in sorted(n for n in photos.namelist() if n.endswith(".jpg")):
            images.append(Image.open(io.BytesIO(photos.read(name))))
            labels.append(name.partition("/")[0])

    x = embedded(PATCHES, images)

    assert accuracy(x, np.unique(labels, return_inverse=True)[1], 300) >= 0.60


def test_learning_and_its_state_take_a_bounded_share_of_the_memory():
    images = [image.resize((500, 400)) for image in shapes("ellipse", 40)]
    tracemalloc.start()

    state = PATCHES.fit(images, np.random.default_rng(0))

    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 250_000_000
    assert sum(part.nbytes for part in state.values()) < 4_000_000
