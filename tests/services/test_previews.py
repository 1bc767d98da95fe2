"""Previews of made pictures for a gap: of labeled ones, never of audit items, and none is kept."""

import pytest

from labeler_app.errors import InputError
from labeler_app.services import coverage, previews, projects
from labeler_app.store import audit, items
from tests.builders import rows
from tests.prepared import put_down


@pytest.fixture
def day(ws, days):
    """Ninety pictures by day, labeled but for a quarter that is reserved, and thirty at night."""
    put_down(ws, days)
    return projects.get(ws, 1)


def dark(ws, project):
    return next(
        one
        for one in coverage.of_project(ws, project.id).gaps
        if one.axis.name == "brightness" and one.class_ is None
    )


def test_labeled_pictures_of_all_classes_are_darkened_until_they_land(ws, day):
    found = dark(ws, day)
    before = {path for path in ws.folder.rglob("*") if path.is_file()}

    seen = previews.look(ws, day.id, found, "low light")

    assert (len(seen.shown), seen.landed, seen.skipped) == (previews.COUNT, previews.COUNT, ())
    assert len({one.class_.name for one in seen.shown}) == 3
    for one in seen.shown:
        assert found.axis.cells([one.after])[0] in range(found.gap.first, found.gap.last + 1)
        assert one.before > one.after
        assert one.media_type in ("image/jpeg", "image/png")
    made = {path for path in ws.folder.rglob("*") if path.is_file()} - before
    assert all("copies" in path.parts for path in made)


def test_no_audit_item_and_none_that_is_in_the_gap_is_a_parent(ws, day):
    found = dark(ws, day)
    with ws.store.read() as tx:
        every = items.ids_by_position(tx, day.id)
        apart = {
            every[at] for at in (*audit.positions(tx, day.id), *audit.shadow_positions(tx, day.id))
        }

    seen = previews.look(ws, day.id, found, "low light")

    names = {row.id: row.path for row in rows(ws, day.id)}
    assert not {one.item for one in seen.shown} & apart
    assert not any("night" in names[one.item] for one in seen.shown)
    assert seen.parents >= len(seen.shown)


def test_the_same_previews_come_again_and_another_recipe_makes_others(ws, day):
    found = dark(ws, day)
    first = previews.look(ws, day.id, found, "low light")
    previews._seen.clear()

    assert previews.look(ws, day.id, found, "low light") == first
    assert previews.look(ws, day.id, found, "brighter") != first


def test_a_recipe_of_another_condition_is_refused_with_those_there_are(ws, day):
    with pytest.raises(InputError, match="'grainy' does not change brightness"):
        previews.look(ws, day.id, dark(ws, day), "grainy")


def test_a_picture_that_cannot_be_read_is_left_out_and_named(ws, day):
    found = dark(ws, day)
    gone = previews.look(ws, day.id, found, "low light").shown[0].item
    row = next(one for one in rows(ws, day.id) if one.id == gone)
    for copy in (ws.folder / "copies").rglob(f"{row.sha256}*"):
        copy.unlink()
    (ws.root(row.root) / row.path).unlink()
    previews._seen.clear()

    seen = previews.look(ws, day.id, found, "low light")

    assert len(seen.shown) == previews.COUNT - 1
    assert seen.skipped[0].startswith(f"{row.path}: ")
