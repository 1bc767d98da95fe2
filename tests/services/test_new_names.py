"""Whether a new project, or a new class, can have its name."""

import pytest

from labeler_app.errors import InputError
from labeler_app.services import class_edits, class_surgery, new_names, projects
from tests.builders import class_ids


@pytest.mark.parametrize("name", ["Pets", "PETS", " pets "])
def test_a_taken_name_is_refused_by_the_name_there_is_and_nothing_is_made(ws, name):
    projects.create(ws, "Pets")

    for make in (projects.create, new_names.check_project):
        with pytest.raises(InputError, match="There is a project 'Pets' already"):
            make(ws, name)

    assert len(projects.every(ws)) == 1


def test_classes_that_differ_by_case_only_are_refused(ws):
    with pytest.raises(InputError, match="'Cat' and 'cat' are the same but for case"):
        projects.create(ws, "Pets", classes=["Cat", "cat"])

    assert projects.every(ws) == []


def test_of_many_wrong_classes_the_first_are_told_and_the_others_counted(ws):
    with pytest.raises(InputError) as wrong:
        new_names.checked_classes(["a", "a", "a", *(str(number) * 110 for number in range(9)), " "])

    assert wrong.value.problem.count("has 110 characters") == 5
    assert "4 more are like these. Use at most 100. The class name is empty." in wrong.value.problem
    assert wrong.value.problem.endswith("The class 'a' is given twice.")
    assert wrong.value.hint == "Name each class once."


def test_a_taken_class_is_told_by_the_name_there_is(ws):
    made = projects.create(ws, "Pets", classes=["Glass", "dog"])
    dog = class_ids(ws, made.id)["dog"]

    with pytest.raises(InputError, match="There is a class 'Glass' already"):
        projects.add_class(ws, made.id, "GLASS")
    with pytest.raises(InputError, match="There is a class 'Glass' already"):
        class_edits.rename(ws, dog, " glass ")


def test_a_class_name_has_a_hundred_letters_at_most(ws):
    made = projects.create(ws, "Pets", classes=["b" * 100])

    with pytest.raises(InputError, match="has 101 characters") as wrong:
        projects.add_class(ws, made.id, "a" * 101)

    assert wrong.value.hint == "Use at most 100."
    assert [one.name for one in projects.classes(ws, made.id)] == ["b" * 100]


def test_a_free_name_is_checked_without_anything_being_made(ws):
    new_names.check_project(ws, "Pets")

    assert projects.every(ws) == []
    assert new_names.checked_classes([" big  cat ", "dog"]) == ["big cat", "dog"]


def test_the_name_of_a_class_that_was_retired_is_told_as_such(ws):
    made = projects.create(ws, "Pets", classes=["cat", "dog"])
    class_surgery.retire(ws, class_ids(ws, made.id)["cat"])

    with pytest.raises(InputError, match="There was a class 'cat', and it was retired"):
        projects.add_class(ws, made.id, "Cat")
