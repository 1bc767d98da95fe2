from labeler_app.settings import ProjectConfig
from labeler_app.store import audit, projects, provenance, schema


def exported(world, origins=("human",), **more):
    with world.store.read() as tx:
        return provenance.of_labels(tx, world.project, origins, **more)


def test_a_row_says_how_the_label_came_about(world):
    first, second = world.items[:2]
    with world.store.write() as tx:
        audit.reserve(tx, world.project, [(first, 0, "report")])
    world.say(
        world.event(first, version=7, propensity=0.2, suggestion=True),
        world.event(second, annotator=world.bob, origin="imported"),
    )

    human, both = exported(world), exported(world, ["human", "imported"])

    assert [(row.path, row.class_id, row.version, row.audit_part) for row in human] == [
        ("sha00.png", world.cat, 7, "report")
    ]
    assert [row.origin for row in both] == ["human", "imported"]
    assert len(exported(world, ["human", "imported"], limit=1)) == 1


def test_a_look_at_the_suggestion_and_earlier_answers_stay_with_the_label(world):
    first, second, third = world.items[:3]
    looked = world.event(first, suggestion=True)
    world.say(looked, world.event(first, "undo", reverts=looked.event_id))
    world.say(world.event(first, class_id=world.dog), world.event(first, "note", note="!"))
    world.say(world.event(second))
    world.say(world.event(third, annotator=world.bob, suggestion=True), world.event(third))

    rows = exported(world)

    assert [(row.class_id, bool(row.suggestion), row.times_answered) for row in rows] == [
        (world.dog, True, 2),
        (world.cat, False, 1),
        (world.cat, True, 1),
        (world.cat, False, 1),
    ]


def test_labels_are_counted_by_origin_and_audit(world):
    first, second, third = world.items[:3]
    with world.store.write() as tx:
        audit.reserve(tx, world.project, [(first, 0, "report")])
    world.say(
        world.event(first),
        world.event(second),
        world.event(third, annotator=world.bob, origin="imported"),
        world.event(world.items[3], "skip"),
    )

    with world.store.read() as tx:
        found = provenance.origin_counts(tx, world.project)

    assert found == {"human": (2, 1), "imported": (1, 0)}


def test_another_project_has_no_rows(world):
    with world.store.write() as tx:
        other = projects.add(tx, "Other", "image", ProjectConfig(), at=0.0)
    world.say(world.event(world.items[0]))

    with world.store.read() as tx:
        assert provenance.of_labels(tx, other, list(schema.ORIGINS)) == []
        assert provenance.origin_counts(tx, other) == {}
