import re
from pathlib import Path

import pytest

import labeler_app
from labeler_app.errors import InputError
from labeler_app.services import class_edits, class_keys, class_surgery, desk, keys, projects
from tests.builders import make_project

TABLE = Path(labeler_app.__file__).parent / "web" / "desk" / "commands.js"


@pytest.fixture
def project(ws, tmp_path):
    """Items of the classes amber, blue and green."""
    return make_project(ws, tmp_path / "photos", embedded=False).id


@pytest.fixture
def many(ws):
    """A project of 26 classes."""
    return projects.create(
        ws, "Many", classes=[f"{one}-class" for one in "abcdefghijklmnopqrstuvwxyz"]
    ).id


def of_classes(found):
    return [one.key for one in found.classes]


def action(ws, project, place):
    return f"class:{projects.classes(ws, project)[place].id}"


def test_the_table_of_the_desk_says_the_same():
    rows = re.findall(
        r'^  ("?.+?"?): \{ does: "(\w+)", words: "(.+?)"', TABLE.read_text("utf-8"), re.M
    )
    # 0 finds a class, too, where it gives none.
    told = {does: (key.strip('"'), words) for key, does, words in rows if key != "0"}

    assert told == keys.COMMANDS
    assert not {key for key, _ in keys.COMMANDS.values()} & set(class_keys.CLASS_KEYS)


def test_chosen_keys_belong_to_one_person_and_come_with_the_desk(ws, project, ada, bob):
    keys.change(ws, ada.id, project, "skip", "W")
    keys.change(ws, ada.id, project, action(ws, project, 1), "F2")
    keys.change(ws, ada.id, project, "skip", "Ä")

    hers = desk.open_desk(ws, project, ada.id)
    assert hers.keys == {"skip": "Ä", action(ws, project, 1): "F2"}
    assert [one.key for one in hers.classes] == ["1", "F2", "3"]
    assert desk.open_desk(ws, project, bob.id).keys == {}
    assert of_classes(keys.of(ws, bob.id, project)) == ["1", "2", "3"]


def test_the_usual_keys_come_back_one_by_one_and_all_at_once(ws, project, ada):
    for name, key in (("skip", "W"), ("undo", "Backspace"), (action(ws, project, 0), "9")):
        keys.change(ws, ada.id, project, name, key)

    one = keys.change(ws, ada.id, project, "skip", "S")
    assert set(one.changed) == {"undo", action(ws, project, 0)}
    assert set(keys.change(ws, ada.id, project, action(ws, project, 0), "1").changed) == {"undo"}

    assert keys.reset(ws, ada.id, project).changed == {}


@pytest.mark.parametrize(
    ("name", "key", "problem"),
    [
        ("skip", "U", "U is “Not sure” already."),
        ("skip", "?", "? is “This key map” already."),
        ("class", "S", "S is “Skip” already."),
        ("class", "2", "2 is the class “blue” already."),
        ("skip", "2", "Digits are kept for classes."),
        ("skip", " ", "Space reveals the suggestion"),
        ("skip", "Enter", "Enter accepts the suggestion"),
        ("skip", "Escape", "Escape leaves what is open."),
        ("skip", "Tab", "Tab moves the focus."),
        ("class", "ArrowUp", "The arrows move."),
        ("skip", "R", "R is kept free"),
        ("skip", "C", "C is kept free"),
        ("skip", "F5", "F5 belongs to the browser."),
        ("class", "AudioVolumeUp", "AudioVolumeUp cannot be chosen."),
        ("class", "w", "w cannot be chosen."),
        ("class", "<b>", "<b> cannot be chosen."),
        ("class", "", "cannot be chosen."),
        ("steal", "W", "There is no command or class 'steal' here."),
        ("class:999999", "W", "There is no command or class 'class:999999' here."),
    ],
)
def test_a_key_that_something_has_is_refused_with_what_has_it(ws, project, ada, name, key, problem):
    asked = action(ws, project, 0) if name == "class" else name

    with pytest.raises(InputError, match=re.escape(problem)):
        keys.change(ws, ada.id, project, asked, key)

    assert keys.of(ws, ada.id, project).changed == {}


def test_a_key_is_free_once_what_had_it_has_another(ws, project, ada):
    keys.change(ws, ada.id, project, "unsure", "W")
    swapped = keys.change(ws, ada.id, project, "skip", "U")

    assert swapped.changed == {"unsure": "W", "skip": "U"}
    with pytest.raises(InputError, match="U is “Skip” already"):
        keys.change(ws, ada.id, project, "unsure", "U")


def test_a_class_whose_key_a_command_took_elsewhere_gets_a_free_one_and_no_other_moves(
    ws, project, many, ada
):
    before = of_classes(keys.of(ws, ada.id, many))
    keys.change(ws, ada.id, project, "skip", "D")

    now = of_classes(keys.of(ws, ada.id, many))

    assert before[10:12] == ["D", "E"]
    assert now[10] == ""  # All 24 keys of classes are in use there.
    assert now[:10] + now[11:] == before[:10] + before[11:]
    keys.change(ws, ada.id, many, action(ws, many, 11), "F3")
    assert of_classes(keys.of(ws, ada.id, many))[10:12] == ["E", "F3"]
    with pytest.raises(InputError, match="F3 is a class of another project already"):
        keys.change(ws, ada.id, project, "undo", "F3")


def test_among_many_classes_the_digits_are_places_and_no_class_can_have_one(ws, many, ada):
    with pytest.raises(InputError, match="Digits give the classes in the row"):
        keys.change(ws, ada.id, many, action(ws, many, 25), "4")

    with pytest.raises(InputError, match="the digits give the classes in the row"):
        class_edits.set_key(ws, projects.classes(ws, many)[25].id, "4")

    given = keys.change(ws, ada.id, many, action(ws, many, 25), "F4")

    assert given.classes[25].key == "F4"


def test_a_digit_is_the_key_of_a_class_only_where_all_fit_the_row(ws):
    ten = projects.create(ws, "Trees", classes=[f"{one}-class" for one in "abcdefghij"]).id
    class_edits.set_key(ws, projects.classes(ws, ten)[9].id, "9", swap=True)
    assert [one.key for one in projects.classes(ws, ten)] == [*"1234567809"]

    eleventh = projects.add_class(ws, ten, "k-class")

    assert [one.key for one in projects.classes(ws, ten)] == [*[""] * 10, "D"]
    class_surgery.retire(ws, eleventh.id)
    assert [one.key for one in projects.classes(ws, ten)] == [*"1234567809"]
