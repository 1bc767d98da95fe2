"""What must hold for every strategy, cold start and policy in the table of plug-ins."""

from dataclasses import replace
from importlib.metadata import EntryPoint

import numpy as np
import pytest

from labeler_app import plugins
from labeler_app.core.arrays import Choice, LabelState, LinearHead, PoolView
from labeler_app.core.strategies import batch
from labeler_app.errors import InputError, StateError

ALL = [(kind, name) for kind in ("strategies", "coldstarts") for name in plugins.names(kind)]
everyone = pytest.mark.parametrize(("kind", "name"), ALL)


def pool(dtype=np.float32, classes=3, count=90):
    rng = np.random.default_rng(0)
    y = np.arange(count) % classes
    x = (rng.normal(0, 1, (count, 5)) + 3 * y[:, None]).astype(dtype)
    labeled = np.arange(12)
    head = LinearHead(rng.normal(0, 1, (classes, 5)), np.zeros(classes), np.arange(classes))
    # Position 20 .. 29 stand for audit items: neither labeled nor to be picked.
    candidates = np.setdiff1d(np.arange(30, count), [40])
    return PoolView(x, head.proba(x), candidates, labeled, y[labeled], head)


def pick(kind, name, view, k, seed=3):
    return plugins.load(kind, name)(view, k, np.random.default_rng(seed))


@everyone
def test_picks_are_different_candidates_with_finite_scores(kind, name):
    view = pool()

    choice = pick(kind, name, view, 7)

    assert choice.positions.shape == choice.scores.shape == (7,)
    assert choice.positions.dtype == np.int64
    assert np.unique(choice.positions).size == 7
    assert np.isin(choice.positions, view.candidates).all()
    assert np.isfinite(choice.scores).all()


@everyone
def test_the_same_seed_picks_the_same_items(kind, name):
    first, second = pick(kind, name, pool(), 7), pick(kind, name, pool(), 7)

    assert first.positions.tolist() == second.positions.tolist()
    assert first.scores.tolist() == second.scores.tolist()


@everyone
def test_the_order_of_the_candidates_makes_no_difference(kind, name):
    view = pool()
    turned = replace(view, candidates=view.candidates[::-1])

    assert pick(kind, name, view, 7).positions.tolist() == (
        pick(kind, name, turned, 7).positions.tolist()
    )


@everyone
def test_a_batch_larger_than_the_pool_picks_the_whole_pool(kind, name):
    view = pool()

    choice = pick(kind, name, view, 1_000)

    assert np.sort(choice.positions).tolist() == view.candidates.tolist()


@everyone
def test_an_empty_pool_gives_an_empty_choice(kind, name):
    choice = pick(kind, name, replace(pool(), candidates=np.empty(0, dtype=np.int64)), 5)

    assert choice.positions.size == choice.scores.size == 0


@everyone
def test_half_precision_and_two_classes_are_enough(kind, name):
    choice = pick(kind, name, pool(dtype=np.float16, classes=2), 5)

    assert np.unique(choice.positions).size == 5


@everyone
def test_equal_items_are_no_trouble(kind, name):
    view = pool()
    flat = replace(
        view, embeddings=np.ones_like(view.embeddings), proba=np.full_like(view.proba, 1 / 3)
    )

    choice = pick(kind, name, flat, 7)

    assert np.unique(choice.positions).size == 7
    assert np.isfinite(choice.scores).all()


@everyone
def test_embeddings_and_a_model_of_zeros_are_no_trouble(kind, name):
    view = pool()
    head = LinearHead(np.zeros((3, 5)), np.zeros(3), np.arange(3))
    dead = np.zeros_like(view.embeddings)

    choice = pick(kind, name, replace(view, embeddings=dead, proba=head.proba(dead), head=head), 7)

    assert np.unique(choice.positions).size == 7
    assert np.isfinite(choice.scores).all()


@everyone
def test_duplicates_only_are_picked_once_each(kind, name):
    view = pool()
    twice = np.repeat(view.embeddings[:9], 10, axis=0)

    choice = pick(kind, name, replace(view, embeddings=twice, proba=view.head.proba(twice)), 40)

    assert np.unique(choice.positions).size == 40


@everyone
def test_a_certain_model_is_no_trouble(kind, name):
    view = pool()
    sure = np.eye(3)[np.argmax(view.proba, axis=1)]

    choice = pick(kind, name, replace(view, proba=sure), 7)

    assert np.unique(choice.positions).size == 7
    assert np.isfinite(choice.scores).all()


@everyone
def test_a_common_offset_is_no_trouble(kind, name):
    view = pool()

    choice = pick(kind, name, replace(view, embeddings=view.embeddings + np.float32(1e4)), 7)

    assert np.unique(choice.positions).size == 7
    assert np.isfinite(choice.scores).all()


@everyone
def test_items_sorted_by_class_are_no_trouble(kind, name):
    view = pool()
    order = np.argsort(np.arange(90) % 3, kind="stable")
    ordered = replace(
        view, embeddings=view.embeddings[order], proba=view.proba[order], labels=np.zeros(12, int)
    )
    ordered.labels[6:] = 1

    assert np.unique(pick(kind, name, ordered, 7).positions).size == 7


@pytest.mark.parametrize(("kind", "name"), [one for one in ALL if one[1] != "random"])
@pytest.mark.parametrize("broken", [np.nan, np.inf])
def test_embeddings_that_are_not_numbers_are_refused_in_words(kind, name, broken):
    view = pool()
    bad = view.embeddings.copy()
    bad[30:] = broken
    # What a model would say of them.
    proba = view.proba.copy()
    proba[30:] = np.nan

    with pytest.raises(InputError) as raised:
        pick(kind, name, replace(view, embeddings=bad, proba=proba), 7)

    assert raised.value.problem.endswith(".")
    assert raised.value.hint


@pytest.mark.parametrize("name", plugins.names("strategies"))
@pytest.mark.parametrize("wrong", [0.5, 1.7, -1.0])
def test_probabilities_that_are_none_are_refused_or_not_looked_at(name, wrong):
    view = pool()
    silent = pick("strategies", name, view, 7)

    try:
        choice = pick("strategies", name, replace(view, proba=view.proba * wrong), 7)
    except InputError as refused:
        assert "do not sum to 1" in refused.problem
    else:
        assert choice.positions.tolist() == silent.positions.tolist()


@pytest.mark.parametrize("name", plugins.names("strategies"))
def test_before_the_first_model_a_strategy_picks_or_says_what_it_lacks(name):
    view = replace(pool(), proba=None, head=None)

    try:
        choice = pick("strategies", name, view, 7)
    except StateError as refused:
        assert refused.hint
    else:
        assert np.unique(choice.positions).size == 7


@pytest.mark.parametrize("name", plugins.names("strategies"))
def test_one_class_so_far_is_picked_from_or_refused_in_words(name):
    view = pool()
    one = replace(view, labels=np.zeros(12, dtype=np.int64), proba=np.ones((90, 1)))

    try:
        choice = pick("strategies", name, one, 7)
    except InputError as refused:
        assert "2 classes, got 1" in refused.problem
    else:
        assert np.unique(choice.positions).size == 7


@pytest.mark.parametrize("name", plugins.names("strategies"))
def test_imported_probabilities_without_any_label_are_enough_or_refused_in_words(name):
    nothing = np.empty(0, dtype=np.int64)
    view = replace(pool(), labeled=nothing, labels=nothing, head=None)

    try:
        choice = pick("strategies", name, view, 7)
    except InputError as refused:
        assert refused.hint
    else:
        assert np.unique(choice.positions).size == 7
        assert np.isfinite(choice.scores).all()


@everyone
def test_a_memory_map_in_half_precision_picks_what_the_array_picks(kind, name, tmp_path):
    view = pool(dtype=np.float16)
    np.save(tmp_path / "x.npy", view.embeddings)
    mapped = replace(view, embeddings=np.load(tmp_path / "x.npy", mmap_mode="r"))

    assert pick(kind, name, mapped, 7).positions.tolist() == (
        pick(kind, name, view, 7).positions.tolist()
    )


@everyone
def test_nothing_given_is_changed(kind, name):
    view = pool()
    for part in (view.embeddings, view.proba, view.candidates, view.labeled, view.labels):
        part.setflags(write=False)

    first = pick(kind, name, view, 5)
    saved = {key: value.copy() for key, value in first.save.items()}
    for value in first.save.values():
        value.setflags(write=False)

    again = pick(kind, name, replace(view, saved=first.save), 5)
    assert again.positions.tolist() == first.positions.tolist()
    assert all(np.array_equal(first.save[key], value) for key, value in saved.items())


@everyone
def test_what_was_saved_spares_work_and_changes_no_pick(kind, name):
    view = pool()
    more = replace(view, labeled=np.arange(18), labels=np.arange(18) % 3)
    saved = pick(kind, name, view, 7).save

    kept = pick(kind, name, replace(more, saved=saved), 7)

    assert kept.positions.tolist() == pick(kind, name, more, 7).positions.tolist()


@everyone
def test_labels_taken_back_and_new_items_make_saved_state_grow_or_start_anew(kind, name):
    view = pool()
    saved = pick(kind, name, view, 7).save
    more = np.concatenate([view.embeddings, view.embeddings[:20] + np.float32(0.5)])
    changed = replace(
        view,
        embeddings=more,
        proba=view.head.proba(more),
        candidates=np.arange(30, 110),
        labeled=np.arange(4, 10),
        labels=np.arange(4, 10) % 3,
    )

    kept = pick(kind, name, replace(changed, saved=saved), 7)

    assert kept.positions.tolist() == pick(kind, name, changed, 7).positions.tolist()


@everyone
def test_the_guard_replaces_near_duplicates_of_any_strategy(kind, name):
    view = pool(count=150)
    # Everything is there five times.
    rows = np.concatenate([view.embeddings[:30]] * 5)
    copied = replace(view, embeddings=rows, proba=view.head.proba(rows))
    far = batch.distances_to_sample(copied)

    found = batch.guarded(
        plugins.load(kind, name), copied, 8, np.random.default_rng(0), far, batch.Guard(apart=0.0)
    )

    assert np.unique(found.choice.positions % 30).size == found.choice.positions.size == 8


def far_first(view, k, rng):
    """A strategy of somebody else: the last candidates first."""
    positions = np.sort(view.candidates)[::-1][:k]
    return Choice(positions, np.ones(positions.size))


def test_a_strategy_of_another_package_is_found_loaded_and_picks(monkeypatch):
    point = EntryPoint("far-first", f"{__name__}:far_first", "labeler_app.strategies")
    monkeypatch.setattr(plugins, "_foreign", lambda kind: {"far-first": point})

    assert plugins.names("strategies")[-1] == "far-first"
    assert pick("strategies", "far-first", pool(), 2).positions.tolist() == [89, 88]


@pytest.mark.parametrize("name", plugins.names("coldstarts"))
def test_cold_starts_need_neither_model_nor_labels(name):
    nothing = np.empty(0, dtype=np.int64)
    view = PoolView(pool().embeddings, None, np.arange(90), nothing, nothing)

    assert np.unique(pick("coldstarts", name, view, 9).positions).size == 9


@pytest.mark.parametrize("name", plugins.names("policies"))
@pytest.mark.parametrize("ready", [False, True])
@pytest.mark.parametrize("model", [False, True])
def test_policies_name_a_plugin_and_say_why(name, ready, model):
    state = LabelState(np.array([2, 1]), features_ready=ready, has_model=ready and model, pool=9)

    chosen, sentence = plugins.load("policies", name)(state)

    assert chosen in plugins.names("strategies" if state.has_model else "coldstarts")
    assert sentence.endswith(".")
