"""Piles of near-duplicates: what is in them, what is offered after an answer, what labels say."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from labeler_app.core.audit import near_duplicates
from labeler_app.services import (
    copy_piles,
    labeling,
    near_copies,
    piles,
    pool,
    projects,
    training,
    worker,
)
from labeler_app.services.exchange import ImportOptions
from labeler_app.settings import ProjectConfig
from labeler_app.store import audit, events, items, models, past_answers
from tests.builders import (
    answer,
    class_ids,
    held,
    label,
    make_project,
    new_id,
    rows,
    run_import,
    work,
)
from tests.pictures import burst
from tests.tables import reviews, written


@pytest.fixture
def photos(tmp_path):
    """Five pictures that are alike, four others that are, and pictures that stand alone."""
    folder, rng = tmp_path / "bursts", np.random.default_rng(3)
    for name, count in (("blue", 5), ("green", 4)):
        burst(folder / name, count, rng)
    return folder


@pytest.fixture
def project(ws, tmp_path, photos):
    """Twenty-one pictures, nine of which are copies; no model, and no audit sample."""
    made = make_project(ws, tmp_path / "alone", each=4, embedded=False)
    run_import(ws, made.id, photos)
    work(ws)
    return projects.get(ws, made.id)


def config(embedder):
    return ProjectConfig(embedder=embedder, audit_reserve=0.0)


def bursts(ws, project):
    """The items of each burst, by class."""
    found = {}
    for row in rows(ws, project.id):
        if "burst-" in row.path:
            found.setdefault(row.path.split("-")[1], []).append(row.id)
    return found


def look(ws, project, person, **wish):
    told = {"pile": None, "least": 0.0, "want": 60, "keep": [], **wish}
    return piles.look(ws, project.id, person.id, by="copies", **told)


def tiles(sight):
    return [one.id for one in sight.tiles]


def say(ws, project, person, item, name="blue", desk="", **more):
    """Give a label, and return what is offered after it."""
    sent = [answer(item, class_ids(ws, project.id)[name], **more)]
    receipt = labeling.record(ws, project.id, person.id, sent)
    return copy_piles.offer(ws, project.id, person.id, sent, receipt.acknowledged, desk)


def test_copies_are_piles_the_largest_first_also_without_a_model(ws, project, ada):
    found = look(ws, project, ada)

    burst = bursts(ws, project)
    assert [one.sure for one in found.piles] == [5, 4]
    assert tiles(found) == burst["blue"]
    assert tiles(look(ws, project, ada, pile=found.piles[1].number)) == burst["green"]
    assert [one.item.id for one in found.piles] == [burst["blue"][0], burst["green"][0]]
    assert (found.version, found.judged, found.apart, found.pending) == (None, 0, 12, False)


def test_only_free_members_count_and_two_people_never_see_the_same(ws, project, ada, bob):
    burst = bursts(ws, project)
    hers = look(ws, project, ada, want=2)
    assert tiles(hers) == burst["blue"][:2]

    his = look(ws, project, bob)

    assert {one.number: one.sure for one in his.piles}[hers.pile] == 3
    assert tiles(his) == burst["green"]
    assert tiles(look(ws, project, bob, pile=hers.pile)) == burst["blue"][2:]


def test_before_the_worker_has_looked_copies_are_still_to_come_and_then_there_may_be_none(
    ws, tmp_path, ada
):
    made = make_project(ws, tmp_path / "alone", each=4)
    assert look(ws, made, ada).pending

    work(ws)

    found = look(ws, made, ada)
    assert (found.piles, found.tiles, found.pending) == ((), (), False)


def test_new_items_join_the_groups_once_they_have_features(ws, project, ada, photos):
    one, other = (
        np.asarray(Image.open(photos / "blue" / f"burst-blue-{at:02d}.png")) for at in (0, 1)
    )
    late = Image.fromarray(np.where(np.arange(96)[:, None] % 2, one, other))
    late.save(photos / "blue" / "burst-blue-late.png")
    run_import(ws, project.id, photos)

    work(ws)

    assert len(look(ws, project, ada).tiles) == 6


def test_no_audit_item_nor_its_shadow_is_in_a_group_or_offered_copies(ws, tmp_path, photos, ada):
    made = make_project(ws, tmp_path / "alone", each=4, embedded=False, audit_reserve=0.2, seed=5)
    run_import(ws, made.id, photos)
    work(ws)
    with ws.store.read() as tx:
        every = items.ids_by_position(tx, made.id)
        reserved = {every[at] for at in audit.positions(tx, made.id)}
        shadows = {every[at] for at in audit.shadow_positions(tx, made.id)}
    burst = bursts(ws, made)
    untouched = [one for one in burst.values() if not reserved & {*one}]
    # The draw has an audit item in one burst and none in the other, or this shows nothing.
    (caught,) = [one for one in burst.values() if reserved & {*one}]
    assert {*caught} <= reserved | shadows

    found = look(ws, made, ada)

    assert [tiles(look(ws, made, ada, pile=one.number)) for one in found.piles] == untouched
    assert not {*tiles(found)} & (reserved | shadows)
    assert [say(ws, made, ada, one) for one in caught] == [None] * len(caught)


def test_texts_that_differ_in_a_word_are_copies_and_rows_only_where_all_values_are(
    ws, tmp_path, ada
):
    plain = [
        row["text"] + " and so on to the end of a long text that says it" for row in reviews(8)
    ]
    texts = [*plain, *(f"{one.upper()}!!" for one in plain[:3])]
    path = written(tmp_path / "texts.csv", [{"text": one} for one in texts])
    made = projects.create(ws, "Texts", kind="text", config=config("tfidf"))
    run_import(ws, made.id, path, ImportOptions(text_column="text"))
    rows_of = [
        {"age": "20", "job": "cook"},
        {"age": "20.0", "job": "cook"},
        {"age": "21", "job": "cook"},
    ]
    staff = projects.create(ws, "Staff", kind="table", config=config("table"))
    run_import(ws, staff.id, written(tmp_path / "staff.csv", rows_of))
    work(ws)

    every = [row.id for row in rows(ws, made.id)]
    found = look(ws, made, ada)
    assert [one.sure for one in found.piles] == [2, 2, 2]
    assert tiles(found) == [every[0], every[8]]
    assert found.tiles[1].words.startswith(texts[8][:10])
    assert near_copies.of(ws, staff).tolist() == [0, 0, -1]


def test_groups_rest_on_the_same_measure_as_shadows(ws, project):
    with ws.store.read() as tx:
        luma = ws.arrays.open_all(models.shards(tx, project.id, "luma@1"))
    heads = near_copies.of(ws, project)

    for head in {*heads.tolist()} - {-1}:
        others = {*np.flatnonzero(heads == head).tolist()} - {head}
        assert others == {*near_duplicates(luma, np.array([head])).tolist()}


def test_after_a_label_the_free_copies_are_offered_and_counted_at_that_moment(
    ws, project, ada, bob
):
    blue = bursts(ws, project)["blue"]
    pile = look(ws, project, ada, want=1).pile
    pool.lease(ws, project.id, ada.id, keep=[], want=0)  # The grid is closed.

    first = say(ws, project, ada, blue[0])
    assert (first.pile, first.count) == (pile, 4)
    look(ws, project, bob, pile=pile, want=1)
    assert say(ws, project, ada, blue[2]).count == 2  # Bob holds another.

    alone = next(row.id for row in rows(ws, project.id) if "burst" not in row.path)
    assert say(ws, project, ada, alone) is None
    assert say(ws, project, ada, blue[3], picked=True) is None
    assert say(ws, project, ada, blue[4], bulk=new_id()) is None
    skipped = [answer(blue[1])]
    receipt = labeling.record(ws, project.id, ada.id, skipped)
    assert copy_piles.offer(ws, project.id, ada.id, skipped, receipt.acknowledged) is None


def test_what_waits_on_the_desk_is_offered_and_comes_into_the_pile_with_its_own_reason(
    ws, project, ada
):
    burst = bursts(ws, project)
    waiting = [one.id for one in pool.lease(ws, project.id, ada.id, keep=[], want=10, desk="one")]
    copies = [one for one in burst["blue"] if one in waiting]
    assert 0 < len(copies) < 5
    free = next(one for one in burst["blue"] if one not in waiting)
    offered = say(ws, project, ada, free, desk="one")
    assert offered.count == 4
    assert say(ws, project, ada, free, desk="two").count == 4 - len(copies)

    found = look(ws, project, ada, pile=offered.pile, ahead=waiting, desk="one")

    assert set(tiles(found)) == {*burst["blue"]} - {free}
    with ws.store.read() as tx:
        assert {*held(tx, project.id, ada.id)} == {*waiting, *tiles(found)}
    sent = [answer(copies[0], class_ids(ws, project.id)["green"])]
    receipt = labeling.record(ws, project.id, ada.id, sent)
    assert "grid" not in receipt.why[sent[0].event_id]
    by_class = piles.look(
        ws, project.id, ada.id, pile=None, least=0.0, want=9, keep=[], ahead=waiting, desk="one"
    )
    assert by_class.tiles == ()
    with ws.store.read() as tx:
        assert {*held(tx, project.id, ada.id)} == {*waiting} - {copies[0]}


def test_no_more_copies_are_offered_or_shown_than_the_budget_pays_for(ws, project, ada):
    blue = bursts(ws, project)["blue"]
    projects.configure(ws, project.id, replace(project.config, budget=4))

    offered = say(ws, project, ada, blue[0])

    assert offered.count == len(look(ws, project, ada, pile=offered.pile).tiles) == 3
    for one in blue[1:4]:
        last = say(ws, project, ada, one)
    assert last is None


def test_labels_given_to_copies_say_so_and_count_as_those_of_any_pile(ws, project, ada):
    label(ws, project.id, ada, [row.id for row in rows(ws, project.id) if "burst" not in row.path])
    projects.configure(ws, project.id, replace(project.config, retrain_every=5))
    work(ws)
    found = look(ws, project, ada)
    blue, bulk = class_ids(ws, project.id)["blue"], new_id()
    batch = [answer(one, blue, bulk=bulk, copies=True) for one in tiles(found)]

    labeling.record(ws, project.id, ada.id, batch[:4])
    assert training.is_due(ws, project.id) is None
    receipt = labeling.record(ws, project.id, ada.id, batch)

    assert training.is_due(ws, project.id) == "model"
    assert set(receipt.why.values()) == {"You gave it in the grid, with its near-duplicates."}
    with ws.store.read() as tx:
        assert events.answered(tx, project.id) == 12 + 5
        assert len(past_answers.together(tx, bulk, ada.id)) == 5
    assert [one.sure for one in look(ws, project, ada).piles] == [4, 0]


def test_a_training_does_not_wait_until_all_copies_are_found(ws, tmp_path, photos, ada):
    made = make_project(ws, tmp_path / "alone", each=4, retrain_every=1)
    run_import(ws, made.id, photos)
    seconds = itertools.count()
    slow = worker.Worker(replace(ws, clock=lambda: float(next(seconds))))  # A step takes a second.
    while not slow.grouping:
        assert slow.round()

    label(ws, made.id, ada, [row.id for row in rows(ws, made.id)])
    assert slow.round()

    with ws.store.read() as tx:
        assert models.newest(tx, made.id) is not None
    assert near_copies.of(ws, made) is None
    while slow.round():
        pass
    assert slow.grouping == {}
    assert len({*near_copies.of(ws, made).tolist()}) == 3
