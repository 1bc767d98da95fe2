import pytest

from labeler_app.errors import InputError
from labeler_app.services import exchange, projects, setup
from labeler_app.services.exchange import ImportOptions
from tests.builders import work
from tests.pictures import class_folders


@pytest.fixture
def photos(tmp_path):
    return class_folders(tmp_path / "photos", each=2, size=(32, 24))


def test_a_started_project_is_filled_by_the_worker(ws, photos, ada):
    started = setup.start_project(
        ws, "Pets", photos, ImportOptions(), classes=["cat"], person=ada.id
    )
    waiting = exchange.pending(ws, started.project)
    work(ws)

    (row,) = exchange.import_rows(ws, started.project)
    assert waiting == [started.run] == [row.id]
    assert (row.state, row.new, row.person) == ("done", 6, "Ada")
    assert [one.name for one in projects.classes(ws, started.project)] == ["cat"]


@pytest.mark.parametrize(
    ("path", "options"),
    [("nothing", ImportOptions()), ("photos", ImportOptions(labels="guess"))],
    ids=["no files", "unknown options"],
)
def test_a_start_that_fails_leaves_no_project_behind(ws, photos, path, options):
    with pytest.raises(InputError):
        setup.start_project(ws, "Pets", photos.parent / path, options)

    assert projects.every(ws) == []


def test_a_taken_name_is_answered_with_the_way_to_add_the_files_there(ws, photos):
    made = setup.start_project(ws, "Pets", photos, ImportOptions())

    with pytest.raises(InputError) as taken:
        setup.start_project(ws, "pets", photos, ImportOptions())

    assert taken.value.hint == "Choose another name, or open that project: Data, Add files."
    assert [one.id for one in projects.every(ws)] == [made.project]


def test_all_that_is_wrong_with_a_start_is_told_at_once(ws, photos):
    setup.start_project(ws, "Pets", photos, ImportOptions())
    classes = ["a", "A", "b", "B", "x" * 200]

    with pytest.raises(InputError) as wrong:
        setup.start_project(ws, "pets", photos / "gone", ImportOptions(), classes=classes)

    assert str(wrong.value) == (
        "There is a project 'Pets' already. Choose another name, or open that project: Data, Add "
        f"files. The class name {'x' * 40!r} has 200 characters. Use at most 100. The classes 'a' "
        "and 'A' are the same but for case. The classes 'b' and 'B' are the same but for case. "
        f"Name each class once. There is nothing at {photos / 'gone'}. Check the path for a "
        "typing error."
    )
