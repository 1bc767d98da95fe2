"""The words of what is being made: with which recipe, how far, and for which gap."""

import pytest

from labeler_app.services.making import Asked
from labeler_app.services.projects import LabelClass
from labeler_app.store.variants import Filling
from labeler_app.web.views import makings
from labeler_app.web.views.tree import text_of

NIGHT, FREE = Filling("low light", "brightness", 0, 1), Filling("screenshot", "", 0, 0)
HOSTILE = "<b>amber</b>"
AMBER = LabelClass(11, HOSTILE, "1", 1, "", 20, 22)
CONDITIONS = {NIGHT.key: "brightness: black to dark", FREE.key: ""}


def said(filling: Filling, class_id: int | None) -> str:
    asked = Asked(1, filling, class_id, "done", 12, 48, 60, 0, ("9 were too near.",), "")
    drawn = makings.listed([asked], [AMBER], CONDITIONS)
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
