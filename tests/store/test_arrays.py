import errno
import hashlib
import os

import numpy as np
import pytest

from labeler_app.errors import StoreError
from labeler_app.store.arrays import Arrays
from labeler_app.store.models import ShardRow


@pytest.fixture
def arrays(tmp_path):
    return Arrays(tmp_path / "arrays")


def shard(path, first, count):
    return ShardRow(1, "r", first, count, path, "")


def test_rows_come_back_as_they_were_written_with_the_hash_of_the_file(arrays):
    rows = np.arange(6, dtype=np.float32).reshape(3, 2)

    digest = arrays.write_shard("1/a.npy", rows)

    np.testing.assert_array_equal(arrays.open_shard("1/a.npy"), rows)
    assert digest == hashlib.sha256((arrays.folder / "1/a.npy").read_bytes()).hexdigest()


def test_named_arrays_come_back_by_name(arrays):
    arrays.write_named("1/h.npz", {"coef": np.eye(2), "classes": np.array([4, 7])})

    found = arrays.read_named("1/h.npz")

    assert sorted(found) == ["classes", "coef"]
    np.testing.assert_array_equal(found["classes"], [4, 7])


def test_consecutive_shards_are_one_array_and_single_rows_are_picked(arrays):
    arrays.write_shard("a.npy", np.zeros((3, 2)))
    arrays.write_shard("b.npy", np.ones((2, 2)))
    both = [shard("a.npy", 0, 3), shard("b.npy", 3, 2)]

    assert arrays.open_all(both).shape == (5, 2)
    assert arrays.open_all(both[:1]).shape == (3, 2)
    picked = arrays.pick(both, [4, 0, 9])
    assert {position: row.tolist() for position, row in picked.items()} == {
        0: [0.0, 0.0],
        4: [1.0, 1.0],
    }


def test_rows_are_taken_in_the_order_they_are_asked_for(arrays):
    arrays.write_shard("a.npy", np.zeros((3, 2)))
    arrays.write_shard("b.npy", np.ones((2, 2), np.float64))
    both = [shard("a.npy", 0, 3), shard("b.npy", 3, 2)]

    taken = arrays.take(both, [4, 0, 3])

    assert taken.tolist() == [[1.0, 1.0], [0.0, 0.0], [1.0, 1.0]]
    assert arrays.take(both, []).shape == (0, 2)


def test_shards_are_joined_in_a_file_once_and_anew_when_one_changes(arrays):
    rows = np.arange(10, dtype=np.float16).reshape(5, 2)
    digests = [arrays.write_shard("r/a.npy", rows[:3]), arrays.write_shard("r/b.npy", rows[3:])]
    both = [ShardRow(1, "r", 0, 3, "r/a.npy", digests[0])]
    both.append(ShardRow(1, "r", 3, 2, "r/b.npy", digests[1]))

    joined = arrays.open_joined(both)
    (first,) = (arrays.folder / "r").glob("joined-*")
    again = arrays.open_joined(both)
    arrays.write_shard("r/c.npy", rows[3:] + 1)
    changed = arrays.open_joined([both[0], ShardRow(1, "r", 3, 2, "r/c.npy", "other")])

    assert joined.dtype == np.float16
    np.testing.assert_array_equal(joined, rows)
    np.testing.assert_array_equal(again, rows)
    np.testing.assert_array_equal(changed[3:], rows[3:] + 1)
    (left,) = (arrays.folder / "r").glob("joined-*")
    assert left.name != first.name
    assert isinstance(joined, np.memmap)


def test_one_shard_needs_no_joining(arrays):
    arrays.write_shard("r/a.npy", np.eye(2))

    arrays.open_joined([shard("r/a.npy", 0, 2)])

    assert [one.name for one in (arrays.folder / "r").iterdir()] == ["a.npy"]


def test_a_missing_file_is_named_in_a_sentence(arrays):
    with pytest.raises(StoreError, match=r"gone\.npy of the workspace is missing"):
        arrays.open_shard("gone.npy")


def test_a_write_that_fails_leaves_neither_the_file_nor_a_rest(arrays):
    with pytest.raises(ValueError, match="allow_pickle"):
        arrays.write_shard("1/a.npy", np.array([object()]))

    assert list((arrays.folder / "1").iterdir()) == []


def test_writing_again_replaces_the_file_while_readers_keep_theirs(arrays):
    arrays.write_shard("a.npy", np.zeros(3))
    before = arrays.open_shard("a.npy")

    arrays.write_shard("a.npy", np.ones(3))

    assert before.tolist() == [0.0, 0.0, 0.0]
    assert arrays.open_shard("a.npy").tolist() == [1.0, 1.0, 1.0]


def test_folders_are_listed_and_removed(arrays):
    arrays.write_shard("1/old/a.npy", np.zeros(3))
    arrays.write_shard("1/new/a.npy", np.zeros(3))
    arrays.write_shard("1/file.npy", np.zeros(3))

    arrays.remove("1/old")

    assert arrays.folders("1") == ["new"]
    assert arrays.folders("2") == []


def test_a_disk_that_fails_is_a_sentence_and_leaves_no_rest(arrays, monkeypatch):
    arrays.write_shard("1/b.npy", np.zeros(3))

    def full(_descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)

    with pytest.raises(StoreError, match="The disk is full"):
        arrays.write_shard("1/a.npy", np.zeros(3))

    assert [one.name for one in (arrays.folder / "1").iterdir()] == ["b.npy"]


@pytest.mark.parametrize("left", [0, 3, 100, 300, -1])
def test_a_file_that_was_cut_off_is_named_in_a_sentence(arrays, left):
    arrays.write_named("1/h.npz", {"coef": np.eye(4), "classes": np.array([4, 7])})
    arrays.write_shard("1/a.npy", np.eye(20))
    for name in ("1/h.npz", "1/a.npy"):
        full = arrays.folder / name
        full.write_bytes(full.read_bytes()[:left])

    with pytest.raises(StoreError, match=r"1/h\.npz of the workspace is damaged"):
        arrays.read_named("1/h.npz")
    with pytest.raises(StoreError, match=r"1/a\.npy of the workspace is damaged"):
        arrays.open_shard("1/a.npy")


def test_whatever_bit_of_a_file_flipped_it_is_read_or_refused_with_a_sentence(arrays):
    arrays.write_named("1/h.npz", {"coef": np.eye(4), "classes": np.array([4, 7])})
    full = arrays.folder / "1/h.npz"
    whole = full.read_bytes()
    refused = 0

    for at in range(len(whole)):
        full.write_bytes(whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :])
        try:
            arrays.read_named("1/h.npz")
        except StoreError:
            refused += 1

    assert refused > len(whole) / 2
