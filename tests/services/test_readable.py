"""What the desk shows of a text or a row: as data, whatever it holds."""

import pytest

from labeler_app.errors import InputError
from labeler_app.services import readable, setup
from labeler_app.services.exchange import ImportOptions
from tests.builders import rows
from tests.pictures import class_folders
from tests.tables import people, written

OPTIONS = ImportOptions()
HOSTILE = "<script>alert(1)</script> & \"'\u202e\x07 </text>\n\n  <b>so</b>"


def test_a_text_arrives_as_it_was_imported(ws, tmp_path):
    file = written(tmp_path / "texts.jsonl", [{"text": HOSTILE}, {"text": "plain words here"}])
    project = setup.new_project(ws, "Texts", file, OPTIONS).project.id

    shown = readable.of_item(ws, rows(ws, project)[0].id)

    assert (shown.kind, shown.text, shown.values) == ("text", HOSTILE, ())


def test_a_row_arrives_in_the_order_of_the_file_and_says_what_is_missing(ws, tmp_path):
    staff = written(tmp_path / "people.csv", people(40))
    project = setup.new_project(ws, "Staff", staff, OPTIONS).project.id

    shown = readable.of_item(ws, rows(ws, project)[0].id)

    # In this row the hours are "?".
    assert [(one.name, one.written, one.missing) for one in shown.values] == [
        ("age", "20", False),
        ("job", "clerk", False),
        ("hours", "?", True),
        ("since", "2000-01-15", False),
        ("pay", "little", False),
    ]
    assert shown.values[2].standing is None
    assert (shown.rows, shown.of) == (40, 40)


def test_a_number_says_where_it_lies_among_the_rows(ws, tmp_path):
    staff = written(tmp_path / "people.csv", people(40))
    project = setup.new_project(ws, "Staff", staff, OPTIONS).project.id

    age = readable.of_item(ws, rows(ws, project)[0].id).values[0].standing

    assert (age.number, age.below) == (20.0, 0.0)
    assert len(age.marks) == 5


def test_numbers_of_a_json_file_are_written_as_people_write_them(ws, tmp_path):
    file = tmp_path / "rows.jsonl"
    file.write_text('{"a": 39.0, "b": 0.1, "c": null}\n{"a": 1, "b": 2, "c": 3}\n')
    project = setup.new_project(ws, "Rows", file, OPTIONS).project.id

    shown = readable.of_item(ws, rows(ws, project)[0].id)

    assert [one.written for one in shown.values] == ["39", "0.1", ""]


def test_an_image_and_what_is_not_there_are_refused(ws, tmp_path):
    photos = class_folders(tmp_path / "photos", each=1)
    project = setup.new_project(ws, "Photos", photos, ImportOptions()).project.id

    with pytest.raises(InputError, match="is an image"):
        readable.of_item(ws, rows(ws, project)[0].id)
    with pytest.raises(InputError, match="no item number"):
        readable.of_item(ws, 987_654)
