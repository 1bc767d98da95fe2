from dataclasses import replace
from functools import partial

import pytest

from labeler_app.errors import AccessError, InputError
from labeler_app.services import class_edits, people, projects
from labeler_app.services.names import checked_name
from labeler_app.settings import ProjectConfig
from tests.builders import class_ids, label, make_project, rows


def test_a_project_has_its_classes_with_keys_and_colours_in_their_order(ws):
    made = projects.create(ws, " My   pets ", classes=[f"c{number:02d}" for number in range(26)])

    found = projects.classes(ws, made.id)

    assert made.name == "My pets"
    assert [one.key for one in found][:12] == [*[""] * 10, "D", "E"]
    assert [one.key for one in found][24:] == ["", ""]
    assert [one.colour for one in found][:10] == [1, 2, 3, 4, 5, 6, 7, 8, 1, 2]
    assert {one.count for one in found} == {0}


@pytest.mark.parametrize(
    "config",
    [
        ProjectConfig(strategy="dreams"),
        ProjectConfig(learner="dreams"),
        ProjectConfig(embedder="dreams"),
        ProjectConfig(cold_start="dreams"),
    ],
)
def test_a_plug_in_that_does_not_exist_is_refused_at_making_and_at_changing(ws, config):
    with pytest.raises(InputError, match="no 'dreams' among"):
        projects.create(ws, "Pets", config=config)
    made = projects.create(ws, "Pets", config=ProjectConfig(strategy="auto"))

    with pytest.raises(InputError, match="no 'dreams' among"):
        projects.configure(ws, made.id, config)

    assert projects.get(ws, made.id).config == ProjectConfig()


def test_settings_change_as_a_whole(ws):
    made = projects.create(ws, "Pets")

    projects.configure(ws, made.id, replace(made.config, batch=5))

    assert projects.by_name(ws, "pets").config.batch == 5


def test_an_unknown_project_comes_with_the_list_of_those_that_are_there(ws):
    with pytest.raises(InputError) as none:
        projects.by_name(ws, "Plants")
    projects.create(ws, "Pets")
    with pytest.raises(InputError) as one:
        projects.by_name(ws, "Plants")
    with pytest.raises(InputError, match="no project number 99"):
        projects.get(ws, 99)

    assert "none yet" in none.value.hint
    assert one.value.hint == "Projects here: Pets."


def test_a_class_is_added_behind_the_others_and_once(ws):
    made = projects.create(ws, "Pets", classes=["cat"])

    added = projects.add_class(ws, made.id, " Dog ")

    assert (added.name, added.key, added.colour) == ("Dog", "2", 2)
    with pytest.raises(InputError, match="a class 'Dog' already"):
        projects.add_class(ws, made.id, "dog")


def test_a_class_keeps_its_labels_when_it_is_renamed(ws, tmp_path, ada):
    project = make_project(ws, tmp_path / "photos", each=1, embedded=False)
    label(ws, project.id, ada, [row.id for row in rows(ws, project.id)])
    blue = class_ids(ws, project.id)["blue"]

    class_edits.rename(ws, blue, "Azure")
    class_edits.define(ws, blue, "  Like the sky. ")

    found = next(one for one in projects.classes(ws, project.id) if one.id == blue)
    assert (found.name, found.definition, found.count) == ("Azure", "Like the sky.", 1)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (partial(class_edits.rename, name="DOG"), "a class 'dog' already"),
        (partial(class_edits.rename, name=""), "The class name is empty"),
        (partial(class_edits.rename, name="x" * 300), "has 300 characters"),
        (partial(class_edits.rename, name="c\u200bat"), r"cannot be seen \(U\+200B\)"),
        (partial(class_edits.rename, name="\u202etac"), r"cannot be seen \(U\+202E\)"),
        (partial(class_edits.define, told="x" * 2001), "2001 characters"),
        (partial(class_edits.define, told="a\0b"), "a NUL character"),
        (partial(class_edits.recolour, colour=9), "no colour 9"),
        (partial(class_edits.set_key, key="u"), "'u' is no key for a class"),
        (partial(class_edits.set_key, key="2"), "The key 2 is taken: it gives 'dog'"),
    ],
)
def test_a_class_is_not_changed_into_what_cannot_be(ws, change, problem):
    made = projects.create(ws, "Pets", classes=["cat", "dog"])
    cat = class_ids(ws, made.id)["cat"]

    with pytest.raises(InputError, match=problem):
        change(ws, cat)

    assert [one.name for one in projects.classes(ws, made.id)] == ["cat", "dog"]


def test_a_class_may_be_renamed_to_another_case_of_its_name(ws):
    made = projects.create(ws, "Pets", classes=["cat"])
    class_edits.rename(ws, class_ids(ws, made.id)["cat"], "Cat")

    assert list(class_ids(ws, made.id)) == ["Cat"]


def test_an_unknown_class_is_not_changed(ws):
    with pytest.raises(InputError, match="no class number 9"):
        class_edits.rename(ws, 9, "x")


def test_more_budget_counts_from_now(ws):
    made = projects.create(ws, "Pets", config=ProjectConfig(budget=10))

    assert projects.add_budget(ws, made.id, 5).budget == 15
    with pytest.raises(InputError, match="not between"):
        projects.add_budget(ws, made.id, 0)
    with pytest.raises(InputError, match="no project number 9"):
        projects.add_budget(ws, 9, 5)


def test_a_project_with_items_is_not_discarded(ws, tmp_path):
    full = make_project(ws, tmp_path / "photos", each=1, embedded=False)
    empty = projects.create(ws, "Empty", classes=["a"])

    assert not projects.discard_if_empty(ws, full.id)
    assert projects.discard_if_empty(ws, empty.id)
    assert [one.id for one in projects.every(ws)] == [full.id]


def test_a_person_is_the_same_by_name_and_found_by_number(ws):
    ada = people.join(ws, " Ada ")

    assert people.join(ws, "ada") == ada == people.get(ws, ada.id)
    assert (ada.name, ada.kind) == ("Ada", "human")
    with pytest.raises(AccessError, match="no annotator number 99"):
        people.get(ws, 99)


@pytest.mark.parametrize("name", ["Automatic annotator", "IMPORTED LABELS", "imported  labels"])
def test_nobody_takes_the_name_of_what_no_person_said(ws, name):
    people.automatic(ws)

    with pytest.raises(AccessError, match="is kept for labels no person gave"):
        people.join(ws, name)


def test_the_automatic_annotator_is_an_oracle(ws):
    assert people.automatic(ws).kind == "oracle"
    assert people.automatic(ws) == people.automatic(ws)


@pytest.mark.parametrize(
    ("given", "clean"),
    [
        ("  a   b ", "a b"),
        ("e\u0301", "\u00e9"),
        ("👩\u200d🔬", "👩\u200d🔬"),
        ("\u0646\u0627\u0645\u200c\u0647\u0627", "\u0646\u0627\u0645\u200c\u0647\u0627"),
        ("x" * 100, "x" * 100),
        ("<b>&amp;", "<b>&amp;"),
    ],
)
def test_a_name_is_kept_as_people_write_it(given, clean):
    assert checked_name(given, what="name") == clean


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ("", "is empty"),
        (" \t\n ", "is empty"),
        ("x" * 101, "has 101 characters"),
        ("a\u202eb", r"cannot be seen \(U\+202E\)"),
        ("a\x00b", r"U\+0000"),
        ("a\ufeffb", r"U\+FEFF"),
        ("a\ud800b", r"U\+D800"),
    ],
)
def test_what_cannot_be_read_is_no_name(given, problem):
    with pytest.raises(InputError, match=problem):
        checked_name(given, what="name")
