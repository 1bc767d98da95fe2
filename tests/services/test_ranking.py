import json
from dataclasses import replace

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from labeler_app.core.arrays import LinearHead
from labeler_app.services import memory, queues, ranking
from labeler_app.services.projects import Project
from labeler_app.services.ranking import Pool
from labeler_app.settings import ProjectConfig
from labeler_app.store import queue
from tests.builders import label, make_project, rows, work

NAMES = {11: "glass", 12: "paper"}


def pool(labels, *, sizes=(100, 100), sure=4.0, config=None, **more):
    """Return two groups of items, and a model that tells them apart."""
    rng = np.random.default_rng(0)
    centres = np.array([[-sure, 0.0], [sure, 0.0]])
    x = np.repeat(centres, sizes, axis=0) + rng.normal(size=(sum(sizes), 2))
    head = LinearHead(np.array([[-1.0, 0.0], [1.0, 0.0]]), np.zeros(2), np.array([11, 12]))
    config = config or ProjectConfig(batch=5)
    given = {
        "project": Project(1, "Rubbish", "image", config, len(x), 0.0),
        "version": 1,
        "ids": [1_000 + at for at in range(len(x))],
        "class_names": NAMES,
        "classes": [11, 12],
        "embeddings": x,
        "proba": head.proba(x),
        "head": head,
        "candidates": np.setdiff1d(np.arange(len(x)), list(labels)),
        "labels": labels,
        "hashes": ["s"],
        "head_hash": "h",
        "now": 0.0,
    }
    return Pool(**(given | more))


def truth(sizes, positions):
    return {at: 11 if at < sizes[0] else 12 for at in positions}


BALANCED = truth((100, 100), [0, 1, 2, 3, 4, 100, 101, 102, 103, 104])


def test_a_model_asks_for_items_that_stand_for_doubtful_ones_and_says_between_what():
    chosen = ranking.choose(pool(BALANCED, sure=1.0))

    assert chosen.selection.strategy == "herding"
    assert chosen.selection.phase.startswith("The model asks for items that stand for many")
    whys = [one.why for one in chosen.entries[:5]]
    start = "Shown because it stands for many items the model is unsure of, where no label is near"
    assert all(why.startswith(start) for why in whys)
    assert any("glass" in why and "paper" in why for why in whys)


def test_what_is_added_where_nothing_is_left_to_stand_for_has_its_own_reason():
    same = pool(BALANCED)
    same.embeddings[:] = [0.1, 0.0]

    chosen = ranking.choose(replace(same, proba=same.head.proba(same.embeddings)))

    assert chosen.selection.strategy == "herding"
    assert chosen.entries[0].score == 0.0
    assert chosen.entries[0].why.startswith("Shown because the model was torn: ")


def test_where_a_class_is_rare_the_queue_says_so():
    sizes = (195, 5)

    chosen = ranking.choose(pool(truth(sizes, [0, 1, 2, 3, 195, 196]), sizes=sizes))

    assert chosen.selection.strategy == "herding"
    assert "1 of 2 classes seems to be rare here" in chosen.selection.phase


def test_the_decide_part_of_the_audit_sample_overrules_what_the_model_takes_the_pool_for():
    sizes = (195, 5)
    audited = dict(enumerate([11, 12] * 5, 50))

    chosen = ranking.choose(pool(truth(sizes, [0, 1, 195, 196]), sizes=sizes, decided=audited))

    assert chosen.selection.strategy == "herding"


def test_the_same_inputs_choose_the_same_queue_and_the_state_kept_changes_nothing():
    first = ranking.choose(pool(BALANCED, config=ProjectConfig(strategy="k-center", batch=5)))
    kept = {"k-center": first.save["k-center"], ranking.FAR: first.save[ranking.FAR]}

    again = ranking.choose(
        pool(
            BALANCED,
            config=ProjectConfig(strategy="k-center", batch=5),
            saved=lambda name: kept[name],
        )
    )

    assert kept["k-center"]
    assert again.entries == first.entries
    assert again.selection == first.selection


@pytest.mark.parametrize("hold", [True, False])
def test_an_item_far_from_everything_is_held_back_unless_the_settings_want_it(hold):
    config = ProjectConfig(strategy="k-center", batch=5, hold_outliers=hold)
    given = pool(BALANCED, config=config)
    given.embeddings[50] = [0.0, 500.0]

    chosen = ranking.choose(given)

    assert (chosen.entries[0].item == 1_050) is not hold
    assert json.loads(chosen.selection.detail)["held_back"] == int(hold)


def test_a_batch_holds_an_item_and_its_copies_only_once():
    given = pool(BALANCED)
    given.embeddings[20:40] = [0.1, 0.0]

    chosen = ranking.choose(replace(given, proba=given.head.proba(given.embeddings)))

    copies = [one for one in chosen.entries[:5] if 1_020 <= one.item < 1_040]
    assert len(copies) == 1


def test_what_the_guard_keeps_out_of_the_batch_does_not_come_back_behind_it():
    given = pool(BALANCED, config=ProjectConfig(strategy="margin", batch=5))
    given.embeddings[20:40] = [0.1, 0.0]
    given.embeddings[50] = [0.0, 500.0]

    chosen = ranking.choose(replace(given, proba=given.head.proba(given.embeddings)))

    queue_of = [one.item for one in chosen.entries]
    assert json.loads(chosen.selection.detail)["held_back"] == 1
    assert 1_050 not in queue_of
    assert len([one for one in queue_of if 1_020 <= one < 1_040]) == 1
    assert len(queue_of) > 100


def test_the_number_of_threads_makes_no_difference():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(3_000, 300)).astype(np.float32)
    x[1_500:] = x[:1_500] + 1e-4 * x[1_500:]
    head = LinearHead(rng.normal(size=(2, 300)) / 30, np.zeros(2), np.array([11, 12]))
    more = {"embeddings": x, "head": head, "ids": range(3_000), "proba": head.proba(x)}
    free = np.setdiff1d(np.arange(3_000), list(BALANCED))
    config = ProjectConfig(strategy="hybrid", batch=20)
    given = pool(BALANCED, config=config, candidates=free, **more)

    found = []
    for threads in (1, 2):
        with threadpool_limits(limits=threads):
            found.append(ranking.choose(given))

    assert found[0].entries == found[1].entries


def test_items_drawn_at_random_keep_the_chance_they_had():
    few = ProjectConfig(strategy="random", batch=5)
    many = pool(BALANCED, sizes=(1_000, 1_000), config=few)

    drawn, picked = ranking.choose(many), ranking.choose(pool(BALANCED))

    assert {one.propensity for one in drawn.entries} == {500 / 1_990}
    assert {one.propensity for one in picked.entries} == {1.0}


def test_a_selection_keeps_what_it_takes_to_choose_again():
    detail = json.loads(ranking.choose(pool(BALANCED)).selection.detail)

    assert detail["settings"]["strategy"] == "auto"
    assert detail["counts"] == [5, 5]
    assert detail["skill"] == 1.0
    assert len(detail["picks"]) == detail["batch"] == 5
    assert (detail["head"], detail["shards"]) == ("h", ["s"])


def test_the_queue_of_a_project_says_the_phase_in_words(ws, tmp_path, ada):
    project = make_project(ws, tmp_path / "photos", each=10)
    work(ws)
    before = queues.queue_state(ws, project.id).sentence
    every = rows(ws, project.id)
    label(ws, project.id, ada, [row.id for at, row in enumerate(every) if at % 10 < 2])

    work(ws)

    assert before == (
        "There is no model yet, so the first items are ones that stand for many others."
    )
    with ws.store.read() as tx:
        phase = queue.newest(tx, project.id).phase
    assert queues.queue_state(ws, project.id).sentence == phase != before


def test_what_a_strategy_saved_is_found_again_and_forgotten_with_its_embeddings(ws):
    memory.keep(ws, 1, "pixels@1", {"k-center": {"bounds": np.arange(3)}, "margin": {}})

    found = memory.recall(ws, 1, "pixels@1")
    assert found("k-center")["bounds"].tolist() == [0, 1, 2]
    assert found("margin") == {}

    memory.keep(ws, 1, "pixels@2", {"typicality": {"rows": np.arange(2)}})
    assert memory.recall(ws, 1, "pixels@1")("k-center") == {}
    assert memory.recall(ws, 1, "pixels@2")("typicality")["rows"].tolist() == [0, 1]


@pytest.mark.parametrize("left", [0, 100])
def test_what_a_strategy_saved_in_a_file_that_is_damaged_is_done_without(ws, left):
    memory.keep(ws, 1, "pixels@1", {"k-center": {"bounds": np.arange(300)}})
    (file,) = ws.arrays.folder.glob("1/memory/*/*.npz")
    file.write_bytes(file.read_bytes()[:left])

    assert memory.recall(ws, 1, "pixels@1")("k-center") == {}
