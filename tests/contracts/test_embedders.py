"""What must hold for every embedder in the table of plug-ins."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from PIL import Image

from labeler_app import plugins
from labeler_app.adapters.embedders import Embedder, Place, Placed, key
from labeler_app.errors import InputError
from tests import networks

MOST_DIMENSIONS = 4_096


@dataclass(frozen=True)
class Items(Sequence):
    """Items that know where they stand, as a project's do."""

    things: list[Any]
    places: list[Place]

    def __len__(self):
        return len(self.things)

    def __getitem__(self, at):
        return Items(self.things[at], self.places[at]) if isinstance(at, slice) else self.things[at]


def placed(things):
    return Items(things, [Place(at, f"{at}.x") for at in range(len(things))])


def images():
    rng = np.random.default_rng(7)
    sizes = [(40, 30), (1, 900), (900, 1), (17, 64), (1, 1), (8, 8), (300, 200)]
    colour = [Image.fromarray(rng.integers(0, 256, (h, w, 3), np.uint8)) for w, h in sizes]
    return [*colour, Image.new("RGB", (50, 50), "white"), Image.new("L", (64, 64), 9)]


def texts():
    long = " ".join(f"word{number}" for number in range(3_000))
    odd = ["", "   ", "?", "…", "\u202ereversed", "日本語の文です", "a" * 5_000, " line\nline "]
    return ["The first text.", "the FIRST text!", "Another one, 12 % longer", long, *odd]


def rows():
    full = {"age": "39", "paid": "3,5", "job": "clerk", "when": "2024-02-29", "note": "late again"}
    odd = {"age": "?", "paid": "1e400", "job": "\u202e", "when": "2024-02-31", "note": None}
    plain = [{**full, "age": 20.0 + number, "job": f"job {number % 3}"} for number in range(8)]
    return [full, odd, {}, {"age": None}, {"other": "column"}, *plain]


MAKE = {"image": images, "text": texts, "table": rows, "any": images}


@pytest.fixture
def argument(tmp_path, monkeypatch, request):
    """An example of what may stand behind the colon."""

    def hub():
        made = networks.Hub({"onnx/model.onnx": networks.tiny(tmp_path / "h.onnx").read_bytes()})
        endpoint = networks.serving(made)
        monkeypatch.setenv("HF_ENDPOINT", endpoint.__enter__())
        monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
        request.addfinalizer(lambda: endpoint.__exit__(None, None, None))
        return "lab/tiny"

    def vectors():
        np.save(tmp_path / "v.npy", np.random.default_rng(0).normal(size=(20, 6)))
        return str(tmp_path / "v.npy")

    return {
        "onnx": lambda: str(networks.tiny(tmp_path / "net.onnx")),
        "hf": hub,
        "given": vectors,
    }


@pytest.fixture(params=plugins.names("embedders"))
def name(request, argument):
    head, colon, _ = request.param.partition(":")
    if colon and head not in argument:
        pytest.fail(f"{request.param} needs an example: add one to the fixture `argument`.")
    return f"{head}:{argument[head]()}" if colon else head


@pytest.fixture
def embedder(name) -> Embedder:
    loaded = plugins.load("embedders", name)
    assert isinstance(loaded, Embedder)
    return loaded


@pytest.fixture
def items(embedder):
    return placed(MAKE[embedder.kind]())


def test_its_name_is_the_one_asked_for_and_can_be_part_of_a_file_name(embedder, name):
    again = plugins.load("embedders", name)

    assert plugins.knows("embedders", name)
    assert embedder.name == again.name == name
    assert embedder.revision == again.revision
    assert embedder.revision
    assert not set(key(name) + embedder.revision) & set("/\\:?&= @")


def test_every_item_gets_one_finite_row_of_float32(embedder, items):
    state = embedder.fit(items, np.random.default_rng(0))

    x = embedder.embed(items, state)

    assert x.dtype == np.float32
    assert x.shape == (len(items), x.shape[1])
    assert 1 <= x.shape[1] <= MOST_DIMENSIONS
    assert np.isfinite(x).all()


def test_rows_are_of_a_length_that_learners_expect(embedder, items):
    x = embedder.embed(items, embedder.fit(items, np.random.default_rng(0)))

    assert 0.1 < np.median(np.linalg.norm(x, axis=1)) < 40.0


def test_a_row_depends_on_its_item_only(embedder, items):
    state = embedder.fit(items, np.random.default_rng(0))

    together = embedder.embed(items, state)
    alone = [embedder.embed(items[at : at + 1], state) for at in range(len(items))]
    backwards = embedder.embed(items[::-1], state)
    later = embedder.embed(items[3:], state)

    np.testing.assert_array_equal(together, np.concatenate(alone))
    np.testing.assert_array_equal(together, backwards[::-1])
    np.testing.assert_array_equal(together[3:], later)


def test_the_same_seed_gives_the_same_state_and_it_survives_saving(embedder, items, tmp_path):
    first = embedder.fit(items, np.random.default_rng(3))
    second = embedder.fit(items, np.random.default_rng(3))

    np.savez(tmp_path / "state.npz", **first)
    with np.load(tmp_path / "state.npz", allow_pickle=False) as saved:
        loaded = dict(saved)

    assert first.keys() == second.keys() == loaded.keys()
    for part in first:
        np.testing.assert_array_equal(first[part], second[part])
    np.testing.assert_array_equal(embedder.embed(items, loaded), embedder.embed(items, first))


def test_another_process_can_go_on_where_one_stopped(embedder, items, name):
    state = embedder.fit(items, np.random.default_rng(3))
    whole = embedder.embed(items, state)

    heir = plugins.load("embedders", name)

    np.testing.assert_array_equal(whole[4:], heir.embed(items[4:], state))


def test_no_item_gives_no_row_and_nothing_to_learn_from_is_an_error(embedder, items):
    state = embedder.fit(items, np.random.default_rng(0))

    width = embedder.embed(items, state).shape[1]

    assert embedder.embed(items[:0], state).shape == (0, width)
    with pytest.raises(InputError):
        embedder.fit(items[:0], np.random.default_rng(0))


@pytest.mark.parametrize("count", [1, 9])
def test_a_sample_of_equal_items_serves_or_is_refused_with_a_sentence(embedder, items, count):
    same = Items([items[0]] * count, items.places[:count])

    try:
        x = embedder.embed(items, embedder.fit(same, np.random.default_rng(0)))
    except InputError as refusal:
        assert refusal.problem.endswith(".")
    else:
        assert np.isfinite(x).all()


def test_the_items_stay_as_they_are(embedder, items):
    seen = [one.tobytes() if isinstance(one, Image.Image) else repr(one) for one in items]

    embedder.embed(items, embedder.fit(items, np.random.default_rng(0)))

    assert seen == [one.tobytes() if isinstance(one, Image.Image) else repr(one) for one in items]


def test_what_it_has_to_say_are_sentences(embedder, items):
    notes = embedder.notes(embedder.fit(items, np.random.default_rng(0)))

    assert all(note.endswith(".") for note in notes)


def test_items_of_a_project_know_where_they_stand(items):
    assert isinstance(items, Placed)
