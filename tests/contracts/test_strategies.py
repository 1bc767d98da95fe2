"""What must hold for every strategy, cold start and policy in the table of plug-ins."""

import numpy as np
import pytest

from labeler_app import plugins
from labeler_app.core.arrays import LabelState, PoolView
from labeler_app.core.learners import fit_logistic

ALL = [(kind, name) for kind in ("strategies", "coldstarts") for name in plugins.names(kind)]
everyone = pytest.mark.parametrize(("kind", "name"), ALL)


def pool(dtype=np.float32, classes=3, count=90):
    rng = np.random.default_rng(0)
    y = np.arange(count) % classes
    x = (rng.normal(0, 1, (count, 5)) + 3 * y[:, None]).astype(dtype)
    labeled = np.arange(12)
    head = fit_logistic(x[labeled], y[labeled], seed=0)
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
    turned = PoolView(
        view.embeddings, view.proba, view.candidates[::-1], view.labeled, view.labels, view.head
    )

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
    view = pool()
    nothing = np.empty(0, dtype=np.int64)

    choice = pick(
        kind,
        name,
        PoolView(view.embeddings, view.proba, nothing, view.labeled, view.labels, view.head),
        5,
    )

    assert choice.positions.size == choice.scores.size == 0


@everyone
def test_half_precision_and_two_classes_are_enough(kind, name):
    choice = pick(kind, name, pool(dtype=np.float16, classes=2), 5)

    assert np.unique(choice.positions).size == 5


@everyone
def test_equal_items_are_no_trouble(kind, name):
    view = pool()
    flat = PoolView(
        np.ones_like(view.embeddings),
        np.full_like(view.proba, 1 / 3),
        view.candidates,
        view.labeled,
        view.labels,
        view.head,
    )

    assert np.unique(pick(kind, name, flat, 7).positions).size == 7


@everyone
def test_nothing_given_is_changed(kind, name):
    view = pool()
    for part in (view.embeddings, view.proba, view.candidates, view.labeled, view.labels):
        part.setflags(write=False)

    first = pick(kind, name, view, 5)
    saved = {key: value.copy() for key, value in first.save.items()}
    for value in first.save.values():
        value.setflags(write=False)
    again = PoolView(
        view.embeddings, view.proba, view.candidates, view.labeled, view.labels, view.head,
        first.save,
    )  # fmt: skip

    assert pick(kind, name, again, 5).positions.tolist() == first.positions.tolist()
    assert all(np.array_equal(first.save[key], value) for key, value in saved.items())


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
