"""Projects in which an item may have several classes, or none."""

import csv
import io
import json
from dataclasses import replace

import pytest

from labeler_app.errors import InputError
from labeler_app.services import (
    class_surgery,
    class_undo,
    desk,
    examples,
    exchange,
    export,
    labeling,
    people,
    picking,
    piles,
    pool,
    preview,
    projects,
    quality,
    replay,
    setup,
    similar,
    snapshot,
)
from labeler_app.store import audit, class_changes, class_sets, items
from labeler_app.store import examples as store_examples
from labeler_app.store import projects as project_rows
from tests.builders import answer, class_ids, make_project, new_id, rows, work
from tests.conftest import each_once
from tests.pictures import class_folders, truth
from tests.prepared import put_down, taken, workshop

CLASSES = ("cold", "leafy")
MEANS = {"amber": (), "blue": ("cold",), "green": ("cold", "leafy")}


@pytest.fixture(scope="module")
def prepared(tmp_path_factory, migrated_file):
    folder = tmp_path_factory.mktemp("sets")
    with workshop(folder, migrated_file) as ws:
        make_sets(ws, folder / "photos")
        return taken(ws)


@pytest.fixture
def project(ws, prepared):
    """Pictures: amber ones have no class, blue ones are cold, green ones cold and leafy."""
    put_down(ws, prepared)
    return projects.get(ws, 1)


def make_sets(ws, folder, *, each=20, name="Sets", **config):
    made = make_project(
        ws,
        folder,
        each=each,
        name=name,
        embedded=True,
        **{"audit_reserve": 0.3, "retrain_every": 5, "multi_label": True, **config},
    )
    # The folders are no classes here.
    for one in projects.classes(ws, made.id):
        class_surgery.retire(ws, one.id)
    for name in CLASSES:
        projects.add_class(ws, made.id, name)
    return projects.get(ws, made.id)


def said(ws, project, path):
    classes = class_ids(ws, project.id)
    return tuple(classes[name] for name in MEANS[truth(path)])


def sets(item, given, **more):
    return replace(answer(item, **more), kind="label", class_ids=given)


def label(ws, project, ada, count):
    """Answer what the desk shows, rightly; return the items."""
    shown = [one.id for one in pool.lease(ws, project.id, ada.id, keep=[], want=count)]
    with ws.store.read() as tx:
        found = items.many(tx, shown)
    batch = [sets(one, said(ws, project, found[one].path)) for one in shown]
    receipt = labeling.record(ws, project.id, ada.id, batch)
    assert receipt.refused == ()
    return shown


def exported(ws, project, **how):
    out = io.StringIO()
    export.export(ws, project.id, "jsonl", out, **how)
    return {row["path"]: row["label"] for row in map(json.loads, out.getvalue().splitlines())}


def test_what_is_given_is_stored_counted_exported_and_taken_back_whole(ws, project, ada):
    shown = label(ws, project, ada, 12)
    with ws.store.read() as tx:
        paths = {one.path for one in items.many(tx, shown).values()}

    assert exported(ws, project) == {path: list(MEANS[truth(path)]) for path in paths}
    counts = {one.name: one.count for one in projects.classes(ws, project.id)}
    assert counts == {
        "cold": sum(truth(one) != "amber" for one in paths),
        "leafy": sum(truth(one) == "green" for one in paths),
    }
    last = desk.open_desk(ws, project.id, ada.id).last[-1]
    undo = labeling.record(
        ws,
        project.id,
        ada.id,
        [replace(answer(last.item), kind="undo", reverts=last.event_id)],
    )
    assert undo.refused == ()
    assert len(exported(ws, project)) == 11


def test_a_csv_says_the_classes_as_json(ws, project, ada):
    label(ws, project, ada, 12)
    out = io.StringIO()
    export.export(ws, project.id, "csv", out)
    assert '"[""cold"", ""leafy""]"' in out.getvalue()
    assert ",[]," in out.getvalue()


@each_once("learner", ["logistic", "linear-svm", "extra-trees"])
def test_a_model_learns_each_class_and_is_measured_by_the_whole_set(ws, tmp_path, ada, learner):
    project = make_sets(ws, tmp_path / "photos", each=28, audit_reserve=0.5, learner=learner)
    for _ in range(4):
        label(ws, project, ada, 21)
        work(ws)

    seen = quality.monitor(ws, project.id)
    assert seen.accuracy is not None
    assert seen.accuracy.correct == seen.accuracy.total >= 20
    projects.configure(ws, project.id, replace(project.config, budget=21))
    lead = desk.end(ws, project.id).lead
    assert "an item counts as right only when its whole set of classes is right" in lead
    assert [one.correct for one in seen.recall] == [one.total for one in seen.recall]
    assert [(one.of.name, one.wrong) for one in seen.extras] == [("cold", 0), ("leafy", 0)]
    report = replay.replay(ws, project.id)
    assert len(report.selections) > 2
    assert report.identical == len(report.selections), report.sentence


def test_the_suggestion_gives_each_class_a_chance_of_its_own(ws, project, ada):
    for _ in range(2):
        label(ws, project, ada, 12)
        work(ws)
    offers = pool.lease(ws, project.id, ada.id, keep=[], want=30)
    classes = class_ids(ws, project.id)
    with ws.store.read() as tx:
        found = items.many(tx, [one.id for one in offers])

    green = [one.shares for one in offers if truth(found[one.id].path) == "green"]
    amber = [one.shares for one in offers if truth(found[one.id].path) == "amber"]
    assert all(one[classes["cold"]] + one[classes["leafy"]] > 1.2 for one in green)
    assert all(one[classes["cold"]] + one[classes["leafy"]] < 0.8 for one in amber)


def test_an_answer_sent_twice_is_stored_once_and_another_under_its_name_is_refused(
    ws, project, ada
):
    classes = class_ids(ws, project.id)
    item = pool.lease(ws, project.id, ada.id, keep=[], want=1)[0].id
    event = new_id()
    both = sets(item, (classes["leafy"], classes["cold"]), event_id=event)

    first = labeling.record(ws, project.id, ada.id, [both])
    again = labeling.record(
        ws, project.id, ada.id, [replace(both, class_ids=(classes["cold"], classes["leafy"]))]
    )
    other = labeling.record(ws, project.id, ada.id, [replace(both, class_ids=(classes["cold"],))])

    assert (first.stored, again.stored, again.acknowledged) == ((event,), (), (event,))
    assert "stored already" in other.refused[0].problem


def test_what_cannot_be_given_is_refused_with_a_sentence(ws, project, ada, tmp_path):
    classes = class_ids(ws, project.id)
    one = make_project(ws, tmp_path / "one", name="One class", embedded=False)
    item = pool.lease(ws, project.id, ada.id, keep=[], want=1)[0].id
    theirs = pool.lease(ws, one.id, ada.id, keep=[], want=1)[0].id

    def refusal(project_id, told):
        (refused,) = labeling.record(ws, project_id, ada.id, [told]).refused
        return refused.problem

    assert "has one class" in refusal(one.id, sets(theirs, ()))
    assert "no class 99999" in refusal(project.id, sets(item, (classes["cold"], 99_999)))
    assert "labeled by itself" in refusal(project.id, sets(item, (classes["cold"],), picked=True))
    assert "has one class" in refusal(project.id, replace(sets(item, ()), class_id=classes["cold"]))
    assert "needs a class" in refusal(project.id, replace(sets(item, ()), kind="skip"))
    assert exported(ws, project) == {}


def test_examples_and_neighbours_are_told_with_all_their_classes(ws, project, ada):
    shown = label(ws, project, ada, 30)
    work(ws)
    classes = class_ids(ws, project.id)
    with ws.store.read() as tx:
        found = items.many(tx, shown)
    given = {one: said(ws, project, found[one].path) for one in shown}

    for one in examples.of_project(ws, project.id, ada.id):
        assert one.shown
        assert all(one.class_id in given[each.item] for each in one.shown)
    for one in similar.to_item(ws, shown[0], ada.id).found:
        assert one.class_ids == tuple(sorted(given[one.glance.item]))
    chosen = next(one for one in shown if len(given[one]) == 2 and not in_audit(ws, one))
    examples.choose(ws, project.id, classes["leafy"], chosen, ada.id)
    leafy = next(
        one
        for one in examples.of_project(ws, project.id, ada.id)
        if one.class_id == classes["leafy"]
    )
    assert leafy.is_chosen
    assert [one.item for one in leafy.shown] == [chosen]


def in_audit(ws, item):
    with ws.store.read() as tx:
        return store_examples.is_held_out(tx, item)


def test_labels_that_come_along_name_several_classes_and_an_export_comes_back(ws, tmp_path):
    told = {"a": "cold|leafy", "b": '["leafy", "cold"]', "c": "[]", "d": "cold", "e": ""}
    table = tmp_path / "texts.csv"
    lines = [f'text {name},"{label.replace(chr(34), chr(34) * 2)}"' for name, label in told.items()]
    table.write_text("\n".join(["text,label", *lines]), encoding="utf-8")
    options = exchange.ImportOptions("column", "trust", label_column="label")

    made = setup.new_project(ws, "Sets", table, options, kind="text", multi_label=True).project

    given = [sorted(one) for one in exported(ws, made).values()]
    assert given == [["cold", "leafy"], ["cold", "leafy"], [], ["cold"]]
    assert {one.name for one in projects.classes(ws, made.id)} == {"cold", "leafy"}


def test_a_class_with_a_bar_in_its_name_comes_back_from_what_an_export_writes(ws, tmp_path):
    options = exchange.ImportOptions("column", "trust", label_column="label")

    def imported(name, labels):
        table = tmp_path / f"{name}.csv"
        with table.open("w", encoding="utf-8", newline="") as out:
            told = [(f"text {number}", label) for number, label in enumerate(labels)]
            csv.writer(out).writerows([("text", "label"), *told])
        return setup.new_project(ws, name, table, options, kind="text", multi_label=True).project

    first = imported("First", ['["red|green"]', '["blue", "red|green"]', "blue", "[]"])
    out = io.StringIO()
    export.export(ws, first.id, "csv", out)
    again = imported("Again", [one["label"] for one in csv.DictReader(io.StringIO(out.getvalue()))])

    given = [sorted(one) for one in exported(ws, again).values()]
    assert given == [["red|green"], ["blue", "red|green"], ["blue"], []]
    assert {one.name for one in projects.classes(ws, again.id)} == {"red|green", "blue"}


def test_what_cannot_come_along_is_refused_before_a_project_is_made(ws, project, ada, tmp_path):
    label(ws, project, ada, 3)
    exported_csv = tmp_path / "export.csv"
    export.to_file(ws, project.id, "csv", exported_csv)
    lists = tmp_path / "lists.csv"
    lists.write_text('text,label\nhello,"[""cold""]"\nyou,[]\n', encoding="utf-8")
    options = exchange.ImportOptions("column", "trust", label_column="label")

    with pytest.raises(InputError, match="is an export of labels"):
        setup.new_project(ws, "Again", exported_csv, exchange.ImportOptions(), multi_label=True)
    with pytest.raises(InputError, match="names several classes"):
        setup.new_project(ws, "One each", lists, options, kind="text")
    assert [one.name for one in projects.every(ws)] == ["Sets"]


def test_the_grids_which_give_one_class_are_refused(ws, project, ada):
    with pytest.raises(InputError, match="several classes"):
        piles.look(ws, project.id, ada.id, pile=None, least=0.5, want=12, keep=[])
    with pytest.raises(InputError, match="several classes"):
        picking.tiles(ws, project.id, ada.id, seen=[], want=12)


@pytest.mark.parametrize(
    ("config", "problem"),
    [
        ({"self_training": True}, "one class an item"),
        ({"strategy": "bald"}, "one class each"),
        ({"multi_label": 1}, "not yes or no"),
    ],
)
def test_settings_that_need_one_class_an_item_are_refused(ws, project, config, problem):
    with pytest.raises(InputError, match=problem):
        projects.configure(ws, project.id, replace(project.config, **config))


def test_a_merged_class_counts_as_the_other_and_comes_back(ws, project, ada):
    label(ws, project, ada, 12)
    before = exported(ws, project)
    classes = class_ids(ws, project.id)
    change = class_surgery.merge(ws, classes["leafy"], classes["cold"])
    merged = exported(ws, project)
    class_undo.undo(ws, change)

    assert merged == {path: ["cold"] if given else [] for path, given in before.items()}
    assert exported(ws, project) == before


def test_a_retired_class_drops_out_of_the_answers_and_an_old_export_stays(ws, project, ada):
    label(ws, project, ada, 12)
    before = exported(ws, project)
    out = io.StringIO()
    export.export(ws, project.id, "jsonl", out)
    moment = json.loads(out.getvalue().splitlines()[0])["as_of"]
    class_surgery.retire(ws, class_ids(ws, project.id)["cold"])

    left = {path: [one for one in given if one != "cold"] for path, given in before.items()}
    assert exported(ws, project) == left
    assert exported(ws, project, as_of=moment) == before


def learned(ws, project):
    """What the training labels say of each class: (has it, is known to lack it)."""
    read = snapshot.read(ws, project.id)
    members = read.members(read.labels, list(read.labels))
    lacks = members.known & ~members.has
    return {
        read.class_names[one]: (int(members.has[:, at].sum()), int(lacks[:, at].sum()))
        for at, one in enumerate(members.classes.tolist())
    }


def test_a_class_that_came_later_is_unknown_of_older_labels_and_spoils_no_figure(ws, tmp_path, ada):
    project = make_sets(
        ws, tmp_path / "photos", each=40, audit_reserve=0.5, audit_share_first=0.5, audit_first=99
    )
    for _ in range(3):
        label(ws, project, ada, 30)
        work(ws)
    before = quality.monitor(ws, project.id).accuracy
    projects.add_class(ws, project.id, "new")
    assert learned(ws, project)["new"] == (0, 0)
    label(ws, project, ada, 15)
    work(ws)

    has, lacks = learned(ws, project)["new"]
    assert has == 0
    assert 0 < lacks < 15
    after = quality.monitor(ws, project.id).accuracy
    assert before.correct == before.total >= 20
    assert after.correct == after.total > before.total
    new = class_ids(ws, project.id)["new"]
    (offer,) = pool.lease(ws, project.id, ada.id, keep=[], want=1)
    assert new not in offer.shares


def test_a_class_that_was_out_of_use_is_unknown_of_what_was_labeled_meanwhile(ws, project, ada):
    classes = class_ids(ws, project.id)
    label(ws, project, ada, 9)
    change = class_surgery.retire(ws, classes["cold"])
    with ws.store.read() as tx:
        meanwhile = [one.id for one in pool.lease(ws, project.id, ada.id, keep=[], want=9)]
        paths = {one: row.path for one, row in items.many(tx, meanwhile).items()}
    leafy = {one: (classes["leafy"],) if truth(paths[one]) == "green" else () for one in paths}
    labeling.record(ws, project.id, ada.id, [sets(one, given) for one, given in leafy.items()])
    then = learned(ws, project)
    class_undo.undo(ws, change)

    has, lacks = learned(ws, project)["cold"]
    assert "cold" not in then
    assert has + lacks <= 9
    assert sum(learned(ws, project)["leafy"]) == sum(then["leafy"]) > 9


def test_what_a_desk_did_not_know_yet_its_answers_say_nothing_of(ws, project, ada):
    label(ws, project, ada, 6)
    with ws.store.read() as tx:
        version = class_changes.newest(tx, project.id)
    projects.add_class(ws, project.id, "new")
    classes = class_ids(ws, project.id)
    shown = [one.id for one in pool.lease(ws, project.id, ada.id, keep=[], want=20)]
    with ws.store.read() as tx:
        kept_out = set(audit.among(tx, shown))
    late, fresh = [one for one in shown if one not in kept_out][:2]
    labeling.record(ws, project.id, ada.id, [sets(late, (), class_version=version)])
    assert learned(ws, project)["new"] == (0, 0)
    labeling.record(ws, project.id, ada.id, [sets(fresh, (classes["cold"],))])
    assert learned(ws, project)["new"] == (0, 1)


def test_a_merge_into_a_newer_class_keeps_what_was_given(ws, project, ada):
    label(ws, project, ada, 20)
    new = projects.add_class(ws, project.id, "frosty").id
    before = learned(ws, project)
    class_surgery.merge(ws, class_ids(ws, project.id)["cold"], new)

    has, lacks = learned(ws, project)["frosty"]
    assert has == before["cold"][0] > 0
    assert lacks == 0


def test_people_who_mean_the_same_vote_together(ws, tmp_path, ada, bob):
    project = make_sets(ws, tmp_path / "photos", wanted=3)
    classes = class_ids(ws, project.id)
    chilly = projects.add_class(ws, project.id, "chilly").id
    eve = people.join(ws, "Eve")
    with ws.store.read() as tx:
        reserved = set(audit.positions(tx, project.id))
    item = next(row.id for row in rows(ws, project.id) if row.position not in reserved)
    for who, given in (
        (ada, (classes["cold"], chilly)),
        (bob, (classes["cold"],)),
        (eve, (classes["leafy"],)),
    ):
        labeling.record(ws, project.id, who.id, [sets(item, given)])
    class_surgery.merge(ws, chilly, classes["cold"])

    read = snapshot.read(ws, project.id)
    assert [read.meanings.sets[one] for one in read.labels.values()] == [{classes["cold"]}]


def test_after_a_merge_no_share_is_above_one(ws, project, ada):
    for _ in range(2):
        label(ws, project, ada, 12)
        work(ws)
    classes = class_ids(ws, project.id)
    class_surgery.merge(ws, classes["leafy"], classes["cold"])
    offers = pool.lease(ws, project.id, ada.id, keep=[], want=20)
    assert all(0 <= one.shares[classes["cold"]] <= 1 for one in offers)
    assert any(one.shares[classes["cold"]] > 0.9 for one in offers)


def test_an_event_of_another_project_is_refused_and_a_thousand_classes_are_a_set(
    ws, project, ada, tmp_path
):
    other = make_sets(ws, tmp_path / "other", name="Other")
    (item,) = [one.id for one in pool.lease(ws, project.id, ada.id, keep=[], want=1)]
    (theirs,) = [one.id for one in pool.lease(ws, other.id, ada.id, keep=[], want=1)]
    with ws.store.write() as tx:
        many = tuple(project_rows.add_class(tx, project.id, f"c{at}") for at in range(900))
    sent = sets(item, many)
    assert labeling.record(ws, project.id, ada.id, [sent]).refused == ()
    again = labeling.record(ws, other.id, ada.id, [replace(sent, item=theirs, class_ids=())])
    assert "stored already" in again.refused[0].problem


def test_a_project_that_has_labels_keeps_to_sets_or_to_single_classes(ws, project, ada):
    label(ws, project, ada, 3)
    with pytest.raises(InputError, match="labeled already"):
        projects.configure(ws, project.id, replace(project.config, multi_label=False))


def test_a_picture_in_two_class_folders_has_both_classes(ws, tmp_path):
    root = class_folders(tmp_path / "both", each=6)
    (root / "blue" / "same.png").write_bytes((root / "amber" / "amber-000.png").read_bytes())
    options = exchange.ImportOptions("folders", "trust")
    made = setup.new_project(ws, "Both", root, options, embedder="pixels", multi_label=True).project

    given = exported(ws, made)
    assert sorted(len(one) for one in given.values()) == [1] * 17 + [2]
    assert {"amber", "blue"} in [set(one) for one in given.values()]


def test_lines_of_one_path_in_a_labels_csv_are_one_set(ws, tmp_path):
    root = class_folders(tmp_path / "lines", each=10)
    names = [one.relative_to(root).as_posix() for one in sorted(root.rglob("*.png"))]
    others = {
        names[0]: ["cold|leafy", "cold", "Cold", "wet"],
        names[1]: ['"[""leafy""]"', "cold"],
        names[2]: ["[]", "[]"],
        names[3]: ["leafy", "leafy"],
        names[4]: ["[]", "cold"],
        names[5]: ["cold", "a" * 101],
        names[6]: ["cold", "leafy|a\u200eb"],
    }
    told = {name: others.get(name, ["cold", "leafy"]) for name in names}
    # As other programs write them: first one class of every picture, then the others.
    lines = [f"{name},{told[name][0]}" for name in names]
    lines += [f"{name},{label}" for name in names for label in told[name][1:]]
    (root / "labels.csv").write_text("\n".join(["path,label", *lines]), encoding="utf-8")
    options = exchange.ImportOptions("table", "trust")

    look = preview.look(ws, root)
    made = setup.new_project(ws, "Sets", root, options, embedder="pixels", multi_label=True)
    again = preview.look(ws, root, project=made.project.id)

    given = {path: set(classes) for path, classes in exported(ws, made.project).items()}
    both = {name: {"cold", "leafy"} for name in names[7:]}
    assert given == both | {
        names[0]: {"cold", "leafy", "wet"},
        names[1]: {"cold", "leafy"},
        names[2]: set(),
        names[3]: {"leafy"},
    }
    assert {one.name for one in projects.classes(ws, made.project.id)} == {"cold", "leafy", "wet"}
    assert (made.report.labels, made.report.unusable) == (27, 5)
    reasons = exchange.problems(ws, made.report.id)
    assert (names[4], "labels.csv, lines 6 and 38 give it two labels: '[]' and 'cold'") in reasons
    assert [path for path, _ in reasons].count(names[5]) == 2
    assert [path for path, _ in reasons].count(names[6]) == 2
    # Before there is a project nobody knows whether these are sets or clashes.
    assert look.labels.keys() >= {"cold", "leafy", "wet"}
    assert (look.several, look.labeled) == (25, 2)
    assert (again.several, again.labeled, again.unusable) == (0, 27, 5)


def test_the_rows_that_stand_for_sets_are_no_classes(ws, project, ada):
    label(ws, project, ada, 12)
    with ws.store.read() as tx:
        rows = class_sets.given(tx, project.id)
    assert () in rows.values()
    assert any(len(one) == 2 for one in rows.values())
    assert [one.name for one in projects.classes(ws, project.id)] == list(CLASSES)
    assert set(desk.news(ws, project.id).counts) == set(class_ids(ws, project.id).values())
