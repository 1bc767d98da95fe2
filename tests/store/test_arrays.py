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
