"""Views: plain values in, pictures out."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import product
from pathlib import Path

import pytest

from labeler_app.core.evaluation import Accuracy, accuracy, wilson
from labeler_app.services import home, quality
from labeler_app.services.mistakes import ClassRecall, Confusion, Extra
from labeler_app.services.projects import LabelClass
from labeler_app.services.workspace import Workspace
from labeler_app.web import links
from labeler_app.web.theme import THEME, TOKENS, token
from labeler_app.web.views import (
    charts,
    classes,
    frame,
    monitor,
    projects,
    recall,
    signs,
    tables,
    words,
)
from labeler_app.web.views.tree import Element, h, text_of
from tests.builders import make_project

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


def test_a_list_of_many_classes_says_what_the_digits_do_instead() -> None:
    many = [replace(AMBER, id=number, key="") for number in range(11)]

    told = text_of(classes.section(many, None))

    assert "1 to 9 give the nine that lie in the row there, and 0 finds any other" in told
    assert "1 to 9" not in text_of(classes.section(many[1:], None))


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
        "/synthesis?project=3",
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


def test_mistakes_whose_classes_are_gone_are_told_without_any_pair() -> None:
    said = text_of(recall.mixed_up([], [], 3, 29))

    assert said.endswith("3 of 29 audit items wrong.")


def test_a_pair_that_is_mixed_up_is_told_with_its_share_and_interval() -> None:
    between = wilson(2, 22)
    pair = Confusion(AMBER, BLUE, 2, 22, between.low, between.high, (5, 6))

    said = text_of(recall.mixed_up([pair], [], 2, 29))

    assert "2 of 29 audit items wrong; this pair makes 2 of them." in said
    assert "1amber taken for 2blue" in said
    assert "2 of 22 = 9.1\u00a0% (2.5\u2060–\u206027.8)" in said


def test_what_is_missed_and_added_is_told_class_by_class_where_items_have_several() -> None:
    extras = [Extra(AMBER, 0, 20), Extra(BLUE, 3, 9)]

    said = text_of(recall.mixed_up([MISSED], extras, 4, 29))

    assert "What it misses and adds" in said
    assert "4 of 29 audit items have not all their classes right." in said
    assert "1amber missed2 of 22 = 9.1\u00a0% (2.5\u2060–\u206027.8)" in said
    assert "2blue added to items without it3 of 9 that the model gives it" in said
    assert "amber added" not in said


@pytest.mark.parametrize("several", [True, False])
def test_accuracy_says_that_whole_sets_count_only_where_items_have_several_classes(
    ws: Workspace, tmp_path: Path, several: bool
) -> None:
    project = make_project(ws, tmp_path / "photos", embedded=False, multi_label=several)
    seen = quality.monitor(ws, project.id)

    said = text_of(monitor.head(replace(seen, accuracy=Accuracy(20, 22, 0, 0.9, 0.7, 1, 0.9, 0.9))))

    assert ("20 of 22 right, each with all its classes." in said) is several
    assert ("right only when its whole set of classes is right" in said) is several
    assert ("added after its answer is not asked of it." in said) is several


def test_the_monitor_tells_the_sample_beside_what_it_was_drawn_from_not_beside_all_items(
    ws: Workspace, tmp_path: Path
) -> None:
    seen = quality.monitor(ws, make_project(ws, tmp_path / "photos", embedded=False).id)
    few = replace(seen, audit=replace(seen.audit, reserved=2, drawn_from=10))
    known = replace(few, accuracy=Accuracy(20, 22, 0, 0.9, 0.7, 1, 0.9, 0.9))

    early, late = text_of(monitor.head(few)), text_of(monitor.head(known))

    assert seen.project.items == 12
    assert "2 of 10 images (20\u00a0%) were drawn at random" in text_of(monitor.how(few))
    assert "2 images of 10 are set apart, too few for a figure" in early
    assert "drawn at random from all 10 images" in late
    assert "a fair draw from the 10 images" in late


@pytest.mark.parametrize("imported", [0, 1500])
def test_the_list_says_what_came_with_the_data_beside_what_was_labeled_here(
    ws: Workspace, tmp_path: Path, imported: int
) -> None:
    make_project(ws, tmp_path / "photos", embedded=False)
    (card,) = home.cards(ws)

    said = text_of(projects.listing([replace(card, imported=imported)]))

    assert "0 of 12 images" in said
    assert ("1,500 came with the data" in said) is (imported > 0)
    assert ("came with the data" in said) is (imported > 0)


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


MISSED = Confusion(AMBER, None, 2, 22, 0.025, 0.278, ())
MANY = [LabelClass(n, f"class {n}", "", n % 8 + 1, "", n, 0) for n in range(1, 20)]


@pytest.mark.parametrize(
    "picture",
    [
        classes.section(MANY, None),
        tables.bars([(one.key, one.colour, one.name, one.count) for one in MANY]),
        recall.recall([of_class(one, one.id % 12, 12) for one in MANY], None),
        recall.recall([of_class(one, 1, 3) for one in MANY], None),
        recall.mixed_up([Confusion(AMBER, MANY[8], 2, 22, 0.1, 0.2, ())], [], 2, 29),
        recall.mixed_up([MISSED], [Extra(MANY[8], 2, 9)], 3, 29),
        classes.sign(MANY[8]),
    ],
    ids=["editor", "bars", "recall", "few audit items", "mixed up", "missed", "one class"],
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


def test_nothing_is_drawn_behind_today_when_labels_were_taken_back(
    ws: Workspace, tmp_path: Path
) -> None:
    seen = quality.monitor(ws, make_project(ws, tmp_path).id)
    points = [
        quality.CurvePoint(version, labels, accuracy(20 - version, 20), 20, 0.0)
        for version, labels in ((1, 40), (2, 96), (3, 95))
    ]

    drawn = charts.curve(replace(seen, curve=tuple(points), training_labels=95), dark=False)

    _, band, _, line, *_ = drawn["layer"]
    for layer in (band, line):
        assert [row["labels"] for row in layer["data"]["values"]] == [40, 95]


def test_the_words_of_the_curve_stand_behind_it_and_clear_of_each_other(
    ws: Workspace, tmp_path: Path
) -> None:
    seen = quality.monitor(ws, make_project(ws, tmp_path).id)

    for target, correct in product((0.5, 0.9, 0.95, 0.999), (5, 10, 15, 27, 28, 29, 30)):
        config = replace(seen.project.config, target=target)
        points = [
            quality.CurvePoint(version, labels, accuracy(right, 30), 30, 0.0)
            for version, labels, right in ((1, 20, 12), (2, 95, correct))
        ]
        now = replace(seen, curve=tuple(points), training_labels=95)

        drawn = charts.curve(replace(now, project=replace(seen.project, config=config)), dark=False)

        rule, *_, level, interval = drawn["layer"]
        for data, mark in (
            (rule["data"], rule["layer"][1]["mark"]),
            (level["data"], level["mark"]),
            (interval["data"], interval["mark"]),
        ):
            assert (data["values"][0]["labels"], mark["align"]) == (95, "left")
            assert mark["dx"] > 0
        low, high = drawn["encoding"]["y"]["scale"]["domain"]
        at_rule = charts.PLOT * (high - target) / (high - low)
        top = level["encoding"]["y"]["value"]
        assert low <= target
        assert -charts.OVER <= top <= charts.PLOT - charts.ONE_LINE - charts.FIGURE
        assert not at_rule - charts.ONE_LINE - charts.FIGURE < top < at_rule
