import threading

import sqlalchemy as sa

from labeler_app.settings import ProjectConfig
from labeler_app.store import class_changes, imports, people, projects, schema, trail
from labeler_app.store.class_changes import New
from tests.store.conftest import NOW


def test_a_name_is_taken_whatever_its_case_and_spaces(world):
    with world.store.write() as tx:
        assert projects.add(tx, "  pETS ", "image", ProjectConfig(), at=NOW) is None
        assert projects.find(tx, "PETS").id == world.project
        assert projects.find(tx, "Plants") is None


def test_accents_typed_in_two_ways_are_one_name(world):
    with world.store.write() as tx:
        made = projects.add(tx, "Cafe\u0301", "image", ProjectConfig(), at=NOW)

        assert projects.find(tx, "caf\u00e9").id == made


def test_the_configuration_comes_back_as_it_was_set(world):
    config = ProjectConfig(batch=7, target=0.8)
    with world.store.write() as tx:
        projects.configure(tx, world.project, config)

        assert projects.get(tx, world.project).config == config
        assert projects.get(tx, 99) is None


def test_classes_keep_their_order_and_names_are_taken_once(world):
    with world.store.write() as tx:
        fox = projects.add_class(tx, world.project, "fox")
        again = projects.add_class(tx, world.project, "FOX")

        assert [one.name for one in projects.classes(tx, world.project)] == ["cat", "dog", "fox"]
        assert again is None
        assert projects.class_named(tx, world.project, "Fox") == fox
        assert projects.class_of(tx, fox) == (world.project, "fox")
        assert projects.class_of(tx, 99) is None


def test_two_classes_added_at_once_stand_one_behind_the_other(world):
    def add_the_second():
        with world.store.write() as tx:
            projects.add_class(tx, world.project, "ant")

    with world.store.write() as tx:
        projects.add_class(tx, world.project, "fox")
        second = threading.Thread(target=add_the_second)
        second.start()
        second.join(0.5)  # It must not get through before the first is committed.
        assert second.is_alive()
    second.join()

    with world.store.read() as tx:
        found = [(one.name, one.position) for one in projects.classes(tx, world.project)]
    assert found == [("cat", 0), ("dog", 1), ("fox", 2), ("ant", 3)]


def test_a_renamed_class_is_found_by_its_new_name_only(world):
    with world.store.write() as tx:
        after = {world.cat: {"name": "Tomcat", "definition": "Purrs."}}
        class_changes.write(tx, New(world.project, "rename", NOW), after)

        assert projects.class_named(tx, world.project, "tomcat") == world.cat
        assert projects.class_named(tx, world.project, "cat") is None
        assert projects.classes(tx, world.project)[0].definition == "Purrs."


def test_all_projects_come_oldest_first_with_their_number_of_items(world):
    with world.store.write() as tx:
        empty = projects.add(tx, "Plants", "image", ProjectConfig(), at=NOW)

        assert [one.name for one in projects.every(tx)] == ["Pets", "Plants"]
        assert projects.counts(tx, [world.project, empty]) == {world.project: 12}


def test_an_empty_project_is_removed_with_all_that_belongs_to_it(world):
    with world.store.write() as tx:
        made = projects.add(tx, "Plants", "image", ProjectConfig(), at=NOW)
        projects.add_class(tx, made, "rose")
        run = imports.request(tx, made, "/plants", {}, None, at=NOW)
        imports.add_problems(tx, run, [("a.png", "broken")])
        trail.note(tx, "made", at=NOW, project=made)

        projects.remove_empty(tx, made)

        assert projects.get(tx, made) is None
        assert projects.get(tx, world.project) is not None


def test_a_person_is_one_by_name_and_keeps_the_kind_of_the_first_time(world):
    with world.store.write() as tx:
        again = people.ensure(tx, "ADA", "oracle", at=NOW)

        assert (again.id, again.name, again.kind) == (world.ada, "Ada", "human")
        assert people.get(tx, world.bob).name == "Bob"
        assert people.get(tx, 99) is None
        assert people.names(tx) == {world.ada: "Ada", world.bob: "Bob"}


def test_the_trail_keeps_who_did_what_in_which_project(world):
    with world.store.write() as tx:
        trail.note(tx, "first", at=NOW, project=world.project, person=world.ada, n=1)
        trail.note(tx, "second", at=NOW + 1, project=world.project)
        trail.note(tx, "elsewhere", at=NOW + 2)

        lines = tx.execute(sa.select(schema.trail).order_by(schema.trail.c.seq)).all()

    assert [(one.action, one.at, one.project, one.person, one.detail) for one in lines] == [
        ("first", NOW, world.project, world.ada, '{"n": 1}'),
        ("second", NOW + 1, world.project, None, "{}"),
        ("elsewhere", NOW + 2, None, None, "{}"),
    ]
