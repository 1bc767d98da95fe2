import json
from dataclasses import replace

import numpy as np
import pytest

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


def test_a_model_on_strong_features_asks_where_it_is_torn_and_says_between_what():
    chosen = ranking.choose(pool(BALANCED))

    assert chosen.selection.strategy == "hybrid"
    assert chosen.selection.phase.startswith("The model asks for the items it is least sure of")
    first = chosen.entries[0]
    assert first.why.startswith(
        ("Shown because the model was torn: ", "Shown because the model is surer")
    )
    assert "glass" in first.why
    assert "paper" in first.why


def test_weak_features_ask_for_typical_items_and_say_so():
    mixed = {at: 11 + at % 2 for at in (*range(0, 8), *range(100, 108))}

    chosen = ranking.choose(pool(mixed))

    assert chosen.selection.strategy == "typicality"
    assert "hardly tell the classes apart" in chosen.selection.phase
    assert chosen.entries[0].why.startswith("Shown because it is typical of a group")


def test_classes_that_overlap_are_asked_for_half_by_doubt_and_half_at_random():
    mixed = {at: 11 + at % 2 for at in (*range(0, 12), *range(100, 112))}

    chosen = ranking.choose(pool(mixed, config=ProjectConfig(batch=6)))

    assert chosen.selection.strategy == "hedged"
    whys = [entry.why for entry in chosen.entries[:6]]
    assert all(why.startswith("Shown because the model ") for why in whys[:3])
    assert whys[3:] == ["Drawn at random."] * 3


def test_a_rare_class_is_asked_for_first_and_the_reason_names_it():
    sizes = (195, 5)

    chosen = ranking.choose(pool(truth(sizes, [0, 1, 2, 3, 195, 196]), sizes=sizes))

    assert chosen.selection.strategy == "margin-quota"
    assert chosen.selection.phase.startswith("1 of 2 classes seems to be rare here")
    assert "it may be paper, every class gets its share of the questions" in chosen.entries[0].why


def test_the_decide_part_of_the_audit_sample_overrules_what_the_model_takes_the_pool_for():
    sizes = (195, 5)
    audited = dict(enumerate([11, 12] * 5, 50))

    chosen = ranking.choose(pool(truth(sizes, [0, 1, 195, 196]), sizes=sizes, decided=audited))

    assert chosen.selection.strategy == "hybrid"


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
