"""Previews of made texts, as plain values: what was in a text stays text."""

import json

import pytest

from labeler_app.core.gaps import Gap
from labeler_app.core.text_conditions import AXES
from labeler_app.services.coverage import Found, Right
from labeler_app.services.previews import Choice
from labeler_app.services.projects import LabelClass
from labeler_app.services.text_previews import TextPreview, TextPreviews
from labeler_app.web.views import recipes, text_recipes, words
from labeler_app.web.views.tree import h, text_of

CLASS = LabelClass(1, "<i>bad</i>", "1", 1, "", 0, 0)
FOUND = Found(Gap(2, 6, 6, None, 0.2, 0.0, 0, 90), AXES[2], None, 5, 0, 0.0, 0.5, Right(0, 0, None))


@pytest.mark.parametrize(
    ("axis", "measured", "told"),
    [
        ("length", 3.0, "1,000 characters"),
        ("length", 0.0, "1 character"),
        ("capitals", 0.125, "12.5\u00a0%"),
        ("punctuation", 3.25, "3.2 in 100"),
        ("typos", float("nan"), "none"),
        ("brightness", 0.3141, "0.31"),
        ("brightness", 0.0314, "0.031"),
    ],
)
def test_what_was_measured_is_written_in_its_unit(axis, measured, told):
    assert words.measured(axis, measured) == told


def test_what_looks_like_markup_is_drawn_as_the_letters_it_is():
    hostile = "<img src=x onerror=alert(1)>\n</div>"
    shown = (TextPreview(1, CLASS, hostile, hostile.upper(), 0.1, 1.0, True),)
    known = Choice("in capitals", "Words in capitals.", "A")

    drawn = text_recipes.panel(FOUND, [known], TextPreviews(known, shown, (hostile,), 1)).plain()

    def texts(node):
        return [node] if isinstance(node, str) else [one for part in node[2] for one in texts(part)]

    def tags(node):
        return set() if isinstance(node, str) else {node[0]}.union(*map(tags, node[2]))

    assert {hostile, hostile.upper(), f"Left out: {hostile}", CLASS.name} <= set(texts(drawn))
    assert not {one.split(".")[0] for one in tags(drawn)} & {"img", "script"}


def test_a_preview_that_missed_says_so_and_none_says_why():
    known = Choice("cut short", "Only how it begins.", "B")
    missed = (TextPreview(1, CLASS, "so", "so", 0.3, 0.3, False),)

    drawn = json.dumps(
        text_recipes.panel(FOUND, [known], TextPreviews(known, missed, (), 1)).plain()
    )
    empty = json.dumps(text_recipes.panel(FOUND, [known], TextPreviews(known, (), (), 0)).plain())

    assert "0 of 1 land" in drawn
    assert "did not land" in drawn
    assert "look at each one" in drawn
    assert "no labeled text outside the gap" in empty


def test_keeping_is_spoken_of_only_where_something_can_be_made():
    known = Choice("in capitals", "Words in capitals.", "A")
    seen = TextPreviews(known, (TextPreview(1, CLASS, "so", "SO", 0.0, 1.0, True),), (), 1)
    none = TextPreviews(known, (), (), 0)

    able = text_of(text_recipes.panel(FOUND, [known], seen, h("p", "Make 12")))
    unable = text_of(text_recipes.panel(FOUND, [known], seen))
    empty = text_of(text_recipes.panel(FOUND, [known], none, h("p", "Make 12")))

    assert "Make 12These are previews. Of what is made you keep or reject each one" in able
    assert recipes.ONLY_PREVIEWS not in able
    assert unable.endswith(recipes.ONLY_PREVIEWS)
    assert "keep or reject" not in unable
    assert "previews." not in empty
