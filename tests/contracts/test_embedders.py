import numpy as np
import pytest
from PIL import Image

from labeler_app import plugins
from labeler_app.adapters.embedders import Embedder
from labeler_app.errors import InputError


@pytest.fixture(params=plugins.names("embedders"))
def embedder(request) -> Embedder:
    loaded = plugins.load("embedders", request.param)
    assert isinstance(loaded, Embedder)
    return loaded


@pytest.fixture
def images() -> list[Image.Image]:
    rng = np.random.default_rng(7)
    sizes = [(40, 30), (1, 900), (900, 1), (17, 64), (1, 1)]
    colour = [Image.fromarray(rng.integers(0, 256, (h, w, 3), np.uint8)) for w, h in sizes]
    return [*colour, Image.new("RGB", (50, 50), "white"), Image.new("L", (64, 64), 9)]


def test_its_name_is_the_one_in_the_table(embedder):
    assert plugins.load("embedders", embedder.name) is embedder
    assert embedder.revision


def test_every_image_gets_one_finite_row_of_float32(embedder, images):
    state = embedder.fit(images, np.random.default_rng(0))

    x = embedder.embed(images, state)

    assert x.dtype == np.float32
    assert x.shape == (len(images), x.shape[1])
    assert np.isfinite(x).all()


def test_a_row_depends_on_its_image_only(embedder, images):
    state = embedder.fit(images, np.random.default_rng(0))

    together = embedder.embed(images, state)
    alone = np.concatenate([embedder.embed([image], state) for image in images])

    np.testing.assert_array_equal(together, alone)


def test_the_same_seed_gives_the_same_state_and_it_survives_saving(embedder, images, tmp_path):
    first = embedder.fit(images, np.random.default_rng(3))
    second = embedder.fit(images, np.random.default_rng(3))

    np.savez(tmp_path / "state.npz", **first)
    with np.load(tmp_path / "state.npz", allow_pickle=False) as saved:
        loaded = dict(saved)

    assert first.keys() == second.keys() == loaded.keys()
    for key in first:
        np.testing.assert_array_equal(first[key], second[key])
    np.testing.assert_array_equal(embedder.embed(images, loaded), embedder.embed(images, first))


def test_no_image_gives_no_row_and_nothing_to_learn_from_is_an_error(embedder, images):
    state = embedder.fit(images, np.random.default_rng(0))

    width = embedder.embed(images, state).shape[1]

    assert embedder.embed([], state).shape == (0, width)
    with pytest.raises(InputError):
        embedder.fit([], np.random.default_rng(0))


def test_the_images_stay_as_they_are(embedder, images):
    before = [image.tobytes() for image in images]

    embedder.embed(images, embedder.fit(images, np.random.default_rng(0)))

    assert [image.tobytes() for image in images] == before
