"""The Settings page: what the model sees, and how it learns."""

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from labeler_app.services import projects
from labeler_app.services.workspace import Workspace
from labeler_app.web import state
from tests.builders import make_project
from tests.web.test_screens import button, words

SCRIPT = "from labeler_app.web.screens import settings\nsettings.page()\n"
Open = Callable[[int], AppTest]


@pytest.fixture(autouse=True)
def main_module(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put back what `AppTest` replaces: processes that are started later begin by reading it."""
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])


@pytest.fixture
def visit(ws: Workspace) -> Open:
    """Open the settings of a project."""
    state.provide(ws)

    def opened(project: int) -> AppTest:
        test = AppTest.from_string(SCRIPT, default_timeout=30.0)
        test.query_params["project"] = str(project)
        return test.run()

    return opened


def test_the_doors_of_learning_are_saved(visit: Open, ws: Workspace, tmp_path: Path) -> None:
    project = make_project(ws, tmp_path / "images", embedded=False).id
    shown = visit(project)

    named(shown.toggle, "Hold outliers back").set_value(False)
    named(shown.toggle, "Self-training").set_value(True)
    named(shown.selectbox, "Weight of classes").set_value("balanced")
    named(shown.selectbox, "Learner").set_value("k-nn")
    button(shown, "Save settings").click().run()

    config = projects.get(ws, project).config
    assert (config.hold_outliers, config.self_training) == (False, True)
    assert (config.class_weight, config.learner) == ("balanced", "k-nn")


def test_an_embedder_is_typed_with_its_argument(visit: Open, ws: Workspace, tmp_path: Path) -> None:
    project = make_project(ws, tmp_path / "images", embedded=False).id
    np.save(tmp_path / "vectors.npy", np.eye(12))
    shown = visit(project)

    named(shown.text_input, "Features").set_value(f" given:{tmp_path / 'vectors.npy'} ")
    button(shown, "Save settings").click().run()

    assert projects.get(ws, project).config.embedder == f"given:{tmp_path / 'vectors.npy'}"
    assert "Type one of: pixels, patches, onnx:FILE, hf:ORG/REPO, given:FILE." in words(shown)


@pytest.mark.parametrize(
    ("typed", "problem", "hint"),
    [
        ("eyes", "There is no 'eyes' among the embedders.", "Known: pixels"),
        ("onnx:", "There is no 'onnx:' among the embedders.", "onnx:FILE"),
        ("onnx:gone.onnx", "There is no file gone.onnx.", "Check the path behind the colon."),
        ("tfidf", "'tfidf' embeds items of the kind text", "Choose one of: pixels, patches, "),
    ],
)
def test_an_embedder_that_cannot_be_is_refused_with_what_was_seen_and_what_to_do(
    visit: Open, ws: Workspace, tmp_path: Path, typed: str, problem: str, hint: str
) -> None:
    project = make_project(ws, tmp_path / "images", embedded=False).id
    shown = visit(project)

    named(shown.text_input, "Features").set_value(typed)
    button(shown, "Save settings").click().run()

    assert problem in words(shown)
    assert hint in words(shown)
    assert projects.get(ws, project).config.embedder == "pixels"


def test_what_is_to_be_said_of_the_features_stands_beside_them(
    visit: Open, ws: Workspace, tmp_path: Path
) -> None:
    np.save(tmp_path / "vectors.npy", np.ones((12, 3)))
    embedder = f"given:{tmp_path / 'vectors.npy'}"
    project = make_project(ws, tmp_path / "images", embedder=embedder).id

    shown = visit(project)

    assert "vectors.npy are nearly the same for all items" in words(shown)


def named(elements, title: str):  # type: ignore[no-untyped-def]
    """Return the element of that title."""
    return next(one for one in elements if one.label == title)
