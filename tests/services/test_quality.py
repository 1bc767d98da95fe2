from dataclasses import replace

import pytest

from labeler_app.core.evaluation import wilson
from labeler_app.services import labeling, mistakes, quality
from labeler_app.services.mistakes import Answers
from labeler_app.services.projects import LabelClass
from labeler_app.store import models, workers
from labeler_app.store.models import CurveRow
from tests.builders import answer, label, make_project, rows, work
from tests.services.test_training import split


@pytest.fixture
def audited(ws, tmp_path):
    """Sixty items of three classes, twenty-four of them reserved, sixteen of these to report."""
    return make_project(ws, tmp_path / "photos", each=20, audit_reserve=0.4, embedded=False)


def point(project, correct, total, unresolved=0, version=1, confusion=""):
    return CurveRow(project.id, version, 9, correct, total, unresolved, confusion, 1, 0.0)


def publish(ws, *points):
    with ws.store.write() as tx:
        models.put_points(tx, points)


@pytest.fixture
def bare(ws, tmp_path):
    return make_project(ws, tmp_path / "photos", each=2, embedded=False, audit_reserve=0.4)


def test_there_is_no_figure_below_twenty_audit_items(ws, bare):
    publish(ws, point(bare, 19, 19))
    assert quality.monitor(ws, bare.id).accuracy is None
    assert quality.curve(ws, bare.id)[0].answered == 19

    publish(ws, point(bare, 20, 20))
    assert quality.monitor(ws, bare.id).accuracy.point == 1.0


def test_a_figure_has_wilsons_interval(ws, bare):
    publish(ws, point(bare, 45, 50))

    found = quality.monitor(ws, bare.id).accuracy

    expected = wilson(45, 50)
    assert (found.point, found.low, found.high) == (0.9, expected.low, expected.high)
    # By hand, from Wilson's formula with z = 1.96.
    assert (found.low, found.high) == pytest.approx((0.7864, 0.9565), abs=1e-4)


def test_items_without_a_class_bound_the_figure_from_both_sides(ws, bare):
    publish(ws, point(bare, 40, 45, unresolved=5))

    found = quality.monitor(ws, bare.id).accuracy

    assert (found.worst, found.best) == (40 / 50, 45 / 50)


def test_unresolved_audit_items_are_counted_and_never_dropped(ws, audited, ada):
    ordinary, report = split(ws, audited)
    label(ws, audited.id, ada, ordinary[:30])
    label(ws, audited.id, ada, report[:10])
    kinds = ("skip", "unsure", "flag")
    labeling.record(
        ws,
        audited.id,
        ada.id,
        [answer(item, kind=kind) for item, kind in zip(report[10:], kinds, strict=False)],
    )

    work(ws)

    with ws.store.read() as tx:
        stored = models.curve(tx, audited.id)[-1]
    state = quality.audit_state(ws, audited.id)
    assert (stored.total, stored.unresolved) == (10, 3)
    assert (state.reserved, state.answered, state.report, state.unresolved) == (24, 13, 10, 3)


def test_what_decides_is_kept_apart_from_what_is_reported(ws, audited, ada):
    _, report = split(ws, audited)
    label(ws, audited.id, ada, [row.id for row in rows(ws, audited.id)])

    state = quality.audit_state(ws, audited.id)

    assert (state.report, state.decide) == (len(report), 8) == (16, 8)


def test_the_labels_until_the_first_figure_follow_from_the_share(ws, audited, ada):
    _, report = split(ws, audited)
    few = quality.audit_state(ws, audited.id)
    before = replace(few, reserved=60)
    label(ws, audited.id, ada, report[:10])
    after = replace(quality.audit_state(ws, audited.id), reserved=60)

    # Two thirds of a quarter of the labels count: one of six.
    assert [quality.labels_to_first(one, 900) for one in (before, after)] == [120, 60]
    # Of 24 reserved items 16 report: 20 can never be answered.
    assert quality.labels_to_first(few, 900) is None


def test_the_first_figure_comes_with_the_last_item_at_the_latest(ws, audited):
    sample = replace(quality.audit_state(ws, audited.id), reserved=60)

    assert quality.labels_to_first(sample, 7) == 7
    assert quality.labels_to_first(sample, 0) is None


def test_a_monitor_without_labels_says_what_the_first_model_waits_for(ws, bare, ada):
    first = quality.monitor(ws, bare.id)
    label(ws, bare.id, ada, [row.id for row in rows(ws, bare.id)][:2])
    then = quality.monitor(ws, bare.id)

    assert first.missing == "Missing: 2 labels of amber, 2 of blue, 2 of green."
    assert (first.accuracy, first.spent.pace_s, first.spent.cost, first.weakest) == (None,) * 4
    assert first.advice.title == "Keep going: too few items to say more"
    assert then.missing != first.missing


def test_nobody_is_told_that_a_model_is_trained_while_no_worker_runs(ws, audited, ada):
    ordinary, _ = split(ws, audited)
    label(ws, audited.id, ada, ordinary)

    silent = quality.monitor(ws, audited.id).missing
    with ws.store.write() as tx:
        workers.beat(tx, "one", "host", 1, now=ws.clock())
    heard = quality.monitor(ws, audited.id).missing

    assert silent == "The first model will be trained as soon as a worker runs."
    assert heard == "The first model is being trained."


def test_labels_and_training_labels_are_told_apart(ws, audited, ada):
    ordinary, report = split(ws, audited)
    label(ws, audited.id, ada, ordinary[:5] + report[:3])

    found = quality.monitor(ws, audited.id)

    assert (found.labels, found.training_labels) == (8, 5)


def test_recall_and_confusions_come_from_the_newest_model(ws, audited, ada):
    ordinary, report = split(ws, audited)
    # A blind teacher: all blue pictures are called green, so the model must, too.
    label(ws, audited.id, ada, ordinary, lambda true: {"blue": "green"}.get(true, true))
    label(ws, audited.id, ada, report)
    project_classes = {one.name: one for one in quality.monitor(ws, audited.id).classes}
    # With no blue label to learn from, the class is missing but others are plenty.
    work(ws)

    found = quality.monitor(ws, audited.id)

    recall = {one.name: (one.correct, one.total) for one in found.recall}
    true_blue = [row.id for row in rows(ws, audited.id) if row.id in report and "blue" in row.path]
    assert recall["blue"] == (0, len(true_blue))
    confusion = next(one for one in found.confusions if one.true.name == "blue")
    assert confusion.taken_for.id in {project_classes["green"].id, project_classes["amber"].id}
    assert set(confusion.items) <= set(true_blue)
    assert confusion.total == len(true_blue)


def named(number, name):
    return LabelClass(number, name, str(number), number, "", 0, 0)


CLASSES = [named(1, "cat"), named(2, "dog"), named(3, "fox")]


def each(*numbers):
    """Items with one class each."""
    return tuple(frozenset({one}) for one in numbers)


def test_recall_by_hand():
    answers = Answers(true=each(1, 1, 1, 2), predicted=each(1, 1, 2, 2), items=(10, 11, 12, 13))

    found = mistakes.recall(CLASSES, answers)

    assert [(one.name, one.correct, one.total) for one in found] == [
        ("cat", 2, 3),
        ("dog", 1, 1),
        ("fox", 0, 0),
    ]


def test_confusions_by_hand_most_frequent_first():
    answers = Answers(
        true=each(1, 1, 1, 2, 2), predicted=each(2, 2, 3, 2, 1), items=(10, 11, 12, 13, 14)
    )

    found = mistakes.confusions(CLASSES, answers)

    assert [(one.true.name, one.taken_for.name, one.count, one.total) for one in found] == [
        ("cat", "dog", 2, 3),
        ("cat", "fox", 1, 3),
        ("dog", "cat", 1, 2),
    ]
    assert found[0].items == (10, 11)


def test_where_items_have_several_classes_each_is_found_or_missed_or_added_by_itself():
    both, cat, none = frozenset({1, 2}), frozenset({1}), frozenset()
    answers = Answers((both, cat, none, both), (cat, both, cat, both), (10, 11, 12, 13), True)

    recall = mistakes.recall(CLASSES, answers)
    missed = mistakes.confusions(CLASSES, answers)
    added = mistakes.extras(CLASSES, answers)

    assert [(one.correct, one.total) for one in recall] == [(3, 3), (1, 2), (0, 0)]
    assert [(one.true.name, one.taken_for, one.items, one.total) for one in missed] == [
        ("dog", None, (10,), 2)
    ]
    assert [(one.of.name, one.wrong, one.said) for one in added] == [
        ("cat", 1, 4),
        ("dog", 1, 2),
        ("fox", 0, 0),
    ]


def test_the_weakest_class_has_enough_items_to_say_so():
    answers = Answers(
        true=each(*(1,) * 10, *(2,) * 10, 3),
        predicted=each(*(1,) * 8, *(2,) * 2, *(2,) * 10, 1),
        items=tuple(range(21)),
    )

    assert mistakes.weakest(mistakes.recall(CLASSES, answers)).name == "cat"
    assert mistakes.weakest(mistakes.recall(CLASSES, Answers())) is None


def test_answers_of_classes_that_are_gone_are_left_out(ws, bare):
    publish(ws, point(bare, 1, 2, confusion="[[1, 1, 7], [99, 1, 8]]"))
    (one, *_) = quality.monitor(ws, bare.id).classes

    found = mistakes.newest_answers(ws, bare.id, [one])

    assert found == Answers(each(one.id), each(one.id), (7,))


def test_answers_given_again_or_after_a_look_are_counted_beside_the_figure(ws, audited, ada):
    first, second = split(ws, audited)[1][:2]
    label(ws, audited.id, ada, [first, second])
    before = quality.monitor(ws, audited.id).audit.blind
    label(ws, audited.id, ada, [first])

    after = quality.monitor(ws, audited.id).audit.blind

    assert (before.answered, before.not_blind) == (2, 0)
    assert (after.answered, after.again, after.not_blind) == (2, 1, 1)
