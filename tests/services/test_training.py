import hashlib
from dataclasses import replace

import numpy as np
import pytest

from labeler_app.errors import StateError
from labeler_app.services import (
    claims,
    features,
    heads,
    labeling,
    projects,
    quality,
    snapshot,
    training,
    worker,
)
from labeler_app.services.snapshot import is_trainable, resolved
from labeler_app.store import audit, events, items, leases, models, queue, workers
from labeler_app.store.events import CurrentLabel
from tests.builders import answer, class_ids, label, make_project, rows, run_import, work
from tests.pictures import class_folders


@pytest.fixture
def project(ws, tmp_path):
    """Thirty items of three classes, embedded, without an audit sample."""
    return make_project(ws, tmp_path / "photos", each=10)


@pytest.fixture
def audited(ws, tmp_path):
    """Sixty items of three classes, twenty-four of them reserved."""
    return make_project(ws, tmp_path / "photos", each=20, audit_reserve=0.4)


def by_class(ws, project, n, *, among=None):
    """Return n items of every class."""
    chosen = []
    for name in class_ids(ws, project.id):
        of_class = [row.id for row in rows(ws, project.id) if row.path.startswith(f"{name}/")]
        chosen += [one for one in of_class if among is None or one in among][:n]
    return chosen


def split(ws, project):
    """Return the items of the pool, and of the report part."""
    with ws.store.read() as tx:
        every = items.ids_by_position(tx, project.id)
        apart = set(audit.positions(tx, project.id))
        report = [every[position] for position in audit.positions(tx, project.id, "report")]
    return [one for position, one in enumerate(every) if position not in apart], report


def newest(ws, project):
    with ws.store.read() as tx:
        return models.newest(tx, project.id)


def train(ws, project, **more):
    with claims.hold(ws, project.id, "test:1:a") as claim:
        return training.run(ws, project.id, claim.fence, **more)


def test_nothing_is_due_before_there_are_items_or_features(ws, tmp_path):
    empty = projects.create(ws, "Empty")
    bare = make_project(ws, tmp_path / "photos", embedded=False)

    assert training.is_due(ws, empty.id) is None
    assert training.is_due(ws, bare.id) is None


def test_a_queue_is_due_once_there_are_features_and_again_when_items_arrive(ws, project, tmp_path):
    assert training.is_due(ws, project.id) == "queue"
    work(ws)
    assert training.is_due(ws, project.id) is None

    run_import(ws, project.id, class_folders(tmp_path / "more", each=2))
    assert training.is_due(ws, project.id) is None
    features.embed(ws, project.id)
    assert training.is_due(ws, project.id) == "queue"


def test_the_first_model_is_due_with_two_labels_of_every_class(ws, project, ada):
    work(ws)
    chosen = by_class(ws, project, 2)

    label(ws, project.id, ada, chosen[:-1])
    before = training.is_due(ws, project.id)
    label(ws, project.id, ada, chosen[-1:])

    assert (before, training.is_due(ws, project.id)) == (None, "model")


def test_another_model_is_due_with_enough_new_answers_or_after_a_pause(ws, project, ada, clock):
    projects.configure(ws, project.id, replace(project.config, retrain_every=4))
    chosen = by_class(ws, project, 6)
    label(ws, project.id, ada, chosen[:2] + chosen[6:8] + chosen[12:14])
    work(ws)
    assert newest(ws, project).version == 1

    told = []
    for one in chosen[2:6]:
        label(ws, project.id, ada, [one])
        told.append(training.is_due(ws, project.id))
    assert told == [None, None, None, "model"]

    work(ws)
    label(ws, project.id, ada, chosen[8:9])
    assert training.is_due(ws, project.id) is None
    clock.advance(ws.settings.idle)
    assert training.is_due(ws, project.id) == "model"


def test_many_labels_need_a_twentieth_of_them_for_the_next_model(ws, tmp_path, ada):
    project = make_project(ws, tmp_path / "photos", each=30, retrain_every=1)
    chosen = [row.id for row in rows(ws, project.id)]
    label(ws, project.id, ada, chosen[:60])
    work(ws)

    label(ws, project.id, ada, chosen[60:62])
    before = training.is_due(ws, project.id)
    label(ws, project.id, ada, chosen[62:63])

    assert (before, training.is_due(ws, project.id)) == (None, "model")


def test_an_audit_answer_makes_a_new_curve_due_as_a_label_makes_a_new_model(
    ws, audited, ada, clock
):
    ordinary, report = split(ws, audited)
    label(ws, audited.id, ada, by_class(ws, audited, 2, among=ordinary))
    work(ws)

    label(ws, audited.id, ada, report[:1])
    clock.advance(ws.settings.idle)

    assert training.is_due(ws, audited.id) == "model"


def test_a_model_is_published_with_its_scores_and_its_queue(ws, project, ada):
    chosen = by_class(ws, project, 3)
    label(ws, project.id, ada, chosen)

    version = train(ws, project)

    model = newest(ws, project)
    with ws.store.read() as tx:
        selection = queue.newest(tx, project.id)
        scores = models.shards(tx, project.id, model.scores)
        asker = leases.Asker(project.id, ada.id, ws.clock(), 5)
        ranked = [one.item for one in leases.ranked(tx, asker, 100)]
    assert version == model.version == selection.version == 1
    assert model.labels == 9
    proba = ws.arrays.open_all(scores)
    assert proba.shape == (30, 3)
    np.testing.assert_allclose(proba.sum(axis=1), 1.0, atol=1e-5)
    assert sorted(ranked) == sorted({row.id for row in rows(ws, project.id)} - set(chosen))


def test_the_same_labels_give_the_same_model_and_queue(ws, project, ada):
    label(ws, project.id, ada, by_class(ws, project, 3))

    told = []
    for _ in range(2):
        train(ws, project)
        model = newest(ws, project)
        named = ws.arrays.read_named(model.head)
        told.append(named["coef"].tobytes())

    assert told[0] == told[1]


def test_too_few_labels_give_a_queue_and_no_model(ws, project):
    assert train(ws, project) is None

    assert newest(ws, project) is None
    with ws.store.read() as tx:
        assert queue.newest(tx, project.id).version is None


def test_training_now_says_when_there_are_too_few_labels(ws, project):
    with pytest.raises(StateError, match="too few labels"):
        worker.train_now(ws, project.id)


def test_training_now_trains_whether_or_not_it_is_due(ws, project, ada):
    label(ws, project.id, ada, by_class(ws, project, 2))

    assert [worker.train_now(ws, project.id) for _ in range(2)] == [1, 2]


def test_training_now_leaves_a_project_to_who_is_at_it(ws, project):
    with (
        claims.hold(ws, project.id, "another-host:1:a"),
        pytest.raises(StateError, match="Another"),
    ):
        worker.train_now(ws, project.id)


def test_who_lost_the_project_meanwhile_publishes_nothing(ws, project, ada):
    label(ws, project.id, ada, by_class(ws, project, 3))

    def lose(phase, _share):
        if phase == "publishing":
            with ws.store.write() as tx:
                workers.claim(tx, project.id, "two", now=ws.clock(), ttl=-1.0)

    with pytest.raises(StateError, match="nothing was published"):
        train(ws, project, step=lose)

    assert newest(ws, project) is None
    with ws.store.read() as tx:
        assert queue.newest(tx, project.id) is None
        assert models.curve(tx, project.id) == []


def test_who_lost_the_project_cannot_overwrite_the_files_of_its_heir(ws, project, ada, monkeypatch):
    label(ws, project.id, ada, by_class(ws, project, 3))
    heir = []

    def lose(phase, _share):
        if phase == "training" and not heir:
            heir.append(True)
            monkeypatch.setattr(claims, "TTL_SECONDS", -1.0)
            label(ws, project.id, ada, by_class(ws, project, 5))
            with claims.hold(ws, project.id, "two:1:b") as claim:
                training.run(ws, project.id, claim.fence)
            heir.append(newest(ws, project))

    with pytest.raises(StateError):
        train(ws, project, step=lose)

    model = newest(ws, project)
    assert model == heir[1]
    content = (ws.arrays.folder / model.head).read_bytes()
    assert hashlib.sha256(content).hexdigest() == model.sha256


def test_a_failure_while_publishing_leaves_the_version_before_whole(ws, project, ada, monkeypatch):
    label(ws, project.id, ada, by_class(ws, project, 3))
    train(ws, project)
    before = newest(ws, project)
    label(ws, project.id, ada, by_class(ws, project, 4))

    def fail(*_):
        raise OSError("no space left")

    monkeypatch.setattr(queue, "replace", fail)
    with pytest.raises(OSError, match="no space"):
        train(ws, project)

    assert newest(ws, project) == before
    with ws.store.read() as tx:
        assert [one.version for one in models.curve(tx, project.id)] == [1]
        assert queue.newest(tx, project.id).version == 1


def test_scores_of_the_two_newest_versions_are_kept_and_no_others(ws, project, ada):
    label(ws, project.id, ada, by_class(ws, project, 3))
    (ws.arrays.folder / str(project.id) / "scores-v2-77").mkdir(parents=True)

    for _ in range(4):
        train(ws, project)

    names = [one for one in ws.arrays.folders(str(project.id)) if one.startswith("scores")]
    with ws.store.read() as tx:
        versions = models.every(tx, project.id)
        stored = [one.version for one in versions if models.shards(tx, project.id, one.scores)]
    assert sorted(names) == sorted(one.scores for one in versions[-2:])
    assert stored == [3, 4]


def test_every_point_of_the_curve_is_scored_on_todays_report_part(ws, audited, ada):
    ordinary, report = split(ws, audited)
    label(ws, audited.id, ada, by_class(ws, audited, 2, among=ordinary))
    label(ws, audited.id, ada, report[:4])
    train(ws, audited)
    before = quality.curve(ws, audited.id)

    label(ws, audited.id, ada, report[4:])
    label(ws, audited.id, ada, by_class(ws, audited, 4, among=ordinary))
    train(ws, audited)

    after = quality.curve(ws, audited.id)
    assert [(one.version, one.answered) for one in before] == [(1, 4)]
    assert [(one.version, one.answered) for one in after] == [(1, 16), (2, 16)]
    assert [one.labels for one in after] == [6, 12]


def test_a_figure_is_the_share_of_report_items_the_model_gets_right(ws, audited, ada):
    ordinary, report = split(ws, audited)
    label(ws, audited.id, ada, by_class(ws, audited, 3, among=ordinary))
    label(ws, audited.id, ada, report)

    train(ws, audited)

    model = newest(ws, audited)
    named = ws.arrays.read_named(model.head)
    embeddings = ws.arrays.open_all(features.shards(ws, audited.id))
    logits = embeddings @ named["coef"].T + named["intercept"]
    guessed = named["classes"][logits.argmax(axis=1)]
    classes = class_ids(ws, audited.id)
    right = [
        guessed[row.position] == classes[row.path.partition("/")[0]]
        for row in rows(ws, audited.id)
        if row.id in report
    ]
    with ws.store.read() as tx:
        point = models.curve(tx, audited.id)[-1]
    assert (point.correct, point.total) == (sum(right), len(report))


def test_a_model_never_learns_from_audit_answers(ws, audited, ada):
    ordinary, report = split(ws, audited)
    label(ws, audited.id, ada, by_class(ws, audited, 3, among=ordinary))
    train(ws, audited)
    before = ws.arrays.read_named(newest(ws, audited).head)["coef"]

    label(ws, audited.id, ada, report, lambda _true: "amber")
    train(ws, audited)

    after = newest(ws, audited)
    np.testing.assert_array_equal(before, ws.arrays.read_named(after.head)["coef"])
    assert after.labels == 9


def test_the_steps_of_a_training_are_told_in_order(ws, project, ada):
    label(ws, project.id, ada, by_class(ws, project, 2))
    told = []

    train(ws, project, step=lambda phase, share: told.append((phase, share)))

    phases = ["reading labels", "training", "scoring", "choosing", "measuring", "publishing"]
    assert [phase for phase, _ in told] == phases
    assert [share for _, share in told] == sorted(share for _, share in told)


def said(position, annotator, class_id, seq):
    return CurrentLabel(position, position, annotator, "label", class_id, "human", seq)


@pytest.mark.parametrize(
    ("votes", "winner"),
    [
        ([(1, 5)], 5),
        ([(1, 5), (2, 6)], 6),
        ([(1, 6), (2, 5)], 5),
        ([(1, 5), (2, 6), (3, 5)], 5),
        ([(1, 5), (2, 5), (3, 6)], 5),
        ([(1, 5), (2, 6), (3, 6), (4, 5)], 5),
    ],
)
def test_most_votes_win_and_the_newest_where_they_tie(votes, winner):
    labels = [said(3, who, class_id, seq) for seq, (who, class_id) in enumerate(votes)]

    assert resolved(labels) == {3: winner}
    assert resolved(labels[::-1]) == {3: winner}


@pytest.mark.parametrize(
    ("labels", "classes", "answer_"),
    [
        ([], [], False),
        ([1, 1], [1], False),
        ([1, 1, 2], [1, 2], False),
        ([1, 1, 2, 2], [1, 2], True),
        ([1, 1, 2, 2], [1, 2, 3], False),
        ([1] * 8 + [2] * 7, [1, 2, 3], True),
        ([1] * 14 + [2], [1, 2, 3], False),
    ],
)
def test_a_first_model_needs_two_of_every_class_or_many_of_two(labels, classes, answer_):
    assert is_trainable(labels, classes) is answer_


def test_a_snapshot_knows_who_may_be_asked(ws, audited, ada):
    ordinary, report = split(ws, audited)
    label(ws, audited.id, ada, [ordinary[0], report[0]])
    with ws.store.write() as tx:
        items.set_state(tx, ordinary[1], "missing")

    found = snapshot.read(ws, audited.id)

    free = [found.ids[place] for place in range(60) if place not in found.blocked]
    assert sorted(free) == sorted(ordinary[2:])
    assert (len(found.labels), len(found.report), found.version) == (1, 1, 1)


def test_an_undone_label_leaves_the_next_model(ws, project, ada):
    chosen = by_class(ws, project, 3)
    receipt = label(ws, project.id, ada, chosen)
    train(ws, project)
    with ws.store.read() as tx:
        event = events.by_id(tx, receipt.acknowledged[0])
    undo = answer(event.item, kind="undo", reverts=event.event_id)
    labeling.record(ws, project.id, ada.id, [undo])
    train(ws, project)

    assert newest(ws, project).labels == 8
    with ws.store.read() as tx:
        asker = leases.Asker(project.id, ada.id, ws.clock(), 1)
        assert event.item in [one.item for one in leases.ranked(tx, asker, 100)]


def test_a_project_is_trained_though_what_the_last_training_left_is_damaged(ws, audited, ada):
    ordinary, report = split(ws, audited)
    label(ws, audited.id, ada, [*by_class(ws, audited, 2, among=ordinary), *report[:4]])
    train(ws, audited)
    label(ws, audited.id, ada, [*by_class(ws, audited, 4, among=ordinary), *report[4:]])
    heads._loaded.cache_clear()
    left = [newest(ws, audited).head, *ws.arrays.folder.glob(f"{audited.id}/memory/*/*.npz")]
    for name in left:
        (ws.arrays.folder / name).write_bytes((ws.arrays.folder / name).read_bytes()[:100])

    train(ws, audited)

    curve = quality.curve(ws, audited.id)
    assert len(left) > 1
    # The first point stays as it was; its head cannot be had again.
    assert [(one.version, one.answered) for one in curve] == [(1, 4), (2, 16)]
