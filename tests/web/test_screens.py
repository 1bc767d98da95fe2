"""What the pages say, run by Streamlit itself; what a browser does is in the journeys."""

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from labeler_app.errors import StateError
from labeler_app.services import drafts, exchange, labeling, projects
from labeler_app.services.exchange import ImportOptions
from labeler_app.services.people import Person
from labeler_app.services.workspace import Workspace
from labeler_app.web import state
from labeler_app.web.guard import person_cookie
from labeler_app.web.screens import class_editor
from labeler_app.web.server import SCRIPT
from tests.builders import answer, class_ids, label, make_project, rows, run_import, work
from tests.pictures import class_folders

SECONDS = 30.0
Open = Callable[..., AppTest]


@pytest.fixture(autouse=True)
def main_module(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put back what `AppTest` replaces: processes that are started later begin by reading it."""
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])


@pytest.fixture
def home(ws: Workspace) -> Open:
    """Open the first page of the workspace."""
    state.provide(ws)
    return lambda: AppTest.from_file(str(SCRIPT), default_timeout=SECONDS).run()


@pytest.fixture
def visit(ws: Workspace) -> Open:
    """Open one page of a project."""
    state.provide(ws)

    def opened(name: str, project: int | str) -> AppTest:
        script = (
            f"from labeler_app.web.screens import {name}\n"
            "from labeler_app.web.edge import calm\n"
            "with calm():\n"
            f"    {name}.page()\n"
        )
        test = AppTest.from_string(script, default_timeout=SECONDS)
        test.query_params["project"] = str(project)
        return test.run()

    return opened


@pytest.fixture
def new(ws: Workspace) -> Open:
    """Open New project at an address."""
    state.provide(ws)

    def opened(**query: str) -> AppTest:
        script = (
            "from labeler_app.web.screens import newproject\n"
            "from labeler_app.web.edge import calm\n"
            "with calm():\n"
            "    newproject.page()\n"
        )
        test = AppTest.from_string(script, default_timeout=SECONDS)
        test.query_params.update(query)
        return test.run()

    return opened


def test_an_empty_workspace_says_what_to_bring_and_offers_the_demo(home: Open) -> None:
    shown = home()

    assert "Label a few, and know how good the rest is" in words(shown)
    assert "Try the demo" in words(shown)


def test_the_list_shows_each_project_with_its_labels_and_no_accuracy_before_its_time(
    home: Open, ws: Workspace, tmp_path: Path
) -> None:
    make_project(ws, tmp_path / "images", name="<b>Sorting</b>", embedded=False)

    shown = home()

    assert "<b>Sorting</b>" in words(shown)
    assert "12 images, 3 classes" in words(shown)
    assert "not yet known" in words(shown)
    assert "%" not in words(shown).partition("not yet known")[2].partition("Drop a zip")[0]


def test_a_path_with_nothing_there_is_answered_with_a_sentence(home: Open) -> None:
    shown = home()

    shown.text_input[0].input("/there/is/nothing")
    shown.button[0].click().run()

    assert "There is nothing at /there/is/nothing." in words(shown)
    assert not shown.exception


def test_the_monitor_has_no_figure_before_twenty_audit_items(
    visit: Open, ws: Workspace, ada: Person, tmp_path: Path
) -> None:
    project = make_project(ws, tmp_path / "images", audit_reserve=0.5).id
    label(ws, project, ada, [row.id for row in rows(ws, project)])

    said = words(visit("monitor", project))

    assert "Accuracy: not yet known" in said
    assert "So nothing is shown rather than a number that means nothing." in said


def test_the_monitor_shows_accuracy_with_its_interval_and_what_it_rests_on(
    visit: Open, ws: Workspace, ada: Person, tmp_path: Path
) -> None:
    project = make_project(ws, tmp_path / "images", each=40, audit_reserve=0.5).id
    label(ws, project, ada, [row.id for row in rows(ws, project)])
    work(ws)

    shown = visit("monitor", project)

    assert "Accuracy 100\u00a0% (91.2\u2060–\u2060100) on 40 audit items" in words(shown)
    assert "Recall of each class" in words(shown)
    assert "None of 40 audit items is wrong." in words(shown)
    assert len(shown.get("vega_lite_chart") or shown.get("arrow_vega_lite_chart")) == 1


def test_a_skipped_item_is_an_answer_and_nowhere_a_label(
    home: Open, visit: Open, ws: Workspace, ada: Person, tmp_path: Path
) -> None:
    project = make_project(ws, tmp_path / "images", embedded=False).id
    found = [row.id for row in rows(ws, project)]
    label(ws, project, ada, found[:5])
    labeling.record(ws, project, ada.id, [answer(one) for one in found[5:7]])

    listed, told, data = words(home()), words(visit("monitor", project)), visit("data", project)

    assert "5 of 12 images" in listed
    assert "5 labels so far" in told
    assert "5 labels given, the audit's included" in told
    assert "12 images, 5 labeled, 3 classes" in words(data)
    assert "Every answer is a row: labels, and what was skipped, flagged or not sure." in words(
        data
    )
    assert [one.label for one in data.get("download_button")] == ["Export 7 answers as CSV"]


def test_the_time_of_labeling_is_said_one_way(
    visit: Open, ws: Workspace, ada: Person, tmp_path: Path
) -> None:
    project = make_project(ws, tmp_path / "images", embedded=False).id
    label(ws, project, ada, [row.id for row in rows(ws, project)][:5])

    told = words(visit("monitor", project))

    assert "5 labels so far, 5 s in all." in told
    assert set(re.findall(r"(\S+ \S+) in all", told)) == {"5 s"}


def test_every_page_says_alike_what_the_audit_items_are_for(
    home: Open, visit: Open, ws: Workspace, ada: Person, tmp_path: Path
) -> None:
    project = make_project(ws, tmp_path / "images", each=10, audit_reserve=0.5).id
    label(ws, project, ada, [row.id for row in rows(ws, project)])

    listed, told, data = (
        words(home()),
        words(visit("monitor", project)),
        words(visit("data", project)),
    )

    assert "10 make the figures, 5 are kept for decisions" in told
    assert "10 of 20 audit items, and 5 kept for decisions" in listed
    for said in (listed, told, data):
        assert "two thirds make the figures, one third is kept for decisions" in said.lower()


def test_a_csv_can_be_made_safe_to_open_in_a_spreadsheet(
    visit: Open, ws: Workspace, ada: Person, tmp_path: Path
) -> None:
    project = make_project(ws, tmp_path / "images", embedded=False).id
    label(ws, project, ada, [row.id for row in rows(ws, project)][:5])
    shown = visit("data", project)

    safe = "Safe to open in a spreadsheet"
    assert [one.value for one in shown.checkbox if one.label == safe] == [False]
    shown.radio[0].set_value("jsonl").run()

    assert safe not in [one.label for one in shown.checkbox]


def test_labels_that_came_with_the_files_are_told_apart_from_those_given_here(
    visit: Open, ws: Workspace, ada: Person, tmp_path: Path
) -> None:
    photos = class_folders(tmp_path / "images", each=2, size=(32, 24))
    project = projects.create(ws, "Colours").id
    run_import(ws, project, photos, ImportOptions("folders", "trust"))

    assert "6 images, 0 labeled, 6 imported labels, 3 classes" in words(visit("data", project))


@pytest.mark.parametrize("name", ["data", "settings"])
def test_a_class_is_added_renamed_and_defined_on_data_and_in_the_settings(
    visit: Open, ws: Workspace, tmp_path: Path, name: str
) -> None:
    project = make_project(ws, tmp_path / "images", embedded=False).id
    shown = visit(name, project)
    assert "amber" in words(shown)

    edit(shown, 0)
    _fill(shown, "grey", "Neither warm nor cold.")
    blue = class_ids(ws, project)["blue"]
    edit(shown, blue)
    _fill(shown, "azure", "Like the sky.")

    found = [(one.name, one.definition) for one in projects.classes(ws, project)]
    assert found == [
        ("amber", ""),
        ("azure", "Like the sky."),
        ("green", ""),
        ("grey", "Neither warm nor cold."),
    ]


@pytest.mark.parametrize("name", ["data", "settings"])
def test_a_class_name_that_is_taken_is_refused_with_a_sentence(
    visit: Open, ws: Workspace, tmp_path: Path, name: str
) -> None:
    project = make_project(ws, tmp_path / "images", embedded=False).id
    shown = visit(name, project)

    edit(shown, 0)
    _fill(shown, "Blue", "")

    assert "There is a class 'blue' already." in words(shown)
    assert len(projects.classes(ws, project)) == 3


def test_a_class_is_merged_after_a_preview_and_the_merge_undone_from_the_list(
    visit: Open, ws: Workspace, ada: Person, tmp_path: Path
) -> None:
    project = make_project(ws, tmp_path / "images", embedded=False).id
    label(ws, project, ada, [row.id for row in rows(ws, project)])
    blue = class_ids(ws, project)["blue"]
    shown = visit("data", project)

    edit(shown, blue)
    what(shown, class_editor.MERGE)
    assert field_of(shown.selectbox, "Into").value is None
    assert "Choose the class that blue becomes part of." in words(shown)
    assert button(shown, "Merge").disabled
    choose(shown, "Into", class_ids(ws, project)["green"])
    assert "4 labels (4 training, 0 audit; by 1 annotator) become green." in words(shown)
    assert len(projects.classes(ws, project)) == 3
    button(shown, "Merge").click().run()

    assert "blue merged into green: 4 labels moved" in words(shown)
    assert [one.name for one in projects.classes(ws, project)] == ["amber", "green"]
    edit(shown, class_ids(ws, project)["green"])
    what(shown, class_editor.LOOK)
    choose(shown, "Key", "1")
    choose(shown, "Colour", 5)
    assert "The key 1 gives amber now: the two swap their keys." in words(shown)
    button(shown, "Swap and save").click().run()
    found = {one.name: (one.key, one.colour) for one in projects.classes(ws, project)}
    assert found == {"amber": ("3", 1), "green": ("1", 5)}


def test_a_class_is_split_ordered_and_retired_and_what_cannot_be_is_said(
    visit: Open, ws: Workspace, ada: Person, tmp_path: Path
) -> None:
    project = make_project(ws, tmp_path / "images", embedded=False).id
    label(ws, project, ada, [row.id for row in rows(ws, project)])
    blue = class_ids(ws, project)["blue"]
    shown = visit("data", project)

    edit(shown, blue)
    what(shown, class_editor.SPLIT)
    field_of(shown.text_area, "The classes it is split into").input("sky").run()
    button(shown, "Split, and ask again").click().run()
    assert "A class is split into two at least." in words(shown)
    field_of(shown.text_area, "The classes it is split into").input("sky\n\nnavy").run()
    button(shown, "Split, and ask again").click().run()
    assert "4 labels are still to be given again." in words(shown)

    edit(shown, blue)
    what(shown, class_editor.PLACE)
    choose(shown, "Place", 0)
    assert "Keys change: blue: 2 becomes 1; amber: 1 becomes 2." in words(shown)
    button(shown, "Save").click().run()
    edit(shown, blue)
    what(shown, class_editor.RETIRE)
    assert "4 items lose their labels and are asked again" in words(shown)
    button(shown, "Retire").click().run()

    names = [one.name for one in projects.classes(ws, project)]
    assert names == ["amber", "green", "sky", "navy"]
    assert "blue retired" in words(shown)


@pytest.mark.parametrize("budget", [500, 12])
def test_a_project_where_everything_is_answered_is_not_told_to_go_on(
    home: Open, visit: Open, ws: Workspace, ada: Person, tmp_path: Path, budget: int
) -> None:
    project = make_project(ws, tmp_path / "images", embedded=False, budget=budget).id
    label(ws, project, ada, [row.id for row in rows(ws, project)])

    listed, told = words(home()), words(visit("monitor", project))

    assert "done" in listed
    assert "everything is answered" in listed
    assert "Continue labeling" not in listed
    assert "Done: everything is answered" in told
    assert "Go on labeling" not in told


def test_a_spent_budget_is_said_with_the_way_to_raise_it(
    visit: Open, ws: Workspace, ada: Person, tmp_path: Path
) -> None:
    project = make_project(ws, tmp_path / "images", embedded=False, budget=5).id
    label(ws, project, ada, [row.id for row in rows(ws, project)][:5])

    told = words(visit("monitor", project))

    assert "Done: the budget is spent" in told
    assert "Raise the budget" in told
    assert "Go on labeling" not in told


def test_files_that_are_looked_at_are_there_again_after_a_reload(
    new: Open, ws: Workspace, tmp_path: Path
) -> None:
    photos = class_folders(tmp_path / "sorting_line", each=7, size=(32, 24))
    draft = drafts.keep(ws, photos)

    for _ in range(2):
        shown = new(draft=draft.name)
        assert "21 images found in sorting_line." in words(shown)
        assert [one.value for one in shown.text_input] == ["sorting line"]


def test_starting_makes_the_project_once_and_the_files_are_not_offered_again(
    new: Open, ws: Workspace, ada: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(state, "person", lambda: ada)  # AppTest brings no cookies.
    photos = class_folders(tmp_path / "colours", each=2, size=(32, 24))
    draft = drafts.keep(ws, photos)
    shown = new(draft=draft.name)

    button(shown, "Start").click().run()

    (made,) = projects.every(ws)
    assert (made.name, exchange.pending(ws, made.id)) == ("colours", [1])
    assert leads_to(shown) == f"/new?project={made.id}&run=1"
    assert "Drop a zip, images or a table here" in words(new(draft=draft.name))


def test_a_taken_name_leads_to_the_project_that_has_it(
    new: Open, ws: Workspace, ada: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(state, "person", lambda: ada)  # AppTest brings no cookies.
    photos = class_folders(tmp_path / "colours", each=2, size=(32, 24))
    projects.create(ws, "Colours")
    shown = new(draft=drafts.keep(ws, photos).name)

    button(shown, "Start").click().run()

    assert "There is a project 'Colours' already." in words(shown)
    assert "Choose another name, or open that project: Data, Add files." in words(shown)
    assert len(projects.every(ws)) == 1


def test_a_folder_without_images_is_a_sentence_and_other_files_can_be_dropped(
    new: Open, ws: Workspace, tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()

    shown = new(draft=drafts.keep(ws, tmp_path / "empty").name)

    assert "holds no images, texts or table: it is empty." in words(shown)
    assert "Drop a zip, images or a table here" in words(shown)


def test_the_path_that_was_given_is_looked_at_on_a_page_with_an_address(
    home: Open, ws: Workspace, tmp_path: Path
) -> None:
    photos = class_folders(tmp_path / "colours", each=2, size=(32, 24))
    shown = home()

    shown.text_input[0].input(str(photos))
    button(shown, "Look").click().run()

    assert leads_to(shown) == f"/new?draft={drafts.keep(ws, photos).name}"


def test_settings_are_saved_by_one_button(visit: Open, ws: Workspace, tmp_path: Path) -> None:
    project = make_project(ws, tmp_path / "images", embedded=False).id
    shown = visit("settings", project)

    field(shown, "Budget, labels").set_value(321)
    field(shown, "Target accuracy, %").set_value(92.5)
    button(shown, "Save settings").click().run()

    config = projects.get(ws, project).config
    assert (config.budget, config.target) == (321, 0.925)
    assert "Saved." in words(shown)


def test_settings_that_cannot_be_are_refused_with_a_sentence(
    visit: Open, ws: Workspace, tmp_path: Path
) -> None:
    project = make_project(ws, tmp_path / "images", embedded=False).id
    before = projects.get(ws, project).config
    shown = visit("settings", project)

    field(shown, "Batch, items").set_value(0)
    button(shown, "Save settings").click().run()

    assert "it must lie between 1 and 500" in words(shown)
    assert projects.get(ws, project).config == before


def test_a_project_that_does_not_exist_is_a_sentence_and_not_a_traceback(
    visit: Open, ws: Workspace
) -> None:
    shown = visit("monitor", 99)

    assert "There is no project number 99." in words(shown)
    assert not shown.exception


@pytest.mark.parametrize("named", ["", "x", "-1", "²", "9" * 30, "9" * 5_000])
def test_an_address_that_names_no_project_is_a_sentence(visit: Open, named: str) -> None:
    shown = visit("monitor", named)

    assert "This address names no project." in words(shown)


@pytest.mark.parametrize("named", ["", "x", "²", "9" * 30, "9" * 5_000])
def test_a_cookie_that_names_no_person_is_a_sentence(
    ws: Workspace, monkeypatch: pytest.MonkeyPatch, named: str
) -> None:
    state.provide(ws)
    browser = SimpleNamespace(cookies={person_cookie(ws): named})
    monkeypatch.setattr(state.st, "context", browser)  # AppTest brings no cookies.

    with pytest.raises(StateError, match="did not say who you are"):
        state.person()


def test_a_bug_is_shown_as_a_sentence_with_a_log_id(
    visit: Open, ws: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = make_project(ws, tmp_path / "images", embedded=False).id
    monkeypatch.setattr(projects, "classes", None)

    shown = visit("data", project)

    assert "This should not happen.Log id " in words(shown)
    assert not shown.exception


def words(shown: AppTest) -> str:
    """Return all words of the pictures on a page."""
    pictures = [json.loads(one.proto.json)["picture"] for one in shown.get("bidi_component")]
    return "\n".join(_words(json.loads(one)) for one in pictures)


def leads_to(shown: AppTest) -> str:
    """Return the address the browser is sent to."""
    sent = [json.loads(one.proto.json).get("leave") for one in shown.get("bidi_component")]
    return next(one for one in sent if one)


def edit(shown: AppTest, class_id: int) -> None:
    """Press on a class, or on Add a class: 0."""
    shown.session_state[state._KEY].editing = class_id
    shown.run()


def what(shown: AppTest, change: str) -> None:
    """Choose what to change of a class."""
    choose(shown, "What to change", change)


def choose(shown: AppTest, title: str, value: object) -> None:
    """Choose one of a list."""
    field_of(shown.selectbox, title).set_value(value).run()


def field_of(elements, title: str):  # type: ignore[no-untyped-def]
    """Return the element whose title begins so."""
    return next(one for one in elements if one.label.startswith(title))


def button(shown: AppTest, title: str):  # type: ignore[no-untyped-def]
    """Return the button of that title."""
    return next(one for one in shown.button if one.label == title)


def _fill(shown: AppTest, name: str, definition: str) -> None:
    next(one for one in shown.text_input if one.label == "Name").input(name)
    shown.text_area[0].input(definition)
    next(one for one in shown.button if one.label in ("Add", "Save")).click().run()


def field(shown: AppTest, title: str):  # type: ignore[no-untyped-def]
    """Return the number field of that title."""
    return next(one for one in shown.number_input if one.label == title)


def _words(node: str | list) -> str:  # type: ignore[type-arg]
    return node if isinstance(node, str) else "".join(_words(part) for part in node[2])
