import gzip
import json
import zipfile
from zlib import crc32

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from labeler_app import plugins
from labeler_app.core.learners import fit_logistic
from labeler_app.core.strategies import uncertainty
from labeler_app.core.strategies.batch import Guard
from labeler_app.core.trial import Trial, play
from labeler_app.errors import FormatError, InputError
from labeler_app.services import simulated, simulation
from labeler_app.services.columns import Wish
from labeler_app.services.simulated import Data, Job
from labeler_app.services.simulation import Source
from labeler_app.services.simulation_plan import Plan


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


def simulate(source, *, strategies=("margin",), learners=("logistic",), wish=None, **more):
    """Simulate with a small plan; options of the plan, of the source and of the call together."""
    plan = {name: more.pop(name) for name in list(more) if name in Plan.__slots__}
    columns = {name: more.pop(name) for name in list(more) if name in Source.__slots__}
    made = Plan(strategies=strategies, learners=learners, **(SMALL | plan))
    return simulation.run(Source(str(source), wish or Wish(), **columns), made, **more)


def figures(answer):
    """Return the runs without what differs from call to call."""
    return [
        {name: value for name, value in one.items() if name != "selection_seconds"}
        for one in answer["runs"]
    ]


def test_the_answer_has_one_run_for_each_strategy_and_seed_and_no_gaps(vectors):
    answer = simulate(vectors, strategies=["random", "margin", "auto"])

    assert list(answer) == ["source", "settings", "left_out", "notes", "runs", "summary"]
    assert [(run["strategy"], run["seed"]) for run in answer["runs"]] == [
        ("random", 0), ("random", 1), ("margin", 0), ("margin", 1), ("auto", 0), ("auto", 1),
    ]  # fmt: skip
    assert all(run["labels"] == [4, 8, 10] for run in answer["runs"])
    assert all(len(run["accuracy"]) == len(run["balanced_accuracy"]) == 3 for run in answer["runs"])
    assert all(len(run["selection_seconds"]) == 3 for run in answer["runs"])
    assert [list(row) for row in answer["summary"]] == [
        [
            *("strategy", "embedder", "learner", "runs", "alc", "final", "selection_seconds"),
            *("t_random", "t_margin", "ratio", "ratio_low", "ratio_high"),
        ]
    ] * 3
    json.dumps(answer, allow_nan=False)


def test_the_yardstick_needs_as_many_labels_as_itself_and_has_no_t_against_itself(vectors):
    random, margin = simulate(vectors, strategies=["random", "margin"], seeds=3)["summary"]

    assert (random["ratio"], random["ratio_low"], random["ratio_high"]) == (1.0, 1.0, 1.0)
    assert random["t_random"] is None
    assert margin["t_margin"] is None


def test_without_the_yardstick_nothing_is_compared_with_it(vectors):
    (row,) = simulate(vectors, strategies=["entropy"])["summary"]

    assert row["t_random"] is row["t_margin"] is row["ratio"] is row["ratio_low"] is None
    assert 0.0 < row["alc"] <= 1.0


def test_one_seed_has_neither_t_nor_interval(vectors):
    _, margin = simulate(vectors, strategies=["random", "margin"], seeds=1)["summary"]

    assert margin["t_random"] is margin["ratio_low"] is margin["ratio_high"] is None


def test_the_same_call_gives_the_same_figures_whatever_runs_beside_it(vectors):
    alone = simulate(vectors)
    beside = simulate(vectors, strategies=["random", "k-center", "margin"])

    assert figures(alone) == figures(beside)[-2:]


def test_a_random_cold_start_gives_every_strategy_the_same_kind_of_first_labels(vectors):
    cold = simulate(vectors, cold_start="random")
    warm = simulate(vectors, cold_start="representatives")

    assert figures(cold) != figures(warm)


def test_a_class_folder_is_read_through_the_embedder(photos):
    answer = simulate(photos)

    assert answer["runs"][0]["accuracy"][-1] == 1.0


def test_a_zip_with_a_table_of_labels_is_read_by_the_table(photos, tmp_path):
    table = ["path,label,who"]
    with zipfile.ZipFile(tmp_path / "photos.zip", "w") as archive:
        for number, path in enumerate(sorted(photos.rglob("*.png"))):
            archive.write(path, f"all/{number}.png")
            table.append(f"all/{number}.png,{path.parent.name},Ada")
        archive.writestr("labels.csv", "\n".join(table))

    answer = simulate(tmp_path / "photos.zip")

    assert answer["runs"][0]["accuracy"][-1] == 1.0


def test_a_label_that_can_be_no_class_is_told_with_its_line(photos):
    first = next(photos.rglob("*.png")).relative_to(photos)
    (photos / "labels.csv").write_text(f"path,label\n{first},{'a' * 101}\n")

    with pytest.raises(InputError, match=r"labels\.csv, line 2: the label has more than 100"):
        simulate(photos)


def test_a_table_that_contradicts_itself_is_refused(photos):
    first = next(photos.rglob("*.png")).relative_to(photos)
    (photos / "labels.csv").write_text(f"path,label\n{first},dark\n{first},dark\n{first},light\n")

    told = r"labels\.csv, lines 2 and 4 give it two labels: 'dark' and 'light'"
    with pytest.raises(InputError, match=told):
        simulate(photos)


def test_classes_are_found_as_an_import_finds_them_also_beside_a_note(photos):
    (photos / "README.txt").write_text("about these photos")
    (photos / "outer").mkdir()
    for name in ("dark", "light"):
        (photos / name).rename(photos / "outer" / name)

    answer = simulate(photos)

    assert answer["summary"]


def test_files_that_are_no_images_are_left_out(photos):
    (photos / "dark" / "broken.png").write_bytes(b"not a picture")
    (photos / "dark" / "notes.txt").write_text("nothing to label")

    answer = simulate(photos)

    assert answer["runs"][0]["accuracy"][-1] == 1.0
    assert answer["notes"] == ["1 of 25 items cannot be read and were left out."]


def test_a_folder_may_be_named_from_where_one_stands(photos, monkeypatch):
    monkeypatch.chdir(photos.parent)

    assert figures(simulate("photos")) == figures(simulate(photos))


def test_what_was_guessed_of_a_table_and_not_looked_at_is_said(tmp_path):
    lines = [
        "id,text,pages,label",
        *(f"{at},{one[0]},7,{one[1]}" for at, one in enumerate(sentences())),
    ]

    (said,) = simulate(written(tmp_path, "films.csv", lines))["notes"]

    assert said.startswith(
        "Taken as obvious: each row is a text; the texts are in the column 'text'"
    )
    assert "id, pages are not looked at (kind table takes all columns)" in said


def test_what_is_measured_on_is_said_where_classes_are_made_rare(vectors):
    (said,) = simulate(vectors, imbalance=2.0)["notes"]

    assert said.startswith("Measured on ")
    assert "as many of each class, by balanced accuracy" in said


def test_too_few_groups_are_named_as_what_is_wrong(tmp_path):
    lines = ["text,label,who", *(f"{one[0]},{one[1]},me" for one in sentences())]

    with pytest.raises(InputError, match="1 group cannot be divided so that 30% of the items"):
        simulate(written(tmp_path, "films.csv", lines), group_column="who")


def test_vectors_are_given_for_the_files_of_a_folder_by_their_order_or_their_paths(photos):
    (photos / "light" / "a note.txt").write_text("no picture, and no vector")
    levels = np.repeat([[0.0, 1.0], [5.0, 1.0]], 12, axis=0) + np.linspace(0, 1, 24)[:, None]
    np.save(photos.parent / "v.npy", levels)
    paths = sorted(str(one.relative_to(photos)) for one in photos.rglob("*.png"))
    told = {"path": paths[::-1], "x": levels[::-1, 0].copy(), "y": levels[::-1, 1].copy()}
    pd.DataFrame(told).to_parquet(photos.parent / "v.parquet")

    ordered = simulate(photos, embedders=[f"given:{photos.parent / 'v.npy'}"])
    named = simulate(photos, embedders=[f"given:{photos.parent / 'v.parquet'}"])

    assert ordered["runs"][0]["accuracy"] == named["runs"][0]["accuracy"]
    assert ordered["runs"][0]["accuracy"][-1] == 1.0
    assert "24 vectors of v.npy are taken for the items in their order" in ordered["notes"][0]
    assert named["notes"] == []


def test_vectors_are_given_for_the_rows_of_a_table_those_left_out_counted(tmp_path):
    lines = ["text,label", "nobody says what this is,", *(f"{a},{b}" for a, b, *_ in sentences())]
    vectors = np.array([[9.0, 9.0], *([float(at % 2), at / 60] for at in range(60))])
    np.save(tmp_path / "v.npy", vectors)

    answer = simulate(
        written(tmp_path, "films.csv", lines), embedders=[f"given:{tmp_path / 'v.npy'}"]
    )

    assert answer["runs"][0]["accuracy"][-1] == 1.0
    assert answer["left_out"].startswith("1 row was left out")


def test_images_of_one_channel_are_grey(tmp_path):
    rng = np.random.default_rng(0)
    grey, y = rng.integers(0, 255, (24, 8, 8)).astype(np.uint8), np.arange(24) % 2
    np.savez(tmp_path / "grey.npz", x=grey, y=y)
    np.savez(tmp_path / "channel.npz", x=grey[..., None], y=y)

    assert figures(simulate(tmp_path / "channel.npz")) == figures(simulate(tmp_path / "grey.npz"))


def test_images_in_an_npz_go_through_the_embedder(tmp_path):
    x = np.repeat(np.array([20, 230], dtype=np.uint8), 12)[:, None, None] + np.zeros(
        (24, 8, 8), dtype=np.uint8
    )
    np.savez(tmp_path / "images.npz", x=x, y=np.repeat(["dark", "light"], 12))

    answer = simulate(tmp_path / "images.npz")

    assert answer["runs"][0]["accuracy"][-1] == 1.0


def test_progress_ends_with_all_projects_played(vectors):
    told = []

    simulate(
        vectors,
        strategies=["margin", "random"],
        progress=lambda done, total: told.append((done, total)),
    )

    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"strategies": ["margni"]}, "There is no strategy 'margni'"),
        ({"strategies": []}, "No strategy"),
        ({"learners": ["forest"]}, "There is no learner 'forest'"),
        ({"cold_start": "warm"}, "There is no cold start 'warm'"),
        ({"embedders": ["eyes"]}, "There is no 'eyes' among the embedders"),
        ({"class_weight": "fair"}, "There is no way to weigh classes 'fair'"),
        ({"learners": []}, "No learner"),
        ({"imbalance": 0.5}, "An imbalance of 1:0.5"),
        ({"jobs": 0}, "0 processes"),
        ({"split_column": "fold"}, "groups.npz has no columns"),
        ({"budget": 3}, "The budget of 3 labels is below the first 4 labels"),
        ({"budget": 500}, "120 items leave 84 to label"),
        ({"batch": 0}, "batches of 0"),
        ({"test_share": 1.0}, "test share of 1.0"),
    ],
)
def test_what_cannot_be_simulated_is_refused_with_a_sentence(vectors, change, problem):
    with pytest.raises(InputError, match=problem):
        simulate(vectors, **change)


def test_an_unknown_strategy_comes_with_the_list_of_names(vectors):
    with pytest.raises(InputError) as raised:
        simulate(vectors, strategies=["margni"])

    assert raised.value.hint.startswith("Known: auto, random, margin, ")


def test_one_class_is_refused(photos):
    for path in (photos / "light").iterdir():
        path.unlink()
    (photos / "light").rmdir()

    with pytest.raises(InputError, match="2 classes, the source has 1"):
        simulate(photos)


def test_an_empty_folder_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"holds no item|no class"):
        simulate(tmp_path)


def test_a_missing_source_is_refused(tmp_path):
    with pytest.raises(InputError, match="There is no file or folder"):
        simulate(tmp_path / "gone")


@pytest.mark.parametrize("name", ["data.npz", "data.zip"])
def test_a_damaged_file_is_refused(tmp_path, name):
    (tmp_path / name).write_bytes(b"PK\x03\x04 and then nothing")

    with pytest.raises(FormatError, match=name):
        simulate(tmp_path / name)


@pytest.mark.parametrize(
    ("arrays", "problem"),
    [
        ({"x": np.zeros((3, 2))}, "holds x, not x and y"),
        ({"x": np.zeros((3, 2)), "y": np.zeros(2)}, "3 items in x do not match"),
        ({"x": np.zeros((3, 2), dtype=int), "y": np.zeros(3)}, "x is int64"),
        ({"x": np.full((3, 2), np.nan), "y": np.zeros(3)}, "x is float64"),
        ({"x": np.array([object()]), "y": np.zeros(1)}, "cannot be read"),
        ({"x": np.float64(3), "y": np.int64(2)}, r"x is float64 of shape \(\)"),
        ({"x": np.zeros((3, 0)), "y": np.zeros(3)}, r"x is float64 of shape \(3, 0\)"),
        ({"x": np.full((3, 2), 1e25), "y": np.zeros(3)}, "x is float64"),
        ({"x": np.full((3, 2), -np.inf, np.float16), "y": np.zeros(3)}, "x is float16"),
        ({"x": np.zeros((3, 8, 8, 5), np.uint8), "y": np.zeros(3)}, "x is uint8"),
        ({"x": np.zeros((3, 0, 0), np.uint8), "y": np.zeros(3)}, "x is uint8"),
    ],
)
def test_arrays_of_another_shape_are_refused(tmp_path, arrays, problem):
    np.savez(tmp_path / "data.npz", **arrays)

    with pytest.raises(FormatError, match=problem):
        simulate(tmp_path / "data.npz")


def test_margin_is_right_on_88_of_100_digits_after_100_labels():
    answer = simulate("digits", start=20, batch=10, budget=100, seeds=5)

    assert np.median([run["accuracy"][-1] for run in answer["runs"]]) > 0.88


def test_several_embedders_and_learners_are_compared_each_with_its_own_yardstick(photos):
    answer = simulate(
        photos, strategies=["random", "margin"], learners=["logistic", "k-nn"], seeds=1
    )

    assert [(one["learner"], one["strategy"]) for one in answer["summary"]] == [
        ("logistic", "random"), ("logistic", "margin"), ("k-nn", "random"), ("k-nn", "margin"),
    ]  # fmt: skip
    assert [one["t_random"] for one in answer["summary"]] == [None] * 4
    assert [one["ratio"] for one in answer["summary"]][::2] == [1.0, 1.0]


def test_several_processes_give_the_figures_of_one(vectors):
    alone = simulate(vectors, strategies=["random", "auto"])
    together = simulate(vectors, strategies=["random", "auto"], jobs=2)

    assert figures(together) == figures(alone)


def test_runs_that_are_there_are_kept_and_only_the_others_made(vectors):
    first = simulate(vectors, strategies=["random"])
    told = []

    more = simulate(
        vectors,
        strategies=["random", "margin"],
        before=json.loads(json.dumps(first)),
        progress=lambda done, total: told.append((done, total)),
    )

    assert told == [(3, 4), (4, 4)]
    assert more["runs"][:2] == first["runs"]
    assert figures(more) == figures(simulate(vectors, strategies=["random", "margin"]))
    assert [one["runs"] for one in more["summary"]] == [2, 2]


def test_every_run_is_recorded_as_it_finishes(vectors):
    seen = []

    simulate(vectors, strategies=["random"], record=lambda answer: seen.append(len(answer["runs"])))

    assert seen == [1, 2]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"batch": 5}, "made with batch 4, now it is 5"),
        ({"imbalance": 3.0}, "made with imbalance 1.0, now it is 3.0"),
        ({"class_weight": "balanced"}, "made with class_weight none"),
    ],
)
def test_runs_of_other_settings_are_not_mixed_in(vectors, change, problem):
    before = simulate(vectors)

    with pytest.raises(InputError, match=problem):
        simulate(vectors, before=before, **change)


@pytest.mark.parametrize("lost", ["strategy", "accuracy"])
def test_runs_that_lack_something_are_refused_with_a_sentence(vectors, lost):
    before = simulate(vectors)
    del before["runs"][0][lost]

    with pytest.raises(FormatError, match="Run 1 of the runs that are there"):
        simulate(vectors, before=before)


@pytest.mark.parametrize(("name", "guard"), [("margin", Guard()), ("random", None)])
def test_runs_are_guarded_as_in_a_project_but_for_what_is_drawn_at_random(name, guard):
    rng = np.random.default_rng(0)
    y = np.tile([0, 1], 100)
    x = np.where(rng.random((200, 1)) < 0.5, 0.5, rng.normal(size=(200, 2)) + y[:, None])
    plan = Plan(
        strategies=[name],
        learners=["logistic"],
        cold_start="random",
        **SMALL | {"batch": 12, "budget": 52},
    )
    job = Job("given", "1", "logistic", name, 0)

    found = simulated.run(Data(x, y), plan, job)

    def played(guard):
        pool, held_out = simulated.sides(Data(x, y), plan, 0)
        picks = {"margin": uncertainty.margin, "random": uncertainty.random}
        draws = np.random.default_rng([0, crc32(name.encode())])
        trial = Trial(x, y, pool, held_out, plan.steps(), 0)

        def choose(state):
            return picks[name if state.has_model else "random"]

        return play(trial, choose, fit_logistic, draws, guard).accuracy.tolist()

    assert found["accuracy"] == played(guard)
    assert (found["accuracy"] != played(None)) is (name == "margin")
    assert len(found["selection_seconds"]) == len(found["labels"])


def test_runs_on_a_source_that_has_changed_are_not_mixed_in(vectors):
    before = simulate(vectors)
    with np.load(vectors) as archive:
        x, y = archive["x"], archive["y"]
    np.savez(vectors, x=x, y=y[::-1])

    with pytest.raises(InputError, match="has changed since"):
        simulate(vectors, before=before, strategies=["random"])


def test_rare_classes_are_made_in_the_pool_and_measured_by_balanced_accuracy(vectors):
    answer = simulate(vectors, strategies=["random", "k-center"], imbalance=10)

    assert answer["settings"]["measure"] == "balanced_accuracy"
    assert all(run["accuracy"] == pytest.approx(run["balanced_accuracy"]) for run in answer["runs"])


def test_classes_may_count_the_same(vectors):
    plain = simulate(vectors, strategies=["random"], imbalance=10)
    balanced = simulate(vectors, strategies=["random"], imbalance=10, class_weight="balanced")

    assert figures(plain) != figures(balanced)


@pytest.mark.parametrize("learner", ["linear-svm", "extra-trees", "hist-gradient-boosting", "k-nn"])
@pytest.mark.parametrize("strategy", ["margin", "auto"])
def test_every_learner_can_be_simulated(vectors, learner, strategy):
    answer = simulate(vectors, strategies=[strategy], learners=[learner], seeds=1)

    assert answer["summary"][0]["final"] > 0.4


def written(folder, name, lines):
    path = folder / name
    text = "\n".join(lines) + "\n"
    if name.endswith(".gz"):
        path.write_bytes(gzip.compress(text.encode()))
    else:
        path.write_text(text)
    return path


def sentences():
    """Return (text, class, speaker, side) of sixty sentences of two classes, by twelve people."""
    rng = np.random.default_rng(0)
    words = {"good": ["fine", "great", "lovely"], "bad": ["poor", "awful", "sad"]}
    rows = []
    for at in range(60):
        name = ("good", "bad")[at % 2]
        chosen = " ".join(rng.choice(words[name], 2))
        side = "test" if at % 3 == 0 else "train"
        rows.append((f"a {chosen} film number {at}", name, f"person {at % 12}", side))
    return rows


@pytest.mark.parametrize("name", ["films.csv", "films.csv.gz", "films.jsonl", "films.jsonl.gz"])
def test_texts_of_a_table_are_simulated(tmp_path, name):
    if "csv" in name:
        lines = ["text,label", *(f"{text},{label}" for text, label, *_ in sentences())]
    else:
        told = [{"text": text, "label": label} for text, label, *_ in sentences()]
        lines = [json.dumps(one) for one in told]

    answer = simulate(written(tmp_path, name, lines), strategies=["margin"], budget=20)

    assert answer["summary"][0]["embedder"] == "tfidf"
    assert answer["summary"][0]["final"] > 0.7
    assert answer["left_out"] == ""


def test_rows_of_a_table_are_simulated(tmp_path):
    rng = np.random.default_rng(0)
    rows = [
        f"{20 + at % 40},{'AB'[at % 2]},{rng.normal() + 4 * (at % 2):.2f},{at % 2}"
        for at in range(80)
    ]
    lines = ["age,city,income,kept", *rows]

    answer = simulate(
        written(tmp_path, "people.csv", lines),
        wish=Wish("table", label_column="kept"),
        budget=20,
    )

    assert answer["summary"][0]["embedder"] == "table"
    assert answer["summary"][0]["final"] > 0.8


def test_a_column_may_say_which_rows_are_measured_on(tmp_path):
    lines = [
        "text,label,split",
        *(f"{text},{label},{side}" for text, label, _, side in sentences()),
    ]
    path = written(tmp_path, "films.csv", lines)

    simulate(path, split_column="split", budget=40)

    with pytest.raises(InputError, match="60 items leave 40 to label and 20 to measure on"):
        simulate(path, split_column="split", budget=41)


def test_a_split_without_a_test_is_refused(tmp_path):
    lines = ["text,label,split", *(f"{text},{label},train" for text, label, *_ in sentences())]

    with pytest.raises(InputError, match=r"No row of films.csv says test in the column 'split'"):
        simulate(written(tmp_path, "films.csv", lines), split_column="split")


def test_no_group_is_on_both_sides(tmp_path):
    lines = ["text,label,who", *(f"{text},{label},{who}" for text, label, who, _ in sentences())]
    path = written(tmp_path, "films.csv", lines)
    data = simulation._Reader(Source(str(path), group_column="who"))
    found = data.data(plugins.load("embedders", "tfidf"), lambda done, total: None)

    for seed in range(5):
        pool, held_out = simulated.sides(found, Plan(["random"], ["logistic"], budget=20), seed)
        assert not set(found.groups[pool]) & set(found.groups[held_out])


def test_a_group_on_both_sides_of_a_given_split_is_refused(tmp_path):
    lines = ["text,label,who,split", *(",".join(one) for one in sentences())]

    with pytest.raises(InputError, match=r"is on both sides of the split"):
        simulate(
            written(tmp_path, "films.csv", [*lines, "a late film,bad,person 1,test"]),
            split_column="split",
            group_column="who",
        )


def test_rows_that_cannot_be_used_are_left_out_and_that_is_said(tmp_path):
    lines = ["text,label", *(f"{text},{label}" for text, label, *_ in sentences())]
    broken = [*lines[:5], "a film, with, too many cells", "a film without a class,", *lines[5:]]

    answer = simulate(written(tmp_path, "films.csv", broken))

    assert answer["left_out"] == (
        "2 rows were left out; the first: line 6 has 3 cells, the header has 2."
    )


def test_a_missing_column_of_classes_is_named(tmp_path):
    path = written(tmp_path, "films.csv", ["text,mood", "a fine film,good", "a sad film,bad"])

    with pytest.raises(InputError, match="has no column 'label' for the labels") as raised:
        simulate(path, wish=Wish(label_column="label"))
    assert "text, mood" in raised.value.hint
    with pytest.raises(InputError, match="not obvious which column"):
        simulate(path)


def test_an_embedder_of_another_kind_is_refused(tmp_path):
    lines = ["text,label", *(f"{text},{label}" for text, label, *_ in sentences())]

    with pytest.raises(InputError, match="of the kind image; these are text"):
        simulate(written(tmp_path, "films.csv", lines), embedders=["pixels"])
