"""Merge, split, retire, and undo: what becomes of labels, figures and open desks."""

import pytest
import sqlalchemy as sa

from labeler_app.errors import InputError, StateError
from labeler_app.services import (
    asking_again,
    budget,
    class_edits,
    class_history,
    class_previews,
    class_surgery,
    class_undo,
    desk,
    labeling,
    pool,
    projects,
    quality,
    replay,
    training,
)
from labeler_app.services.exchange import ImportOptions
from labeler_app.store import class_changes, events, history, past_answers, schema
from tests.builders import answer, class_ids, label, make_project, rows, run_import, work
from tests.pictures import class_folders, truth


@pytest.fixture
def project(ws, tmp_path):
    """Twelve pictures in three classes, half of them reserved for the audit."""
    return make_project(ws, tmp_path / "photos", each=4, embedded=False, audit_reserve=0.5)


@pytest.fixture
def labeled(ws, project, ada):
    """The same, all labeled rightly by Ada."""
    label(ws, project.id, ada, [row.id for row in rows(ws, project.id)])
    return project


def current(ws, project):
    """Return by path what is said of every item now."""
    names = {row.id: row.path for row in rows(ws, project.id)}
    columns = (schema.current_label.c.item, schema.label_class.c.name)
    joined = sa.select(*columns).join_from(
        schema.current_label,
        schema.label_class,
        schema.label_class.c.id == schema.current_label.c.class_id,
    )
    with ws.store.read() as tx:
        derived = history.said_as_of(tx, project.id, 10**9)
        found = {names[row.item]: row.name for row in tx.execute(joined)}
    # What is derived from all events is what is kept beside them.
    assert len([one for one in derived if one.kind == "label"]) == len(found)
    return found


def counted(ws, project):
    return {
        one.name: (one.count_training, one.count_audit) for one in projects.classes(ws, project.id)
    }


def test_a_merge_moves_every_label_and_no_figure_of_how_they_were_given(ws, labeled, ada, bob):
    ids, before = class_ids(ws, labeled.id), counted(ws, labeled)
    spent, audit = budget.spent(ws, labeled), quality.audit_state(ws, labeled.id)
    bobs = [row.id for row in rows(ws, labeled.id)][:2]
    labeling.record(ws, labeled.id, bob.id, [answer(one) for one in bobs])
    last = desk.open_desk(ws, labeled.id, ada.id).last

    told = class_previews.merge(ws, ids["blue"], ids["green"])
    class_surgery.merge(ws, ids["blue"], ids["green"], person=ada.id)

    assert told.sentences[0].startswith("4 labels (")
    assert "by 1 annotator) become green." in told.sentences[0]
    after = counted(ws, labeled)
    assert list(after) == ["amber", "green"]
    assert after["green"] == tuple(map(sum, zip(before["blue"], before["green"], strict=True)))
    assert set(current(ws, labeled).values()) == {"amber", "green"}
    assert budget.spent(ws, labeled).pace_s == spent.pace_s
    assert quality.audit_state(ws, labeled.id).blind == audit.blind
    # The desk's last five are still the last five that Ada gave.
    assert [one.event_id for one in desk.open_desk(ws, labeled.id, ada.id).last] == [
        one.event_id for one in last
    ]
    with ws.store.read() as tx:
        assert len(past_answers.paces(tx, labeled.id)) == 14


def test_the_undo_of_a_merge_gives_back_what_nobody_changed_since(ws, labeled, ada):
    ids, before = class_ids(ws, labeled.id), current(ws, labeled)
    merged = class_surgery.merge(ws, ids["blue"], ids["green"])
    first, second, *_ = [row for row in rows(ws, labeled.id) if truth(row.path) == "blue"]
    late = answer(second.id, ids["blue"])
    labeling.record(ws, labeled.id, ada.id, [answer(first.id, ids["amber"]), late])

    class_undo.undo(ws, merged)

    assert current(ws, labeled) == {**before, first.path: "amber"}
    with pytest.raises(StateError, match="undone already"):
        class_undo.undo(ws, merged)


def test_an_answer_taken_back_after_a_merge_is_gone_in_both_classes(ws, labeled, ada):
    ids = class_ids(ws, labeled.id)
    class_surgery.merge(ws, ids["blue"], ids["green"])
    past = desk.open_desk(ws, labeled.id, ada.id).last[-1]

    undo = answer(past.item, kind="undo", reverts=past.event_id)
    receipt = labeling.record(ws, labeled.id, ada.id, [undo])

    assert not receipt.refused
    assert len(current(ws, labeled)) == 11


def test_what_was_said_last_wins_a_tie_before_and_after_a_merge(ws, tmp_path, ada, bob):
    project = make_project(ws, tmp_path / "photos", each=1, embedded=False, wanted=2)
    ids, (item, *_) = class_ids(ws, project.id), rows(ws, project.id)
    labeling.record(ws, project.id, ada.id, [answer(item.id, ids["blue"])])
    labeling.record(ws, project.id, bob.id, [answer(item.id, ids["amber"])])

    class_surgery.merge(ws, ids["blue"], ids["green"])

    with ws.store.read() as tx:
        said = events.training_labels(tx, project.id)
    assert [one.class_id for one in said] == [ids["green"], ids["amber"]]


def test_a_label_for_a_merged_class_counts_as_the_other_and_for_a_retired_one_is_refused(
    ws, labeled, ada
):
    ids, (first, second, *_) = class_ids(ws, labeled.id), rows(ws, labeled.id)
    stored = answer(second.id, ids["amber"])
    labeling.record(ws, labeled.id, ada.id, [stored])
    class_surgery.merge(ws, ids["blue"], ids["green"])
    class_surgery.retire(ws, ids["amber"])
    late = [answer(first.id, ids["blue"]), answer(second.id, ids["amber"])]

    receipt = labeling.record(ws, labeled.id, ada.id, [*late, stored])
    again = labeling.record(ws, labeled.id, ada.id, late[:1])

    assert receipt.stored == (late[0].event_id,)
    # Stored before the class went, and only the reply was lost.
    assert receipt.acknowledged == (late[0].event_id, stored.event_id)
    assert again.acknowledged == (late[0].event_id,)
    (refused,) = receipt.refused
    assert refused.problem == "The class 'amber' was retired: it cannot be given any more."
    with ws.store.read() as tx:
        row = events.by_id(tx, late[0].event_id)
    assert (row.class_id, row.said) == (ids["green"], ids["blue"])


def test_a_retired_class_loses_its_labels_and_they_are_asked_again(ws, labeled, ada, clock):
    ids, before = class_ids(ws, labeled.id), counted(ws, labeled)
    # Before it was blue, somebody said amber: that must not come back.
    item = next(row for row in rows(ws, labeled.id) if truth(row.path) == "blue")
    twice = [answer(item.id, ids["amber"]), answer(item.id, ids["blue"])]
    labeling.record(ws, labeled.id, ada.id, twice)

    told = class_previews.retire(ws, ids["blue"])
    retired = class_surgery.retire(ws, ids["blue"])

    assert told.sentences[0].startswith("4 items lose their labels and are asked again: 4 labels")
    assert counted(ws, labeled) == {name: before[name] for name in ("amber", "green")}
    offers = pool.lease(ws, labeled.id, ada.id, keep=[], want=20)
    assert {
        truth(row.path) for row in rows(ws, labeled.id) if row.id in {o.id for o in offers}
    } == {"blue"}
    labeling.record(ws, labeled.id, ada.id, [answer(item.id, ids["green"])])
    class_undo.undo(ws, retired)
    assert current(ws, labeled)[item.path] == "green"
    assert sum(counted(ws, labeled)["blue"]) == 3
    assert [one.name for one in projects.classes(ws, labeled.id)] == ["amber", "blue", "green"]


def test_a_class_retired_brought_back_and_retired_again_loses_its_labels_again(ws, labeled):
    blue, before = class_ids(ws, labeled.id)["blue"], current(ws, labeled)

    class_surgery.retire(ws, blue)
    class_undo.bring_back(ws, blue)
    back = current(ws, labeled)
    class_surgery.retire(ws, blue)

    assert back == before
    assert len(current(ws, labeled)) == 8


def test_a_split_asks_for_the_labels_again_and_says_why_after_the_answer(ws, labeled, ada, clock):
    ids = class_ids(ws, labeled.id)
    blues = [row for row in rows(ws, labeled.id) if truth(row.path) == "blue"]
    split = class_surgery.split(ws, ids["blue"], ["sky", "Navy", "green"])
    ids = class_ids(ws, labeled.id)

    offers = pool.lease(ws, labeled.id, ada.id, keep=[], want=20, desk="one")
    first, second = offers[0].id, offers[1].id
    answers = [answer(first, ids["sky"]), answer(second, ids["Navy"])]
    receipt = labeling.record(ws, labeled.id, ada.id, answers)

    told = class_previews.retire(ws, ids["blue"])
    assert told.labeling_now == ("Ada",)
    assert told.sentences[-1] == "Labeling now: Ada. Their pages follow within half a minute."
    assert {one.id for one in offers} == {row.id for row in blues}
    assert (
        receipt.why[answers[0].event_id] == "Asked again: blue was split into sky, Navy and green."
    )
    assert class_history.asked_again(ws, labeled.id) == [(receipt.why[answers[0].event_id], 2)]
    assert not desk.end(ws, labeled.id)
    # An undo opens the question again, and the item stays on the desk.
    taken = answer(first, kind="undo", reverts=answers[0].event_id)
    labeling.record(ws, labeled.id, ada.id, [taken])
    held = [one.id for one in offers if one.id != second]
    pool.lease(ws, labeled.id, ada.id, keep=held, want=20, desk="one")
    assert pool.lost(ws, labeled.id, ada.id, keep=held, desk="one") == []
    with pytest.raises(StateError, match="'Navy' has 1 label by now"):
        class_undo.undo(ws, split)


def test_the_audit_items_of_a_split_class_are_asked_again_like_all_others(ws, labeled, ada):
    ids = class_ids(ws, labeled.id)
    class_surgery.split(ws, ids["blue"], ["sky", "navy"])

    offers = pool.lease(ws, labeled.id, ada.id, keep=[], want=20)

    with ws.store.read() as tx:
        reserved = set(tx.execute(sa.select(schema.audit.c.item)).scalars())
        told = tx.execute(sa.select(schema.lease.c.item, schema.lease.c.selected_as)).all()
    assert {row.item for row in told if row.selected_as.startswith("audit: ")} == {
        one.id for one in offers if one.id in reserved
    }


def test_imported_labels_of_a_split_class_are_asked_of_whoever_comes(ws, tmp_path, ada, bob):
    photos = class_folders(tmp_path / "images", each=2, size=(32, 24))
    project = projects.create(ws, "Colours")
    run_import(ws, project.id, photos, ImportOptions("folders", "trust"))
    class_surgery.split(ws, class_ids(ws, project.id)["blue"], ["sky", "navy"])

    for_ada = pool.lease(ws, project.id, ada.id, keep=[], want=1)
    for_bob = pool.lease(ws, project.id, bob.id, keep=[], want=5)

    assert len({one.id for one in [*for_ada, *for_bob]}) == len(for_ada) + len(for_bob) == 2


def test_after_a_model_the_labels_it_doubts_are_asked_first(ws, tmp_path, ada):
    project = make_project(ws, tmp_path / "photos", each=6)
    label(ws, project.id, ada, [row.id for row in rows(ws, project.id)])
    work(ws)
    blue = class_ids(ws, project.id)["blue"]
    sure = asking_again.doubts(ws, blue)
    class_edits.define(ws, blue, "Like the sky.")

    asked = asking_again.by_definition(ws, blue)

    offers = pool.lease(ws, project.id, ada.id, keep=[], want=2)
    assert asked == len(sure) == 6
    in_doubt = sorted(sure, key=sure.__getitem__)
    assert [one.id for one in offers] == in_doubt[1:3]


@pytest.mark.parametrize("how", ["merge", "retire"])
def test_a_model_is_due_after_classes_have_changed(ws, tmp_path, ada, clock, how):
    project = make_project(ws, tmp_path / "photos", each=6)
    label(ws, project.id, ada, [row.id for row in rows(ws, project.id)])
    work(ws)
    ids = class_ids(ws, project.id)
    assert training.is_due(ws, project.id) is None

    if how == "merge":
        class_surgery.merge(ws, ids["blue"], ids["green"])
    else:
        class_surgery.retire(ws, ids["blue"])
    clock.advance(60)

    assert training.is_due(ws, project.id) == "model"
    work(ws)
    assert quality.curve(ws, project.id)[-1].version == 2
    found = replay.replay(ws, project.id)
    assert found.identical == len(found.selections) > 1


def test_the_classes_of_every_moment_are_had_from_the_log(ws, labeled, ada):
    ids = class_ids(ws, labeled.id)
    seen = {}

    def note(change):
        with ws.store.read() as tx:
            seen[change] = class_changes.classes(tx, labeled.id)

    note(class_edits.rename(ws, ids["blue"], "azure", person=ada.id))
    note(class_edits.recolour(ws, ids["blue"], 7))
    note(class_edits.set_key(ws, ids["blue"], "1", swap=True))
    note(class_edits.reorder(ws, labeled.id, [ids["green"], ids["blue"], ids["amber"]]))
    note(class_surgery.merge(ws, ids["green"], ids["blue"]))
    note(class_surgery.split(ws, ids["blue"], ["sky", "navy"]))
    note(class_undo.bring_back(ws, ids["green"]))
    projects.add_class(ws, labeled.id, "grey")
    note(max(seen) + 1)

    with ws.store.read() as tx:
        rebuilt = {change: class_changes.as_of(tx, labeled.id, change) for change in seen}
        first = class_changes.as_of(tx, labeled.id, 0)
    assert rebuilt == seen
    assert first == {}
    assert class_history.lines(ws, labeled.id)[-1].said == "blue renamed to azure"


def test_an_edit_is_undone_later_unless_something_newer_contradicts(ws, labeled):
    ids = class_ids(ws, labeled.id)
    renamed = class_edits.rename(ws, ids["blue"], "azure")
    coloured = class_edits.recolour(ws, ids["blue"], 7)
    again = class_edits.rename(ws, ids["blue"], "navy")
    merged = class_surgery.merge(ws, ids["blue"], ids["green"])
    class_surgery.retire(ws, ids["green"])

    class_undo.undo(ws, coloured)

    with pytest.raises(StateError, match=rf"'navy' was changed again since \(change {again}\)"):
        class_undo.undo(ws, renamed)
    with pytest.raises(StateError, match="'green', which holds the labels, is not in use"):
        class_undo.undo(ws, merged)
    with pytest.raises(InputError, match="no change number 999"):
        class_undo.undo(ws, 999)
    lines = class_history.lines(ws, labeled.id)
    assert lines[0].said == "Undone: navy recoloured"
    assert [one.why_not == "" for one in lines] == [False, True, False, True, False, False]
    assert [one.is_undone for one in lines] == [False] * 4 + [True, False]


def test_keys_stay_when_a_class_goes_and_follow_the_order_unless_set(ws):
    made = projects.create(ws, "Pets", classes=["ant", "bee", "cat", "dog"])
    ids = class_ids(ws, made.id)

    def keys():
        return {one.name: (one.key, one.colour) for one in projects.classes(ws, made.id)}

    class_edits.set_key(ws, ids["dog"], "x")
    class_surgery.retire(ws, ids["ant"])
    assert keys() == {"bee": ("2", 2), "cat": ("3", 3), "dog": ("X", 4)}
    order = [ids["dog"], ids["cat"], ids["bee"]]
    assert class_previews.keys(ws, made.id, order) == ["cat: 3 becomes 2", "bee: 2 becomes 3"]
    class_edits.reorder(ws, made.id, order)
    assert keys() == {"dog": ("X", 4), "cat": ("2", 3), "bee": ("3", 2)}
    class_edits.set_key(ws, ids["cat"], "3", swap=True)
    assert keys() == {"dog": ("X", 4), "cat": ("3", 3), "bee": ("2", 2)}
    with pytest.raises(InputError, match="does not name every class once"):
        class_edits.reorder(ws, made.id, order[:2])


def test_what_cannot_be_merged_split_or_brought_back_is_refused_with_a_sentence(ws):
    made = projects.create(ws, "Pets", classes=["ant", "bee"])
    other = projects.create(ws, "Plants", classes=["oak"])
    ant, bee = class_ids(ws, made.id).values()

    for problem, change in [
        ("into itself", lambda: class_surgery.merge(ws, ant, ant)),
        (
            "different projects",
            lambda: class_surgery.merge(ws, ant, *class_ids(ws, other.id).values()),
        ),
        ("no class number 99", lambda: class_surgery.merge(ws, ant, 99)),
        ("into two at least", lambda: class_surgery.split(ws, ant, ["wasp"])),
        ("the same but for case", lambda: class_surgery.split(ws, ant, ["wasp", "WASP"])),
        ("to be split itself", lambda: class_surgery.split(ws, ant, ["Ant", "wasp"])),
        ("in use", lambda: class_undo.bring_back(ws, ant)),
        ("has not changed", lambda: asking_again.by_definition(ws, ant)),
    ]:
        with pytest.raises(InputError, match=problem):
            change()
    class_surgery.retire(ws, bee)
    with pytest.raises(InputError, match="There was a class 'bee', and it was retired"):
        projects.add_class(ws, made.id, "BEE")
    with pytest.raises(InputError, match="'bee' is not in use any more"):
        class_edits.rename(ws, bee, "wasp")
    assert [one.name for one in projects.classes(ws, made.id)] == ["ant"]
