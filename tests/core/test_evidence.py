import numpy as np
import pytest

from labeler_app.core.arrays import LinearHead
from labeler_app.core.evidence import contrast, direction, standing_out
from labeler_app.core.gated import GatedHead


def test_a_class_differs_from_the_mean_of_the_others():
    head = LinearHead(
        coef=np.array([[1.0, 0.0], [0.0, 2.0], [0.0, 4.0]]),
        intercept=np.array([1.0, 0.0, 4.0]),
        classes=np.array([5, 7, 9]),
    )

    direction, intercept = contrast(head, 0)

    assert direction.tolist() == [1.0, -3.0]
    assert intercept == -1.0


@pytest.mark.parametrize(("at", "share"), [(-50.0, 0.0), (0.0, 0.5), (50.0, 1.0)])
def test_both_parts_of_a_gated_head_speak_as_much_as_they_have_a_say(at, share):
    usual = LinearHead(np.array([[1.0, 0.0], [0.0, 0.0]]), np.zeros(2), np.arange(2))
    wide = LinearHead(np.array([[0.0, 3.0], [0.0, 0.0]]), np.zeros(2), np.arange(2))
    gate = LinearHead(np.array([[-1.0, 0.0], [1.0, 0.0]]), np.zeros(2), np.arange(2))

    found = direction(GatedHead(usual, wide, gate), 0, np.array([at, 1.0]))

    assert found == pytest.approx([1.0 - share, 3.0 * share])
    assert direction(usual, 0, np.zeros(2)).tolist() == [1.0, 0.0]


def test_what_all_logits_share_changes_nothing():
    coef, shared = np.array([[1.0, 0.0], [0.0, 2.0]]), np.array([3.0, 8.0])

    plain, _ = contrast(LinearHead(coef, np.zeros(2), np.arange(2)), 1)
    moved, _ = contrast(LinearHead(coef + shared, np.zeros(2), np.arange(2)), 1)

    np.testing.assert_allclose(moved, plain)


def test_strong_words_are_chosen_strongest_first_and_signs_never():
    added = np.array([1.0, 5.0, -2.0, 9.0, 0.2])
    is_word = np.array([True, True, True, False, True])

    towards, against = standing_out(added, is_word, np.zeros(5))

    assert towards.tolist() == [1, 0]  # The last has less than 5 % of 17.2.
    assert against.tolist() == [2]


def test_a_word_stands_out_by_what_it_adds_beyond_the_usual_text():
    added = np.array([3.0, 2.0, 9.0, -3.0, -4.0])
    held_by = np.array([0.6, 0.0, 1.0, 0.1, 0.9])

    towards, against = standing_out(added, np.ones(5, dtype=bool), held_by)

    assert towards.tolist() == [1, 0]  # What all texts hold tells none of them apart.
    assert against.tolist() == [3]  # Of the last there is .4 beyond it, under 5 % of 21.


def test_no_more_than_eight_speak_for_a_class_and_four_against():
    added = np.array([1.0] * 10 + [-1.0] * 6)

    towards, against = standing_out(added, np.ones(16, dtype=bool), np.zeros(16))

    assert (towards.tolist(), against.tolist()) == ([*range(8)], [10, 11, 12, 13])


def test_of_nothing_nothing_is_chosen():
    towards, against = standing_out(np.zeros(2), np.ones(2, dtype=bool), np.zeros(2))
    none, no_more = standing_out(np.zeros(0), np.zeros(0, dtype=bool), np.zeros(0))

    assert [one.size for one in (towards, against, none, no_more)] == [0, 0, 0, 0]
