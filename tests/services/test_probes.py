"""Probe sets: real items that a person brings, and all that must never be done with them."""

import json
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from labeler_app.errors import InputError
from labeler_app.services import (
    budget,
    coverage,
    examples,
    exchange,
    expecting,
    export,
    labeling,
    measuring,
    mix,
    near_copies,
    people,
    pile_parts,
    piles,
    pool,
    previews,
    probes,
    projects,
    quality,
    setup,
    snapshot,
)
from labeler_app.services.exchange import ImportOptions
from labeler_app.store import audit, class_sets, events, items, leases, queue
from labeler_app.store import probes as probe_rows
from tests.builders import (
    SMALL,
    answer,
    class_ids,
    label,
    make_project,
    new_id,
    rows,
    run_import,
    work,
)
from tests.pictures import class_folders, nights, truth, zipped
from tests.prepared import put_down, taken, workshop
from tests.tables import reviews, written


@pytest.fixture(scope="module")
def days(tmp_path_factory, migrated_file):
    folder = tmp_path_factory.mktemp("day")
    with workshop(folder, migrated_file) as ws:
        make_project(ws, folder / "photos", each=20, audit_reserve=0.2)
        return taken(ws)


@pytest.fixture
def day(ws, days):
    """Sixty pictures by day of three classes, a fifth of them reserved."""
    put_down(ws, days)
    return projects.get(ws, 1)


def bring(ws, project, folder, name="Night", **more):
    run = probes.bring(ws, project.id, folder, probes.options(name, **more))
    return exchange.run_import(ws, run)


@pytest.fixture
def folder(tmp_path):
    """Eighteen pictures at night, in folders of their classes."""
    return nights(tmp_path / "night", each=6, size=SMALL)


def brought(ws, project):
    return {row.id for row in rows(ws, project.id) if "night" in row.path}


def copied_nearly(source, target):
    """Write a picture that differs in one pixel."""
    with Image.open(source) as opened:
        pixels = np.asarray(opened).copy()
    pixels[0, 0] += 1
    Image.fromarray(pixels).save(target)


def reserved(ws, project, part=None):
    with ws.store.read() as tx:
        every = items.ids_by_position(tx, project.id)
        return {every[at] for at in audit.positions(tx, project.id, part)}


def test_every_item_that_is_brought_is_an_audit_item_of_the_set(ws, day, folder):
    before = reserved(ws, day)

    report = bring(ws, day, folder, labels=False)

    assert (report.state, report.new, report.labels, report.probe) == ("done", 18, 0, "Night")
    assert reserved(ws, day, "probe") == brought(ws, day)
    assert reserved(ws, day) - brought(ws, day) == before
    [one] = probes.of_project(ws, day.id)
    assert (one.name, one.items, one.labeled, one.measured) == ("Night", 18, 0, 0)


def test_they_are_audit_items_before_their_import_has_ended(ws, day, folder):
    seen = []

    def look(_done, _total):
        with ws.store.read() as tx:
            unready = items.unready_positions(tx, day.id)
            apart = set(audit.positions(tx, day.id, "probe"))
            seen.append((len(unready), set(unready) <= apart))

    run = probes.bring(ws, day.id, folder, probes.options("Night"))
    exchange.run_import(ws, run, look)

    assert seen
    assert all(told == (18, True) for told in seen[-1:])


def test_labels_that_came_along_are_audit_answers_and_train_nothing(ws, day, folder):
    report = bring(ws, day, zipped(folder))

    assert report.labels == 18
    with ws.store.read() as tx:
        said = probes.answered(tx, day.id)
        told = events.training_labels(tx, day.id)
    names = {one.id: one.name for one in projects.classes(ws, day.id)}
    by_position = {row.position: row for row in rows(ws, day.id)}
    assert len(said) == 18
    assert all(by_position[at].path.startswith(names[one]) for at, one in said.items())
    assert told == []


def test_folders_that_are_no_class_add_none_and_are_told(ws, day, tmp_path):
    class_folders(tmp_path / "places" / "x", each=2, size=(40, 30))
    for one in ("blue", "green"):
        (tmp_path / "places" / "x" / one).rename(tmp_path / "places" / one)
    (tmp_path / "places" / "x" / "amber").rename(tmp_path / "places" / "kitchen")
    (tmp_path / "places" / "x").rmdir()

    report = bring(ws, day, tmp_path / "places", "Kitchen")

    assert (report.new, report.labels) == (6, 4)
    assert report.notes == ("No class is called 'kitchen': 2 came without a label.",)
    assert [one.name for one in projects.classes(ws, day.id)] == ["amber", "blue", "green"]


def test_a_set_may_grow_and_another_keeps_its_own(ws, day, folder, tmp_path):
    bring(ws, day, folder / "amber", labels=False)
    again = bring(ws, day, folder / "blue", labels=False)
    other = bring(ws, day, folder, "Dark")

    assert (again.new, other.new) == (6, 6)
    assert other.notes == ("12 images were in another probe set already. Left where they are.",)
    assert other.labels == 6
    assert [(one.name, one.items) for one in probes.of_project(ws, day.id)] == [
        ("Night", 12),
        ("Dark", 6),
    ]


def test_bringing_the_same_again_changes_nothing(ws, day, folder):
    bring(ws, day, folder)
    again = bring(ws, day, folder)

    assert (again.state, again.new, again.known, again.notes) == ("done", 0, 18, ())
    assert probes.of_project(ws, day.id)[0].items == 18


def test_items_of_the_pool_may_be_moved_unless_answered_or_drawn(ws, day, ada, tmp_path):
    free = sorted({row.id for row in rows(ws, day.id)} - reserved(ws, day))
    label(ws, day.id, ada, free[:5])
    undone = answer(free[5], class_ids(ws, day.id)["blue"])
    labeling.record(ws, day.id, ada.id, [undone])
    undo = answer(free[5], kind="undo", reverts=undone.event_id)
    labeling.record(ws, day.id, ada.id, [undo])
    drawn = len(reserved(ws, day))

    report = bring(ws, day, tmp_path / "photos")

    assert reserved(ws, day, "probe") == set(free[6:])
    assert len(reserved(ws, day, "report") | reserved(ws, day, "decide")) == drawn
    assert report.notes == (
        f"6 images were answered before, so the model may have learned from them. "
        f"{drawn} images were in the audit sample already. Left where they are.",
    )
    # Neither do labels that came along reach what stayed.
    assert report.labels == len(free[6:])
    with ws.store.read() as tx:
        assert {one.item for one in events.training_labels(tx, day.id)} == set(free[:5])


def test_a_set_of_nothing_but_labeled_items_is_refused_in_a_sentence(ws, day, ada, tmp_path):
    free = sorted({row.id for row in rows(ws, day.id)} - reserved(ws, day))
    label(ws, day.id, ada, free)

    with pytest.raises(InputError, match=r"can test the model\. 48 images were answered"):
        bring(ws, day, tmp_path / "photos")
    assert probes.of_project(ws, day.id) == []
    assert probes.pending(ws, day.id)[0].state == "refused"


def test_what_was_brought_stays_apart_when_it_is_imported_again(ws, day, folder, ada):
    bring(ws, day, folder, labels=False)
    run_import(ws, day.id, folder, ImportOptions("folders", "trust"))

    assert reserved(ws, day, "probe") == brought(ws, day)
    with ws.store.read() as tx:
        assert events.training_labels(tx, day.id) == []
        assert len(probes.answered(tx, day.id)) == 18


def test_the_sample_grows_as_if_there_were_no_probe_set(ws, day, folder, tmp_path):
    bring(ws, day, folder)
    class_folders(tmp_path / "more", each=20, size=(36, 27))
    run_import(ws, day.id, tmp_path / "more")

    with ws.store.read() as tx:
        assert audit.size(tx, day.id) == 24
        assert len(audit.positions(tx, day.id)) == 24 + 18


def test_they_are_asked_before_what_was_drawn_and_look_like_any_other(ws, day, folder, ada):
    bring(ws, day, folder, labels=False)
    offered = pool.lease(ws, day.id, ada.id, keep=[], want=30)

    with ws.store.read() as tx:
        told = {one.id: leases.of_item(tx, one.id, ada.id) for one in offered}
    apart = [one for one in told.values() if one.selected_as.startswith(leases.AUDIT)]
    assert 0 < len(apart) < 20
    assert {one.selected_as for one in apart} == {"audit: probe"}
    assert {one.propensity for one in apart} == {1.0}
    assert {one.why for one in apart} == {"Brought to test the model: Night."}
    mine = [one for one in offered if one.id in brought(ws, day)]
    assert mine[0].shares == next(one for one in offered if one not in mine).shares
    # In an order as if by chance: not class by class, as they came.
    order = [row.path for one in mine for row in rows(ws, day.id) if row.id == one.id]
    assert order != sorted(order)


def test_they_count_neither_for_the_mix_nor_for_any_figure(ws, day, folder, ada):
    work(ws)
    free = sorted({row.id for row in rows(ws, day.id)} - reserved(ws, day))
    label(ws, day.id, ada, free + sorted(reserved(ws, day, "report")))
    work(ws)
    before = quality.monitor(ws, day.id)

    bring(ws, day, folder)
    work(ws)
    label(ws, day.id, ada, sorted(brought(ws, day))[:9], lambda _true: "blue")
    work(ws)

    after = quality.monitor(ws, day.id)
    assert after.audit == before.audit
    assert after.accuracy == before.accuracy
    assert after.recall == before.recall
    assert (after.training_labels, after.spent.by_class) == (
        before.training_labels,
        before.spent.by_class,
    )
    assert [one.answered for one in after.curve] == [before.curve[-1].answered] * len(after.curve)


def test_no_model_learns_from_them_or_from_what_is_nearly_the_same(ws, day, folder, ada):
    work(ws)
    free = sorted({row.id for row in rows(ws, day.id)} - reserved(ws, day))
    label(ws, day.id, ada, free)
    bring(ws, day, folder)
    copies = folder.parent / "copies"
    copies.mkdir()
    for number, one in enumerate((folder / "amber").iterdir()):
        copied_nearly(one, copies / f"near-{number}.png")
    run_import(ws, day.id, copies)
    work(ws)
    near = [row for row in rows(ws, day.id) if row.path.startswith("near")]
    amber = class_ids(ws, day.id)["amber"]
    labeling.record(ws, day.id, ada.id, [answer(row.id, amber) for row in near])
    label(ws, day.id, ada, brought(ws, day))

    seen = snapshot.read(ws, day.id)
    twins = {row.position for row in near}
    mine = {row.position for row in rows(ws, day.id) if row.id in brought(ws, day)}
    assert (len(twins), len(mine)) == (6, 18)
    assert not (twins | mine) & seen.labels.keys()
    assert not mine & (seen.report.keys() | seen.decided.keys())
    assert twins | mine <= seen.held_out <= seen.blocked


def test_look_alikes_of_items_that_were_moved_are_found_at_once(ws, day, ada, tmp_path):
    free = sorted({row.id for row in rows(ws, day.id)} - reserved(ws, day))
    moved = next(row for row in rows(ws, day.id) if row.id == free[0])
    (tmp_path / "one").mkdir()
    copied_nearly(tmp_path / "photos" / moved.path, tmp_path / "one" / "near.png")
    run_import(ws, day.id, tmp_path / "one")
    work(ws)
    with ws.store.read() as tx:
        assert audit.shadow_positions(tx, day.id) == []
    twin = next(row for row in rows(ws, day.id) if row.path == "near.png")
    (tmp_path / "probe").mkdir()
    source = tmp_path / "photos" / moved.path
    (tmp_path / "probe" / source.name).write_bytes(source.read_bytes())

    bring(ws, day, tmp_path / "probe")

    with ws.store.read() as tx:
        expected = [] if twin.id in reserved(ws, day) else [twin.position]
        assert audit.shadow_positions(tx, day.id) == expected


@pytest.fixture(scope="module")
def trainings(tmp_path_factory, migrated_file, days):
    folder = tmp_path_factory.mktemp("trained")
    night = nights(folder / "night", each=6, size=SMALL)
    with workshop(folder, migrated_file) as ws:
        put_down(ws, days)
        day = projects.get(ws, 1)
        work(ws)
        free = sorted({row.id for row in rows(ws, day.id)} - reserved(ws, day))
        label(ws, day.id, people.join(ws, "Ada"), free[::2])
        bring(ws, day, night, labels=False)
        work(ws)
        return taken(ws)


@pytest.fixture
def trained(ws, trainings):
    """A model, a probe set without labels, and all that a worker makes of them."""
    put_down(ws, trainings)
    return projects.get(ws, 1)


def test_they_are_never_ranked_piled_copied_or_picked_by_hand(ws, trained, ada):
    mine = brought(ws, trained)
    with ws.store.read() as tx:
        asker = pool.asking(ws, projects.get(ws, trained.id), ada.id, keep=(), desk="")
        ranked = {one.item for one in leases.ranked(tx, asker, 300)}
        scattered = {one.item for one in leases.scattered(tx, asker, 300, 1, [], "why")}
        free = pile_parts.free(tx, asker, len(rows(ws, trained.id)))
        newest = queue.newest(tx, trained.id)
    assert newest is not None
    assert ranked
    assert scattered
    assert not mine & (ranked | scattered)
    places = [row.position for row in rows(ws, trained.id) if row.id in mine]
    assert not free[places].any()
    groups = near_copies.of(ws, projects.get(ws, trained.id))
    assert groups is not None
    assert (groups[places] == -1).all()
    for by in ("class", "cluster", "copies"):
        told = {"pile": None, "least": 0.0, "want": 60, "keep": []}
        seen = piles.look(ws, trained.id, ada.id, by=by, **told)
        assert not mine & {tile.id for tile in seen.tiles}
        assert seen.apart >= len(mine)
    picked = answer(min(mine), class_ids(ws, trained.id)["blue"], bulk=new_id())
    receipt = labeling.record(ws, trained.id, ada.id, [picked])
    assert receipt.refused
    with ws.store.read() as tx:
        assert not events.is_answered(tx, min(mine), ada.id)


def test_they_are_no_examples(ws, trained, ada):
    label(ws, trained.id, ada, brought(ws, trained))
    one = next(row for row in rows(ws, trained.id) if row.id in brought(ws, trained))

    with pytest.raises(InputError, match="is no example"):
        examples.choose(ws, trained.id, class_ids(ws, trained.id)[truth(one.path)], one.id, ada.id)
    shown = {
        glance.item for each in examples.of_project(ws, trained.id, ada.id) for glance in each.shown
    }
    assert shown
    assert not shown & brought(ws, trained)


def test_coverage_counts_them_neither_as_pool_nor_as_labels(ws, trained, ada):
    label(ws, trained.id, ada, brought(ws, trained))
    seen = coverage.of_project(ws, trained.id)

    assert (seen.items, seen.measured) == (60, 60)
    assert all(int(one.sum()) <= 60 for one in seen.pool)
    dark = seen.pool[0][:1].sum()
    light = [row.position for row in rows(ws, trained.id) if row.id not in brought(ws, trained)]
    assert dark == int((measuring.cells(ws, trained.id)[light, 0] == 0).sum())
    assert seen.labeled == len(snapshot.read(ws, trained.id).labels)


def test_features_are_learned_without_them(ws, trained):
    with ws.store.read() as tx:
        assert not set(items.sample(tx, trained.id, 1000)) & brought(ws, trained)


def test_what_is_left_to_ask_ends_only_when_they_are_answered(ws, trained, ada):
    rest = {row.id for row in rows(ws, trained.id)} - brought(ws, trained)
    label(ws, trained.id, ada, rest)
    known = projects.get(ws, trained.id)
    with ws.store.read() as tx:
        waiting = probe_rows.waiting(tx, trained.id)
        is_over = events.is_all_answered(tx, trained.id)

    assert (budget.left(ws, known).items, waiting, is_over) == (18, 18, False)
    label(ws, trained.id, ada, brought(ws, trained))
    assert budget.left(ws, known) == budget.Left(0, budget.ALL_ANSWERED)


def test_an_export_says_that_an_answer_is_of_a_probe_set(ws, trained, ada, tmp_path):
    label(ws, trained.id, ada, brought(ws, trained))
    export.to_file(ws, trained.id, "jsonl", tmp_path / "out.jsonl")
    told = [json.loads(one) for one in (tmp_path / "out.jsonl").read_text().splitlines()]
    parts = {one["audit"] for one in told if "night" in one["path"]}
    assert parts == {"probe"}
    assert all(one["audit"] != "probe" for one in told if "night" not in one["path"])


def test_their_conditions_are_told(ws, trained):
    [one] = probes.of_project(ws, trained.id)

    assert one.measured == 18
    assert one.medians["brightness"] < 0.2
    assert "orientation" not in one.medians


def test_a_project_without_items_has_nothing_to_test(ws, folder):
    empty = projects.create(ws, "Empty", classes=["a", "b"])

    with pytest.raises(InputError, match="has no images yet"):
        bring(ws, empty, folder)


@pytest.mark.parametrize("name", ["", " ", "a\u200bb", "x" * 61])
def test_a_name_that_is_none_is_refused(ws, day, folder, name):
    with pytest.raises(InputError, match="name of the probe set"):
        bring(ws, day, folder, name)


def test_texts_can_be_brought_too(ws, tmp_path):
    file = written(tmp_path / "films.csv", reviews(40))
    project = setup.new_project(
        ws, "Films", file, ImportOptions("column", "classes", label_column="label")
    ).project
    more = written(tmp_path / "more.csv", reviews(60))

    run = probes.bring(ws, project.id, more, probes.options("New films", labels=False))
    report = exchange.run_import(ws, run)

    assert report.state == "done"
    assert probes.of_project(ws, project.id)[0].medians == {}


def stopped(ws, project, folder, wish):
    """Read a folder, and end before the import does, as a process that is killed."""

    def die(_done, _total):
        raise KeyboardInterrupt

    run = exchange.request_import(ws, project.id, folder, wish)
    with pytest.raises(KeyboardInterrupt):
        exchange.run_import(ws, run, die)
    return run


def test_an_import_that_was_killed_goes_on_and_nothing_was_of_the_pool_in_between(ws, day, folder):
    run = stopped(ws, day, folder, probes.options("Night"))

    assert reserved(ws, day, "probe") == brought(ws, day)
    with ws.store.read() as tx:
        assert (len(brought(ws, day)), probe_rows.count(tx, day.id)) == (18, 0)
    report = exchange.run_import(ws, run)
    assert (report.state, report.new, report.labels, report.notes) == ("done", 18, 18, ())
    assert probes.of_project(ws, day.id)[0].labeled == 18


def test_what_a_killed_import_began_stays_apart_when_it_is_imported_as_usual(ws, day, folder):
    before = len(reserved(ws, day))
    run = stopped(ws, day, folder, probes.options("Night"))

    report = run_import(ws, day.id, folder)

    assert report.state == "done"
    assert reserved(ws, day, "probe") == brought(ws, day)
    assert len(reserved(ws, day)) == before + 18
    assert exchange.run_import(ws, run).state == "done"


def test_what_an_unfinished_import_of_the_pool_holds_may_be_brought(ws, day, folder):
    run = stopped(ws, day, folder, ImportOptions())

    bring(ws, day, folder, labels=False)

    assert reserved(ws, day, "probe") == brought(ws, day)
    assert exchange.run_import(ws, run).state == "done"
    assert reserved(ws, day, "probe") == brought(ws, day)


def test_an_import_that_is_stopped_keeps_what_it_read_as_a_probe_set(ws, day, folder):
    run = probes.bring(ws, day.id, folder, probes.options("Night"))

    report = exchange.run_import(ws, run, lambda _done, _total: exchange.cancel(ws, run))

    assert report.problem == "Stopped by a person."
    assert reserved(ws, day, "probe") == brought(ws, day)
    assert probes.of_project(ws, day.id)[0].items == len(brought(ws, day))


def test_while_some_wait_as_many_come_as_audit_items_at_the_beginning_and_the_mix_says_so(
    ws, tmp_path, folder, ada
):
    project = make_project(
        ws, tmp_path / "photos", each=20, audit_reserve=0.2, audit_first=0, audit_share=0.1
    )
    work(ws)
    before = mix.sentence(ws, project.id)
    bring(ws, project, folder, labels=False)

    assert before.endswith("one in ten at random.")
    assert mix.sentence(ws, project.id).endswith("one in four at random, or brought as a test.")
    assert quality.audit_state(ws, project.id).share_now == 0.25
    label(ws, project.id, ada, brought(ws, project))
    assert mix.sentence(ws, project.id) == before
    assert quality.audit_state(ws, project.id).share_now == 0.1


def test_the_first_figure_is_said_to_come_after_them(ws, day, folder):
    before = quality.audit_state(ws, day.id)
    bring(ws, day, folder, labels=False)
    after = quality.audit_state(ws, day.id)
    many = {"reserved": 300, "report": 0}

    assert (before.ahead, after.ahead) == (0, 18)
    early, late = (quality.labels_to_first(replace(one, **many), 10_000) for one in (before, after))
    assert late - early == 18 / 0.25


def test_the_sample_is_told_beside_what_it_was_drawn_from_which_they_are_no_part_of(
    ws, day, folder
):
    before = quality.audit_state(ws, day.id)
    bring(ws, day, folder, labels=False)

    seen = quality.monitor(ws, day.id)

    assert (before.reserved, before.drawn_from) == (12, 60)
    assert (seen.project.items, seen.audit.reserved, seen.audit.drawn_from) == (78, 12, 60)


def test_they_are_no_parents_of_made_pictures(ws, trained, ada):
    label(ws, trained.id, ada, brought(ws, trained))
    expecting.expect(ws, trained.id, "saturation", 0, 0, 0.3)
    found = coverage.of_project(ws, trained.id).gaps[0]
    assert found.expected is not None

    made = previews.look(ws, trained.id, found, previews.recipes(found)[0].name)

    assert made.shown
    assert not {one.item for one in made.shown} & brought(ws, trained)


def test_where_items_have_several_classes_a_set_of_them_is_the_answer(ws, tmp_path, folder):
    project = make_project(ws, tmp_path / "photos", each=6, multi_label=True)
    lines = [
        "path,label",
        *(f"amber/{one.name},amber|blue" for one in (folder / "amber").iterdir()),
    ]
    (folder / "labels.csv").write_text("\n".join(lines))

    report = bring(ws, project, folder)

    assert (report.new, report.labels) == (18, 6)
    with ws.store.read() as tx:
        said = probes.answered(tx, project.id)
        sets = class_sets.today(tx, project.id)
    names = {one.id: one.name for one in projects.classes(ws, project.id)}
    assert {tuple(sorted(names[one] for one in sets[given])) for given in said.values()} == {
        ("amber", "blue")
    }
