import numpy as np
import pytest

from labeler_app.core.arrays import LinearHead, blocks


def test_probabilities_are_the_softmax_of_the_rows():
    head = LinearHead(np.array([[0.0], [1.0]]), np.zeros(2), np.array([0, 1]))

    proba = head.proba(np.array([[0.0], [np.log(3.0)]], dtype=np.float32))

    np.testing.assert_allclose(proba, [[0.5, 0.5], [0.25, 0.75]], rtol=1e-6)


def test_large_logits_do_not_overflow():
    head = LinearHead(np.array([[0.0], [1.0]]), np.zeros(2), np.array([0, 1]))

    assert head.proba(np.array([[1e4]])).tolist() == [[0.0, 1.0]]


@pytest.mark.parametrize(("count", "sizes"), [(0, []), (3, [3]), (4, [4]), (9, [4, 4, 1])])
def test_blocks_cover_all_rows_once(count, sizes):
    assert [block.stop - block.start for block in blocks(count, 4)] == sizes
