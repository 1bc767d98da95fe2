"""What is refused because a database could not find it again."""

import hashlib
import os
from pathlib import Path

import pytest

from labeler_app.services import exchange, projects
from labeler_app.services.reading import LONGEST_PATH
from tests.builders import rows, run_import

REFUSED = "its path, with the folder's, is longer than 2,500 bytes"
# Of letters that cannot be packed: a database stores fewer bytes of others.
LETTERS = "".join(hashlib.sha256(bytes([one])).hexdigest() for one in range(50))


@pytest.fixture
def project(ws):
    """A project of texts without any."""
    return projects.create(ws, "Texts", kind="text").id


def below(folder, length):
    """Make folders below a folder, down to a path of so many bytes in all."""
    missing = length - len(os.fsencode(folder))
    more = list(LETTERS[:missing])
    more[: missing - 1 : 100] = "/" * len(more[: missing - 1 : 100])
    deep = Path(f"{folder}{''.join(more)}")
    deep.mkdir(parents=True)
    return deep


def test_the_longest_path_that_is_taken_can_be_stored_and_a_longer_one_is_a_problem_of_its_own(
    ws, project, tmp_path
):
    folder = tmp_path / "texts"
    # The root and the path are counted, and not the slash between them.
    deep = below(folder, LONGEST_PATH + 1 - len("/near.txt"))
    (deep / "near.txt").write_text("these are the words of the first")
    (deep / "far-off.txt").write_text("these are the words of the second")

    report = run_import(ws, project, folder)

    far = (deep / "far-off.txt").relative_to(folder).as_posix()
    assert (report.state, report.new, report.refused) == ("done", 1, 1)
    assert exchange.problems(ws, report.id) == [(far, REFUSED)]
    assert [row.path for row in rows(ws, project)] == [far.replace("far-off", "near")]


def test_the_rows_of_a_table_in_a_folder_with_a_long_path_are_problems(ws, project, tmp_path):
    table = below(tmp_path / "texts", LONGEST_PATH) / "a.csv"
    table.write_text("text\nthese are the words of the first\n")

    report = run_import(ws, project, table)

    assert (report.state, report.new) == ("done", 0)
    assert exchange.problems(ws, report.id) == [("a.csv#2", REFUSED)]
