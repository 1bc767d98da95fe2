from labeler_app.store import items, stand_ins


def test_an_item_is_due_once_its_file_was_found_and_not_after_another_failure(world):
    first, second = world.items[:2]
    with world.store.write() as tx:
        stand_ins.note(tx, world.project, [first, second])
        before = stand_ins.count_found(tx, world.project)
        stand_ins.found(tx, [second, world.items[5]])
        due = stand_ins.found_positions(tx, world.project), stand_ins.count_found(tx, world.project)
        stand_ins.note(tx, world.project, [second])
        after = stand_ins.found_positions(tx, world.project)

    assert (before, due, after) == (0, ([1], 1), [])


def test_an_item_that_was_read_is_forgotten_and_no_other(world):
    with world.store.write() as tx:
        stand_ins.note(tx, world.project, world.items[:3])
        stand_ins.note(tx, world.project, [])
        stand_ins.forget(tx, world.items[1:2])

        assert stand_ins.of_project(tx, world.project) == {world.items[0], world.items[2]}
        assert stand_ins.of_project(tx, 99) == set()


def test_only_lost_items_are_brought_back_each_to_the_first_place_it_was_found_at(world):
    missing, stood_in, fine = world.items[:3]
    with world.store.write() as tx:
        items.set_state(tx, missing, "missing")
        stand_ins.note(tx, world.project, [stood_in])

        found = [("/new", "a.png", missing), ("/new", "b.png", missing)]
        items.bring_back(tx, [*found, ("/new", "c.png", stood_in), ("/new", "d.png", fine)])

        rows = items.many(tx, world.items[:3])
    assert [(rows[one].state, rows[one].root, rows[one].path) for one in world.items[:3]] == [
        ("ready", "/new", "a.png"),
        ("ready", "/new", "c.png"),
        ("ready", "/photos", "sha02.png"),
    ]


def test_items_below_a_root_are_found_and_those_beside_it_are_not(world):
    with world.store.write() as tx:
        items.set_state(tx, world.items[0], "missing")
        items.bring_back(tx, [("workspace:inbox/a_c/sub", "a.png", world.items[0])])

        told = {
            root: items.any_below(tx, root)
            for root in ("/photos", "/pho", "workspace:inbox/a_c", "workspace:inbox/abc")
        }
    assert told == {
        "/photos": True,
        "/pho": False,
        "workspace:inbox/a_c": True,
        "workspace:inbox/abc": False,
    }
