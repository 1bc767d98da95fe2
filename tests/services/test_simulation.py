import json
import zipfile

import numpy as np
import pytest
from PIL import Image

from labeler_app.errors import FormatError, InputError
from labeler_app.services import simulation


@pytest.fixture
def vectors(tmp_path):
    """Three groups of 40 vectors, apart but for their edges."""
    rng = np.random.default_rng(0)
    y = np.repeat([3, 5, 9], 40)
    x = rng.normal(0, 1, (120, 4)) + 2 * np.eye(4)[y % 4]
    np.savez(tmp_path / "groups.npz", x=x.astype(np.float32), y=y)
    return tmp_path / "groups.npz"


@pytest.fixture
def photos(tmp_path):
    """Twelve dark and twelve light pictures in two class folders."""
    for name, level in (("dark", 30), ("light", 220)):
        (tmp_path / "photos" / name).mkdir(parents=True)
        for number in range(12):
            picture = Image.new("L", (20, 20), level + number)
            picture.save(tmp_path / "photos" / name / f"{number}.png")
    return tmp_path / "photos"


SMALL = {"start": 4, "batch": 4, "budget": 10, "seeds": 2}


def test_the_answer_has_one_run_for_each_strategy_and_seed_and_no_gaps(vectors):
    answer = simulation.run(vectors, strategies=["random", "margin", "auto"], **SMALL)

    assert list(answer) == ["source", "runs", "summary"]
    assert [(run["strategy"], run["seed"]) for run in answer["runs"]] == [
        ("random", 0), ("random", 1), ("margin", 0), ("margin", 1), ("auto", 0), ("auto", 1),
    ]  # fmt: skip
    assert all(run["labels"] == [4, 8, 10] for run in answer["runs"])
    assert all(len(run["accuracy"]) == len(run["balanced_accuracy"]) == 3 for run in answer["runs"])
    assert [list(row) for row in answer["summary"]] == [
        ["strategy", "alc", "t_random", "t_margin", "ratio", "ratio_low", "ratio_high"]
    ] * 3
    json.dumps(answer, allow_nan=False)


def test_the_yardstick_needs_as_many_labels_as_itself_and_has_no_t_against_itself(vectors):
    random, margin = simulation.run(vectors, strategies=["random", "margin"], **SMALL)["summary"]

    assert (random["ratio"], random["ratio_low"], random["ratio_high"]) == (1.0, 1.0, 1.0)
    assert random["t_random"] is None
    assert margin["t_margin"] is None


def test_without_the_yardstick_nothing_is_compared_with_it(vectors):
    (row,) = simulation.run(vectors, strategies=["entropy"], **SMALL)["summary"]

    assert row["t_random"] is row["t_margin"] is row["ratio"] is row["ratio_low"] is None
    assert 0.0 < row["alc"] <= 1.0


def test_one_seed_has_neither_t_nor_interval(vectors):
    one = SMALL | {"seeds": 1}

    _, margin = simulation.run(vectors, strategies=["random", "margin"], **one)["summary"]

    assert margin["t_random"] is margin["ratio_low"] is margin["ratio_high"] is None


def test_the_same_call_gives_the_same_figures_whatever_runs_beside_it(vectors):
    alone = simulation.run(vectors, strategies=["margin"], **SMALL)
    beside = simulation.run(vectors, strategies=["random", "k-center", "margin"], **SMALL)

    assert alone["runs"] == beside["runs"][-2:]


def test_a_random_cold_start_gives_every_strategy_the_same_kind_of_first_labels(vectors):
    cold = simulation.run(vectors, strategies=["margin"], cold_start="random", **SMALL)
    warm = simulation.run(vectors, strategies=["margin"], cold_start="representatives", **SMALL)

    assert cold["runs"] != warm["runs"]


def test_a_class_folder_is_read_through_the_embedder(photos):
    answer = simulation.run(photos, strategies=["margin"], **SMALL)

    assert answer["runs"][0]["accuracy"][-1] == 1.0


def test_a_zip_with_a_table_of_labels_is_read_by_the_table(photos, tmp_path):
    table = ["path,label,who"]
    with zipfile.ZipFile(tmp_path / "photos.zip", "w") as archive:
        for number, path in enumerate(sorted(photos.rglob("*.png"))):
            archive.write(path, f"all/{number}.png")
            table.append(f"all/{number}.png,{path.parent.name},Ada")
        archive.writestr("labels.csv", "\n".join(table))

    answer = simulation.run(tmp_path / "photos.zip", strategies=["margin"], **SMALL)

    assert answer["runs"][0]["accuracy"][-1] == 1.0


def test_classes_are_found_as_an_import_finds_them_also_beside_a_note(photos):
    (photos / "README.txt").write_text("about these photos")
    (photos / "outer").mkdir()
    for name in ("dark", "light"):
        (photos / name).rename(photos / "outer" / name)

    answer = simulation.run(photos, strategies=["margin"], **SMALL)

    assert answer["summary"]


def test_files_that_are_no_images_are_left_out(photos):
    (photos / "dark" / "broken.png").write_bytes(b"not a picture")
    (photos / "dark" / "notes.txt").write_text("nothing to label")

    answer = simulation.run(photos, strategies=["margin"], **SMALL)

    assert answer["runs"][0]["accuracy"][-1] == 1.0


def test_images_in_an_npz_go_through_the_embedder(tmp_path):
    x = np.repeat(np.array([20, 230], dtype=np.uint8), 12)[:, None, None] + np.zeros(
        (24, 8, 8), dtype=np.uint8
    )
    np.savez(tmp_path / "images.npz", x=x, y=np.repeat(["dark", "light"], 12))

    answer = simulation.run(tmp_path / "images.npz", strategies=["margin"], **SMALL)

    assert answer["runs"][0]["accuracy"][-1] == 1.0


def test_progress_ends_with_all_projects_played(vectors):
    told = []

    simulation.run(
        vectors,
        strategies=["margin", "random"],
        progress=lambda done, total: told.append((done, total)),
        **SMALL,
    )

    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"strategies": ["margni"]}, "There is no strategy 'margni'"),
        ({"strategies": []}, "No strategy"),
        ({"learner": "forest"}, "There is no learner 'forest'"),
        ({"cold_start": "typical"}, "There is no cold start 'typical'"),
        ({"embedder": "eyes"}, "There is no 'eyes' among the embedders"),
        ({"budget": 3}, "The budget of 3 labels is below the first 4 labels"),
        ({"budget": 500}, "120 items leave 84 to label"),
        ({"batch": 0}, "batches of 0"),
        ({"test_share": 1.0}, "test share of 1.0"),
    ],
)
def test_what_cannot_be_simulated_is_refused_with_a_sentence(vectors, change, problem):
    with pytest.raises(InputError, match=problem):
        simulation.run(vectors, **(SMALL | {"strategies": ["margin"]} | change))


def test_an_unknown_strategy_comes_with_the_list_of_names(vectors):
    with pytest.raises(InputError) as raised:
        simulation.run(vectors, strategies=["margni"])

    assert raised.value.hint.startswith("Known: auto, random, margin, ")


def test_one_class_is_refused(photos):
    for path in (photos / "light").iterdir():
        path.unlink()
    (photos / "light").rmdir()

    with pytest.raises(InputError, match="2 classes, the source has 1"):
        simulation.run(photos, strategies=["margin"], **SMALL)


def test_an_empty_folder_is_refused(tmp_path):
    with pytest.raises(InputError, match="holds no image"):
        simulation.run(tmp_path, strategies=["margin"], **SMALL)


def test_a_missing_source_is_refused(tmp_path):
    with pytest.raises(InputError, match="There is no file or folder"):
        simulation.run(tmp_path / "gone", strategies=["margin"], **SMALL)


@pytest.mark.parametrize("name", ["data.npz", "data.zip"])
def test_a_damaged_file_is_refused(tmp_path, name):
    (tmp_path / name).write_bytes(b"PK\x03\x04 and then nothing")

    with pytest.raises(FormatError, match=name):
        simulation.run(tmp_path / name, strategies=["margin"], **SMALL)


@pytest.mark.parametrize(
    ("arrays", "problem"),
    [
        ({"x": np.zeros((3, 2))}, "holds x, not x and y"),
        ({"x": np.zeros((3, 2)), "y": np.zeros(2)}, "3 items in x do not match"),
        ({"x": np.zeros((3, 2), dtype=int), "y": np.zeros(3)}, "x is int64"),
        ({"x": np.full((3, 2), np.nan), "y": np.zeros(3)}, "x is float64"),
        ({"x": np.array([object()]), "y": np.zeros(1)}, "cannot be read"),
    ],
)
def test_arrays_of_another_shape_are_refused(tmp_path, arrays, problem):
    np.savez(tmp_path / "data.npz", **arrays)

    with pytest.raises(FormatError, match=problem):
        simulation.run(tmp_path / "data.npz", strategies=["margin"], **SMALL)


def test_margin_is_right_on_88_of_100_digits_after_100_labels():
    answer = simulation.run("digits", strategies=["margin"], start=20, budget=100, seeds=5)

    assert np.median([run["accuracy"][-1] for run in answer["runs"]]) > 0.88
