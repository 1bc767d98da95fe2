"""Examples of classes: chosen by people, or the labeled items that stand in for them."""

import numpy as np
import pytest
import sqlalchemy as sa

from labeler_app.errors import InputError
from labeler_app.services import class_surgery, class_undo, examples, labeling, people, pool
from labeler_app.store import items, models, schema
from tests.builders import answer, class_ids, label, make_project, new_id, rows, work
from tests.pictures import truth


@pytest.fixture
def project(ws, tmp_path):
    """Thirty pictures in three classes, a fifth of them reserved."""
    return make_project(ws, tmp_path / "photos", each=10, audit_reserve=0.2)


@pytest.fixture
def reserved(ws, project):
    with ws.store.read() as tx:
        return set(tx.execute(sa.select(schema.audit.c.item)).scalars())


def of_class(ws, project, name, *, but=()):
    """Return the items whose true class it is, by position."""
    return [row.id for row in rows(ws, project.id) if truth(row.path) == name and row.id not in but]


def shown(ws, project, person=None):
    """Return by class name whether its examples were chosen, and which they are; for anybody."""
    names = {one: name for name, one in class_ids(ws, project.id).items()}
    found = examples.of_project(ws, project.id, person.id if person else 0)
    return {names[one.class_id]: (one.is_chosen, [x.item for x in one.shown]) for one in found}


def choose(ws, project, name, item, person):
    examples.choose(ws, project.id, class_ids(ws, project.id)[name], item, person.id)


def take_away(ws, project, name, item, person):
    examples.take_away(ws, project.id, class_ids(ws, project.id)[name], item, person.id)


def log(ws):
    with ws.store.read() as tx:
        return tx.execute(
            sa.select(schema.class_example).order_by(schema.class_example.c.seq)
        ).all()


def test_the_newest_three_are_shown_and_the_oldest_of_seven_gives_way_but_stays_in_the_log(
    ws, project, ada, bob, reserved
):
    blue = of_class(ws, project, "blue", but=reserved)[:7]
    label(ws, project.id, ada, blue)

    for one in [*blue, blue[6]]:  # Twice the same is once.
        choose(ws, project, "blue", one, ada)

    assert shown(ws, project)["blue"] == (True, blue[:3:-1])
    assert [one.item for one in log(ws)] == blue
    assert [one.item for one in log(ws) if one.removed_at is not None] == blue[:1]
    take_away(ws, project, "blue", blue[6], bob)  # Anybody may.
    take_away(ws, project, "blue", blue[6], bob)
    assert shown(ws, project)["blue"] == (True, [blue[5], blue[4], blue[3]])
    assert log(ws)[6].removed_by == bob.id


@pytest.mark.parametrize("how", ["nothing", "another class", "not sure", "taken back", "by bob"])
def test_an_item_becomes_an_example_only_of_the_class_its_chooser_gave_it_audit_item_or_not(
    ws, project, ada, bob, reserved, how
):
    ids = class_ids(ws, project.id)
    for one in (min(reserved), of_class(ws, project, "blue", but=reserved)[0]):
        given = answer(one, ids["blue"])
        undo = answer(one, event_id=new_id(), kind="undo", reverts=given.event_id)
        told = {
            "nothing": [],
            "another class": [answer(one, ids["green"])],
            "not sure": [answer(one, kind="unsure")],
            "taken back": [given, undo],
            "by bob": [],
        }[how]
        labeling.record(ws, project.id, ada.id, told)
        if how == "by bob":
            labeling.record(ws, project.id, bob.id, [given])

        with pytest.raises(InputError, match="Label it blue first") as refused:
            choose(ws, project, "blue", one, ada)

        assert refused.value.hint
    assert log(ws) == []


def test_an_audit_item_or_what_looks_like_one_is_refused_also_once_it_is_answered(
    ws, project, ada, reserved
):
    audited = min(reserved)
    alike = of_class(ws, project, "blue", but=reserved)[0]
    with ws.store.write() as tx:
        tx.execute(sa.insert(schema.audit_shadow).values(item=alike, project=project.id))
    blue = class_ids(ws, project.id)["blue"]
    labeling.record(ws, project.id, ada.id, [answer(one, blue) for one in (audited, alike)])

    for one in (audited, alike):
        with pytest.raises(InputError, match="An audit item, or one like it"):
            choose(ws, project, "blue", one, ada)

    assert log(ws) == []
    assert shown(ws, project)["blue"] == (False, [])


def test_an_example_is_shown_while_it_holds(ws, project, ada, reserved):
    ids, (first, second) = (
        class_ids(ws, project.id),
        of_class(ws, project, "blue", but=reserved)[:2],
    )
    label(ws, project.id, ada, [first, second])
    choose(ws, project, "blue", first, ada)
    choose(ws, project, "blue", second, ada)

    labeling.record(ws, project.id, ada.id, [answer(first, ids["green"])])
    with ws.store.write() as tx:
        items.set_state(tx, second, "missing")

    assert shown(ws, project) == {
        "amber": (False, []),
        "blue": (False, []),
        "green": (False, [first]),
    }
    with ws.store.write() as tx:
        items.set_state(tx, second, "ready")
        # A later import may draw what looks like it.
        tx.execute(sa.insert(schema.audit_shadow).values(item=first, project=project.id))
    assert shown(ws, project)["blue"] == (True, [second])
    assert shown(ws, project)["green"] == (False, [])


def test_examples_follow_a_merge_go_with_a_retired_class_and_come_back_with_either(
    ws, project, ada, reserved
):
    ids = class_ids(ws, project.id)
    blue, green = (of_class(ws, project, one, but=reserved)[0] for one in ("blue", "green"))
    label(ws, project.id, ada, [blue, green])
    choose(ws, project, "blue", blue, ada)
    choose(ws, project, "green", green, ada)

    merge = class_surgery.merge(ws, ids["blue"], ids["green"], person=ada.id)

    assert shown(ws, project) == {"amber": (False, []), "green": (True, [green, blue])}
    examples.take_away(ws, project.id, ids["blue"], green, ada.id)  # From a page that is older.
    assert shown(ws, project)["green"] == (True, [blue])
    class_undo.undo(ws, merge, person=ada.id)
    assert shown(ws, project)["blue"] == (True, [blue])
    gone = class_surgery.retire(ws, ids["blue"], person=ada.id)
    assert "blue" not in shown(ws, project)
    with pytest.raises(InputError, match="or it was retired"):
        examples.choose(ws, project.id, ids["blue"], blue, ada.id)
    class_undo.undo(ws, gone, person=ada.id)
    assert shown(ws, project)["blue"] == (True, [blue])


def test_where_nobody_chose_any_the_first_labels_of_people_are_shown_and_no_audit_item(
    ws, project, ada, bob, reserved
):
    amber = of_class(ws, project, "amber")
    label(ws, project.id, ada, amber)
    disputed, *wanted = [one for one in amber if one not in reserved][:4]
    label(ws, project.id, bob, wanted[:1])
    label(ws, project.id, bob, [disputed], lambda true: "green")

    assert shown(ws, project)["amber"] == (False, wanted)
    assert shown(ws, project)["green"] == (False, [])

    choose(ws, project, "amber", wanted[2], ada)
    assert shown(ws, project)["amber"] == (True, wanted[2:])
    take_away(ws, project, "amber", wanted[2], ada)
    assert shown(ws, project)["amber"] == (False, wanted)


def test_with_a_model_those_are_shown_that_it_is_surest_of_and_right_about(
    ws, project, ada, reserved
):
    chosen = [row.id for row in rows(ws, project.id) if row.id not in reserved]
    wrong = of_class(ws, project, "blue", but=reserved)[0]
    label(ws, project.id, ada, [one for one in chosen if one != wrong])
    labeling.record(ws, project.id, ada.id, [answer(wrong, class_ids(ws, project.id)["green"])])
    work(ws)
    with ws.store.read() as tx:
        model = models.newest(tx, project.id)
        proba = ws.arrays.open_all(models.shards(tx, project.id, model.scores))
    classes = ws.arrays.read_named(model.head, ("classes",))["classes"].tolist()
    positions = {row.id: row.position for row in rows(ws, project.id)}

    found = shown(ws, project)

    for name, class_id in class_ids(ws, project.id).items():
        column = classes.index(class_id)
        mine = [one for one in of_class(ws, project, name, but=reserved) if one != wrong]
        mine = [one for one in mine if np.argmax(proba[positions[one]]) == column]
        shares = [float(proba[positions[one], column]) for one in mine]
        is_chosen, items_shown = found[name]
        assert not is_chosen
        assert len(items_shown) == 3
        assert [float(proba[positions[one], column]) for one in items_shown] == sorted(
            shares, reverse=True
        )[:3]
        assert wrong not in items_shown


def test_of_many_labels_only_the_newest_are_looked_at(ws, project, ada, reserved, monkeypatch):
    blue = of_class(ws, project, "blue", but=reserved)[:5]
    label(ws, project.id, ada, blue)

    monkeypatch.setattr(examples, "AMONG", 4)

    assert shown(ws, project)["blue"] == (False, blue[1:4])


def test_where_two_are_wanted_nobody_sees_examples_that_they_are_still_asked_about(
    ws, tmp_path, ada, bob
):
    made = make_project(ws, tmp_path / "two", name="Two", each=4, wanted=2)
    carol = people.join(ws, "Carol")
    first, second, third, fourth = of_class(ws, made, "blue")
    label(ws, made.id, ada, [first, second, third, fourth])
    label(ws, made.id, bob, [second])
    labeling.record(ws, made.id, bob.id, [answer(third), answer(fourth, kind="unsure")])

    assert shown(ws, made, ada)["blue"] == (False, [first, second, third])
    # He skipped the third, which comes back; two have labeled the second.
    assert shown(ws, made, bob)["blue"] == (False, [second, fourth])
    assert shown(ws, made, carol)["blue"] == (False, [second])

    choose(ws, made, "blue", first, ada)
    choose(ws, made, "blue", second, ada)
    assert shown(ws, made, ada)["blue"] == (True, [second, first])
    assert shown(ws, made, bob)["blue"] == shown(ws, made, carol)["blue"] == (True, [second])
    # What lies on her desk she may be about to answer, however many have labeled it meanwhile.
    waiting = [one.id for one in pool.lease(ws, made.id, carol.id, keep=[], want=60)]
    assert first in waiting
    label(ws, made.id, bob, [first])
    assert shown(ws, made, bob)["blue"] == (True, [second, first])
    assert shown(ws, made, carol)["blue"] == (True, [second])


def test_what_does_not_exist_is_refused_with_a_sentence(ws, project, ada, tmp_path):
    ids = class_ids(ws, project.id)
    other = make_project(ws, tmp_path / "other", name="Other", each=1)
    strange = rows(ws, other.id)[0].id

    with pytest.raises(InputError, match="no item"):
        examples.choose(ws, project.id, ids["blue"], strange, ada.id)
    with pytest.raises(InputError, match="no class 999"):
        examples.take_away(ws, project.id, 999, rows(ws, project.id)[0].id, ada.id)
    with pytest.raises(InputError):
        examples.of_project(ws, 999, ada.id)
