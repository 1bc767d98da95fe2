import numpy as np
import pytest

from labeler_app.core import synthesis

RNG_SEED = 7


def drawn(classes, cells, labels_per_class, seed=RNG_SEED, **caps):
    rng = np.random.default_rng(seed)
    return synthesis.capped(np.array(classes), np.array(cells), labels_per_class, rng, **caps)


def test_all_variants_train_where_nothing_is_over_its_cap():
    taken = drawn([0, 1, 0, 1], [2, 2, 3, 3], {0: 2, 1: 2})

    assert taken.tolist() == [0, 1, 2, 3]


def test_a_class_has_only_so_many_variants_for_each_real_label():
    classes, cells = [0] * 9 + [1] * 9, list(range(18))

    taken = drawn(classes, cells, {0: 4, 1: 20}, a_label=1.5)

    assert sum(taken < 9) == 6
    assert sum(taken >= 9) == 9


def test_a_share_of_a_label_is_rounded_down():
    taken = drawn([0, 0, 0], [0, 1, 2], {0: 3}, a_label=0.5)

    assert len(taken) == 1


def test_variants_never_outweigh_the_real_labels_of_their_class():
    taken = drawn([0] * 900, list(range(900)), {0: 100})

    assert len(taken) * synthesis.WEIGHT < 100


def test_a_cell_of_a_class_holds_so_many_variants_and_that_of_another_class_as_many_more():
    taken = drawn([0] * 10 + [1] * 10, [5] * 20, {0: 100, 1: 100}, a_cell=6)

    assert sum(taken < 10) == 6
    assert sum(taken >= 10) == 6


def test_a_full_cell_leaves_room_for_the_other_cells_of_the_class():
    cells = [1] * 20 + [2, 3, 4]

    taken = drawn([0] * 23, cells, {0: 5}, a_label=1.0, a_cell=2)

    assert sum(taken < 20) == 2
    assert sum(taken >= 20) == 3


def test_variants_made_for_no_cell_are_bounded_by_their_class_only():
    taken = drawn([0] * 10, [-1] * 10, {0: 8}, a_label=1.0, a_cell=2)

    assert len(taken) == 8


def test_variants_of_a_class_without_real_labels_do_not_train():
    taken = drawn([3, 3], [0, 1], {0: 5})

    assert taken.tolist() == []
    assert taken.dtype == np.int64


def test_no_variants_give_no_positions():
    assert drawn([], [], {0: 5}).tolist() == []


def test_which_ones_train_is_drawn_evenly_and_repeats_with_the_seed():
    times = np.zeros(10)
    for seed in range(2_000):
        times[drawn([0] * 10, [-1] * 10, {0: 3}, seed=seed, a_label=1.0)] += 1

    # Binomial: 2,000 draws of .3 each have a deviation of 20.5.
    assert np.all(np.abs(times - 600) < 5 * 20.5)
    assert (
        drawn([0] * 10, [-1] * 10, {0: 3}).tolist() == drawn([0] * 10, [-1] * 10, {0: 3}).tolist()
    )


def test_what_lies_between_two_classes_is_not_what_a_third_one_has():
    proba = np.array([[0.01, 0.01, 0.98], [0.45, 0.55, 0.0], [0.97, 0.02, 0.01]])

    assert synthesis.apart(proba[:, :2]) == pytest.approx([0.98, 0.10, 0.96])
    assert synthesis.ahead(proba) == pytest.approx([0.97, 0.10, 0.95])
