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


def test_refused_files_are_listed_by_path_and_can_be_cleared(world):
    with world.store.write() as tx:
        run = imports.request(tx, world.project, "/a", {}, None, at=NOW)
        imports.add_problems(tx, run, [("b.png", "broken"), ("a.png", "empty")])
        imports.add_problems(tx, run, [])

        assert imports.problems(tx, run) == [("a.png", "empty"), ("b.png", "broken")]
        imports.clear_problems(tx, run)
        assert imports.problems(tx, run) == []
