import io
from datetime import UTC, datetime

import pytest

from labeler_app import plugins
from labeler_app.adapters.formats import Write
from labeler_app.errors import InputError

ROWS = [
    {"path": "a/1.jpg", "label": "glass", "origin": "human", "seconds": 6.1},
    {"path": "a/2.jpg", "label": "", "origin": "imported", "seconds": None},
]


@pytest.fixture(params=plugins.names("formats"))
def write(request) -> Write:
    return plugins.load("formats", request.param)


def written(write: Write, rows, **options) -> str:
    out = io.StringIO(newline="")
    write(rows, out, **options)
    return out.getvalue()


def test_it_says_how_many_rows_it_wrote_and_reads_them_once(write):
    out = io.StringIO(newline="")

    count = write((row for row in ROWS), out)

    assert count == 2
    assert "glass" in out.getvalue()


def test_nothing_to_write_is_no_error(write):
    assert write([], io.StringIO()) == 0
    assert write([], io.StringIO(), columns=["path"]) == 0


def test_the_columns_given_decide_the_order(write):
    text = written(write, ROWS, columns=["label", "path", "origin", "seconds"])

    assert text.index("label") < text.index("path")


def test_the_same_rows_give_the_same_text(write):
    assert written(write, ROWS) == written(
        write, [dict(reversed(ROWS[0].items())), ROWS[1]], columns=list(ROWS[0])
    )


@pytest.mark.parametrize("row", [{"path": "1.jpg"}, {**ROWS[0], "more": 1}])
def test_a_row_with_other_columns_is_refused(write, row):
    with pytest.raises(InputError, match="Row 2 has other columns"):
        written(write, [ROWS[0], row])


@pytest.mark.parametrize("text", ["a\0b", "half \udce9"], ids=["NUL", "lone surrogate"])
def test_text_that_no_file_can_carry_is_refused_with_its_place(write, text):
    with pytest.raises(InputError, match=r"Row 1, column 'label'"):
        written(write, [{"label": text}])
    with pytest.raises(InputError, match="header"):
        written(write, [{text: "label"}])


def test_a_column_twice_is_refused(write):
    with pytest.raises(InputError, match="'label' twice"):
        written(write, [{"label": "a"}], columns=["label", "label"])


def test_a_value_of_an_unknown_type_is_refused(write):
    with pytest.raises(InputError, match="object"):
        written(write, [{"label": object()}])


def test_a_time_is_written_in_iso_form(write):
    at = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)

    assert "2026-01-02T03:04:05+00:00" in written(write, [{"at": at}])
