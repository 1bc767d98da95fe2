import numpy as np

from labeler_app.core.resemblance import alike


def test_items_that_share_enough_numbers_with_a_reserved_one_are_found():
    rng = np.random.default_rng(3)
    signatures = rng.integers(0, 2**32, (200, 64), dtype=np.uint32)
    signatures[10] = signatures[0]
    signatures[20, :52] = signatures[1, :52]  # 81 % are equal.
    signatures[30, :45] = signatures[2, :45]  # 70 % are.
    signatures[40] = signatures[50]  # Neither of them is reserved.

    near = alike(signatures, np.array([0, 1, 2]), share=0.8)

    assert near.tolist() == [10, 20]


def test_a_reserved_item_is_not_near_itself_nor_another_reserved_one():
    signatures = np.zeros((3, 64), dtype=np.uint32)

    assert alike(signatures, np.array([0, 1]), share=0.8).tolist() == [2]
    assert alike(signatures, np.array([], dtype=np.int64), share=0.8).tolist() == []


def test_with_a_share_of_one_only_equal_rows_are_found():
    signatures = np.array([[1, 2], [1, 2], [1, 3], [4, 2]], dtype=np.uint32)

    assert alike(signatures, np.array([0]), share=1.0).tolist() == [1]


def test_it_finds_what_comparing_all_with_all_finds():
    rng = np.random.default_rng(8)
    signatures = rng.integers(0, 3, (300, 64), dtype=np.uint32)
    for at in range(100, 300):
        same = rng.random(64) < rng.uniform(0.6, 1.0)
        signatures[at, same] = signatures[at % 50, same]
    reserved = np.arange(50)

    shares = (signatures[:, None, :] == signatures[None, reserved, :]).mean(axis=2).max(axis=1)
    expected = [at for at in range(50, 300) if shares[at] >= 0.8]

    assert alike(signatures, reserved, share=0.8).tolist() == expected
