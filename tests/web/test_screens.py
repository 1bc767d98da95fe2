"""What the pages say, run by Streamlit itself; what a browser does is in the journeys."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from labeler_app.services import projects
from labeler_app.services.people import Person
from labeler_app.services.workspace import Workspace
from labeler_app.web import state
from labeler_app.web.server import SCRIPT
from tests.builders import label, make_project, rows, work

SECONDS = 30.0
Open = Callable[..., AppTest]


@pytest.fixture
def home(ws: Workspace) -> Open:
    """Open the first page of the workspace."""
    state.provide(ws)
    return lambda: AppTest.from_file(str(SCRIPT), default_timeout=SECONDS).run()


@pytest.fixture
def visit(ws: Workspace) -> Open:
    """Open one page of a project."""
    state.provide(ws)

    def opened(name: str, project: int) -> AppTest:
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


def test_data_names_imports_classes_and_the_number_of_labels_an_export_holds(
    visit: Open, ws: Workspace, ada: Person, tmp_path: Path
) -> None:
    project = make_project(ws, tmp_path / "images", embedded=False).id
    label(ws, project, ada, [row.id for row in rows(ws, project)][:5])

    shown = visit("data", project)

    assert "12 images, 5 labeled, 3 classes" in words(shown)
    assert "amber" in words(shown)
    assert [one.label for one in shown.get("download_button")] == ["Export 5 answers as CSV"]


def test_settings_are_saved_by_one_button(visit: Open, ws: Workspace, tmp_path: Path) -> None:
    project = make_project(ws, tmp_path / "images", embedded=False).id
    shown = visit("settings", project)

    field(shown, "Budget, labels").set_value(321)
    field(shown, "Target accuracy, %").set_value(92.5)
    shown.button[0].click().run()

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
    shown.button[0].click().run()

    assert "it must lie between 1 and 500" in words(shown)
    assert projects.get(ws, project).config == before


def test_a_project_that_does_not_exist_is_a_sentence_and_not_a_traceback(
    visit: Open, ws: Workspace
) -> None:
    shown = visit("monitor", 99)

    assert "There is no project number 99." in words(shown)
    assert not shown.exception


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


def field(shown: AppTest, title: str):  # type: ignore[no-untyped-def]
    """Return the number field of that title."""
    return next(one for one in shown.number_input if one.label == title)


def _words(node: str | list) -> str:  # type: ignore[type-arg]
    return node if isinstance(node, str) else "".join(_words(part) for part in node[2])
