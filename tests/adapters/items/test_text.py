from xml.etree import ElementTree

import numpy as np
import pytest

from labeler_app.adapters.items import text
from labeler_app.adapters.items.text import checked_text, draw_text, load_text, signature
from labeler_app.errors import FormatError


def shared(one, other):
    return (signature(one) == signature(other)).mean()


def test_a_text_is_kept_without_the_white_space_around_it():
    assert checked_text("  two\r\nlines \n") == "two\nlines"
    assert checked_text(17) == "17"


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (None, "missing"),
        (float("nan"), "missing"),
        (" \n", "empty"),
        ("a\0b", "NUL"),
        ("x" * 1_000_001, "has 1,000,001 characters, 1,000,000 is the most"),
    ],
)
def test_what_is_no_text_is_refused_in_a_few_words(value, reason):
    with pytest.raises(FormatError, match=reason):
        checked_text(value)


def test_files_of_text_are_read_as_utf8_with_or_without_a_mark(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"\xef\xbb\xbfcaf\xc3\xa9\n")
    (tmp_path / "b.txt").write_bytes(b"caf\xe9")

    assert load_text(tmp_path / "a.txt", root=tmp_path).text == "café"
    with pytest.raises(FormatError, match="no UTF-8 text"):
        load_text(tmp_path / "b.txt", root=tmp_path)


def test_nothing_outside_the_folder_is_read(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "out.txt").write_text("secret")
    (tmp_path / "in" / "link.txt").symlink_to(tmp_path / "out.txt")

    for path in ("../out.txt", "link.txt"):
        with pytest.raises(FormatError):
            load_text(tmp_path / "in" / path, root=tmp_path / "in")


def test_case_white_space_and_punctuation_make_no_difference_to_a_signature():
    assert shared("What is  a cell?", "what is a CELL") == 1.0
    assert shared("Ein Fuß.", "ein fuss") == 1.0


def test_the_share_of_equal_numbers_is_about_the_share_of_pairs_of_words():
    rng = np.random.default_rng(5)
    vocabulary = [f"word{number}" for number in range(60)]
    differences = []
    for changed in range(60):
        first = [str(one) for one in rng.choice(vocabulary, 20)]
        second = first[changed % 15 :] + [str(one) for one in rng.choice(vocabulary, changed % 15)]
        one, other = (set(zip(["", *ws], [*ws, ""], strict=True)) for ws in (first, second))
        truth = len(one & other) / len(one | other)
        differences.append(shared(" ".join(first), " ".join(second)) - truth)

    assert abs(np.mean(differences)) < 0.02
    assert np.std(differences) < 0.08


def test_scripts_without_spaces_are_compared_by_their_characters():
    assert text.words("日本語です") == list("日本語です")
    assert 0.5 < shared("この映画はとても面白かったです", "この映画はとても楽しかったです") < 1.0


@pytest.mark.parametrize(
    "odd",
    ["<script>alert(1)</script> & \"'", "\x07\x1b[31m \ufffe", "\u202etxt", "😀 family", "a" * 900],
)
def test_a_drawing_is_sound_xml_whatever_the_text(odd):
    root = ElementTree.fromstring(draw_text(odd))

    assert {one.tag.rpartition("}")[2] for one in root.iter()} <= {"svg", "style", "rect", "text"}


def test_the_beginning_of_a_long_text_is_drawn_wrapped_on_a_square():
    root = ElementTree.fromstring(draw_text("word " * 5_000))

    lines = [one.text or "" for one in root.iter() if one.tag.endswith("text")]
    assert root.get("width") == root.get("height")
    assert len(lines) == 8
    assert set(lines) == {"word word word word"}
