"""Variants of texts: made of labeled ones, kept or rejected, proven, learned from, exported."""

import csv
import io
import json
import re
from dataclasses import replace

import numpy as np
import pytest

from labeler_app.adapters.variants.text_recipes import TEXT_RECIPES
from labeler_app.adapters.variants.texts import TEXTS
from labeler_app.core import lift, spelling, text_conditions
from labeler_app.errors import InputError, StateError
from labeler_app.services import (
    contents,
    coverage,
    crafting,
    export,
    goals,
    heads,
    labeling,
    lifts,
    making,
    making_block,
    measured_axes,
    measuring,
    nearness,
    parents,
    reviewing,
    setup,
    snapshot,
    steered_texts,
    training,
    variant_contents,
    variant_features,
    variant_files,
    variant_kinds,
    words,
)
from labeler_app.services.exchange import ImportOptions
from labeler_app.services.steered_texts import WantedText
from labeler_app.store import audit, items, models, variants
from tests.builders import answer, class_ids, rows, work
from tests.tables import shouted, written
from tests.variants import decide

LOUD = "capitals:6-6:all"
KEY = "in capitals@capitals:6-6"


def ask(ws, project, ada, **told):
    wanted = {"recipe": "in capitals", "gap": LOUD, "count": 6, **told}
    return making.ask(ws, project.id, ada.id, **wanted)


def made(ws, project):
    with ws.store.read() as tx:
        return variants.every(tx, project.id)


def read(ws, one):
    return (ws.folder / one.path).read_text(encoding="utf-8")


def apart(ws, project):
    """Return the items of the audit sample, and those that look like one."""
    with ws.store.read() as tx:
        every = items.ids_by_position(tx, project.id)
        places = [*audit.positions(tx, project.id), *audit.shadow_positions(tx, project.id)]
        return {every[at] for at in places}


def test_variants_of_both_classes_land_in_the_gap_and_are_kept_as_files(ws, films, ada):
    number = ask(ws, films, ada, count=12)
    work(ws)

    told, every = making.get(ws, films.id, number), made(ws, films)

    assert (told.state, told.made, told.told) == ("done", 12, ())
    assert len(every) == 12
    assert {one.root_class for one in every} == set(class_ids(ws, films.id).values())
    known = measured_axes.spelling_of(ws, films.id)
    originals = {row.id: contents.of_item(ws, row) for row in rows(ws, films.id)}
    for one in every:
        assert (one.landed, one.filling.key) == (True, KEY)
        assert one.before < 0.1 < 0.95 <= one.after <= 1.0
        text = read(ws, one)
        assert text.casefold() == originals[one.root].casefold()
        assert one.path == f"variants/{films.id}/{one.sha256[:2]}/{one.sha256}.txt"
        assert text_conditions.measure(text, known)[2] == pytest.approx(one.after)
        assert 0.0 <= one.margin <= 1.0
        assert "nlpaug" in json.loads(one.versions)
    home = ws.folder / variant_files.FOLDER
    found = {it.relative_to(ws.folder).as_posix() for it in home.rglob("*") if it.is_file()}
    assert found == {one.path for one in every}


def test_every_recipe_is_made_and_made_again_bit_for_bit(ws, films, ada):
    gaps = {
        "length": "length:0-1:all",
        "typos": "typos:2-2:all",
        "capitals": LOUD,
        "punctuation": "punctuation:5-6:all",
        "look-alikes": "look-alikes:2-3:all",
    }
    for way in goals.ways("text"):
        if way.name not in ("in small letters", "without marks"):
            ask(ws, films, ada, recipe=way.name, gap=gaps.get(way.axis, ""), count=2)
    work(ws)

    every = made(ws, films)

    assert len({one.filling.recipe for one in every}) >= 10, [
        (one.filling.key, one.told) for one in making.every(ws, films.id) if one.made < 2
    ]
    for one in every:
        content, is_same = making.again(ws, films.id, one.id)
        assert is_same, one.filling
        assert content == (ws.folder / one.path).read_bytes()


def test_no_audit_text_nor_one_like_it_is_a_parent_and_no_variant_is_counted(ws, films, ada):
    with ws.store.write() as tx:
        every = items.ids_by_position(tx, films.id)
        reserved = {every[at] for at in audit.positions(tx, films.id)}
        free = [one for one in every if one not in reserved]
        audit.shadow(tx, films.id, free[:5])
    before = coverage.of_project(ws, films.id)
    sought = goals.wanted(variants.Filling("in capitals", "capitals", 6, 6))

    able = {one.item for one in parents.of_project(ws, films.id, sought, None)}
    ask(ws, films, ada, count=60)
    work(ws)
    decide(ws, films.id, ada.id, [one.id for one in made(ws, films)])
    work(ws)

    roots = {one.root for one in made(ws, films)}
    assert roots
    assert roots <= able
    assert not able & apart(ws, films)
    after = coverage.of_project(ws, films.id)
    assert (after.items, after.measured, after.labeled) == (120, 120, before.labeled)
    assert [one.tolist() for one in after.pool] == [one.tolist() for one in before.pool]
    with ws.store.read() as tx:
        assert {every[at] for at in audit.positions(tx, films.id)} == reserved
        assert items.ids_by_position(tx, films.id) == every


def test_a_variant_that_can_hardly_be_told_from_an_audit_text_is_left_out(
    ws, films, ada, monkeypatch
):
    with ws.store.read() as tx:
        reserved = audit.positions(tx, films.id)
        ids = items.ids_by_position(tx, films.id)
        own = ws.arrays.take(models.shards(tx, films.id, "shingles@1"), reserved[:1])[0]
    shape = nearness.Shape(np.asarray(own), frozenset(), variants.Filling("x", "", 0, 0), None)
    assert nearness.known(ws, films.id).item(shape) == (ids[reserved[0]], True)
    craft = crafting.craft
    monkeypatch.setattr(
        crafting, "craft", lambda *told: replace(craft(*told), signature=np.asarray(own))
    )

    number = ask(ws, films, ada, count=3)
    work(ws)

    assert made(ws, films) == []
    assert making_block.NEAR_AUDIT in making.get(ws, films.id, number).told


def test_what_cannot_be_asked_of_texts_is_refused_with_a_sentence(ws, films, ada, tmp_path):
    with pytest.raises(InputError, match="There is no recipe 'blend'"):
        ask(ws, films, ada, recipe="blend", gap="")
    with pytest.raises(InputError, match="There is no recipe 'low light'"):
        ask(ws, films, ada, recipe="low light")
    with pytest.raises(InputError, match="There is no condition 'brightness'"):
        ask(ws, films, ada, gap="brightness:0-1:all")
    with pytest.raises(InputError, match="cells of capitals go from 0 to 6"):
        ask(ws, films, ada, gap="capitals:6-7:all")
    table = written(tmp_path / "rows.csv", [{"a": str(at), "b": "x"} for at in range(9)])
    other = setup.new_project(ws, "Rows", table, ImportOptions(), classes=("no", "yes")).project
    with pytest.raises(InputError, match="Variants of rows cannot be made"):
        ask(ws, other, ada)
    empty = setup.new_project(
        ws,
        "New",
        written(tmp_path / "new.csv", shouted(9, quiet=9)),
        ImportOptions(),
        classes=("bad", "good"),
    ).project
    with pytest.raises(StateError, match="Variants are made of a labeled text outside of capitals"):
        ask(ws, empty, ada)


def test_a_text_whose_content_is_lost_is_named_and_the_others_are_made(ws, films, ada, monkeypatch):
    opened, lost = contents.of_item, []

    def of_item(ws, row):
        lost[:] = lost or [row]
        if row.id == lost[0].id:
            raise InputError(f"The content of item {row.id} is missing.")
        return opened(ws, row)

    monkeypatch.setattr(contents, "of_item", of_item)

    number = ask(ws, films, ada, count=6)
    work(ws)

    told = making.get(ws, films.id, number)
    assert (told.state, told.made) == ("done", 6)
    assert told.told == (f"{lost[0].path}: The content of item {lost[0].id} is missing.",)


def test_a_recipe_that_changes_nothing_in_a_text_makes_no_variant_of_it(ws, films, ada):
    number = ask(ws, films, ada, recipe="spoken", gap="", count=2)
    work(ws)

    told = making.get(ws, films.id, number)
    assert (told.state, made(ws, films)) == ("done", [])
    assert told.told[0].endswith(": 'spoken' changes nothing in this text.")
    assert told.told[-1] == f"Only 0 of 2 were made, in {told.tried} tries."


@pytest.fixture
def brief(ws, tmp_path, ada):
    """Texts of which "spoken" makes one each, whatever the seed; ten of them are labeled."""
    every = [{"text": f"{one['text']} I do not know."} for one in shouted(120, quiet=120)]
    file = written(tmp_path / "brief.csv", every)
    project = setup.new_project(ws, "Brief", file, ImportOptions(), classes=("bad", "good")).project
    work(ws)
    classes, left_out = class_ids(ws, project.id), apart(ws, project)
    free = [row for row in rows(ws, project.id) if row.id not in left_out]
    names = {row.id: ("bad", "good")[row.position % 2] for row in free}
    chosen = [
        [one for one, name in names.items() if name == wanted][:5] for wanted in ("bad", "good")
    ]
    batch = [answer(one, classes[names[one]]) for some in chosen for one in some]
    labeling.record(ws, project.id, ada.id, batch)
    work(ws)
    assert len(parents.of_project(ws, project.id, None, None)) == 10
    return project


@pytest.mark.parametrize("hardest", [False, True])
def test_what_comes_out_the_same_is_kept_once_and_all_that_differ_are_made(ws, brief, ada, hardest):
    number = ask(ws, brief, ada, recipe="spoken", gap="", count=12, hardest=hardest)
    work(ws)

    told, every = making.get(ws, brief.id, number), made(ws, brief)

    assert (told.state, told.made) == ("done", 10)
    assert len({one.root for one in every}) == len({read(ws, one) for one in every}) == 10
    assert making_block.SAME in told.told
    assert (making_block.FEW in told.told) == hardest
    assert told.told[-1] == f"Only 10 of 12 were made, in {told.tried} tries."


def test_what_is_made_already_takes_no_place_of_the_hardest(ws, brief, ada):
    first = ask(ws, brief, ada, recipe="spoken", gap="", count=6)
    second = ask(ws, brief, ada, recipe="spoken", gap="", count=3, hardest=True)
    work(ws)

    assert [making.get(ws, brief.id, one).made for one in (first, second)] == [6, 3]
    assert len({read(ws, one) for one in made(ws, brief)}) == 9


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ((0, 0), "below 20 characters"),
        ((1, 3), "from 20 to 200 characters"),
        ((6, 6), "1,995 characters or more"),
    ],
)
def test_a_gap_of_length_is_told_in_characters(cells, told):
    filling = variants.Filling("cut short", "length", *cells)

    assert goals.reach(filling) == told
    assert goals.measured(filling, 0.0) == "1 character"


def test_texts_that_do_not_come_to_a_length_say_so_in_characters(ws, films, brief, ada):
    gap = "the gap is 1,995 characters or more"
    asked = [
        ask(ws, project, ada, recipe="cut short", gap="length:6-6:all", count=count)
        for project, count in ((films, 60), (brief, 12))
    ]
    work(ws)

    many = making.get(ws, films.id, asked[0]).told
    few = making.get(ws, brief.id, asked[1]).told
    assert re.search(rf"the nearest came to length \d+ characters, and {gap}", many[0])
    assert re.search(rf"given up after 3 tries, it came to length \d+ characters; {gap}", few[0])


def test_a_cancelled_making_leaves_no_file_of_its_block(ws, films, ada, monkeypatch):
    number = ask(ws, films, ada, count=12)
    craft = crafting.craft

    def craft_once(*told):
        making.cancel(ws, films.id, number)
        return craft(*told)

    monkeypatch.setattr(crafting, "craft", craft_once)
    work(ws)

    assert (making.get(ws, films.id, number).state, made(ws, films)) == ("cancelled", [])
    home = ws.folder / variant_files.FOLDER
    assert not [one for one in home.rglob("*") if one.is_file()]


def test_a_person_reads_a_variant_and_its_original_and_keeps_it(ws, films, ada):
    ask(ws, films, ada)
    work(ws)

    sight = reviewing.look(ws, films.id)

    assert sight.filling.words == "in capitals, capitals all capitals"
    tile = sight.tiles[0]
    assert (tile.kind, tile.tier, tile.decision) == ("text", "A", "")
    assert tile.class_id in class_ids(ws, films.id).values()
    assert variant_contents.text_of(ws, tile.id).isupper()
    decide(ws, films.id, ada.id, [tile.id])
    after = {one.id: one for one in reviewing.look(ws, films.id).tiles}[tile.id]
    assert (after.decision, after.kept_as) == ("keep", tile.class_id)


def test_a_file_that_is_lost_or_damaged_is_said_and_never_trains(ws, films, ada):
    ask(ws, films, ada)
    work(ws)
    gone, broken, whole = made(ws, films)[:3]
    (ws.folder / gone.path).unlink()
    (ws.folder / broken.path).write_bytes(b"\xff\xfe\x00")
    decide(ws, films.id, ada.id, [gone.id, broken.id, whole.id])
    seen = snapshot.read(ws, films.id)

    found = variant_features.of(ws, films.id, seen.shards[0].revision, seen.kept)

    assert np.isfinite(found).all(axis=1).tolist() == [False, False, True]
    for one in (gone, broken):
        with pytest.raises(InputError, match=f"Variant {one.id} cannot be shown"):
            variant_contents.text_of(ws, one.id)
    with pytest.raises(InputError, match="There is no variant number 999"):
        variant_contents.text_of(ws, 999)
    with pytest.raises(InputError, match="is a text"):
        variant_contents.picture_of(ws, whole.id, "thumb")


def with_probes(ws, tmp_path, ada, plain, odd):
    """Make a project of labeled texts, by turns bad and good; the odd ones are a probe set."""
    file = written(tmp_path / "odd.csv", [{"text": one} for one in (*plain, *odd)])
    made = setup.new_project(ws, "Odd", file, ImportOptions(), classes=("bad", "good")).project
    work(ws)
    with ws.store.write() as tx:
        every = items.ids_by_position(tx, made.id)
        taken = audit.among(tx, every)
        free = [one for one in every[len(plain) :] if one not in taken]
        audit.reserve(tx, made.id, [(one, -at - 1, "probe") for at, one in enumerate(free)])
    classes = class_ids(ws, made.id)
    batch = [
        answer(row.id, classes["good" if row.position % 2 else "bad"]) for row in rows(ws, made.id)
    ]
    labeling.record(ws, made.id, ada.id, batch)
    work(ws)
    return made


def prove(ws, project, ada, clock, **told):
    """Make sixty variants, keep them, and let the worker measure what they change."""
    ask(ws, project, ada, count=60, **told)
    work(ws)
    decide(ws, project.id, ada.id, [one.id for one in made(ws, project)])
    clock.advance(training.REST_SECONDS + 1)
    work(ws)
    [standing] = lifts.of_project(ws, project.id)
    assert (standing.kept, standing.measured.problem) == (60, "")
    return standing


def test_kept_texts_are_proven_on_real_ones_and_the_next_model_learns_from_them(
    ws, tmp_path, ada, clock
):
    words = ("awful", "terrible", "boring"), ("lovely", "superb", "wonderful")
    texts = [f"{words[at % 2][at % 3]} film number {at} of scene{at * 7}" for at in range(140)]
    turned = [TEXTS["replace_upside_down"](texts[at], {"share": 0.6}, at) for at in range(90, 140)]
    project = with_probes(ws, tmp_path, ada, texts[:90], turned)
    with ws.store.read() as tx:
        before = models.newest(tx, project.id)

    standing = prove(ws, project, ada, clock, recipe="upside down", gap="")

    condition = standing.measured.figure("condition")
    assert condition.items >= lift.FEW
    assert condition.low > 0.0
    assert (standing.measured.verdict, standing.is_used) == (lift.PROVEN, True), (
        standing.measured.figures
    )
    seen = snapshot.read(ws, project.id)
    assert len(seen.made) == 60
    assert heads.fit(ws, seen).note.startswith("It learns from ")
    with ws.store.read() as tx:
        after = models.newest(tx, project.id)
    assert (after.version, after.labels) == (before.version + 1, before.labels)


def test_texts_of_a_condition_are_tested_on_real_ones_that_lie_in_it(ws, tmp_path, ada, clock):
    texts = [one["text"] for one in shouted(120, quiet=120)]
    recipe, known = TEXT_RECIPES["letters that look alike"], spelling.learned(texts)
    odd = [
        steered_texts.make(one, recipe, WantedText(4, 3, 3), 900 + at, known).thing
        for at, one in enumerate(texts[90:])
    ]
    usual = [f"{one} So they said." for one in texts[:3]]
    project = with_probes(ws, tmp_path, ada, texts[:90], [*odd, *usual])
    gap = "look-alikes:3-3:all"

    standing = prove(ws, project, ada, clock, recipe="letters that look alike", gap=gap)

    cells = measuring.cells(ws, project.id)[:, 4]
    seen = snapshot.read(ws, project.id)
    inside = [at for at in (*seen.decided, *seen.probed) if cells[at] == 3]
    assert standing.measured.figure("condition").items == len(inside) >= lift.FEW
    assert standing.measured.figure("usual").items == len(seen.decided)
    assert standing.measured.beside == sum(cells[at] != 3 for at in seen.probed) > 0
    assert lifts.condition(standing.filling) == "look-alikes: many"
    # The words that are left tell enough, and what is in their place cannot help.
    assert standing.measured.verdict != lift.PROVEN
    assert not standing.is_used
    assert not seen.made


def test_near_duplicates_of_tested_texts_are_left_out_of_the_proof(ws, films, ada):
    ask(ws, films, ada)
    work(ws)
    decide(ws, films.id, ada.id, [one.id for one in made(ws, films)])
    kept = snapshot.read(ws, films.id).kept
    kind = variant_kinds.of("text")
    own = kind.signature(read(ws, made(ws, films)[0]))

    left = variant_features.apart(ws, kind, kept, np.stack([own]))

    assert made(ws, films)[0].id not in {one.id for one in left}
    assert variant_features.apart(ws, kind, kept, np.zeros((0, 64), np.uint32)) == list(kept)


def test_a_model_learns_from_texts_that_a_person_lets_in_with_a_note(ws, films, ada):
    ask(ws, films, ada)
    work(ws)
    decide(ws, films.id, ada.id, [one.id for one in made(ws, films)])
    before = snapshot.read(ws, films.id)
    assert (len(before.kept), len(before.made)) == (6, 0)

    lifts.use(ws, films.id, ada.id, KEY, used=True, note="People shout.")

    after = snapshot.read(ws, films.id)
    assert len(after.made) == 6
    assert {one.cell for one in after.made} == {
        100 * measured_axes.AXES.index(text_conditions.AXES[2]) + 6
    }
    assert heads.fit(ws, after).note == "It learns from 6 variants, too."
    work(ws)
    with ws.store.read() as tx:
        version = models.newest(tx, films.id).version
    every = rows(ws, films.id)
    good = class_ids(ws, films.id)["good"]
    usual, loud = (words.of_item(ws, every[at].id, version, good) for at in (1, 95))
    assert usual.towards
    assert loud.towards or loud.against


def test_kept_texts_are_exported_with_how_they_came_about(ws, films, ada):
    ask(ws, films, ada)
    work(ws)
    one, other = made(ws, films)[:2]
    decide(ws, films.id, ada.id, [one.id])
    decide(ws, films.id, ada.id, [other.id], kind="reject")
    out = io.StringIO(newline="")

    export.export(ws, films.id, "csv", out)

    told = [row for row in csv.DictReader(io.StringIO(out.getvalue())) if row["recipe"]]
    names = {row.id: row.path for row in rows(ws, films.id)}
    assert len(told) == 1
    assert told[0]["origin"] == "synthetic-inherited"
    assert (told[0]["recipe"], told[0]["gap"]) == ("in capitals", "capitals:6-6")
    assert (told[0]["root"], told[0]["seed"]) == (names[one.root], str(one.seed))
    assert (ws.folder / told[0]["path"]).read_text(encoding="utf-8").isupper()


def test_no_two_kinds_share_a_condition_or_a_recipe():
    axes = [one.name for one in measured_axes.AXES]
    recipes = [name for kind in variant_kinds.VARIANT_KINDS.values() for name in kind.recipes]

    assert len(set(axes)) == len(axes)
    assert len(set(recipes)) == len(recipes)


def test_files_of_texts_without_a_row_are_cleared(ws, films, ada):
    ask(ws, films, ada)
    work(ws)
    path, _ = variant_files.path_of(films.id, b"left behind", ".txt")
    variant_files.write(ws, path, b"left behind")

    assert variant_files.clear(ws, films.id) == 1
    assert not (ws.folder / path).exists()
    assert all((ws.folder / one.path).is_file() for one in made(ws, films))
