"""A recipe for a gap of texts: what it does, and how what it makes begins."""

from collections.abc import Sequence

from labeler_app.services.coverage import Found
from labeler_app.services.previews import Choice
from labeler_app.services.text_previews import TextPreview, TextPreviews
from labeler_app.web.views import signs, words
from labeler_app.web.views.recipes import LOOK, SAFE, closing
from labeler_app.web.views.tree import Element, h


def panel(
    found: Found, known: Sequence[Choice], seen: TextPreviews, more: Element | None = None
) -> Element:
    """Draw the recipes of a gap, and how a few texts of the chosen one begin.

    Parameters
    ----------
    more
        What asks for variants, where they can be made.
    """
    axis = found.axis.name
    others = [
        h("button.btn", one.name, type="button", act="recipe", value=one.name)
        for one in known
        if one.name != seen.recipe.name
    ]
    title = f"{words.count(len(seen.shown), 'preview')}, measured {axis}"
    landed = f"{seen.landed} of {len(seen.shown)} land"
    return h(
        "section.recipe",
        signs.head(seen.recipe.name.capitalize(), *others),
        h("p.lead", f"{seen.recipe.sentence} {SAFE if seen.recipe.tier == 'A' else LOOK}"),
        h("div.hd", h("h3", title), h("span.tools.mut", landed)) if seen.shown else None,
        h("div.tpv", [_preview(one, axis) for one in seen.shown])
        if seen.shown
        else h("p.mut", "There is no labeled text outside the gap to make one of."),
        [h("p.note", f"Left out: {one}") for one in seen.skipped[:3]],
        closing(more) if seen.shown else None,
    )


def _preview(one: TextPreview, axis: str) -> Element:
    missed = "" if one.landed else ", did not land"
    told = f"{words.measured(axis, one.before)} → {words.measured(axis, one.after)}{missed}"
    return h(
        "div.one" if one.landed else "div.one.off",
        h(
            "p.hd",
            h("span", signs.key_of(one.class_.key, one.class_.colour), one.class_.name),
            h("span.tools.mut", told),
        ),
        h("div.was", h("p.mut", "Before"), h("p.said", one.old)),
        h("div.is", h("p.mut", "After"), h("p.said", one.new)),
    )
