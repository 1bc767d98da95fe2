"""Keep or reject: what is shown, what may be stored, and what it costs apart from labels."""

from dataclasses import replace

import pytest
import sqlalchemy as sa

from labeler_app.errors import InputError
from labeler_app.services import class_surgery, projects, review_rules, reviewing
from labeler_app.services.review_rules import Review
from labeler_app.settings import ProjectConfig
from labeler_app.store import audit, schema, variants
from labeler_app.store.variants import Filling
from tests.builders import class_ids, label, make_project, new_id, rows
from tests.variants import DARK, make_variants

BLURRED = Filling("out of focus", "sharpness", 0, 1)


@pytest.fixture
def labeled(ws, tmp_path, ada):
    """Twelve labeled pictures in three classes."""
    project = make_project(ws, tmp_path / "photos", embedded=False)
    label(ws, project.id, ada, [row.id for row in rows(ws, project.id)])
    return project.id


@pytest.fixture
def roots(ws, labeled):
    """The items of the project."""
    return [row.id for row in rows(ws, labeled)]


def keep(variant, class_id, **more):
    return Review(new_id(), variant, "keep", class_id, more.get("ms", 1000))


def reject(variant, ms=1000):
    return Review(new_id(), variant, "reject", None, ms)


def undo(variant):
    return Review(new_id(), variant, "undo")


def decide(ws, project, person, *batch):
    return reviewing.record(ws, project, person.id, batch)


def standing(ws, project):
    with ws.store.read() as tx:
        return {one.id: (one.decision, one.kept_as) for one in variants.every(tx, project)}


def problem(receipt):
    assert not receipt.acknowledged
    return receipt.refused[0].problem


def test_the_least_sure_come_first_then_the_oldest_and_the_decided_last(ws, ada, labeled, roots):
    made = make_variants(ws, labeled, ada.id, roots[:5], margins=[None, 0.4, 0.1, None, 0.9])
    decide(ws, labeled, ada, reject(made[0]), reject(made[4]))

    seen = reviewing.look(ws, labeled)
    second = reviewing.look(ws, labeled, DARK.key, first=2, count=2)

    assert [one.id for one in seen.tiles] == [made[at] for at in (2, 1, 3, 4, 0)]
    assert [one.id for one in second.tiles] == [made[3], made[4]]
    assert seen.filling.words == "low light, brightness black to dark"
    assert (seen.filling.open, seen.filling.made) == (3, 5)


def test_classes_come_by_turns_so_that_half_a_review_keeps_as_many_of_each(ws, ada, labeled):
    by_class = {"amber": [], "blue": [], "green": []}
    for row in rows(ws, labeled):
        by_class[row.path.split("/")[0]].append(row.id)
    chosen = [one for mine in by_class.values() for one in mine[:2]]
    made = make_variants(ws, labeled, ada.id, chosen, margins=[0.1, 0.2, 0.3, 0.4, 0.5, 0.6])

    before = [one.id for one in reviewing.look(ws, labeled).tiles]
    decide(ws, labeled, ada, reject(made[0]))
    after = [one.id for one in reviewing.look(ws, labeled).tiles]

    assert before == [made[at] for at in (0, 2, 4, 1, 3, 5)]
    assert after == [made[at] for at in (2, 4, 1, 3, 5, 0)]


def test_a_tile_says_what_was_measured_and_proposes_the_class_of_its_root_now(
    ws, ada, labeled, roots
):
    (made,) = make_variants(ws, labeled, ada.id, roots[:1], near="item 7")
    blue = class_ids(ws, labeled)["blue"]
    label(ws, labeled, ada, roots[:1], lambda _: "blue")

    (tile,) = reviewing.look(ws, labeled).tiles

    assert (tile.id, tile.root, tile.near, tile.tier) == (made, roots[0], "item 7", "A")
    assert tile.landed
    assert tile.before > tile.after
    assert tile.after < 0.2
    assert (tile.class_id, tile.decision, tile.kept_as) == (blue, "", None)


def test_merged_classes_are_followed_and_of_a_retired_one_nothing_is_proposed(
    ws, ada, labeled, roots
):
    ids = class_ids(ws, labeled)
    by_class = {row.path.split("/")[0]: row.id for row in rows(ws, labeled)}
    amber, blue = make_variants(ws, labeled, ada.id, [by_class["amber"], by_class["blue"]])
    decide(ws, labeled, ada, keep(amber, ids["amber"]))
    class_surgery.merge(ws, ids["amber"], ids["green"], person=ada.id)
    class_surgery.retire(ws, ids["blue"], person=ada.id)

    seen = {one.id: one for one in reviewing.look(ws, labeled).tiles}
    late = decide(ws, labeled, ada, keep(amber, ids["amber"]))

    assert (seen[amber].class_id, seen[amber].kept_as) == (ids["green"], ids["green"])
    assert seen[blue].class_id is None
    assert late.acknowledged
    assert standing(ws, labeled)[amber] == ("keep", ids["green"])
    assert "was retired" in problem(decide(ws, labeled, ada, keep(blue, ids["blue"])))


def test_fillings_are_told_with_their_counts_and_the_first_with_any_open_is_shown(
    ws, ada, labeled, roots
):
    (dark,) = make_variants(ws, labeled, ada.id, roots[:1])
    blurred = make_variants(ws, labeled, ada.id, roots[:2], filling=BLURRED)
    decide(ws, labeled, ada, reject(dark))

    seen = reviewing.look(ws, labeled)

    assert [(one.key, one.open, one.made) for one in seen.fillings] == [
        (DARK.key, 0, 1),
        (BLURRED.key, 2, 2),
    ]
    assert {one.id for one in seen.tiles} == set(blurred)
    assert [one.id for one in reviewing.look(ws, labeled, DARK.key).tiles] == [dark]


def test_nothing_waits_where_nothing_was_made(ws, labeled):
    assert reviewing.look(ws, labeled) == reviewing.Sight((), None, ())


def test_a_decision_is_stored_once_however_often_it_is_sent(ws, ada, labeled, roots):
    (made,) = make_variants(ws, labeled, ada.id, roots[:1])
    sent = keep(made, class_ids(ws, labeled)["amber"])

    first = decide(ws, labeled, ada, sent, sent)
    again = decide(ws, labeled, ada, sent)
    other = decide(ws, labeled, ada, replace(sent, kind="reject", class_id=None))

    assert first.acknowledged == (sent.event_id, sent.event_id)
    assert again.acknowledged == (sent.event_id,)
    assert "stored already" in problem(other)
    assert reviewing.spent(ws, labeled).decisions == 1


def test_an_undo_opens_it_again_and_is_nobody_elses(ws, ada, bob, labeled, roots):
    (made,) = make_variants(ws, labeled, ada.id, roots[:1])
    amber = class_ids(ws, labeled)["amber"]

    decide(ws, labeled, ada, keep(made, amber), undo(made))
    opened = standing(ws, labeled)[made]
    decide(ws, labeled, ada, keep(made, amber))
    decide(ws, labeled, bob, reject(made))
    refused = decide(ws, labeled, ada, undo(made))

    assert opened == ("", None)
    assert "Somebody else" in problem(refused)
    assert standing(ws, labeled)[made] == ("reject", None)


def test_what_cannot_be_stored_is_refused_by_itself(ws, ada, tmp_path, labeled, roots):
    mine, also = make_variants(ws, labeled, ada.id, roots[:2])
    other = make_project(ws, tmp_path / "others", name="Others", embedded=False).id
    (foreign,) = make_variants(ws, other, ada.id, [rows(ws, other)[0].id])
    amber, theirs = class_ids(ws, labeled)["amber"], class_ids(ws, other)["amber"]
    batch = [
        keep(foreign, amber),
        keep(mine, theirs),
        keep(mine, None),
        Review(new_id(), mine, "reject", amber),
        Review(new_id(), mine, "maybe"),
        Review("short", mine, "reject"),
        keep(10_000, amber),
    ]

    receipt = decide(ws, labeled, ada, *batch, keep(also, amber))

    assert [one.event_id for one in receipt.refused] == [one.event_id for one in batch]
    assert all(one.problem for one in receipt.refused)
    assert standing(ws, labeled) == {mine: ("", None), also: ("keep", amber)}
    assert standing(ws, other) == {foreign: ("", None)}


@pytest.mark.parametrize("how", ["reserved", "like one", "second root"])
def test_what_is_made_of_a_picture_that_measures_is_neither_shown_nor_kept(
    ws, ada, labeled, roots, how
):
    made, fine = make_variants(ws, labeled, ada.id, roots[:2])
    amber, apart = class_ids(ws, labeled)["amber"], roots[0]
    with ws.store.write() as tx:
        if how == "second root":
            apart = roots[5]
            blended = sa.update(schema.variant).where(schema.variant.c.id == made)
            tx.execute(blended.values(other=apart))
        if how == "like one":
            audit.shadow(tx, labeled, [apart])
        else:
            audit.reserve(tx, labeled, [(apart, 0, "report")])

    seen = reviewing.look(ws, labeled)
    receipt = decide(ws, labeled, ada, keep(made, amber), keep(fine, amber))

    assert [one.id for one in seen.tiles] == [fine]
    assert seen.filling.made == 1
    assert "measures accuracy" in receipt.refused[0].problem
    assert standing(ws, labeled) == {made: ("", None), fine: ("keep", amber)}


def test_the_budget_of_decisions_is_its_own_and_undo_is_free(ws, ada, labeled, roots):
    config = replace(projects.get(ws, labeled).config, synthesis_budget=2, budget=1)
    projects.configure(ws, labeled, config)
    made = make_variants(ws, labeled, ada.id, roots[:3])

    receipt = decide(ws, labeled, ada, *(reject(one) for one in made), undo(made[0]))
    late = decide(ws, labeled, ada, reject(made[0]))

    assert len(receipt.acknowledged) == 3
    assert "budget of 2 decisions is spent" in receipt.refused[0].problem
    assert "spent" in problem(late)
    assert reviewing.spent(ws, labeled).decisions == 2


def test_a_budget_of_decisions_is_a_whole_number(ws):
    assert ProjectConfig().synthesis_budget == 1000
    with pytest.raises(InputError, match="synthesis_budget is -1"):
        ProjectConfig(synthesis_budget=-1)


def test_decisions_are_costed_by_time_and_a_pause_counts_as_ten(ws, ada, labeled, roots):
    config = replace(projects.get(ws, labeled).config, hourly_rate=36.0)
    projects.configure(ws, labeled, config)
    made = make_variants(ws, labeled, ada.id, roots[:4])
    amber = class_ids(ws, labeled)["amber"]
    before = reviewing.spent(ws, labeled)

    took = [1000, 2000, 2000, 900_000]
    decide(ws, labeled, ada, *(keep(one, amber, ms=ms) for one, ms in zip(made, took, strict=True)))
    decide(ws, labeled, ada, undo(made[0]))

    after = reviewing.spent(ws, labeled)
    assert before.sentence == "No decision yet; the budget is 1,000, apart from the label budget."
    assert (after.decisions, after.kept, after.pace_s) == (4, 3, 2.0)
    assert after.minutes == pytest.approx(25 / 60)
    assert after.cost == pytest.approx(0.25)
    assert after.sentence == (
        "So far: 4 of 1,000 decisions, 3 kept, 2.0 s each, EUR\u00a00.25, "
        "apart from the label budget."
    )


def test_projects_of_several_classes_and_too_many_decisions_at_once_are_refused(ws, ada, tmp_path):
    several = make_project(ws, tmp_path / "photos", embedded=False, multi_label=True).id

    with pytest.raises(InputError, match="several classes"):
        reviewing.look(ws, several)
    with pytest.raises(InputError, match="several classes"):
        decide(ws, several, ada, reject(1))
    with pytest.raises(InputError, match="201 decisions"):
        decide(ws, several, ada, *[reject(1)] * 201)
    assert review_rules.UNDO in schema.REVIEW_KINDS
