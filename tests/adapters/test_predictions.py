import os

import numpy as np
import pytest

from labeler_app.adapters.predictions import read_predictions
from labeler_app.errors import FormatError


def written(tmp_path, text, name="guess.csv"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_table_gives_paths_classes_and_rows_that_sum_to_one(tmp_path):
    path = written(tmp_path, "ham,path,spam\n0.251,./a/1.png,0.75\n1,b\\2.png,0\n")

    found = read_predictions(path)

    assert list(found.paths) == ["a/1.png", "b/2.png"]
    assert list(found.classes) == ["ham", "spam"]
    np.testing.assert_allclose(found.proba.sum(axis=1), 1.0, rtol=1e-6)
    np.testing.assert_allclose(found.proba[1], [1.0, 0.0])


def test_a_structured_array_gives_the_same_as_a_table(tmp_path):
    rows = np.array([("a.png", 0.25, 0.75)], dtype=[("path", "U20"), ("ham", "f4"), ("spam", "f4")])
    np.save(tmp_path / "guess.npy", rows)

    array = read_predictions(tmp_path / "guess.npy")
    table = read_predictions(written(tmp_path, "path;ham;spam\na.png;0.25;0.75\n"))

    assert (list(array.paths), list(array.classes)) == (list(table.paths), list(table.classes))
    np.testing.assert_allclose(array.proba, table.proba)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no column path"),
        ("name,ham,spam\na,0.5,0.5\n", "no column path; it has name, ham, spam"),
        ("path,ham\na,1\n", "1 columns of classes"),
        ("path,ham,ham\na,1,0\n", "names a class twice"),
        ("path,ham,spam\n", "holds no row"),
        ("path,ham,spam\na,1,0\nb,1\n", "row 3: has 2 columns, the header has 3"),
        ("path,ham,spam\na,much,0\n", "row 2: could not convert"),
        ("path,ham,spam\na,1,0\na,0,1\n", "names 'a' twice"),
        ("path,ham,spam\na,2.5,-1\n", "probabilities of 'a' sum to 1.5"),
        ("path,ham,spam\na,1.5,-0.5\n", "below 0"),
        ("path,ham,spam\na,nan,1\n", "probabilities of 'a'"),
    ],
)
def test_a_broken_table_is_refused_with_what_is_wrong_and_where(tmp_path, text, said):
    with pytest.raises(FormatError, match=said):
        read_predictions(written(tmp_path, text))


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("archive", "is an archive of arrays"),
        ("array in a row", "'spam' holds more than one number a row"),
        ("paths in a row", "'path' holds more than one"),
        ("huge", "cannot be read as .npy"),
    ],
)
def test_an_array_of_another_shape_is_refused_with_a_sentence(tmp_path, kind, said):
    path = tmp_path / "guess.npy"
    pair = ("path", "U9"), ("ham", "f4")
    with path.open("wb") as out:
        if kind == "archive":
            np.savez(out, path=np.array(["a"]))
        elif kind == "array in a row":
            np.save(out, np.zeros(2, dtype=[*pair, ("spam", "f4", (3,))]))
        elif kind == "paths in a row":
            np.save(out, np.zeros(2, dtype=[("path", "U9", (2,)), ("ham", "f4"), ("spam", "f4")]))
        else:
            dtype = np.dtype([*pair, ("spam", "f4")])
            told = {"descr": dtype.descr, "fortran_order": False, "shape": (10**12,)}
            np.lib.format.write_array_header_1_0(out, told)

    with pytest.raises(FormatError, match=said):
        read_predictions(path)


def test_an_array_without_rows_is_told_as_such(tmp_path):
    np.save(tmp_path / "guess.npy", np.zeros(0, dtype=[("path", "U9"), ("a", "f4"), ("b", "f4")]))

    with pytest.raises(FormatError, match="holds no row"):
        read_predictions(tmp_path / "guess.npy")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no such pipes.")
@pytest.mark.parametrize("name", ["pipe.npy", "pipe.csv"])
def test_nobody_waits_for_a_pipe(tmp_path, name):
    os.mkfifo(tmp_path / name)

    with pytest.raises(FormatError, match="not a regular file"):
        read_predictions(tmp_path / name)


def test_a_file_of_another_kind_is_refused(tmp_path):
    np.save(tmp_path / "plain.npy", np.ones((2, 2)))
    (tmp_path / "junk.npy").write_bytes(b"not an array")

    for name, said in (("plain.npy", "no column path"), ("junk.npy", "cannot be read")):
        with pytest.raises(FormatError, match=said):
            read_predictions(tmp_path / name)
    with pytest.raises(FormatError, match="neither"):
        read_predictions(written(tmp_path, "{}", "guess.json"))
