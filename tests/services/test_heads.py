from dataclasses import replace

import numpy as np
import pytest

from labeler_app import plugins
from labeler_app.errors import StateError, StoreError
from labeler_app.services import claims, heads, quality, snapshot, training
from labeler_app.store import audit, items, models, queue
from tests.builders import class_ids, label, make_project, rows
from tests.conftest import each_once


def train(ws, project):
    with claims.hold(ws, project.id, "test:1:a") as claim:
        return training.run(ws, project.id, claim.fence)


def newest(ws, project):
    with ws.store.read() as tx:
        return models.newest(tx, project.id)


def shards(ws, project):
    return snapshot.read(ws, project.id).shards


def by_part(ws, project):
    """Return the items of the pool, of the deciding part and of the report part."""
    with ws.store.read() as tx:
        ids = items.ids_by_position(tx, project.id)
        apart = set(audit.positions(tx, project.id))
        decide = [ids[at] for at in audit.positions(tx, project.id, "decide")]
        report = [ids[at] for at in audit.positions(tx, project.id, "report")]
    return [one for at, one in enumerate(ids) if at not in apart], decide, report


def some_of_each(ws, project, among, n):
    chosen = []
    for name in class_ids(ws, project.id):
        of_class = [row.id for row in rows(ws, project.id) if row.path.startswith(f"{name}/")]
        chosen += [one for one in of_class if one in among][:n]
    return chosen


@each_once("learner", plugins.names("learners"))
def test_the_head_of_every_learner_can_be_had_again_for_every_version(ws, tmp_path, ada, learner):
    project = make_project(
        ws, tmp_path / "photos", each=20, audit_reserve=0.4, learner=learner, batch=3
    )
    pool, _, report = by_part(ws, project)
    label(ws, project.id, ada, report)
    for n in (2, 6):
        label(ws, project.id, ada, some_of_each(ws, project, pool, n))
        train(ws, project)

    heads._loaded.cache_clear()
    curve = quality.curve(ws, project.id)
    with ws.store.read() as tx:
        every = models.every(tx, project.id)
    again = [heads.load(ws, one, shards(ws, project)) for one in every]

    assert [one.version for one in curve] == [1, 2]
    with ws.store.read() as tx:
        stored = ws.arrays.open_all(models.shards(tx, project.id, every[1].scores))
    embeddings = ws.arrays.open_all(shards(ws, project))
    np.testing.assert_allclose(again[1].proba(embeddings), stored, atol=1e-6)
    assert [len(one.classes) for one in again] == [3, 3]


@each_once("learner", ["extra-trees", "k-nn"])
def test_an_audit_answer_that_came_later_counts_for_old_versions_without_fitting_them_again(
    ws, tmp_path, ada, learner
):
    project = make_project(ws, tmp_path / "photos", each=20, audit_reserve=0.4, learner=learner)
    pool, _, report = by_part(ws, project)
    for n in (2, 4, 6):
        label(ws, project.id, ada, report[: 3 * n])
        label(ws, project.id, ada, some_of_each(ws, project, pool, n))
        heads._loaded.cache_clear()
        train(ws, project)
    fitted_again = heads._loaded.cache_info().misses

    curve = quality.curve(ws, project.id)

    with ws.store.read() as tx:
        every, points = models.every(tx, project.id), models.curve(tx, project.id)
        at = audit.positions(tx, project.id, "report")
    embeddings, report_part = ws.arrays.open_all(shards(ws, project)), snapshot.read(ws, project.id)
    truth = [report_part.report[one] for one in at if one in report_part.report]
    at = [one for one in at if one in report_part.report]
    right = [
        int((head.classes[head.proba(embeddings[at]).argmax(axis=1)] == truth).sum())
        for head in (heads.load(ws, one, shards(ws, project)) for one in every)
    ]
    assert fitted_again == 0
    assert [one.answered for one in curve] == [len(truth)] * 3
    assert [one.correct for one in points] == right


def test_what_old_versions_said_of_items_that_were_embedded_anew_is_not_believed(ws, tmp_path, ada):
    project = make_project(ws, tmp_path / "photos", each=10, learner="k-nn", audit_reserve=0.4)
    pool, _, _ = by_part(ws, project)
    label(ws, project.id, ada, some_of_each(ws, project, pool, 3))
    train(ws, project)
    with ws.store.read() as tx:
        at = np.array(audit.positions(tx, project.id))
    model, now = newest(ws, project), shards(ws, project)
    x = np.array(ws.arrays.take(now, at))
    anew = [replace(one, sha256="another") for one in now]

    said = [
        heads.say(ws, model, files, at, x, again=again) for files in (now, anew) for again in (0, 1)
    ]

    assert said[2] is None
    assert said[0].tolist() == said[1].tolist() == said[3].tolist()
    assert heads.say(ws, model, now, np.array([pool[0] - 1]), x[:1], again=False) is None


@each_once("learner", plugins.names("learners"))
def test_no_head_is_kept_as_a_pickle(ws, tmp_path, ada, learner):
    project = make_project(ws, tmp_path / "photos", each=10, learner=learner)
    label(ws, project.id, ada, [row.id for row in rows(ws, project.id)][::2])
    train(ws, project)

    named = ws.arrays.read_named(newest(ws, project).head)  # Refuses pickled objects.

    assert named["classes"].tolist() == sorted(class_ids(ws, project.id).values())


def test_a_head_that_comes_out_otherwise_is_refused_and_its_point_stays(ws, tmp_path, ada):
    project = make_project(
        ws, tmp_path / "photos", each=20, audit_reserve=0.4, learner="extra-trees"
    )
    pool, _, report = by_part(ws, project)
    label(ws, project.id, ada, report[:4])
    label(ws, project.id, ada, some_of_each(ws, project, pool, 4))
    train(ws, project)
    model = newest(ws, project)
    named = ws.arrays.read_named(model.head)
    other = {name: named[name] for name in named if name != "asked"}
    ws.arrays.write_named(model.head, other | {"seed": named["seed"] + 1})
    heads._loaded.cache_clear()

    with pytest.raises(StateError, match="cannot be fitted again as it was"):
        heads.load(ws, model, shards(ws, project))
    label(ws, project.id, ada, report)
    train(ws, project)

    points = quality.curve(ws, project.id)
    assert [(one.version, one.answered) for one in points] == [(1, 4), (2, len(report))]


def test_a_head_whose_file_is_gone_is_missed(ws, tmp_path, ada):
    project = make_project(ws, tmp_path / "photos", each=10)
    label(ws, project.id, ada, [row.id for row in rows(ws, project.id)][::2])
    train(ws, project)
    model = newest(ws, project)
    ws.arrays.remove(model.head)
    heads._loaded.cache_clear()

    with pytest.raises(StoreError, match="is missing"):
        heads.load(ws, model, shards(ws, project))


def test_classes_that_count_the_same_give_another_head(ws, tmp_path, ada):
    project = make_project(ws, tmp_path / "photos", each=20)
    chosen = [row.id for row in rows(ws, project.id)]
    label(ws, project.id, ada, [*chosen[:15], *chosen[20:23], *chosen[40:43]])
    now = snapshot.read(ws, project.id)
    config = replace(now.project.config, class_weight="balanced")

    plain = heads.fit(ws, now)
    balanced = heads.fit(ws, replace(now, project=replace(now.project, config=config)))

    x = ws.arrays.open_all(now.shards)
    assert balanced.head.proba(x)[:, 1:].mean() > plain.head.proba(x)[:, 1:].mean()


def asked_for_self_training(ws, tmp_path, ada, answered):
    project = make_project(ws, tmp_path / "photos", each=30, audit_reserve=0.4, self_training=True)
    pool, decide, report = by_part(ws, project)
    label(ws, project.id, ada, report)
    label(ws, project.id, ada, decide[:answered])
    label(ws, project.id, ada, some_of_each(ws, project, pool, 4))
    return project


def test_self_training_waits_for_answers_to_prove_itself_on(ws, tmp_path, ada):
    project = asked_for_self_training(ws, tmp_path, ada, answered=0)

    train(ws, project)

    with ws.store.read() as tx:
        phase = queue.newest(tx, project.id).phase
    assert phase.endswith("it has no audit answers yet to prove itself on.")


def test_self_training_that_is_no_better_is_not_used_and_the_queue_says_so(ws, tmp_path, ada):
    project = asked_for_self_training(ws, tmp_path, ada, answered=99)
    now = snapshot.read(ws, project.id)
    without = replace(now.project, config=replace(now.project.config, self_training=False))

    made = heads.fit(ws, now)

    assert f"of {len(now.decided)} audit items kept for decisions" in made.note
    assert made.note.startswith("Self-training is not used, it has not proven better")
    plain = heads.fit(ws, replace(now, project=without))
    assert np.array_equal(made.named["coef"], plain.named["coef"])
    assert plain.note == ""


def test_self_training_that_proves_better_is_used_and_the_report_part_has_no_say(
    ws, tmp_path, ada, monkeypatch
):
    from labeler_app.core import self_training

    project = asked_for_self_training(ws, tmp_path, ada, answered=99)
    now = snapshot.read(ws, project.id)
    looked_at = []

    def better(with_it, without, x, y):
        looked_at.append(y.tolist())
        return self_training.Proof(6, 0, 1 / 64)

    monkeypatch.setattr(self_training, "compare", better)

    made = heads.fit(ws, now)

    assert made.note.startswith("Self-training helps, with ")
    assert looked_at == [[now.decided[at] for at in sorted(now.decided)]]
    assert not now.decided.keys() & now.report.keys()


def test_a_head_that_learned_from_itself_too_can_be_had_again(ws, tmp_path, ada, monkeypatch):
    from labeler_app.core import self_training

    project = make_project(
        *(ws, tmp_path / "photos"),
        each=30,
        audit_reserve=0.4,
        self_training=True,
        learner="extra-trees",
    )
    pool, decide, _ = by_part(ws, project)
    label(ws, project.id, ada, [*decide, *some_of_each(ws, project, pool, 6)])
    proven = self_training.Proof(6, 0, 1 / 64)
    monkeypatch.setattr(self_training, "compare", lambda *_: proven)
    train(ws, project)
    model = newest(ws, project)
    named = ws.arrays.read_named(model.head)

    again = heads.load(ws, model, shards(ws, project))

    people = len(snapshot.read(ws, project.id).labels)
    assert named["judged"].sum() == people < len(named["judged"])
    assert again.classes.tolist() == named["classes"].tolist()
