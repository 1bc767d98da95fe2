"""Variants: kept once, decided by the newest review that stands, never met as items."""

from labeler_app.store import items, projects, variants
from labeler_app.store.variants import Filling, ReviewRow, VariantRow

NIGHT = Filling("low light", "brightness", 0, 1)


def asked(tx, world, filling=NIGHT):
    return variants.ask(
        tx, world.project, filling, class_id=None, wanted=4, seed=7, person=world.ada, at=1.0
    )


def row(world, making, digest="a", root=0):
    return VariantRow(
        making=making,
        root=world.items[root],
        other=None,
        class_id=world.cat,
        steps="[]",
        seed=3,
        versions="",
        before=0.5,
        after=0.1,
        landed=True,
        near="",
        margin=None,
        path=f"variants/{digest}.jpg",
        sha256=digest,
    )


def reviewed(tx, world, event, variant, kind, class_id=None):
    one = ReviewRow(event, variant, kind, class_id, 900)
    return variants.review(tx, world.project, world.ada, [one], at=2.0)


def test_a_picture_is_kept_once_and_is_no_item(world):
    with world.store.write() as tx:
        making = asked(tx, world)
        before = items.count_positions(tx, world.project)

        first = variants.add(tx, world.project, [row(world, making, one) for one in "aab"], at=1.5)
        again = variants.add(tx, world.project, [row(world, making)], at=1.6)

        (one, other) = variants.every(tx, world.project)
        assert (first, again) == (2, 0)
        assert (one.filling, one.decision, one.kept_as) == (NIGHT, "", None)
        assert other.filling.key == "low light@brightness:0-1"
        assert items.count_positions(tx, world.project) == before
        assert projects.get(tx, world.project) is not None


def test_the_newest_review_stands_until_it_is_taken_back_and_each_is_stored_once(world):
    with world.store.write() as tx:
        making = asked(tx, world)
        variants.add(tx, world.project, [row(world, making)], at=1.5)
        (only,) = variants.every(tx, world.project)
        states = []

        for event, kind in (("1", "keep"), ("1", "keep"), ("2", "reject"), ("3", "undo")):
            reviewed(tx, world, event, only.id, kind, world.dog if kind == "keep" else None)
            now = variants.get(tx, world.project, only.id)
            states.append((now.decision, now.kept_as))

        kept = ("keep", world.dog)
        assert states == [kept, kept, ("reject", None), ("", None)]
        assert variants.reviews(tx, world.project)[:2] == (2, 2_700)
        assert not variants.every(tx, world.project, decisions=["keep", "reject"])
        assert variants.every(tx, world.project, decisions=[""], filling=NIGHT)
        assert not variants.every(tx, world.project, filling=Filling("brighter", "", 0, 0))


def test_what_was_cancelled_goes_on_no_more_and_keeps_what_is_made(world):
    with world.store.write() as tx:
        making = asked(tx, world)
        progress = {"made": 1, "tried": 2, "told": "One was too small.", "at": None}

        went_on = variants.advance(tx, making, state="working", **progress)
        cancelled = variants.cancel(tx, world.project, at=3.0)
        after = variants.advance(tx, making, state="working", **progress)

        (one,) = variants.makings(tx, world.project)
        assert (went_on, cancelled, after) == (True, [making], False)
        assert (one.state, one.made, one.told) == ("cancelled", 1, "One was too small.")
        assert variants.makings(tx, world.project, states=variants.OPEN) == []
