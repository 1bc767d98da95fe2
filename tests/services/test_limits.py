"""Sources from strangers: what small files may cost, and sentences for what is no source at all."""

import gzip
import os
import struct
import tracemalloc
import zipfile
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from labeler_app.adapters.embedders import pixels
from labeler_app.errors import FormatError, InputError
from labeler_app.services import (
    columns,
    exchange,
    labeled_sources,
    preview,
    projects,
    reading,
    setup,
    sources,
)
from labeler_app.services.columns import GUESS
from labeler_app.services.exchange import ImportOptions
from tests.tables import reviews, written


@pytest.fixture
def mostly_bad(tmp_path: Path) -> Path:
    """Two texts, and thirty lines that are no objects."""
    path = written(tmp_path / "bad.jsonl", reviews(2))
    with path.open("a") as out:
        out.write("1\n" * 30)
    return path


def newer_than_any(path: Path) -> Path:
    """Write a zip whose one entry asks for version 9.9 of zip."""
    with zipfile.ZipFile(path, "w") as out:
        out.writestr("a.png", b"x")
    told = bytearray(path.read_bytes())
    struct.pack_into("<H", told, told.index(b"PK\x01\x02") + 6, 99)
    path.write_bytes(bytes(told))
    return path


def test_the_columns_of_a_small_file_with_huge_cells_are_guessed_in_little_memory(tmp_path):
    path = tmp_path / "long.csv.gz"
    with gzip.open(path, "wb", compresslevel=1) as out:
        out.write(b"text,label\n")
        out.writelines(b"%d %s,a\n" % (row, b"some words " * 500_000) for row in range(30))
    tracemalloc.start()

    found = columns.find(path, GUESS)

    assert (found.kind, found.text) == ("text", "text")
    assert tracemalloc.get_traced_memory()[1] < 100e6  # All rows have 165 MB.
    tracemalloc.stop()


def test_a_look_keeps_the_first_refusals_and_counts_all(ws, mostly_bad, monkeypatch):
    monkeypatch.setattr(reading, "PROBLEMS_KEPT", 10)

    look = preview.look(ws, mostly_bad)

    assert [one.path for one in look.refused] == [f"bad.jsonl#{line}" for line in range(3, 13)]
    assert (look.unread, look.photos, look.files) == (30, 2, 32)


def test_an_import_stores_the_first_refusals_and_counts_all(ws, mostly_bad, monkeypatch):
    monkeypatch.setattr(reading, "PROBLEMS_KEPT", 10)
    monkeypatch.setattr(reading, "ROWS_AT_ONCE", 7)

    made = setup.new_project(ws, "Bad", mostly_bad, ImportOptions(text_column="text"))

    assert (made.report.new, made.report.refused, len(made.problems)) == (2, 30, 10)
    assert made.report.unlisted == 20
    assert sorted(path for path, _ in made.problems)[:2] == ["bad.jsonl#10", "bad.jsonl#11"]


def test_refusals_of_a_zip_count_among_those_that_are_kept(ws, tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "PROBLEMS_KEPT", 3)
    path = tmp_path / "out.zip"
    with zipfile.ZipFile(path, "w") as out:
        for number in range(5):
            out.writestr(f"../{number}.txt", "leads out")
            out.writestr(f"{number}.txt", "a text" if number == 4 else "")

    made = setup.new_project(ws, "Zip", path, ImportOptions())

    assert (made.report.new, made.report.refused, len(made.problems)) == (1, 9, 3)
    assert made.report.unlisted == 6


def test_nothing_but_refusals_are_all_counted_in_the_sentence(ws, mostly_bad, monkeypatch):
    monkeypatch.setattr(reading, "PROBLEMS_KEPT", 10)
    mostly_bad.write_text('{"text": ""}\n' + "1\n" * 30)

    with pytest.raises(InputError, match="holds no text that can be read: 31 refused"):
        setup.new_project(ws, "Bad", mostly_bad, ImportOptions(), kind="text")


def test_a_table_with_a_header_only_says_that_nothing_is_below_it(ws, tmp_path):
    (tmp_path / "head.csv").write_text("age,label\n")

    with pytest.raises(InputError, match=r"head\.csv holds no row: nothing is below its header\."):
        setup.new_project(ws, "Head", tmp_path / "head.csv", ImportOptions())

    assert projects.every(ws) == []


def test_a_zip_that_needs_a_newer_program_is_refused_with_a_sentence(ws, tmp_path):
    path = newer_than_any(tmp_path / "v99.zip")

    with pytest.raises(InputError, match=r"v99\.zip is not a zip file, or it is damaged"):
        setup.new_project(ws, "New", path, ImportOptions())


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no such pipes.")
@pytest.mark.parametrize("name", ["pipe.zip", "pipe.csv"])
def test_nobody_waits_for_a_pipe(ws, tmp_path, name):
    os.mkfifo(tmp_path / name)

    for ask in (partial(sources.checked, ws), partial(preview.look, ws)):
        with pytest.raises(InputError, match=f"{name} is not a regular file"):
            ask(tmp_path / name)


@pytest.mark.skipif(os.name == "nt", reason="Names are always text there.")
@pytest.mark.parametrize("name", [b"bad\xff", b"bad\xff.csv"])
def test_a_path_that_is_no_text_is_refused_with_a_sentence(ws, tmp_path, name):
    path = tmp_path / os.fsdecode(name)
    if name.endswith(b".csv"):
        path.write_text("text\na few words\n")
    else:
        path.mkdir()
        (path / "a.txt").write_text("a few words")

    with pytest.raises(InputError, match=r"bad\\xff.* is not valid text"):
        setup.new_project(ws, "Bad", path, ImportOptions())

    assert projects.every(ws) == []


def test_the_one_table_of_a_folder_is_found_when_files_are_to_be_copied(ws, tmp_path):
    folder = tmp_path / "lone"
    (folder / "inner").mkdir(parents=True)
    written(folder / "inner" / "reviews.csv", reviews(20))

    made = setup.new_project(ws, "Lone", folder, ImportOptions("column", "trust", copy=True))

    assert (made.project.kind, made.report.new, made.report.labels) == ("text", 20, 20)
    assert exchange.problems(ws, made.report.id) == []


def test_an_empty_folder_is_called_one_and_no_kind_is_said_to_be_missing(ws, tmp_path):
    folder = tmp_path / "dd.csv"
    folder.mkdir()

    with pytest.raises(InputError) as refused:
        setup.new_project(ws, "Empty", folder, ImportOptions())

    told = f"The folder {folder} holds no images, texts or table: it is empty."
    assert refused.value.problem == told
    assert "One .csv" in refused.value.hint


def encrypted(path: Path) -> Path:
    """Write an archive of arrays whose first entry says that it is encrypted."""
    np.savez(path, x=np.zeros((4, 2), dtype=np.float32), y=np.array(list("abab")))
    told = bytearray(path.read_bytes())
    told[told.index(b"PK\x03\x04") + 6] |= 1
    told[told.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(bytes(told))
    return path


def huge(path: Path) -> Path:
    """Write an archive of arrays that promises more numbers than any computer can hold."""
    with zipfile.ZipFile(path, "w") as out:
        for name in ("x.npy", "y.npy"):
            with out.open(name, "w") as one:
                told = {"descr": "<f8", "fortran_order": False, "shape": (10**12, 99)}
                np.lib.format.write_array_header_1_0(one, told)
    return path


@pytest.mark.parametrize("make", [newer_than_any, encrypted, huge])
def test_arrays_that_cannot_be_read_are_refused_with_a_sentence(tmp_path, make):
    path = make(tmp_path / "odd.npz")

    with pytest.raises(FormatError, match=r"odd\.npz cannot be read as \.npz"):
        labeled_sources.read(path, pixels.PIXELS, lambda _done, _total: None)


def test_a_folder_of_which_nothing_can_be_read_makes_no_project_and_says_why(ws, tmp_path):
    folder = tmp_path / "broken"
    folder.mkdir()
    (folder / "a.jpg").write_bytes(b"no picture")

    with pytest.raises(InputError, match="holds no image that can be read: 1 refused") as refused:
        preview.look(ws, folder)

    assert "a.jpg" in str(refused.value)
