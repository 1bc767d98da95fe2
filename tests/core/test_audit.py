import numpy as np
import pytest

from labeler_app.core.audit import draw, near_duplicates, part, serve_slot
from labeler_app.errors import InputError


def test_a_fifth_of_ten_items_is_two_different_ones():
    reserve = draw(10, fraction=0.2, rng=np.random.default_rng(0))

    assert reserve.size == 2
    assert np.unique(reserve).size == 2
    assert set(reserve) <= set(range(10))


def test_items_that_come_one_by_one_are_reserved_as_often_as_the_rest():
    rng = np.random.default_rng(0)

    reserved = sum(draw(1, fraction=0.2, rng=rng).size for _ in range(5_000))

    assert 900 < reserved < 1_100


def test_every_item_is_reserved_equally_often():
    rng = np.random.default_rng(0)
    hits = np.zeros(10)
    for _ in range(5_000):
        hits[draw(10, fraction=0.3, rng=rng)] += 1

    assert hits.min() > 1_380
    assert hits.max() < 1_620


@pytest.mark.parametrize(("count", "fraction", "size"), [(0, 0.5, 0), (30, 0.1, 3), (7, 1.0, 7)])
def test_whole_shares_stay_whole(count, fraction, size):
    assert draw(count, fraction=fraction, rng=np.random.default_rng(0)).size == size


@pytest.mark.parametrize(("count", "fraction"), [(-1, 0.2), (10, 1.2), (10, float("nan"))])
def test_an_impossible_reserve_is_refused(count, fraction):
    with pytest.raises(InputError, match="Cannot reserve"):
        draw(count, fraction=fraction, rng=np.random.default_rng(0))


def test_every_third_audit_item_decides():
    assert [part(ordinal) for ordinal in range(6)] == [
        "report", "report", "decide", "report", "report", "decide",
    ]  # fmt: skip


@pytest.mark.parametrize("share", [0.1, 0.25, 0.6, 0.9, 1.0])
def test_slots_are_audit_slots_as_often_as_asked(share):
    slots = [serve_slot(3, 1, slot, share) for slot in range(4000)]

    assert abs(np.mean(slots) - share) < 0.025


def test_slots_repeat_for_the_same_annotator_and_differ_for_another():
    places = [
        [slot for slot in range(100) if serve_slot(3, annotator, slot, 0.25)]
        for annotator in (1, 1, 2)
    ]

    assert places[0] == places[1] != places[2]


def test_what_came_before_says_nothing_of_the_next_slot():
    slots = np.array([serve_slot(5, 1, slot, 0.25) for slot in range(8000)])

    # After three slots without an audit item the fourth is one no more often than any other.
    after_three = slots[3:][~(slots[2:-1] | slots[1:-2] | slots[:-3])]

    assert abs(after_three.mean() - 0.25) < 0.03


def test_no_share_means_no_audit_slot():
    assert not any(serve_slot(0, 0, slot, 0.0) for slot in range(50))


def pictures(*rows):
    luma = np.array(rows, dtype=np.float32)
    return (luma - luma.mean(axis=1, keepdims=True)) / luma.std(axis=1, keepdims=True)


def test_a_picture_that_differs_a_little_is_a_near_duplicate_and_another_is_not():
    rng = np.random.default_rng(0)
    one, other = rng.normal(size=(2, 256))
    luma = pictures(one, other, one + rng.normal(0, 0.1, 256), one)

    assert near_duplicates(luma, np.array([0])).tolist() == [2, 3]
    assert near_duplicates(luma, np.array([0, 3])).tolist() == [2]


def test_near_duplicates_are_exactly_those_that_comparing_all_pairs_finds():
    rng = np.random.default_rng(1)
    luma = pictures(*(rng.normal(size=256) + rng.normal(0, 0.12, (30, 1, 256))).reshape(-1, 256))
    distance = np.abs(luma[:, None] - luma[None, :10]).mean(axis=2).min(axis=1)

    near = near_duplicates(luma, np.arange(10), threshold=0.13)

    assert near.tolist() == [at for at in range(10, 30) if distance[at] < 0.13]
    assert 0 < near.size < 20


def test_nothing_reserved_means_no_near_duplicate():
    assert near_duplicates(np.zeros((3, 256)), np.empty(0, dtype=np.int64)).size == 0
