"""The words of a proof: proven, not provable here, harm, and used with a note."""

import json
from dataclasses import replace

from labeler_app.core.lift import Figure
from labeler_app.services.fillings import Measured, Standing
from labeler_app.store.lifts import LiftRow, UseRow
from labeler_app.store.variants import Filling
from labeler_app.web.views import lifts

NIGHT = Filling("low light", "brightness", 0, 1)
ROW = LiftRow(NIGHT, "", 40, 1, 1, "", "{}", 0.0)


def figure(of, change, items=60, class_=None):
    return Figure(of, class_, items, 0.4, 0.4 + change, change, change - 0.05, change + 0.05)


def standing(verdict, *figures, used=False, use=None, problem=""):
    measured = Measured(verdict, 40, list(figures), problem, ROW)
    return Standing(NIGHT, 40, 2, 6, measured, used, use)


def said(one, noting=""):
    drawn = lifts.section([one], [], {NIGHT.key: "brightness: black to dark"}, noting, "picture")
    return json.dumps(drawn.plain(), ensure_ascii=False)


def test_a_proven_lift_says_what_it_is_and_that_it_is_used():
    text = said(standing("proven", figure("condition", 0.3), figure("usual", 0.0), used=True))

    assert "proven" in text
    assert "40 made pictures are kept, and used in training." in text
    assert "+30.0" in text
    assert "(+25.0 to +35.0)" in text
    assert "the lift" in text
    assert "no harm shown" in text
    assert "Use without proof" not in text


def test_harm_is_refused_and_offers_no_way_round_it():
    text = said(standing("harm", figure("condition", 0.1), figure("usual", -0.2)))

    assert "harm" in text
    assert "and refused." in text
    assert "worse" in text
    assert "−20.0" in text
    assert "Use without proof" not in text


def test_where_nothing_was_tested_a_probe_set_is_asked_for_and_no_figure_is_made_up():
    text = said(standing("unprovable", figure("usual", 0.0)))

    assert "not provable here" in text
    assert "none tested yet" in text
    assert "not known" in text
    assert "0 real pictures of it were tested. With 60, a lift of 13 points would show" in text
    assert "Use without proof, with a note" in text
    assert "Use without proof, with a note" not in said(
        standing("unprovable", figure("usual", 0.0)), noting=NIGHT.key
    )


def test_what_a_probe_set_holds_that_does_not_measure_as_the_condition_is_told():
    one = standing("unprovable", figure("condition", 0.0, items=23))
    told = [said(replace(one, measured=replace(one.measured, beside=at))) for at in (0, 1, 70)]

    assert "23 real pictures of it were tested. With 60" in told[0]
    assert "tested; of the probe sets 1 more lies outside of it, as measured. With 60" in told[1]
    assert "tested; of the probe sets 70 more lie outside of it, as measured. With 60" in told[2]


def test_a_note_stays_beside_the_verdict_and_on_the_monitor():
    use = UseRow(NIGHT, True, "<b>We know</b> our nights.", 1, 0.0)
    one = standing("unprovable", figure("usual", 0.0), used=True, use=use)

    assert "Used without a proof: “<b>We know</b> our nights.”" in said(one)
    assert "Keep them out" in said(one)
    monitor = lifts.without_proof([one, standing("proven", figure("condition", 0.3), used=True)])
    told = json.dumps(monitor.plain(), ensure_ascii=False)
    assert "40 variants. “<b>We know</b> our nights.”" in told
    assert lifts.without_proof([replace(one, use=None)]) is None


def test_why_nothing_could_be_measured_is_told():
    one = standing("unprovable", problem="The features of this project were given in a file.")

    assert "The features of this project were given in a file." in said(one)


def test_what_was_not_measured_yet_says_what_it_waits_for():
    few = Standing(NIGHT, 2, 0, 6, None, False, None)

    assert "From 5 kept ones on, it is measured what they change." in said(few)
    assert "Measured within a minute or so" in said(replace(few, kept=9))
    assert "Nothing is kept yet" in json.dumps(lifts.section([], [], {}, "", "picture").plain())


def test_beside_a_gap_every_recipe_says_what_it_came_to_and_none_that_made_nothing():
    measured = standing("unprovable", figure("condition", 0.0))
    nothing = replace(measured, kept=0, open=0, measured=None)

    def told(**more):
        return lifts.beside(replace(nothing, **more), "picture")

    assert told() == ""
    assert told(open=1) == "Low light: 1 made picture of it to be decided."
    assert told(kept=4, open=2) == (
        "Low light: 2 made pictures of it to be decided; 4 made pictures of it kept, "
        "not measured yet."
    )
    assert told(kept=4, measured=measured.measured) == (
        "Low light: 4 made pictures of it kept: not provable here, not used."
    )
