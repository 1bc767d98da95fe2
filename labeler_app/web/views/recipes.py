"""A recipe for a gap: what it does, and previews of what it makes."""

from base64 import b64encode
from collections.abc import Sequence

from labeler_app.services.coverage import Found
from labeler_app.services.previews import Choice, Preview, Previews
from labeler_app.web.views import signs, words
from labeler_app.web.views.tree import Element, h

SAFE = "The label should survive; a person will have to confirm each one."
LOOK = "The label may not survive: look at each one."
PREVIEWS = (
    "These are previews. Of what is made you keep or reject each one, and no model learns from any "
    "before real ones have proven that it helps, or a person says why it is to do so without."
)
ONLY_PREVIEWS = (
    "These are previews only: nothing is made in a project with several classes an item."
)


def panel(
    found: Found, known: Sequence[Choice], seen: Previews, more: Element | None = None
) -> Element:
    """Draw the recipes of a gap, and previews of the chosen one.

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
        h("p.lead", f"{seen.recipe.sentence} {LOOK if seen.recipe.tier != 'A' else SAFE}"),
        h("div.hd", h("h3", title), h("span.tools.mut", landed)) if seen.shown else None,
        h("div.pv", [_preview(one, axis) for one in seen.shown])
        if seen.shown
        else h("p.mut", "There is no labeled picture outside the gap to make one of."),
        [h("p.note", f"Left out: {one}") for one in seen.skipped[:3]],
        closing(more) if seen.shown else None,
    )


def closing(more: Element | None) -> list[Element]:
    """Draw what asks for variants, and what becomes of them; or that none can be made."""
    return [more, h("p.mut", PREVIEWS)] if more else [h("p.mut", ONLY_PREVIEWS)]


def _preview(one: Preview, axis: str) -> Element:
    source = f"data:{one.media_type};base64,{b64encode(one.content).decode()}"
    was, now = words.measured(axis, one.before), words.measured(axis, one.after)
    said = f"{one.class_.name}, {axis} {was} to {now}"
    missed = "" if one.landed else ", did not land"
    return h(
        "div.one" if one.landed else "div.one.off",
        h(
            "div.im",
            h("img.th", src=f"/api/images/{one.item}?size=thumb", alt="", width=96, height=80),
            h("img.th", src=source, alt=said + missed, width=96, height=80),
        ),
        h("p", signs.key_of(one.class_.key, one.class_.colour), one.class_.name),
        h(
            "p.mut",
            f"{was} → {now}{missed}",
        ),
    )
