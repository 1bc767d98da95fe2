from dataclasses import replace

import pytest

from labeler_app.services import budget, labeling, projects
from labeler_app.store import audit, items
from tests.builders import answer, class_ids, label, make_project, rows


@pytest.fixture
def six(ws, tmp_path):
    """Two items of each of three classes; none is reserved."""
    return make_project(ws, tmp_path / "photos", each=2, embedded=False)


def ids(ws, project):
    return [row.id for row in rows(ws, project.id)]


def test_pace_and_minutes_follow_from_the_answers(ws, six, ada):
    before = budget.spent(ws, six)
    label(ws, six.id, ada, ids(ws, six)[:2])
    after = budget.spent(ws, six)

    assert (before.labels, before.pace_s, before.minutes) == (0, None, None)
    assert (after.labels, after.pace_s, after.minutes) == (2, 1.0, pytest.approx(2 / 60))
    assert after.cost is None


def test_minutes_are_those_of_all_answers_and_a_pause_is_no_work(ws, six, ada):
    names = class_ids(ws, six.id)
    took = [1000, 1000, 4000, 3_600_000]
    batch = [
        answer(item, names["blue"], milliseconds=ms)
        for item, ms in zip(ids(ws, six), took, strict=False)
    ]
    labeling.record(ws, six.id, ada.id, batch)
    labeling.record(
        ws, six.id, ada.id, [answer(batch[0].item, kind="undo", reverts=batch[0].event_id)]
    )

    spent = budget.spent(ws, six)

    assert (spent.labels, spent.pace_s) == (3, 2.5)
    assert spent.minutes == pytest.approx((1 + 1 + 4 + 25) / 60)


def test_the_cost_is_told_if_there_is_a_rate(ws, six, ada):
    projects.configure(ws, six.id, replace(six.config, hourly_rate=36.0))
    label(ws, six.id, ada, ids(ws, six)[:5])

    assert budget.spent(ws, projects.get(ws, six.id)).cost == pytest.approx(5 / 3600 * 36.0)


def test_what_was_skipped_is_no_label_and_yet_answered(ws, six, ada):
    found = ids(ws, six)
    label(ws, six.id, ada, found[:4])
    labeling.record(ws, six.id, ada.id, [answer(one) for one in found[4:]])

    spent = budget.spent(ws, six)

    assert (spent.labels, sum(spent.by_class.values())) == (4, 4)
    assert spent.left == budget.left(ws, six) == budget.Left(0, budget.ALL_ANSWERED)


def test_while_something_is_left_nothing_is_at_its_end(ws, six, ada):
    label(ws, six.id, ada, ids(ws, six)[:4])

    assert budget.left(ws, six) == budget.Left(2, "")


def test_a_project_without_items_is_not_at_its_end(ws):
    assert budget.left(ws, projects.create(ws, "Empty")) == budget.Left(0, "")


def test_a_spent_budget_is_an_end_and_a_raised_one_is_none(ws, six, ada):
    projects.configure(ws, six.id, replace(six.config, budget=3))
    label(ws, six.id, ada, ids(ws, six)[:3])
    spent = budget.left(ws, projects.get(ws, six.id))
    projects.add_budget(ws, six.id, 1)

    assert spent == budget.Left(3, budget.SPENT)
    assert budget.left(ws, projects.get(ws, six.id)) == budget.Left(3, "")


def test_what_can_never_be_asked_is_not_waited_for(ws, six, ada):
    found = ids(ws, six)
    label(ws, six.id, ada, found[:4])
    with ws.store.write() as tx:
        audit.shadow(tx, six.id, [found[4]])
        items.set_state(tx, found[5], "missing")

    assert budget.left(ws, six).ended == budget.ALL_ANSWERED


def test_training_labels_of_a_class_leave_out_what_looks_like_an_audit_item(ws, six, ada):
    found = ids(ws, six)
    amber = class_ids(ws, six.id)["amber"]
    label(ws, six.id, ada, found, lambda _true: "amber")
    with ws.store.write() as tx:
        audit.shadow(tx, six.id, [found[0]])

    spent = budget.spent(ws, six)

    assert (spent.labels, spent.training_labels, spent.by_class) == (6, 5, {amber: 5})
