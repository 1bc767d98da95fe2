from labeler_app.store import imports
from tests.store.conftest import NOW


def test_an_import_waits_until_somebody_ends_it(world):
    with world.store.write() as tx:
        first = imports.request(tx, world.project, "/a", {"copy": True}, world.ada, at=NOW)
        second = imports.request(tx, world.project, "/b", {}, None, at=NOW)
        imports.change(tx, first, state="reading", done=3)

        assert imports.pending(tx, world.project) == [first, second]
        imports.change(tx, first, state="done")
        assert imports.pending(tx, world.project) == [second]

        row = imports.get(tx, first)
        assert (row.source, row.options, row.person, row.done) == (
            "/a",
            '{"copy": true}',
            world.ada,
            3,
        )
        assert imports.get(tx, 99) is None
        assert [row.id for row in imports.of_project(tx, world.project)][-2:] == [first, second]


def test_what_was_refused_is_listed_first_then_as_it_was_found_and_can_be_cleared(world):
    lost, clash = ("a/lost.png", "is not here"), ("a.png", "has two labels")
    with world.store.write() as tx:
        run = imports.request(tx, world.project, "/a", {}, None, at=NOW)
        imports.add_problems(tx, run, [lost], "stranger")
        imports.add_problems(tx, run, [clash], "clash")
        imports.add_problems(tx, run, [("c.png", "broken"), ("b.png", "empty")])
        imports.add_problems(tx, run, [])

        refused = imports.problems(tx, run, ["refused"])
        assert refused == [("c.png", "broken"), ("b.png", "empty")]
        assert imports.problems(tx, run) == [*refused, clash, lost]
        imports.clear_problems(tx, run)
        assert imports.problems(tx, run) == []
