"""The words of what is being made: with which recipe, how far, and for which gap."""

from collections.abc import Iterator

import pytest

from labeler_app.services.making import Asked
from labeler_app.services.projects import LabelClass
from labeler_app.store.variants import Filling
from labeler_app.web.views import makings
from labeler_app.web.views.tree import Element, text_of

NIGHT, FREE = Filling("low light", "brightness", 0, 1), Filling("screenshot", "", 0, 0)
HOSTILE = "<b>amber</b>"
AMBER = LabelClass(11, HOSTILE, "1", 1, "", 20, 22)
BLUE = LabelClass(12, "blue", "2", 2, "", 20, 22)
CONDITIONS = {NIGHT.key: "brightness: black to dark", FREE.key: ""}


def said(filling: Filling, class_id: int | None, toward: int | None = None) -> str:
    asked = Asked(1, filling, class_id, "done", 12, 48, 60, 0, ("9 were too near.",), "", toward)
    drawn = makings.listed([asked], [AMBER, BLUE][: 2 if toward else 1], CONDITIONS)
    assert drawn is not None
    return text_of(drawn)


@pytest.mark.parametrize(
    ("filling", "class_id", "told"),
    [
        (NIGHT, None, "For brightness: black to dark, all classes."),
        (NIGHT, 11, f"For brightness: black to dark, {HOSTILE}."),
        (NIGHT, 12, "For brightness: black to dark, a class of before."),
        (FREE, 11, f"For {HOSTILE}."),
        (FREE, None, ""),
    ],
)
def test_what_was_asked_for_names_its_gap_where_there_is_one(
    filling: Filling, class_id: int | None, told: str
) -> None:
    recipe = filling.recipe.capitalize()

    assert said(filling, class_id) == f"{recipe}: 12 of 48 made.{told}9 were too near."


def test_what_was_asked_for_between_two_classes_names_both() -> None:
    assert f"For brightness: black to dark, {HOSTILE}, nearest to blue." in said(NIGHT, 11, 12)


def test_what_the_model_mixes_up_can_be_asked_for_while_there_is_a_model() -> None:
    values = pressable(can_be_unsure=True)

    assert values == [
        "low light|48|",
        "low light|12|",
        "low light|12|hardest",
        "low light|12|11>12",
    ]
    assert pressable(can_be_unsure=False) == values[:2]


def pressable(*, can_be_unsure: bool) -> list[str]:
    drawn = makings.ask("low light", [], can_be_unsure=can_be_unsure, mixed_up=[(AMBER, BLUE)])
    return [
        str(one.attributes["value"]) for one in walk(drawn) if one.attributes.get("act") == "make"
    ]


def walk(one: Element) -> Iterator[Element]:
    yield one
    for part in one.parts:
        if isinstance(part, Element):
            yield from walk(part)
