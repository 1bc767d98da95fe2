"""Views: plain values in, pictures out."""

from datetime import UTC, datetime

import pytest

from labeler_app.core.evaluation import wilson
from labeler_app.services.mistakes import ClassRecall, Confusion
from labeler_app.services.projects import LabelClass
from labeler_app.web import links
from labeler_app.web.theme import THEME, TOKENS, token
from labeler_app.web.views import classes, frame, recall, signs, tables, words
from labeler_app.web.views.tree import Element, h, text_of

AMBER = LabelClass(11, "amber", "1", 1, "", 20, 22)
BLUE = LabelClass(12, "blue", "2", 2, "", 20, 4)


def of_class(one: LabelClass, correct: int, total: int) -> ClassRecall:
    between = wilson(correct, total) if total else wilson(0, 1)
    return ClassRecall(
        one.id, one.name, one.key, one.colour, correct, total, between.low, between.high
    )


def every(picture: Element) -> list[Element]:
    """Return a picture's elements, itself first."""
    inside = [part for part in picture.parts if isinstance(part, Element)]
    return [picture, *(found for part in inside for found in every(part))]


def around_signs(picture: Element) -> list[Element]:
    """Return for each sign of a class the smallest element with more words than the sign."""
    inside = [part for part in picture.parts if isinstance(part, Element)]
    found = [one for part in inside for one in around_signs(part)]
    bare = any(_is(one, "mk") for one in every(picture)) and not found
    return [picture] if bare and len(text_of(picture)) > 1 else found


def test_text_stays_text_and_what_is_absent_is_left_out() -> None:
    picture = h("p.mut", "<b>", None, False, [h("i", "x"), "y"], title=None, act="go")

    assert picture.plain() == ["p", {"act": "go", "class": "mut"}, ["<b>", ["i", {}, ["x"]], "y"]]
    assert text_of(picture) == "<b>xy"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (words.number(1242), "1,242"),
        (words.count(1, "image"), "1 image"),
        (words.count(2, "class", "classes"), "2 classes"),
        (words.percent(0.9126), "91.3\u00a0%"),
        (words.percent(1.0), "100\u00a0%"),
        (words.between(0.881, 0.936), "88.1\u2060–\u206093.6"),
        (words.duration(0.2), "less than 1 s"),
        (words.duration(12), "12 s"),
        (words.duration(300), "5 minutes"),
        (words.duration(8940), "2 h 29 min"),
        (words.day(datetime(2026, 11, 3, tzinfo=UTC)), "3 Nov"),
    ],
)
def test_a_number_is_written_one_way(said: str, expected: str) -> None:
    assert said == expected


def test_an_address_names_page_project_and_what_else_is_given() -> None:
    assert links.href(links.HOME) == "/"
    assert links.href(links.MONITOR, 7) == "/monitor?project=7"
    assert links.href(links.NEW, 7, run=3) == "/new?project=7&run=3"


def test_the_bar_marks_the_page_that_is_shown_and_lists_only_pages_that_exist() -> None:
    bar = frame.bar(links.DATA, 3, "Sorting")

    current = [one for one in every(bar) if one.attributes.get("aria-current") == "page"]
    pages = {one.attributes["href"] for one in every(bar) if one.tag == "a"}
    assert {text_of(one) for one in current} == {"Data"}
    assert pages == {
        "/",
        "/label?project=3",
        "/monitor?project=3",
        "/data?project=3",
        "/settings?project=3",
    }


def test_a_class_with_few_audit_items_has_counts_and_no_percentage() -> None:
    found = [of_class(AMBER, 20, 22), of_class(BLUE, 3, 7)]

    said = text_of(recall.recall(found, found[0]))

    assert "90.9\u00a0%20 of 22" in said
    assert "blue3 of 7, too few to say" in said


def test_a_class_no_audit_item_has_is_not_seen_yet() -> None:
    assert "bluenot seen yet" in text_of(recall.recall([of_class(BLUE, 0, 0)], None))


def test_a_pair_that_is_mixed_up_is_told_with_its_share_and_interval() -> None:
    between = wilson(2, 22)
    pair = Confusion(AMBER, BLUE, 2, 22, between.low, between.high, (5, 6))

    said = text_of(recall.mixed_up([pair], 2, 29))

    assert "2 of 29 audit items wrong; this pair makes 2 of them." in said
    assert "1amber taken for 2blue" in said
    assert "2 of 22 = 9.1\u00a0% (2.5\u2060–\u206027.8)" in said


def test_an_interval_line_names_its_figure_for_those_who_cannot_see_it() -> None:
    line = signs.interval(0.9, 0.8, 0.95, scale=signs.Scale(0.5), target=0.95)

    span = next(one for one in line.parts if isinstance(one, Element) and _is(one, "span"))
    assert (span.attributes["x"], span.attributes["w"]) == (60.0, 30.0)
    assert line.attributes["aria-label"] == (
        "90.0\u00a0% (80.0\u2060–\u206095.0), target 95.0\u00a0%"
    )


def test_the_longest_bar_is_the_largest_count_and_zero_has_none() -> None:
    drawn = tables.bars([("1", 1, "amber", 8), ("2", 2, "blue", 0)])

    assert [one.attributes["w"] for one in every(drawn) if _is(one, "b")] == ["100.0", "0.0"]


MANY = [LabelClass(n, f"class {n}", "", n % 8 + 1, "", n, 0) for n in range(1, 20)]


@pytest.mark.parametrize(
    "picture",
    [
        classes.section(MANY, None),
        tables.bars([(one.key, one.colour, one.name, one.count) for one in MANY]),
        recall.recall([of_class(one, one.id % 12, 12) for one in MANY], None),
        recall.recall([of_class(one, 1, 3) for one in MANY], None),
        recall.mixed_up([Confusion(AMBER, MANY[8], 2, 22, 0.1, 0.2, ())], 2, 29),
        classes.sign(MANY[8]),
    ],
    ids=["editor", "bars", "recall", "few audit items", "mixed up", "one class"],
)
def test_a_colour_never_says_a_class_alone(picture: Element) -> None:
    beside = [text_of(one) for one in around_signs(picture)]

    assert beside
    assert all("class" in one or "amber" in one for one in beside)


def test_every_colour_of_the_theme_is_a_token_in_both_themes() -> None:
    assert THEME["theme.light.primaryColor"] == token("accent") == "#0b7a75"
    assert THEME["theme.dark.primaryColor"] == token("accent", dark=True) == "#4fbdb5"
    assert TOKENS.read_text("utf-8").count("--paper:") == 1


def _is(one: Element, name: str) -> bool:
    return name in str(one.attributes.get("class", "")).split()


@pytest.mark.parametrize(
    ("told", "first"),
    [
        ("active · model v7 · 12 s ago", "active"),
        ("typical items first: 12 more for the first model", "typical items first"),
        ("paused", "paused"),
    ],
)
def test_a_phone_shows_the_first_words_of_the_queue_and_a_desk_all_of_them(
    told: str, first: str
) -> None:
    chip = frame.queue_chip(told, active=False)

    (wide,) = [one for one in every(chip) if _is(one, "wide")]
    assert text_of(chip) == told
    assert text_of(chip).removesuffix(text_of(wide)) == first
