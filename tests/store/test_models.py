from dataclasses import replace

import pytest

from labeler_app.errors import StoreError
from labeler_app.store import audit, models
from labeler_app.store.models import CurveRow, ModelRow, ShardRow
from tests.store.conftest import NOW


def model(world, version):
    return ModelRow(
        world.project, version, 10, 8, "logistic", "pixels@2", "h.npz", "ff", "s", 0.5, NOW
    )


def point(world, version, correct):
    return CurveRow(world.project, version, 8, correct, 20, 1, "", 10, NOW)


def test_the_newest_version_is_the_highest(world):
    with world.store.write() as tx:
        assert models.newest(tx, world.project) is None
        models.add(tx, model(world, 1))
        models.add(tx, model(world, 2))

        assert models.newest(tx, world.project) == model(world, 2)
        assert [one.version for one in models.every(tx, world.project)] == [1, 2]


def test_a_version_is_published_once(world):
    with world.store.write() as tx:
        models.add(tx, model(world, 1))

    with pytest.raises(StoreError), world.store.write() as tx:
        models.add(tx, model(world, 1))


def test_a_point_of_the_curve_is_replaced_when_it_is_scored_anew(world):
    with world.store.write() as tx:
        models.put_points(tx, [point(world, 2, 15), point(world, 1, 10)])
        models.put_points(tx, [point(world, 1, 12)])
        models.put_points(tx, [])

        assert models.curve(tx, world.project) == [point(world, 1, 12), point(world, 2, 15)]


def test_shards_come_in_the_order_of_their_rows_and_can_be_written_again(world):
    second = ShardRow(world.project, "pixels@2-a", 10, 5, "b.npy", "bb")
    first = ShardRow(world.project, "pixels@2-a", 0, 10, "a.npy", "aa")
    with world.store.write() as tx:
        models.add_shards(tx, [second, first])
        models.add_shards(tx, [replace(second, count=6, sha256="cc")])

        found = models.shards(tx, world.project, "pixels@2-a")

    assert found == [first, replace(second, count=6, sha256="cc")]


def test_the_newest_revision_of_an_embedder_is_found_by_its_name(world):
    with world.store.write() as tx:
        models.add_shards(tx, [ShardRow(world.project, "pixels@1-a", 0, 1, "a", "a")])
        models.add_shards(tx, [ShardRow(world.project, "pixels@2-b", 0, 1, "b", "b")])
        models.add_shards(tx, [ShardRow(world.project, "luma@1", 0, 1, "c", "c")])

        assert models.newest_revision(tx, world.project, "pixels@") == "pixels@2-b"
        assert models.newest_revision(tx, world.project, "pixel_") is None


def test_old_shards_are_forgotten_by_the_beginning_of_their_revision(world):
    names = ("scores-v1-1", "scores-v2-1", "scores-v3-1", "pixels@2-a")
    with world.store.write() as tx:
        models.add_shards(tx, [ShardRow(world.project, name, 0, 1, name, "a") for name in names])

        models.forget_shards(tx, world.project, "scores-v", kept=["scores-v2-1", "scores-v3-1"])

        left = [name for name in names if models.shards(tx, world.project, name)]
    assert left == ["scores-v2-1", "scores-v3-1", "pixels@2-a"]


def test_the_audit_sample_keeps_its_order_and_its_parts(world):
    first, second, third = world.items[7], world.items[2], world.items[4]
    with world.store.write() as tx:
        audit.reserve(tx, world.project, [(first, 0, "report"), (second, 1, "report")])
        audit.reserve(tx, world.project, [(third, 2, "decide")])
        audit.reserve(tx, world.project, [])

        assert audit.size(tx, world.project) == 3
        assert audit.positions(tx, world.project) == [7, 2, 4]
        assert audit.positions(tx, world.project, "decide") == [4]


def test_an_item_is_reserved_once(world):
    with pytest.raises(StoreError), world.store.write() as tx:
        audit.reserve(tx, world.project, [(world.items[0], 0, "report")])
        audit.reserve(tx, world.project, [(world.items[0], 1, "report")])


def test_shadows_are_replaced_as_a_whole(world):
    with world.store.write() as tx:
        audit.shadow(tx, world.project, world.items[:2])
        audit.shadow(tx, world.project, world.items[3:4])

        assert audit.shadow_positions(tx, world.project) == [3]


def test_audit_answers_are_counted_with_and_without_a_class(world):
    with world.store.write() as tx:
        told = [(item, place, "report") for place, item in enumerate(world.items[:4])]
        audit.reserve(tx, world.project, told)
    world.say(
        world.event(world.items[0]),
        world.event(world.items[0], annotator=world.bob),
        world.event(world.items[1], "unsure"),
        world.event(world.items[8]),
    )

    with world.store.read() as tx:
        assert audit.answered(tx, world.project) == (1, 2)
