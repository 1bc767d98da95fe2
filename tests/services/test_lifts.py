"""Proof of lift: kept variants train once real items prove them, and never before."""

import json
import shutil
from dataclasses import replace

import numpy as np
import pytest
import sqlalchemy as sa

from labeler_app.core import lift, synthesis
from labeler_app.core.gated import GatedHead
from labeler_app.errors import InputError, StateError
from labeler_app.services import (
    claims,
    features,
    heads,
    images,
    kept_rows,
    labeling,
    lifts,
    people,
    projects,
    proving,
    training,
)
from labeler_app.services import snapshot as snapshots
from labeler_app.services.training import REST_SECONDS
from labeler_app.store import audit, events, items, models, queue, schema, variants
from labeler_app.store import lifts as lift_rows
from tests.builders import SMALL, answer, class_ids, label, make_project, rows, work
from tests.conftest import each_once
from tests.pictures import nights
from tests.prepared import put_down, taken, workshop
from tests.variants import DARK, decide, make


@pytest.fixture(scope="module")
def days(tmp_path_factory, migrated_file):
    folder = tmp_path_factory.mktemp("day")
    nights(folder / "photos", each=9, size=SMALL)
    with workshop(folder, migrated_file) as ws:
        project = make_project(ws, folder / "photos", each=16, audit_reserve=0.3, seed=3)
        dark = [row.id for row in rows(ws, project.id) if "night" in row.path]
        with ws.store.write() as tx:
            drawn = audit.among(tx, dark)
            free = [one for one in dark if one not in drawn]
            audit.reserve(tx, project.id, [(one, -at - 1, "probe") for at, one in enumerate(free)])
        label(ws, project.id, people.join(ws, "Ada"), [row.id for row in rows(ws, project.id)])
        work(ws)
        return taken(ws)


@pytest.fixture
def day(ws, days):
    """Labeled pictures by day of three classes; those by night are a probe set."""
    put_down(ws, days)
    return projects.get(ws, 1)


@pytest.fixture(scope="module")
def proofs(tmp_path_factory, migrated_file, days):
    folder = tmp_path_factory.mktemp("proof")
    with workshop(folder, migrated_file) as ws:
        put_down(ws, days)
        proven(ws, projects.get(ws, 1), people.join(ws, "Ada"), ws.clock)
        return taken(ws)


@pytest.fixture
def proof(ws, proofs, clock):
    """The same, with 24 variants of them kept and proven."""
    put_down(ws, proofs)
    clock.advance(REST_SECONDS + 1)
    return projects.get(ws, 1)


def proven(ws, project, person, clock, *, count=24, **how):
    """Make variants, keep them, and let the worker measure what they change."""
    made = make(ws, project.id, person.id, count=count)
    decide(ws, project.id, person.id, made, **how)
    clock.advance(REST_SECONDS + 1)
    work(ws)
    return made


def newest(ws, project):
    [one] = lifts.of_project(ws, project.id)
    return one


def test_kept_nights_are_proven_on_real_ones_and_the_next_model_learns_from_them(
    ws, day, ada, clock
):
    with ws.store.read() as tx:
        before = models.newest(tx, day.id)

    proven(ws, day, ada, clock)

    one = newest(ws, day)
    condition = one.measured.figure("condition")
    assert (one.kept, one.measured.verdict, one.is_used) == (24, lift.PROVEN, True)
    assert condition.items >= lift.FEW
    assert condition.with_ > condition.without
    with ws.store.read() as tx:
        after = models.newest(tx, day.id)
        phase = lift_rows.every(tx, day.id)
    assert (after.version, after.labels) == (before.version + 1, before.labels)
    assert len(phase) == 1
    snapshot = snapshots.read(ws, day.id)
    assert len(snapshot.made) == 24
    assert "It learns from" in heads.fit(ws, snapshot).note
    assert training.is_due(ws, day.id) is None


def test_nothing_trains_that_nobody_kept_or_that_is_not_proven_yet(ws, day, ada, clock):
    made = make(ws, day.id, ada.id, count=12)
    decide(ws, day.id, ada.id, made[:6], "reject")
    clock.advance(REST_SECONDS + 1)
    work(ws)
    assert (newest(ws, day).measured, snapshots.read(ws, day.id).kept) == (None, [])
    decide(ws, day.id, ada.id, made[6:])

    assert proving.due(ws, day.id) is None  # Somebody has decided a moment ago.
    assert len(snapshots.read(ws, day.id).kept) == 6
    assert snapshots.read(ws, day.id).made == []
    assert training.is_due(ws, day.id) is None


def test_what_is_kept_as_the_wrong_class_is_refused(ws, day, ada, clock):
    classes = class_ids(ws, day.id)
    made = make(ws, day.id, ada.id, count=30)
    with ws.store.read() as tx:
        known = {one.id: one.root_class for one in variants.every(tx, day.id)}
    order = sorted(classes.values())
    for one in made:
        wrong = order[(order.index(known[one]) + 1) % len(order)]
        decide(ws, day.id, ada.id, [one], class_id=wrong)
    clock.advance(REST_SECONDS + 1)
    work(ws)

    one = newest(ws, day)
    assert not one.is_used
    assert one.measured.verdict != lift.PROVEN
    condition = one.measured.figure("condition")
    assert condition.change <= 0.0


def test_a_note_lets_them_in_without_a_proof_and_is_kept(ws, day, ada, clock):
    made = make(ws, day.id, ada.id, count=3)
    with pytest.raises(StateError, match="No variant of low light is kept yet"):
        lifts.use(ws, day.id, ada.id, DARK.key, used=True, note="We know that they help.")
    decide(ws, day.id, ada.id, made)
    with pytest.raises(InputError, match="needs a note"):
        lifts.use(ws, day.id, ada.id, DARK.key, used=True, note="  ")
    with pytest.raises(InputError, match="There are no variants 'fog@:0-0'"):
        lifts.use(ws, day.id, ada.id, "fog@:0-0", used=True, note="why")

    lifts.use(ws, day.id, ada.id, DARK.key, used=True, note="We know that they help.")

    one = newest(ws, day)
    assert (one.is_used, one.use.note, one.use.person) == (True, "We know that they help.", ada.id)
    assert training.is_due(ws, day.id) is None  # Somebody decides just now.
    clock.advance(REST_SECONDS + 1)
    assert training.is_due(ws, day.id) == "model"
    work(ws)
    assert training.is_due(ws, day.id) is None
    lifts.use(ws, day.id, ada.id, DARK.key, used=False)
    assert not newest(ws, day).is_used
    assert training.is_due(ws, day.id) == "model"


def test_harm_puts_them_out_whatever_the_note_says(ws, day, ada, clock):
    decide(ws, day.id, ada.id, make(ws, day.id, ada.id, count=3))
    lifts.use(ws, day.id, ada.id, DARK.key, used=True, note="We know that they help.")
    with ws.store.write() as tx:
        detail = '{"figures": [], "made": "", "labels": 0, "tested": 0, "inside": 0}'
        row = lift_rows.LiftRow(DARK, lift.HARM, 3, 1, 1, "r", detail, ws.clock())
        lift_rows.add(tx, day.id, row)

    assert not newest(ws, day).is_used
    with pytest.raises(StateError, match="make the model worse"):
        lifts.use(ws, day.id, ada.id, DARK.key, used=True, note="They must.")


def test_it_is_measured_again_once_much_more_is_known_and_not_before(ws, day, ada, clock):
    made = proven(ws, day, ada, clock, count=12)
    assert proving.due(ws, day.id) is None
    decide(ws, day.id, ada.id, made[:1], "reject")
    clock.advance(REST_SECONDS + 1)
    assert proving.due(ws, day.id) is None  # Who looks at every change finds what is not there.
    decide(ws, day.id, ada.id, made[1:5], "reject")
    clock.advance(REST_SECONDS + 1)

    assert proving.due(ws, day.id) == DARK
    work(ws)
    assert newest(ws, day).measured.kept == 7
    assert proving.due(ws, day.id) is None


def test_what_another_learner_proved_counts_no_more_once_this_one_was_measured(ws, proof):
    with ws.store.read() as tx:
        first = lift_rows.every(tx, proof.id)[-1]

    def measured_again(learner):
        told = json.loads(first.detail) | {"learner": learner}
        told["figures"] = [one | {"change": 0.01} for one in told["figures"]]
        row = replace(first, verdict=lift.UNPROVABLE, detail=json.dumps(told))
        with ws.store.write() as tx:
            lift_rows.add(tx, proof.id, row)
        return newest(ws, proof).is_used

    assert measured_again(json.loads(first.detail)["learner"])
    assert not measured_again("another one")


def test_another_learner_has_to_prove_it_anew(ws, proof):
    projects.configure(ws, proof.id, replace(proof.config, learner="k-nn"))

    assert proving.due(ws, proof.id) == DARK


def test_variants_that_are_learned_from_otherwise_than_before_have_to_prove_it_anew(
    ws, proof, monkeypatch
):
    assert proving.due(ws, proof.id) is None

    monkeypatch.setattr(synthesis, "HOW", "otherwise")

    assert proving.due(ws, proof.id) == DARK
    assert training.is_due(ws, proof.id) == "model"


def test_what_is_kept_after_the_proof_trains_once_a_proof_has_seen_it(ws, proof, ada, clock):
    before = {one.id for one in snapshots.read(ws, proof.id).made}
    more = make(ws, proof.id, ada.id, count=40)
    decide(ws, proof.id, ada.id, more[:2])
    clock.advance(REST_SECONDS + 1)
    work(ws)

    assert {one.id for one in snapshots.read(ws, proof.id).made} == before
    decide(ws, proof.id, ada.id, more[2:])
    clock.advance(REST_SECONDS + 1)
    work(ws)
    assert newest(ws, proof).measured.kept == 24 + len(more)
    assert len(more) > 4
    assert newest(ws, proof).is_used
    assert {one.id for one in snapshots.read(ws, proof.id).made} == before | set(more)


def test_a_variant_that_can_hardly_be_told_from_a_tested_picture_proves_nothing(
    ws, day, ada, clock
):
    made = make(ws, day.id, ada.id, count=8)
    with ws.store.read() as tx:
        [copied, *_] = variants.every(tx, day.id)
    probe = next(row for row in rows(ws, day.id) if "night" in row.path)
    shutil.copy(images.copy_of(ws, probe.id, "screen")[0], ws.folder / copied.path)
    decide(ws, day.id, ada.id, made)
    clock.advance(REST_SECONDS + 1)
    work(ws)

    assert newest(ws, day).measured.ids == frozenset(made) - {copied.id}


def test_what_came_of_an_item_that_lost_its_label_trains_no_more(ws, proof, ada):
    kept = snapshots.read(ws, proof.id).made
    every = {row.position: row.id for row in rows(ws, proof.id)}
    root = every[kept[0].root]
    [said] = labeling.record(ws, proof.id, ada.id, [answer(root)]).acknowledged
    assert said

    left = snapshots.read(ws, proof.id).made

    assert kept[0].root not in {one.root for one in left}
    assert len(left) == len(kept) - 1
    assert training.is_due(ws, proof.id) == "model"


def test_what_came_of_an_item_that_is_audited_by_now_trains_no_more(ws, proof):
    kept = snapshots.read(ws, proof.id).made
    every = {row.position: row.id for row in rows(ws, proof.id)}
    with ws.store.write() as tx:
        audit.reserve(tx, proof.id, [(every[kept[0].root], -900, "report")])
        shadows = audit.shadow_positions(tx, proof.id)
        beside = [every[one] for one in shadows] + [every[kept[1].root]]
        audit.shadow(tx, proof.id, beside)

    left = {one.root for one in snapshots.read(ws, proof.id).made}

    assert not left & {kept[0].root, kept[1].root}
    assert len(left) == len(kept) - 2
    with ws.store.read() as tx:
        exported = [row["trained"] for row, _ in kept_rows.rows(tx, proof.id, {})]
    assert (len(exported), sum(exported)) == (len(kept), len(kept) - 2)


def test_what_changes_while_a_model_is_trained_is_not_trained_for_again_and_again(
    ws, proof, ada, clock
):
    roots = _roots(ws, proof)
    label(ws, proof.id, ada, [rows(ws, proof.id)[0].id])
    training.is_due(ws, proof.id)  # What it looks at is remembered from now on.
    _set_apart_instead(ws, proof, roots[:1])
    with claims.hold(ws, proof.id, "a test") as claim:
        training.run(ws, proof.id, claim.fence)

    clock.advance(ws.settings.idle + 1)
    assert training.is_due(ws, proof.id) is None


def test_what_is_gone_before_it_is_measured_is_not_due_again_and_again(ws, day, ada, clock):
    made = make(ws, day.id, ada.id, count=6)
    decide(ws, day.id, ada.id, made)
    clock.advance(REST_SECONDS + 1)
    assert proving.due(ws, day.id) == DARK
    _set_apart_instead(ws, day, _roots(ws, day))
    with claims.hold(ws, day.id, "a test") as claim:
        proving.go_on(ws, day.id, claim, lambda _done, _all: None)

    assert proving.due(ws, day.id) is None
    assert newest(ws, day).measured is None


def _roots(ws, day):
    every = {row.position: row.id for row in rows(ws, day.id)}
    return sorted({every[one.root] for one in snapshots.read(ws, day.id).kept})


def _set_apart_instead(ws, day, chosen):
    """Set items apart as look-alikes of the audit, and as many of the audit back."""
    with ws.store.write() as tx:
        report = audit.positions(tx, day.id, "report")[: len(chosen)]
        assert len(report) == len(chosen)
        back = [row.id for row in rows(ws, day.id) if row.position in report]
        tx.execute(sa.delete(schema.audit).where(schema.audit.c.item.in_(back)))
        audit.shadow(tx, day.id, chosen)


def test_variants_are_met_nowhere_else(ws, day, ada, clock):
    with ws.store.read() as tx:
        before = (items.count_positions(tx, day.id), len(events.training_labels(tx, day.id)))

    proven(ws, day, ada, clock)

    with ws.store.read() as tx:
        after = (items.count_positions(tx, day.id), len(events.training_labels(tx, day.id)))
    assert after == before
    assert sum(one.count for one in features.shards(ws, day.id)) == before[0]
    snapshot = snapshots.read(ws, day.id)
    assert not {one.root for one in snapshot.made} & (snapshot.sample | snapshot.held_out)
    assert not set(snapshot.probed) & set(snapshot.labels)


@each_once("learner", ["extra-trees", "k-nn"])
def test_a_head_that_learned_from_variants_is_fitted_again_as_it_was(ws, day, ada, clock, learner):
    projects.configure(ws, day.id, replace(day.config, learner=learner))
    proven(ws, day, ada, clock)
    lifts.use(ws, day.id, ada.id, DARK.key, used=True, note="For the test.")
    work(ws)

    with ws.store.read() as tx:
        model = models.newest(tx, day.id)
    shards = features.shards(ws, day.id)
    named = ws.arrays.read_named(model.head)
    assert len(named["made_y"]) == len(named["made_weight"]) > 0
    heads._loaded.cache_clear()
    head = heads.load(ws, model, shards)
    assert np.isfinite(head.proba(np.asarray(ws.arrays.take(tuple(shards), np.arange(4))))).all()


@each_once("strategy", ["margin", "bald"])
def test_a_linear_head_that_learned_from_variants_is_kept_itself_and_chooses(
    ws, day, ada, clock, strategy
):
    projects.configure(ws, day.id, replace(day.config, strategy=strategy))
    proven(ws, day, ada, clock)
    snapshot = snapshots.read(ws, day.id)
    fitted = heads.fit(ws, snapshot).head
    with ws.store.read() as tx:
        model = models.newest(tx, day.id)
        chosen = queue.newest(tx, day.id)

    heads._loaded.cache_clear()
    head = heads.load(ws, model, ())  # Without embeddings nothing can be fitted again.

    x = np.asarray(ws.arrays.take(tuple(snapshot.shards), np.arange(20)))
    assert isinstance(head, GatedHead)
    assert heads.kept(ws, model) is head
    assert np.abs(head.proba(x) - fitted.proba(x)).max() < 1e-9
    assert chosen.strategy == strategy


def test_features_that_were_given_prove_nothing_and_say_why(ws, day, ada, clock, tmp_path):
    np.save(tmp_path / "given.npy", np.random.default_rng(0).normal(size=(day.items, 5)))
    given = f"given:{tmp_path / 'given.npy'}"
    projects.configure(ws, day.id, replace(day.config, embedder=given))
    work(ws)
    proven(ws, day, ada, clock)

    one = newest(ws, day)
    assert one.measured.verdict == lift.UNPROVABLE
    assert "were given in a file" in one.measured.problem
    assert not one.is_used
    with pytest.raises(StateError, match="were given in a file"):
        lifts.use(ws, day.id, ada.id, DARK.key, used=True, note="They must.")
