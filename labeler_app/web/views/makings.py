"""Variants that were asked for: how far they are, what was left out, and asking for more."""

from collections.abc import Mapping, Sequence

from labeler_app.services.goals import Way
from labeler_app.services.making import Asked
from labeler_app.services.projects import LabelClass
from labeler_app.web.views import words
from labeler_app.web.views.tree import Element, h

COUNTS = (12, 48)
_SHOWN = 3


def ask(
    recipe: str,
    being_made: Sequence[Asked],
    *,
    can_be_unsure: bool,
    mixed_up: Sequence[tuple[LabelClass, LabelClass]] = (),
) -> Element:
    """Draw the buttons that ask for variants with a recipe; their value is "RECIPE|COUNT|PICK".

    While some are being made there are none: one press is one wish.

    Parameters
    ----------
    mixed_up
        Classes that the model takes for others, with these.
    """
    if being_made:
        return h("p.mut", "Some are being made. More can be asked for after that.")
    few, many = COUNTS
    hard = f"Make the {few} that the model is least sure of"
    plain = h(
        "div.make",
        h("button.btn.p", f"Make {many}", type="button", act="make", value=f"{recipe}|{many}|"),
        h("button.btn", f"Make {few}", type="button", act="make", value=f"{recipe}|{few}|"),
        h("button.btn", hard, type="button", act="make", value=f"{recipe}|{few}|hardest")
        if can_be_unsure
        else None,
    )
    if not mixed_up or not can_be_unsure:
        return plain
    near = [
        h(
            "button.lk",
            f"{true.name} nearest to {other.name}",
            type="button",
            act="make",
            value=f"{recipe}|{few}|{true.id}>{other.id}",
            aria_label=f"Make {few} of {true.name} nearest to {other.name}",
        )
        for true, other in mixed_up
    ]
    return h("div", plain, h("div.make", h("span.mut", f"Or {few} of what it mixes up:"), near))


def others(ways: Sequence[Way]) -> Element:
    """Draw the recipes that no condition steers, each with a way to make some."""
    return h(
        "details.more",
        h("summary", "Other recipes"),
        h("p.mut", "Nothing measures what these change: only a probe set can prove them."),
        [
            h(
                "div.way",
                h("div", h("b", one.name.capitalize()), h("p.mut", one.sentence)),
                h(
                    "button.btn",
                    f"Make {COUNTS[0]}",
                    type="button",
                    act="make",
                    value=f"{one.name}|{COUNTS[0]}|",
                    aria_label=f"Make {COUNTS[0]}: {one.name}",
                ),
            )
            for one in ways
        ],
    )


def listed(
    asked: Sequence[Asked], classes: Sequence[LabelClass], conditions: Mapping[str, str]
) -> Element | None:
    """Draw what is being made, and the last that was; None if nothing ever was.

    Parameters
    ----------
    conditions
        By the key of a filling: its condition in words, "brightness: black to dark".
    """
    if not asked:
        return None
    names = {one.id: one.name for one in classes}
    newest = list(asked)[::-1][:_SHOWN]
    return h("section.makings", [_one(one, _gap(one, names, conditions)) for one in newest])


def _gap(one: Asked, names: Mapping[int, str], conditions: Mapping[str, str]) -> str:
    """Say what they are for, as the gap is called; "" for any item of any class."""
    condition, whose = conditions.get(one.filling.key, ""), "all classes"
    if one.class_id is not None:
        whose = names.get(one.class_id, "a class of before")
    elif not condition:
        return ""
    if one.toward is not None:
        whose += f", nearest to {names.get(one.toward, 'a class of before')}"
    return f"For {condition}, {whose}." if condition else f"For {whose}."


def _one(one: Asked, gap: str) -> Element:
    stop = h("button.lk", "Cancel", type="button", act="cancel", value=one.id)
    return h(
        "div.making",
        h(
            "p",
            h("b", f"{one.filling.recipe.capitalize()}: "),
            f"{words.number(one.made)} of {words.number(one.wanted)} made",
            f", {_STATES[one.state]}." if one.state in _STATES else ".",
        ),
        stop if one.is_open else None,
        h("p.mut", gap) if gap else None,
        [h("p.mut", told) for told in one.told[:_SHOWN]],
    )


_STATES = {
    "waiting": "waiting for the worker",
    "working": "more to come",
    "cancelled": "cancelled",
    "failed": "stopped",
}
