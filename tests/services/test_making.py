"""Variants that a person asks for: what they are of, where they land, and nothing half-made."""

import errno
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from labeler_app.adapters.items import image as loader
from labeler_app.core import conditions
from labeler_app.errors import FormatError, InputError, StateError
from labeler_app.services import (
    askable,
    blending,
    claims,
    coverage,
    crafting,
    goals,
    heads,
    kept_variants,
    labeling,
    leftovers,
    making,
    making_block,
    margins,
    nearness,
    parents,
    people,
    projects,
    steered,
    variant_contents,
    variant_files,
)
from labeler_app.store import audit, items, models, variants, workers
from tests.builders import answer, class_ids, label, make_project, rows, run_import, work
from tests.conftest import ON_SQLITE
from tests.prepared import put_down, taken, workshop

NIGHT = "brightness:0-1:all"


@pytest.fixture
def day(ws, days):
    """Ninety pictures by day, labeled but for a quarter that is reserved, and thirty at night."""
    put_down(ws, days)
    return projects.get(ws, 1)


@pytest.fixture(scope="module")
def plains(tmp_path_factory, migrated_file):
    folder = tmp_path_factory.mktemp("plain")
    with workshop(folder, migrated_file) as ws:
        project = make_project(ws, folder / "plain", each=6).id
        label(ws, project, people.join(ws, "Ada"), [row.id for row in rows(ws, project)])
        work(ws)
        return taken(ws)


@pytest.fixture
def plain(ws, plains):
    """Eighteen pictures, all labeled and measured; none is reserved."""
    put_down(ws, plains)
    return projects.get(ws, 1)


def ask(ws, project, ada, **told):
    wanted = {"recipe": "low light", "gap": NIGHT, "count": 6, **told}
    if wanted["recipe"] != "low light":
        wanted["gap"] = told.get("gap", "")
    return making.ask(ws, project.id, ada.id, **wanted)


def made(ws, project):
    with ws.store.read() as tx:
        return variants.every(tx, project.id)


def files(ws):
    home = ws.folder / variant_files.FOLDER
    return {one.relative_to(ws.folder).as_posix() for one in home.rglob("*") if one.is_file()}


def is_whole(ws, project):
    """Tell whether there is one file a variant, with its bytes, and no other."""
    every = made(ws, project)
    digests = {
        variant_files.path_of(project.id, (ws.folder / one.path).read_bytes(), "")[1]
        for one in every
    }
    return files(ws) == {one.path for one in every} and digests == {one.sha256 for one in every}


def bring(ws, project, ada, folder, **saved):
    """Import one more picture, as a file is saved, and label it amber."""
    folder.mkdir()
    for name, (picture, more) in saved.items():
        picture.save(folder / name.replace("_", "."), **more)
    known = {row.id for row in rows(ws, project.id)}
    run_import(ws, project.id, folder)
    new = [row.id for row in rows(ws, project.id) if row.id not in known]
    label(ws, project.id, ada, new, say=lambda _true: "amber")
    work(ws)
    return new


def test_variants_of_all_classes_land_in_the_gap_and_are_kept_with_their_files(ws, day, ada):
    number = ask(ws, day, ada, count=12)
    assert making.is_due(ws, day.id)

    work(ws)

    told = making.get(ws, day.id, number)
    assert (told.state, told.made, told.told) == ("done", 12, ())
    every = made(ws, day)
    assert len(every) == 12
    assert {one.root_class for one in every} == set(class_ids(ws, day.id).values())
    light = conditions.AXES[0]
    for one in every:
        assert (one.landed, one.filling.key) == (True, "low light@brightness:0-1")
        assert one.before > one.after
        with Image.open(ws.folder / one.path) as opened:
            seen = steered.measured(opened.convert("RGB"))
        assert light.cells(seen[:1])[0] in (0, 1)
        assert seen[0] == pytest.approx(one.after, abs=1e-6)
        assert 0.0 <= one.margin <= 1.0
        assert "augly" in json.loads(one.versions)
    assert is_whole(ws, day)
    assert not making.is_due(ws, day.id)


def test_what_was_asked_for_knows_its_class(ws, plain, ada):
    blue = class_ids(ws, plain.id)["blue"]
    ask(ws, plain, ada)
    ask(ws, plain, ada, gap=f"brightness:0-1:{blue}")

    assert [one.class_id for one in making.every(ws, plain.id)] == [None, blue]


def test_a_variant_is_made_again_from_what_is_stored_bit_for_bit(ws, day, ada):
    for recipe in ("low light", "words and emoji on it", "another angle", blending.NAME):
        ask(ws, day, ada, recipe=recipe, count=3)
    work(ws)

    every = made(ws, day)

    assert len(every) == 12
    for one in every:
        content, is_same = making.again(ws, day.id, one.id)
        assert is_same, one.filling
        assert content == (ws.folder / one.path).read_bytes()


def test_the_same_number_of_the_same_project_makes_the_same_variants(ws, day, ada, tmp_path):
    ask(ws, day, ada, count=5)
    work(ws)
    first = [(one.root, one.seed, one.sha256) for one in made(ws, day)]
    other = ask(ws, day, ada, count=5)
    work(ws)

    seeds = {one.seed for one in made(ws, day)}
    assert len(seeds) == 10  # The second time is no repetition of the first one.
    assert making.get(ws, day.id, other).state == "done"
    assert [(one.root, one.seed, one.sha256) for one in made(ws, day)][:5] == first


def test_no_parent_is_of_the_audit_sample_or_like_it_or_in_the_gap(ws, day, ada, tmp_path):
    with ws.store.write() as tx:
        every = items.ids_by_position(tx, day.id)
        reserved = {every[at] for at in audit.positions(tx, day.id)}
        free = [one for one in every if one not in reserved]
        audit.shadow(tx, day.id, free[:5])
    sought = goals.wanted(variants.Filling("low light", "brightness", 0, 1))

    able = {one.item for one in parents.of_project(ws, day.id, sought, None)}
    ask(ws, day, ada, count=40)
    work(ws)

    roots = {one.root for one in made(ws, day)}
    names = {row.id: row.path for row in rows(ws, day.id)}
    assert roots <= able
    assert not able & (reserved | set(free[:5]))
    assert not any("night" in names[one] for one in able)


def test_a_variant_that_can_hardly_be_told_from_an_audit_item_is_left_out(
    ws, day, ada, monkeypatch
):
    with ws.store.read() as tx:
        reserved = audit.positions(tx, day.id)
        ids = items.ids_by_position(tx, day.id)
        luma = ws.arrays.take(models.shards(tx, day.id, "luma@1"), reserved[:1])[0]
    assert nearness.known(ws, day.id).item(
        nearness.Shape(np.asarray(luma), frozenset(), variants.Filling("x", "", 0, 0), None)
    ) == (ids[reserved[0]], True)
    craft = crafting.craft
    monkeypatch.setattr(
        crafting,
        "craft",
        lambda *told: replace(craft(*told), signature=np.asarray(luma, np.float32)),
    )

    number = ask(ws, day, ada, count=3)
    work(ws)

    assert made(ws, day) == []
    assert making_block.NEAR_AUDIT in making.get(ws, day.id, number).told


def test_what_looks_like_another_item_or_variant_says_so(ws, plain, ada):
    [one, other] = [row.id for row in rows(ws, plain.id)][:2]
    night = variants.Filling("low light", "brightness", 0, 1)
    known = nearness.known(ws, plain.id)
    luma = known.signatures[list(known.ids).index(one)]

    def shape(roots, value, filling=night):
        return nearness.Shape(luma, frozenset(roots), filling, value)

    assert known.item(shape({other}, 0.1)) == (one, False)
    assert known.item(shape({one}, 0.1)) is None
    known.others.append(shape({one}, 0.10))
    assert known.variant(shape({one}, 0.11)) == nearness.SIBLING
    assert known.variant(shape({one}, 0.19)) == ""
    assert known.variant(shape({other}, 0.19)) == nearness.OTHER
    drawn = variants.Filling("JPEG artefacts", "", 0, 0)
    known.others.append(shape({one}, None, drawn))
    assert known.variant(shape({one}, None, drawn)) == nearness.SIBLING


@ON_SQLITE
def test_every_recipe_that_no_condition_steers_is_made_without_a_gap(ws, plain, ada):
    drawn = [one.name for one in goals.ways("image") if not one.axis]

    numbers = {name: ask(ws, plain, ada, recipe=name, count=2) for name in drawn}
    work(ws)

    assert len(drawn) >= 8
    for name, number in numbers.items():
        told = making.get(ws, plain.id, number)
        assert (told.state, told.made) == ("done", 2), (name, told.told)
    assert all(one.landed and one.after is None for one in made(ws, plain))
    assert is_whole(ws, plain)


def test_a_blend_is_of_two_labeled_pictures_of_a_class_that_lie_near_each_other(ws, day, ada):
    ask(ws, day, ada, recipe=blending.NAME, count=9)
    work(ws)

    with ws.store.read() as tx:
        ids = items.ids_by_position(tx, day.id)
        apart = {ids[at] for at in audit.positions(tx, day.id)}
    truth = {row.id: Path(row.path).parent.name for row in rows(ws, day.id)}
    every = made(ws, day)
    assert len(every) == 9
    for one in every:
        assert one.other not in {None, one.root}
        assert truth[one.root] == truth[one.other]
        assert not {one.root, one.other} & apart
        assert 0.3 <= json.loads(one.steps)[0]["share"] <= 0.7


def test_of_the_hardest_a_third_of_each_class_is_kept(ws, day, ada):
    ask(ws, day, ada, count=18)
    hard = ask(ws, day, ada, count=18, hardest=True)
    work(ws)

    told = making.get(ws, day.id, hard)
    every = made(ws, day)
    hardest = [one for one in every if one.making == hard]
    others = [one for one in every if one.making != hard]
    assert (told.state, told.made) == ("done", 18)
    assert told.tried >= 3 * 18
    assert np.mean([one.margin for one in hardest]) < np.mean([one.margin for one in others])
    assert len({one.root_class for one in hardest}) == 3
    assert is_whole(ws, day)


def test_of_a_class_those_are_kept_that_are_least_told_from_another(ws, day, ada):
    amber, blue = (class_ids(ws, day.id)[one] for one in ("amber", "blue"))
    ask(ws, day, ada, count=9, class_id=amber)
    near = ask(ws, day, ada, count=9, class_id=amber, toward=blue)
    work(ws)

    told = making.get(ws, day.id, near)
    every = made(ws, day)
    pictures = [loader.load_image(ws.folder / one.path, root=ws.folder).image for one in every]
    apart = margins.of_things(ws, day.id, pictures, (amber, blue))
    nearest = [away for one, away in zip(every, apart, strict=True) if one.making == near]
    others = [away for one, away in zip(every, apart, strict=True) if one.making != near]
    assert (told.state, told.made, told.toward) == ("done", 9, blue)
    assert told.tried >= 3 * 9
    assert {one.root_class for one in every} == {amber}
    assert np.mean(nearest) < np.mean(others)
    assert [one.margin for one in every if one.making == near] == pytest.approx(nearest)


def test_which_classes_are_mixed_up_is_asked_of_the_items_kept_for_decisions(ws, day, ada):
    classes = class_ids(ws, day.id)
    with ws.store.read() as tx:
        parts = {one: set(audit.positions(tx, day.id, one)) for one in ("report", "decide")}
    truth = {row.position: (row.id, Path(row.path).parent.name) for row in rows(ws, day.id)}
    before = askable.mixed_up(ws, day.id)
    for part in ("report", "decide"):
        amber = [
            item for at, (item, name) in truth.items() if at in parts[part] and name == "amber"
        ]
        told = [answer(item, classes["blue"]) for item in amber]
        labeling.record(ws, day.id, ada.id, told)
        if part == "report":
            assert askable.mixed_up(ws, day.id) == before

    assert askable.mixed_up(ws, day.id)[0] == (classes["blue"], classes["amber"])


@pytest.mark.parametrize("whose", [None, "blue"])
def test_a_pair_of_classes_is_two_of_them(ws, day, ada, whose):
    classes = class_ids(ws, day.id)
    with pytest.raises(InputError, match="made of one other class"):
        ask(ws, day, ada, class_id=whose and classes[whose], toward=classes["blue"])
    with pytest.raises(InputError, match="no class number 999"):
        ask(ws, day, ada, class_id=classes["amber"], toward=999)
    with pytest.raises(InputError, match="not both"):
        ask(ws, day, ada, class_id=classes["amber"], toward=classes["blue"], hardest=True)
    new = projects.add_class(ws, day.id, "new")
    with pytest.raises(StateError, match="does not tell amber from new yet"):
        ask(ws, day, ada, class_id=classes["amber"], toward=new.id)


def test_where_the_model_is_lost_it_is_said_that_nothing_was_chosen(ws, day, ada):
    with ws.store.read() as tx:
        model = models.newest(tx, day.id)
    hard = ask(ws, day, ada, count=6, hardest=True)
    (ws.folder / "arrays" / model.head).unlink()
    heads._loaded.cache_clear()
    work(ws)

    told = making.get(ws, day.id, hard)
    assert (told.state, told.made) == ("done", 6)
    assert making_block.UNSURE in told.told


def test_the_hardest_are_refused_while_there_is_no_model(ws, tmp_path, ada):
    project = make_project(ws, tmp_path / "plain", each=4)
    label(ws, project.id, ada, [rows(ws, project.id)[0].id])
    work(ws)

    with pytest.raises(StateError, match="there is no model"):
        ask(ws, project, ada, hardest=True)


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({"recipe": "sepia"}, "There is no recipe 'sepia'"),
        ({"gap": ""}, "needs a gap: it is steered by brightness"),
        ({"gap": "noise:0-0:all"}, "does not change noise"),
        ({"recipe": "screenshot", "gap": NIGHT}, "it is steered by nothing"),
        ({"gap": "colour:0-1:all"}, "There is no condition 'colour'"),
        ({"gap": "brightness:1-0:all"}, "is no gap: cells of brightness go from 0 to 6"),
        ({"gap": "brightness:0-7:all"}, "is no gap"),
        ({"gap": "brightness:0-6:all"}, "is all there is of brightness"),
        ({"gap": "brightness:x-1:all"}, "is no gap"),
        ({"gap": "brightness:0-1:999999"}, "There is no class number 999999"),
        ({"gap": "brightness:0-1:1", "class_id": 2}, "is one of another class"),
        ({"count": 0}, "0 variants cannot be made"),
        ({"count": 1001}, "1,001 variants cannot be made"),
        ({"class_id": 999_999}, "There is no class number 999999"),
    ],
)
def test_what_cannot_be_asked_is_one_sentence_and_nothing_is_asked(ws, plain, ada, told, sentence):
    with pytest.raises(InputError, match=sentence):
        ask(ws, plain, ada, **told)
    assert not making.is_due(ws, plain.id)


def test_a_class_without_a_labeled_parent_is_one_sentence(ws, tmp_path, ada):
    project = make_project(ws, tmp_path / "plain", each=4)
    blue = class_ids(ws, project.id)["blue"]
    label(ws, project.id, ada, [row.id for row in rows(ws, project.id) if "blue" not in row.path])
    work(ws)

    with pytest.raises(StateError, match="a labeled picture of blue outside of brightness"):
        ask(ws, project, ada, class_id=blue)
    with pytest.raises(StateError, match="two labeled pictures of blue"):
        ask(ws, project, ada, recipe=blending.NAME, class_id=blue)


def test_a_gap_that_cannot_be_reached_says_how_near_each_parent_came(ws, plain, ada):
    number = ask(ws, plain, ada, recipe="fewer pixels", gap="size:6-6:all", count=100)
    work(ws)

    told = making.get(ws, plain.id, number)
    lines = told.told
    assert (told.state, told.made, told.tried) == ("done", 0, 54)
    assert "given up after 3 tries, it came to size 4.79; the gap is 10 or more." in lines[0]
    assert lines[-1] == "Only 0 of 100 were made, in 54 tries."
    assert len(lines) <= kept_variants.TOLD
    assert made(ws, plain) == []
    assert files(ws) == set()


@ON_SQLITE
def test_of_many_parents_none_is_tried_any_more_once_sixty_tries_missed(ws, day, ada):
    number = ask(ws, day, ada, recipe="fewer pixels", gap="size:6-6:all", count=100)
    work(ws)

    told = making.get(ws, day.id, number)
    assert told.tried == making_block.MOST or told.tried >= making_block.HOPELESS
    assert told.tried < 100
    assert "landed: the nearest came to size 4.79, and the gap is 10 or more." in " ".join(
        told.told
    )


def test_one_that_fails_is_skipped_and_named_and_the_others_are_made(ws, plain, ada, monkeypatch):
    unlucky = rows(ws, plain.id)[0]
    craft = crafting.craft

    def fails(ws_, filling, seed, order, seen=()):
        if order.row.id == unlucky.id:
            raise InputError("AugLy's crop fails on this picture: nothing of it is left.")
        return craft(ws_, filling, seed, order, seen)

    monkeypatch.setattr(crafting, "craft", fails)
    number = ask(ws, plain, ada, count=18)
    work(ws)

    told = making.get(ws, plain.id, number)
    assert (told.state, told.made) == ("done", 18)
    assert told.told == (
        f"{unlucky.path}: AugLy's crop fails on this picture: nothing of it is left.",
    )
    assert unlucky.id not in {one.root for one in made(ws, plain)}


@ON_SQLITE
def test_a_transform_that_fails_on_a_tiny_picture_names_it(ws, plain, ada, tmp_path):
    [tiny] = bring(ws, plain, ada, tmp_path / "tiny", a_png=(Image.new("RGB", (1, 1), "red"), {}))
    number = ask(ws, plain, ada, recipe="screenshot", count=30)
    work(ws)

    told = making.get(ws, plain.id, number)
    assert (told.state, told.made) == ("done", 30)
    assert "a.png: A picture of 1 x 1 pixels fails on this template" in " ".join(told.told)
    assert tiny not in {one.root for one in made(ws, plain)}


def odd():
    """Return pictures that are hard to make anything of, and how each is saved."""
    rng = np.random.default_rng(3)
    clear = Image.fromarray(rng.integers(0, 256, (24, 32, 4)).astype(np.uint8), "RGBA")
    frames = [Image.new("P", (32, 24), one) for one in range(4)]
    return {
        "dot_png": (Image.new("RGB", (1, 1), (200, 100, 50)), {}),
        "pole_png": (Image.new("RGB", (1, 20_000), (60, 100, 150)), {}),
        "clear_png": (clear, {}),
        "moving_gif": (frames[0], {"save_all": True, "append_images": frames[1:]}),
    }


@ON_SQLITE
def test_odd_pictures_as_parents_are_made_or_named_and_nothing_is_half_made(ws, tmp_path, ada):
    project = make_project(ws, tmp_path / "plain", each=1)
    brought = bring(ws, project, ada, tmp_path / "odd", **odd())
    assert len(brought) == 4

    numbers = [
        ask(
            ws,
            project,
            ada,
            recipe=one.name,
            gap=f"{one.axis}:0-1:all" if one.axis else "",
            count=8,
        )
        for one in goals.ways("image")
        if one.axis not in ("orientation", "size")
    ]
    work(ws)

    assert all(making.get(ws, project.id, one).state == "done" for one in numbers)
    assert {one.root for one in made(ws, project)} & set(brought)
    assert is_whole(ws, project)
    for one in made(ws, project):
        assert making.again(ws, project.id, one.id)[1]


@pytest.mark.parametrize("size", variant_contents.SIZES)
def test_a_picture_that_cannot_be_rendered_is_named_with_what_to_do(
    ws, plain, ada, monkeypatch, size
):
    ask(ws, plain, ada, count=1)
    work(ws)
    [one] = made(ws, plain)

    def refuse(_picture):
        raise FormatError("it holds no pixels")

    monkeypatch.setattr(loader, size, refuse)

    with pytest.raises(InputError, match=f"Variant {one.id} cannot be shown: ") as refused:
        variant_contents.picture_of(ws, one.id, size)

    assert refused.value.hint == "Reject it."


def test_a_full_disk_ends_it_with_a_sentence_and_leaves_nothing_of_the_block(
    ws, plain, ada, monkeypatch
):
    write, count = variant_files.write, []

    def full(ws_, path, content):
        count.append(path)
        if len(count) > 70:  # In the midst of the second block.
            monkeypatch.setattr(Path, "replace", _no_room)
        return write(ws_, path, content)

    monkeypatch.setattr(variant_files, "write", full)
    number = ask(ws, plain, ada, recipe="another angle", count=200)
    work(ws)
    monkeypatch.undo()

    told = making.get(ws, plain.id, number)
    assert (told.state, told.made) == ("failed", making_block.MOST)
    assert "The disk is full" in told.told[-1]
    assert is_whole(ws, plain)
    work(ws)
    assert len(made(ws, plain)) == making_block.MOST


def _no_room(*_args, **_named):
    raise OSError(errno.ENOSPC, "No space left on device")


def test_cancelling_in_the_middle_keeps_what_is_made_already_and_no_more(
    ws, plain, ada, monkeypatch
):
    craft, count = crafting.craft, []

    def cancels(*told):
        count.append(1)
        if len(count) == making_block.MOST + 10:
            assert making.cancel(ws, plain.id) == 1
        return craft(*told)

    monkeypatch.setattr(crafting, "craft", cancels)
    number = ask(ws, plain, ada, recipe="another angle", count=200)
    work(ws)

    told = making.get(ws, plain.id, number)
    assert (told.state, told.made) == ("cancelled", making_block.MOST)
    assert len(made(ws, plain)) == making_block.MOST
    assert len(count) < making_block.MOST + 10 + 2 * making_block.AT_ONCE
    assert is_whole(ws, plain)


def test_cancelling_while_the_files_are_written_keeps_nothing_of_the_block(
    ws, plain, ada, monkeypatch
):
    write = variant_files.write

    def cancels(*told):
        making.cancel(ws, plain.id)
        return write(*told)

    monkeypatch.setattr(variant_files, "write", cancels)
    number = ask(ws, plain, ada)
    work(ws)

    assert making.get(ws, plain.id, number).state == "cancelled"
    assert (made(ws, plain), files(ws)) == ([], set())


def test_who_lost_the_project_meanwhile_stores_nothing(ws, plain, ada, clock):
    number = ask(ws, plain, ada)
    with claims.hold(ws, plain.id, "slow") as claim:
        clock.advance(claims.TTL_SECONDS + 1)
        with ws.store.write() as tx:
            heir = workers.claim(tx, plain.id, "heir", now=ws.clock(), ttl=claims.TTL_SECONDS)
        assert heir is not None

        with pytest.raises(StateError, match="has taken over"):
            making.go_on(ws, plain.id, claim, lambda _made, _wanted: None)
    assert made(ws, plain) == []

    clock.advance(claims.TTL_SECONDS + 1)
    work(ws)

    assert making.get(ws, plain.id, number).state == "done"
    assert is_whole(ws, plain)


def test_files_that_a_killed_process_left_are_gone_with_the_next_block_or_after_a_day(
    ws, plain, ada, tmp_path, clock
):
    clock.now = tmp_path.stat().st_mtime
    lost = ws.folder / variant_files.FOLDER / str(plain.id) / "ab" / "abcd.jpg"
    lost.parent.mkdir(parents=True)
    lost.write_bytes(b"half")
    leftovers.clear(ws)
    assert lost.is_file()

    ask(ws, plain, ada)
    work(ws)
    assert not lost.exists()
    assert is_whole(ws, plain)

    lost.write_bytes(b"half")
    clock.now = lost.stat().st_mtime + leftovers.KEPT_SECONDS + 60
    leftovers.clear(ws)
    assert not lost.exists()
    assert is_whole(ws, plain)


def test_variants_change_neither_the_pool_nor_the_labels_nor_the_audit(ws, day, ada):
    def seen():
        known = coverage.of_project(ws, day.id)
        with ws.store.read() as tx:
            return (
                known.items,
                known.labeled,
                [one.key for one in known.gaps],
                audit.positions(tx, day.id),
            )

    before = seen()
    ask(ws, day, ada, count=20)
    work(ws)

    assert len(made(ws, day)) == 20
    assert seen() == before
