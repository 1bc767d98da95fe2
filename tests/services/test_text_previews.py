"""Previews of made texts for a gap: of labeled ones, never of audit items, and none is kept."""

import pytest

from labeler_app.errors import InputError
from labeler_app.services import coverage, text_previews
from labeler_app.store import audit, items, schema


def loud(ws, project):
    return next(
        one
        for one in coverage.of_project(ws, project.id).gaps
        if one.axis.name == "capitals" and one.class_ is None
    )


def test_labeled_texts_of_all_classes_are_made_loud_until_they_land(ws, films):
    found = loud(ws, films)
    names = [one.name for one in text_previews.recipes(found)]
    with ws.store.read() as tx:
        every = items.ids_by_position(tx, films.id)
        apart = {every[at] for at in audit.positions(tx, films.id)}
        apart |= {every[at] for at in audit.shadow_positions(tx, films.id)}

    seen = text_previews.look(ws, films.id, found, names[0])

    assert names == ["in capitals", "in small letters"]
    assert (len(seen.shown), seen.landed, seen.skipped) == (6, 6, ())
    assert {one.class_.name for one in seen.shown} == {"bad", "good"}
    for one in seen.shown:
        assert one.new.casefold() == one.old.casefold() != one.new
        assert one.before < 0.1 < 0.95 <= one.after
    assert not {one.item for one in seen.shown} & apart
    assert seen.parents >= 6


def test_the_same_previews_come_again_and_another_recipe_makes_others(ws, films):
    found = loud(ws, films)
    first = text_previews.look(ws, films.id, found, "in capitals")
    text_previews._seen.clear()

    assert text_previews.look(ws, films.id, found, "in capitals") == first
    assert text_previews.look(ws, films.id, found, "in small letters") != first


def test_a_recipe_of_another_condition_is_refused_with_those_there_are(ws, films):
    with pytest.raises(InputError, match="'cut short' does not change capitals"):
        text_previews.look(ws, films.id, loud(ws, films), "cut short")


def test_a_text_whose_content_is_lost_is_left_out_and_named(ws, films):
    found = loud(ws, films)
    gone = text_previews.look(ws, films.id, found, "in capitals").shown[0].item
    text_previews._seen.clear()
    with ws.store.write() as tx:
        tx.execute(schema.item_content.delete().where(schema.item_content.c.item == gone))

    seen = text_previews.look(ws, films.id, found, "in capitals")

    assert len(seen.shown) == 5
    assert seen.skipped[0].endswith(f": The content of item {gone} is missing.")
