from collections import Counter

import numpy as np
from PIL import Image

from labeler_app.adapters.digits import write_digits


def test_the_digits_are_dark_ink_on_white_paper_with_their_labels(tmp_path):
    written = write_digits(tmp_path)

    counts = Counter(label for _, label in written)
    first = np.asarray(Image.open(tmp_path / written[0][0]))
    assert len(written) == 1_797
    assert written[:2] == [("digits-0001.png", "0"), ("digits-0002.png", "1")]
    assert sorted(counts) == list("0123456789")
    assert min(counts.values()) == 174
    assert first.shape == (128, 128)
    assert first.min() < 40
    assert first[[0, -1]].min() > 220


def test_writing_the_digits_again_gives_the_same_bytes(tmp_path):
    names = [name for name, _ in write_digits(tmp_path / "one")]

    write_digits(tmp_path / "two")

    one, two = ((tmp_path / folder / names[-1]).read_bytes() for folder in ("one", "two"))
    assert one == two
