import re
from xml.etree import ElementTree

import pytest

from labeler_app.services import comparison, curves_page


def run(strategy, seed, accuracy, learner="logistic"):
    return {
        "strategy": strategy,
        "embedder": "pixels",
        "learner": learner,
        "seed": seed,
        "labels": [20, 30, 40],
        "accuracy": accuracy,
        "balanced_accuracy": accuracy,
        "selection_seconds": [0.001] * 3,
    }


def answer(runs, source="digits", left_out=""):
    settings = {"measure": "accuracy", "start": 20, "batch": 10, "budget": 40, "imbalance": 1.0}
    return {
        "source": source,
        "settings": settings,
        "left_out": left_out,
        "runs": runs,
        "summary": comparison.summary(runs, "accuracy"),
    }


TWO = [
    run("random", 0, [0.5, 0.6, 0.7]),
    run("random", 1, [0.4, 0.6, 0.6]),
    run("auto", 0, [0.6, 0.8, 0.9]),
    run("auto", 1, [0.6, 0.7, 0.8]),
]


def drawings(page):
    return [ElementTree.fromstring(one) for one in re.findall(r"<svg.*?</svg>", page)]


def test_a_curve_and_a_band_are_drawn_for_every_strategy():
    (drawing,) = drawings(curves_page.page(answer(TWO)))

    lines, bands = drawing.findall("polyline"), drawing.findall("polygon")
    assert [one.find("title").text for one in lines] == ["random", "auto"]
    assert len(bands) == 2
    for line in lines:
        heights = [float(point.split(",")[1]) for point in line.get("points").split()]
        assert heights == sorted(heights, reverse=True)
    assert "highest at the end: auto, 0.850" in drawing.get("aria-label")


def test_one_repeat_has_no_band():
    (drawing,) = drawings(curves_page.page(answer(TWO[::2])))

    assert drawing.findall("polygon") == []


def test_each_learner_has_a_drawing_of_its_own():
    page = curves_page.page(answer([*TWO, run("auto", 0, [0.5, 0.5, 0.5], "k-nn")]))

    assert len(drawings(page)) == 2
    assert "<h2>pixels, k-nn</h2>" in page


@pytest.mark.parametrize("place", ["source", "strategy", "learner", "left_out"])
def test_names_cannot_become_markup(place):
    bad = "<script>alert('x')</script>\"&"
    runs = [one | ({place: bad} if place in ("strategy", "learner") else {}) for one in TWO[:2]]
    more = {place: bad} if place in ("source", "left_out") else {}

    page = curves_page.page(answer(runs, **more))

    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert len(drawings(page)) == 1


def test_the_file_needs_nothing_from_elsewhere():
    page = curves_page.page(answer(TWO))

    assert "default-src 'none'" in page
    assert not re.findall(r"(?:src|href|url)\s*[=(]", page)
    assert "http" not in page.replace("http-equiv", "")


def test_a_flat_curve_at_the_top_can_be_drawn():
    (drawing,) = drawings(curves_page.page(answer([run("auto", 0, [1.0, 1.0, 1.0])])))

    assert "nan" not in ElementTree.tostring(drawing).decode()
