"""Reviews as the grid needs them: who decided last, how many are kept, how long it took."""

from labeler_app.store import reviews, variants
from labeler_app.store.reviews import Known
from labeler_app.store.variants import ReviewRow
from tests.store.test_variants import asked, row


def decided(tx, world, person, *rows):
    return variants.review(tx, world.project, person, rows, at=2.0)


def test_the_newest_review_stands_and_after_an_undo_none(world):
    with world.store.write() as tx:
        making = asked(tx, world)
        variants.add(tx, world.project, [row(world, making, one) for one in "abc"], at=1.0)
        first, second, third = (one.id for one in variants.every(tx, world.project))
        decided(
            tx,
            world,
            world.ada,
            ReviewRow("e1", first, "keep", world.cat, 900),
            ReviewRow("e2", second, "keep", world.cat, 1100),
            ReviewRow("e3", second, "undo", None, None),
        )
        decided(tx, world, world.bob, ReviewRow("e4", first, "reject", None, None))

        known = reviews.known(tx, world.project, [first, second, third, 10_000])
        before = reviews.kept(tx, world.project)
        decided(tx, world, world.bob, ReviewRow("e5", third, "keep", world.cat, 700))

        root = world.items[0]
        assert known == {
            first: Known(first, root, None, world.bob),
            second: Known(second, root, None, None),
            third: Known(third, root, None, None),
        }
        assert (before, reviews.kept(tx, world.project)) == (0, 1)
        assert reviews.times(tx, world.project) == [900, 1100, 700]
        assert reviews.known(tx, world.project + 1, [first]) == {}


def test_a_review_is_found_by_its_event_and_a_picture_by_its_variant(world):
    with world.store.write() as tx:
        making = asked(tx, world)
        variants.add(tx, world.project, [row(world, making)], at=1.0)
        (one,) = variants.every(tx, world.project)
        decided(tx, world, world.ada, ReviewRow("e1", one.id, "reject", None, 5))

        found = reviews.by_id(tx, "e1")

        assert (found.variant, found.kind, found.annotator) == (one.id, "reject", world.ada)
        assert reviews.by_id(tx, "e2") is None
        assert reviews.file_of(tx, one.id) == (world.project, one.path)
        assert reviews.file_of(tx, one.id + 1) is None
