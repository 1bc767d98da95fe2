import sqlalchemy as sa

from labeler_app.store import events, imports, items, leases
from labeler_app.store.items import KnownPath, NewItem
from labeler_app.store.leases import Asker
from tests.store.conftest import NOW, add_items


def new(sha, path="a.png", root="/photos"):
    return NewItem("image", root, path, sha, 8, 8)


def request(world):
    with world.store.write() as tx:
        return imports.request(tx, world.project, "/photos", {}, None, at=NOW)


def test_positions_go_on_where_they_stopped(world):
    add_items(world.store, world.project, ["x", "y"])

    with world.store.read() as tx:
        found = items.from_position(tx, world.project, 11, 10)

    assert [(row.position, row.sha256) for row in found] == [(11, "sha11"), (12, "x"), (13, "y")]


def test_the_same_bytes_are_one_item_within_and_across_imports(world):
    run = request(world)

    with world.store.write() as tx:
        made = items.add(
            tx,
            world.project,
            [new("x"), new("x", "b.png"), new("sha00", "c.png")],
            import_run=run,
            at=NOW,
        )

    assert made["sha00"] == world.items[0]
    with world.store.read() as tx:
        assert len(items.ids_by_position(tx, world.project)) == 13


def test_items_are_counted_once_they_arrived(world):
    run = request(world)
    with world.store.write() as tx:
        items.add(tx, world.project, [new("x")], import_run=run, at=NOW)

    with world.store.write() as tx:
        before = items.count(tx, world.project), items.unready_positions(tx, world.project)
        arrived = items.arrive(tx, run)
        after = items.count(tx, world.project), items.unready_positions(tx, world.project)

    assert before == (12, [12])
    assert [position for position, _ in arrived] == [12]
    assert after == (13, [])


def test_what_every_answer_counts_is_read_from_indexes_alone(world):
    asked = []
    with world.store.read() as tx:
        if world.store.dialect == "postgresql":
            # It plans by what it knows of the rows, and of a dozen it would read all.
            tx.exec_driver_sql("ANALYZE item")
            tx.exec_driver_sql("SET LOCAL enable_seqscan = off")
            tx.exec_driver_sql("SET LOCAL enable_bitmapscan = off")
        sa.event.listen(tx, "before_cursor_execute", lambda *told: asked.append(told[2:4]))
        items.count(tx, world.project)
        events.answered(tx, world.project)
        events.class_totals(tx, world.project)
        leases.lapsed(tx, Asker(world.project, 1, NOW, 1, "", tuple(world.items)))
        plans = [_plan(tx, *one) for one in list(asked)]

    last, arriving, answered, totals, kept = plans
    assert "uq_item_project_position" in last or "sqlite_autoindex_item_1" in last
    assert "ix_item_unready" in arriving
    assert "ix_current_label_counts" in answered
    assert "ix_current_label_counts" in totals
    assert "pk_item" in kept or "SEARCH item USING INTEGER PRIMARY KEY" in kept


def _plan(tx, query, told):
    explain = "EXPLAIN QUERY PLAN" if tx.dialect.name == "sqlite" else "EXPLAIN"
    return "\n".join(str(row[-1]) for row in tx.exec_driver_sql(f"{explain} {query}", told))


def test_nothing_behind_an_arriving_item_can_be_embedded_yet(world):
    first, second = request(world), request(world)
    with world.store.write() as tx:
        items.add(tx, world.project, [new("x")], import_run=first, at=NOW)
        items.add(tx, world.project, [new("y")], import_run=second, at=NOW)
        items.arrive(tx, second)

    with world.store.write() as tx:
        waiting = items.count_positions(tx, world.project)
        items.arrive(tx, first)
        done = items.count_positions(tx, world.project)

    assert (waiting, done) == (12, 14)


def test_an_interrupted_import_leaves_its_items_to_the_next_that_finds_them(world):
    first, second = request(world), request(world)
    with world.store.write() as tx:
        items.add(tx, world.project, [new("x")], import_run=first, at=NOW)
        items.add(tx, world.project, [new("x", "other.png")], import_run=second, at=NOW)

        arrived = items.arrive(tx, second)

    assert [position for position, _ in arrived] == [12]


def test_an_item_that_arrived_is_not_adopted(world):
    run = request(world)
    with world.store.write() as tx:
        items.adopt(tx, world.items, run)

        assert items.arrive(tx, run) == []


def test_a_path_is_known_with_its_bytes_and_whether_it_was_the_first(world):
    with world.store.write() as tx:
        items.add_paths(
            tx,
            world.project,
            [
                ("/photos", "sha00.png", world.items[0]),
                ("/photos", "copy.png", world.items[0]),
                ("/elsewhere", "sha01.png", world.items[1]),
            ],
        )

    with world.store.read() as tx:
        known = items.known_paths(tx, world.project, "/photos")

    assert known == {
        "copy.png": KnownPath(world.items[0], "sha00", arriving=False, first=False),
        "sha00.png": KnownPath(world.items[0], "sha00", arriving=False, first=True),
    }


def test_a_changed_file_points_to_its_new_item(world):
    with world.store.write() as tx:
        items.add_paths(tx, world.project, [("/photos", "a.png", world.items[0])])
        items.add_paths(tx, world.project, [("/photos", "a.png", world.items[1])])

        known = items.known_paths(tx, world.project, "/photos")

    assert known["a.png"].item == world.items[1]


def test_items_are_found_by_id_and_unknown_ones_are_none(world):
    with world.store.write() as tx:
        items.set_state(tx, world.items[0], "missing")

        assert items.get(tx, world.items[0]).state == "missing"
        assert items.get(tx, 10_000) is None
        assert set(items.many(tx, [world.items[3], 10_000])) == {world.items[3]}


def test_a_sample_is_always_the_same_and_not_simply_the_first(world):
    with world.store.write() as tx:
        items.set_state(tx, world.items[0], "missing")
        first = items.sample(tx, world.project, 6)
        second = items.sample(tx, world.project, 6)
        every = items.sample(tx, world.project, 100)

    assert first == second
    assert first != sorted(first)
    assert sorted(every) == world.items[1:]


def test_positions_beyond_two_thousand_million_scatter_without_overflow(world):
    import sqlalchemy as sa

    from labeler_app.store import schema

    with world.store.write() as tx:
        tx.execute(
            sa.update(schema.item)
            .where(schema.item.c.id == world.items[-1])
            .values(position=2_000_000_000)
        )

        assert len(items.sample(tx, world.project, 100)) == 12
