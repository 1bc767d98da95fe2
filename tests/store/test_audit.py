from labeler_app.store import audit, events, items


def test_audit_items_that_are_missing_and_unanswered_are_told_by_part(world):
    first, second, third, fourth = world.items[:4]
    with world.store.write() as tx:
        audit.reserve(
            tx,
            world.project,
            [
                (first, 0, "report"),
                (second, 1, "report"),
                (third, 2, "decide"),
                (fourth, 3, "report"),
            ],
        )
        events.append(tx, world.event(second))
        events.settle(tx, world.project, second, world.ada)
        for item in (first, second, third):
            items.set_state(tx, item, "missing")
    with world.store.read() as tx:
        report = audit.missing(tx, world.project, "report")
        decide = audit.missing(tx, world.project, "decide")
        places = {row.id: row.position for row in items.many(tx, world.items).values()}

    assert report == [places[first]]
    assert decide == [places[third]]
