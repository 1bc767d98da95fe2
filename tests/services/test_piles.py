import pytest

from labeler_app.errors import InputError
from labeler_app.services import (
    desk,
    labeling,
    people,
    picking,
    pile_parts,
    piles,
    pool,
    projects,
    training,
)
from labeler_app.store import audit, items, past_answers
from tests.builders import answer, class_ids, held, label, make_project, new_id, rows, work
from tests.pictures import truth
from tests.prepared import put_down, taken, workshop


@pytest.fixture
def project(ws, tmp_path):
    """Sixty items, a third of them reserved."""
    return make_project(ws, tmp_path / "photos", each=20, audit_reserve=0.34)


@pytest.fixture(scope="module")
def lessons(tmp_path_factory, migrated_file):
    folder = tmp_path_factory.mktemp("taught")
    with workshop(folder, migrated_file) as ws:
        project = make_project(ws, folder / "photos", each=20, audit_reserve=0.34)
        apart = audit_items(ws, project)
        by_class = {}
        for row in rows(ws, project.id):
            if row.id not in apart:
                by_class.setdefault(truth(row.path), []).append(row.id)
        chosen = [one for every in by_class.values() for one in every[:4]]
        label(ws, project.id, people.join(ws, "Ada"), chosen)
        work(ws)
        return taken(ws)


@pytest.fixture
def taught(ws, lessons):
    """The project with 12 labels and a model, no audit item answered."""
    put_down(ws, lessons)
    return projects.get(ws, 1)


@pytest.fixture
def reserved(ws, taught):
    return audit_items(ws, taught)


def audit_items(ws, project):
    with ws.store.read() as tx:
        every = items.ids_by_position(tx, project.id)
        return {every[position] for position in audit.positions(tx, project.id)}


def look(ws, project, person, *, pile=None, least=0.0, want=60, keep=(), desk="", by="class"):
    told = {"pile": pile, "least": least, "want": want, "keep": list(keep), "desk": desk}
    return piles.look(ws, project.id, person.id, by=by, **told)


def given(ws, project, person, tiles, class_id, **more):
    bulk = new_id()
    batch = [answer(one, class_id, bulk=bulk, suggestion=True, **more) for one in tiles]
    return labeling.record(ws, project.id, person.id, batch)


def test_every_item_that_may_be_asked_is_in_the_pile_of_its_class_and_no_audit_item_is(
    ws, taught, ada, reserved
):
    found = look(ws, taught, ada)
    shown = [
        one.id for pile in found.piles for one in look(ws, taught, ada, pile=pile.number).tiles
    ]

    answered = {row.id for row in rows(ws, taught.id)} - set(shown) - reserved
    assert len(shown) == len(set(shown)) == sum(one.total for one in found.piles)
    assert not set(shown) & reserved
    assert len(answered) == 12
    assert found.apart == len(reserved)


def test_the_least_certain_come_first_and_those_less_sure_than_asked_stay_away(ws, taught, ada):
    found = look(ws, taught, ada)
    shares = [one.share for one in found.tiles]
    middle = (shares[4] + shares[5]) / 2

    fewer = look(ws, taught, ada, pile=found.pile, least=middle)

    assert shares == sorted(shares)
    assert [one.share for one in fewer.tiles] == shares[5:]
    (mine,) = [one for one in fewer.piles if one.number == found.pile]
    assert sum(fewer.shares) == len(shares) == mine.total
    assert mine.sure == len(fewer.tiles) < len(shares)
    assert fewer.apart > found.apart


@pytest.mark.parametrize("by", ["class", "cluster"])
def test_what_comes_next_in_a_pile_is_told_and_nobody_holds_it_yet(ws, taught, ada, by):
    first = look(ws, taught, ada, want=5, by=by)
    with ws.store.read() as tx:
        assert set(held(tx, taught.id, ada.id)) == {one.id for one in first.tiles}
    given(ws, taught, ada, [one.id for one in first.tiles], class_ids(ws, taught.id)["blue"])

    then = look(ws, taught, ada, want=5, by=by, pile=first.pile)

    assert [one.id for one in first.soon] == [one.id for one in then.tiles]


def test_two_people_never_see_the_same_tile_and_what_is_not_wanted_goes_back(ws, taught, ada, bob):
    hers = look(ws, taught, ada, want=5)
    his = look(ws, taught, bob, pile=hers.pile)

    with ws.store.read() as tx:
        assert set(held(tx, taught.id, ada.id)) == {one.id for one in hers.tiles}
    assert not {one.id for one in hers.tiles} & {one.id for one in his.tiles}
    other = next(one.number for one in hers.piles if one.number != hers.pile)
    look(ws, taught, ada, pile=other, want=5)
    again = look(ws, taught, bob, pile=hers.pile)
    assert {one.id for one in hers.tiles} <= {one.id for one in again.tiles}


def test_what_lies_on_the_desk_besides_is_kept_and_in_no_pile(ws, taught, ada):
    first = [one.id for one in pool.lease(ws, taught.id, ada.id, keep=(), want=4, desk="page-one")]

    found = look(ws, taught, ada, keep=first, desk="page-one")

    assert not set(first) & {one.id for one in found.tiles}
    with ws.store.read() as tx:
        assert set(first) <= set(held(tx, taught.id, ada.id))


def test_labels_given_together_say_so_and_tell_nothing_of_the_pace(ws, taught, ada):
    tiles = [one.id for one in look(ws, taught, ada).tiles]
    with ws.store.read() as tx:
        before = past_answers.paces(tx, taught.id)

    receipt = given(ws, taught, ada, tiles, class_ids(ws, taught.id)["amber"], version=1)

    assert len(receipt.stored) == len(tiles) > 3
    assert set(receipt.why.values()) == {pile_parts.GIVEN.why}
    with ws.store.read() as tx:
        assert past_answers.paces(tx, taught.id) == before
        assert not held(tx, taught.id, ada.id)
    assert not set(tiles) & {one.id for one in look(ws, taught, ada).tiles}


def test_an_audit_item_is_never_labeled_with_others(ws, taught, ada, reserved):
    blue = class_ids(ws, taught.id)["blue"]
    free = look(ws, taught, ada).tiles[0].id

    receipt = given(ws, taught, ada, [min(reserved), free], blue)

    assert len(receipt.stored) == 1
    assert "nor labeled with others" in receipt.refused[0].problem


def test_only_labels_are_given_together(ws, taught, ada):
    item = look(ws, taught, ada).tiles[0].id

    refused = labeling.record(ws, taught.id, ada.id, [answer(item, bulk=new_id())]).refused

    assert "Only a label" in refused[0].problem


def test_what_was_given_together_is_one_step_of_the_history_and_taken_back_whole(ws, taught, ada):
    tiles = [one.id for one in look(ws, taught, ada, want=6).tiles]
    blue = class_ids(ws, taught.id)["blue"]
    given(ws, taught, ada, tiles, blue)

    opened = desk.open_desk(ws, taught.id, ada.id)

    newest = opened.last[-1]
    assert [(one.item, one.class_id) for one in newest.together] == [(one, blue) for one in tiles]
    assert all(not one.together for one in opened.last[:-1])
    assert len(opened.last) == 12 + 1
    undo = [
        answer(one.item, kind="undo", reverts=one.event_id, milliseconds=0)
        for one in newest.together
    ]
    labeling.record(ws, taught.id, ada.id, undo)
    assert {one.id for one in look(ws, taught, ada, want=6).tiles} == set(tiles)
    assert not desk.open_desk(ws, taught.id, ada.id).last[-1].together


def test_the_last_answers_say_whether_a_guess_was_ever_seen_of_their_items(ws, taught, ada, bob):
    tiles = [one.id for one in look(ws, taught, ada, want=3).tiles]
    blue, green = (class_ids(ws, taught.id)[name] for name in ("blue", "green"))
    given(ws, taught, ada, tiles, blue)
    # Neither a correction takes a look back, nor does what another person saw count.
    labeling.record(ws, taught.id, ada.id, [answer(tiles[0], green)])
    labeling.record(ws, taught.id, bob.id, [answer(tiles[1], green)])

    *before, pile, corrected = desk.open_desk(ws, taught.id, ada.id).last
    (others,) = desk.open_desk(ws, taught.id, bob.id).last

    assert not any(one.suggestion for one in before)
    assert [(one.item, one.suggestion) for one in pile.together] == [
        (one, True) for one in tiles[1:]
    ]
    assert (corrected.item, corrected.suggestion) == (tiles[0], True)
    assert (others.item, others.suggestion) == (tiles[1], False)


def test_of_what_was_given_together_the_rest_is_shown_when_one_was_taken_back(ws, taught, ada):
    tiles = [one.id for one in look(ws, taught, ada, want=4).tiles]
    given(ws, taught, ada, tiles, class_ids(ws, taught.id)["blue"])
    last = desk.open_desk(ws, taught.id, ada.id).last[-1].together[-1]

    undo = answer(last.item, kind="undo", reverts=last.event_id)
    labeling.record(ws, taught.id, ada.id, [undo])

    newest = desk.open_desk(ws, taught.id, ada.id).last[-1]
    assert [one.item for one in newest.together] == tiles[:-1]


def test_the_pile_is_judged_by_answered_audit_items(ws, taught, ada, reserved):
    assert look(ws, taught, ada).judged == 0
    with ws.store.read() as tx:
        every = items.ids_by_position(tx, taught.id)
        report = {every[one] for one in audit.positions(tx, taught.id, "report")}
    label(ws, taught.id, ada, reserved)

    found = look(ws, taught, ada)

    assert found.judged == len(report) == 14
    (spans,) = found.expected.values()
    assert len(spans) == len(found.tiles) + 1
    assert spans[0] == (0, 0)
    assert all(low <= high <= count for count, (low, high) in enumerate(spans))


def test_an_audit_item_of_a_class_the_model_does_not_know_counts_as_wrong(
    ws, taught, ada, reserved
):
    label(ws, taught.id, ada, reserved)
    right = look(ws, taught, ada).judged
    new = projects.add_class(ws, taught.id, "violet").id
    labeling.record(ws, taught.id, ada.id, [answer(one, new) for one in reserved])

    found = look(ws, taught, ada)
    assert (found.judged, set(found.wrong.values())) == (right, {right})


def test_items_that_look_alike_are_piles_before_there_is_a_class(ws, tmp_path, ada):
    made = make_project(ws, tmp_path / "photos", each=40, audit_reserve=0.1)
    work(ws)

    found = look(ws, made, ada, by="cluster", want=5)

    assert found.version is None
    assert sum(one.sure for one in found.piles) + found.apart == 120
    largest = max(found.piles, key=lambda one: one.sure)
    assert (found.pile, len(found.tiles)) == (largest.number, 5)
    assert largest.item.id == found.tiles[0].id
    where = {row.id: row.path for row in rows(ws, made.id)}
    assert len({truth(where[one.id]) for one in found.tiles}) == 1


def test_a_pile_of_what_looks_alike_is_judged_by_the_audit_items_in_it(ws, taught, ada, reserved):
    label(ws, taught.id, ada, reserved)

    found = look(ws, taught, ada, by="cluster")

    counts = class_ids(ws, taught.id)
    assert set(found.wrong) == set(counts.values())
    assert sum(found.judged - wrong for wrong in found.wrong.values()) == found.judged
    assert set(found.expected) == set(found.wrong.values())


def test_before_features_are_computed_nothing_looks_alike(ws, project, ada):
    found = look(ws, project, ada, by="cluster")

    assert (found.piles, found.tiles) == ((), ())


def test_there_is_no_pile_before_the_first_model(ws, project, ada):
    found = look(ws, project, ada)

    assert (found.version, found.piles, found.tiles) == (None, (), ())


def test_no_more_tiles_are_shown_than_the_budget_pays_for(ws, tmp_path, ada):
    made = make_project(ws, tmp_path / "photos", each=8, budget=14)
    label(ws, made.id, ada, [row.id for row in rows(ws, made.id)][::2])
    work(ws)
    assert training.is_due(ws, made.id) is None

    assert len(look(ws, made, ada).tiles) == 2


def test_a_class_without_a_pile_gives_way_to_one_with_a_pile(ws, taught, ada):
    assert look(ws, taught, ada, pile=10**6).pile in class_ids(ws, taught.id).values()
    nothing = look(ws, taught, ada, least=1.0)
    assert (nothing.pile, nothing.tiles) == (None, ())


def test_a_project_that_is_not_there_is_refused(ws, ada):
    with pytest.raises(InputError, match="no project number 99"):
        piles.look(ws, 99, ada.id, pile=None, least=0.5, want=4, keep=[])


def test_what_was_picked_by_hand_is_in_no_pile(ws, taught, ada):
    free = look(ws, taught, ada).tiles[0].id
    sent = answer(free, class_ids(ws, taught.id)["blue"], picked=True)
    labeling.record(ws, taught.id, ada.id, [sent])

    assert free not in {one.id for one in look(ws, taught, ada).tiles}
    assert picking.tiles(ws, taught.id, ada.id, seen=[], want=5)
