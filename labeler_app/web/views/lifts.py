"""Did it help? What kept variants change on real items, and whether a model learns from them."""

from collections.abc import Mapping, Sequence

from labeler_app.core import lift, synthesis
from labeler_app.core.lift import Figure
from labeler_app.services.fillings import Measured, Standing
from labeler_app.services.projects import LabelClass
from labeler_app.services.proving import LEAST
from labeler_app.web.views import signs, tables, words
from labeler_app.web.views.tables import Column
from labeler_app.web.views.tree import Element, Part, h

_ENOUGH = 60
# Of a share: an interval that reaches further below 0 may hide a harm.
_CLOSE = 0.05 + 1e-9
_VERDICTS = {
    lift.PROVEN: ("proven", "chip.good"),
    lift.UNPROVABLE: ("not provable here", "chip"),
    lift.HARM: ("harm", "chip.bad"),
}


def section(
    standings: Sequence[Standing],
    classes: Sequence[LabelClass],
    conditions: Mapping[str, str],
    noting: str,
    noun: str,
) -> Element:
    """Draw how the variants of every filling stand.

    Parameters
    ----------
    conditions
        By the key of a filling: its condition in words, "brightness: black to dark".
    noting
        Key of the filling that a note is being written for.
    noun
        What an item is called here: "picture".
    """
    head = signs.head(f"Did it help? Proof on real {noun}s", help_mark=_help(noun))
    lead = h(
        "p.lead",
        f"The same learner is trained with and without the made {noun}s, {lift.REPEATS} times on "
        f"labels drawn anew, and scored on real {noun}s that no training saw.",
    )
    names = {one.id: one.name for one in classes}
    told = [
        _one(
            one, names, conditions.get(one.filling.key, ""), noun, noting=noting == one.filling.key
        )
        for one in standings
    ]
    none = h("p.mut", "Nothing is kept yet, so there is nothing to prove.")
    return h("section.lifts", head, lead, told or none)


def without_proof(standings: Sequence[Standing]) -> Element | None:
    """Draw which variants a model learns from because a person said so, and why."""
    forced = [one for one in standings if one.use is not None and one.is_used]
    if not forced:
        return None
    return h(
        "section.unproven",
        signs.head("Used without a proof"),
        [
            h(
                "p",
                h("b", f"{one.filling.recipe.capitalize()}: "),
                f"{words.count(one.kept, 'variant')}. “{one.use.note}”",
            )
            for one in forced
            if one.use is not None
        ],
    )


def beside(one: Standing, noun: str) -> str:
    """Say in a sentence what has become of what a recipe made for a condition; "" for nothing."""
    told = []
    if one.open:
        told.append(f"{words.count(one.open, f'made {noun}')} of it to be decided")
    if one.kept:
        kept = f"{words.count(one.kept, f'made {noun}')} of it kept"
        if one.measured is None:
            told.append(f"{kept}, not measured yet")
        else:
            used = "used in training" if one.is_used else "not used"
            told.append(f"{kept}: {_VERDICTS[one.measured.verdict][0]}, {used}")
    return f"{one.filling.recipe.capitalize()}: {'; '.join(told)}." if told else ""


def _one(
    one: Standing, names: Mapping[int, str], condition: str, noun: str, *, noting: bool
) -> Element:
    word, shape = "not measured yet", "chip"
    if one.measured is not None:
        word, shape = _VERDICTS[one.measured.verdict]
    title = one.filling.recipe.capitalize()
    where = f" {condition.capitalize()}." if condition else ""
    return h(
        "div.lift",
        h(
            "div.hd",
            h("h3", title),
            h(f"span.{shape}", word),
            h("span.mut", _standing(one, noun) + where),
        ),
        _figures(one.measured, names, condition, noun) if one.measured is not None else None,
        _next(one, noun, noting=noting),
    )


def _standing(one: Standing, noun: str) -> str:
    kept = words.count(one.kept, f"made {noun} is kept", f"made {noun}s are kept")
    if one.is_used:
        return f"{kept}, and used in training."
    return f"{kept}, and {'refused' if _harms(one) else 'stay out of training'}."


def _harms(one: Standing) -> bool:
    return one.measured is not None and one.measured.verdict == lift.HARM


def _figures(measured: Measured, names: Mapping[int, str], condition: str, noun: str) -> Element:
    if measured.problem:
        return h("p.note", measured.problem)
    known = [one for one in measured.figures if one.of != "class"]
    if not any(one.of == "condition" for one in known):
        known.insert(0, Figure("condition", None, 0, 0.0, 0.0, 0.0, 0.0, 0.0))
    classes = sorted(
        (one for one in measured.figures if one.of == "class"), key=lambda one: one.change
    )
    shown = [*known, *(classes if len(classes) <= 2 else (classes[0], classes[-1]))]
    most = max(0.1, *(max(abs(one.low), abs(one.high)) for one in shown))
    columns = [
        Column("Tested on"),
        *(Column(head, right=True, spare=True) for head in (f"real {noun}s", "without", "with")),
        Column("difference, points (95 %)", right=True),
        Column("", spare=True),
        Column("", spare=True),
    ]
    return tables.table(columns, [_row(one, names, condition, noun, most) for one in shown])


def _row(
    one: Figure, names: Mapping[int, str], condition: str, noun: str, most: float
) -> list[Part]:
    if one.of == "condition":
        name, beside = condition.capitalize() or "Probe sets", "audit items that decide, and probes"
    elif one.of == "usual":
        name, beside = "As usual", "audit items that decide"
    else:
        name, beside = f"Of all, {names.get(one.class_ or 0, 'a class of before')}", "one class"
    first: list[Part] = [h("b", name), h("br"), h("span.mut", beside)]
    if not one.items:
        return [first, "0", "not known", "not known", "", "", "none tested yet"]
    figures = [words.percent(one.without), words.percent(one.with_)]
    # A phone has no room for columns of their own.
    real = words.count(one.items, f"real {noun}")
    small = f"{real}, {figures[0]} → {figures[1]}: {_meaning(one)}"
    first += [h("span.thin", small)]
    reach = f" ({_points(one.low)}\u00a0to\u00a0{_points(one.high)})"
    told: list[Part] = [h("b", _points(one.change)), reach]
    return [first, words.number(one.items), *figures, told, _rail(one, most), _meaning(one)]


def _meaning(one: Figure) -> str:
    if one.high < 0.0:
        return "worse"
    if one.low > 0.0:
        return "the lift" if one.of == "condition" else "better"
    if one.of == "condition":
        return "not shown"
    return "no harm shown" if one.low >= -_CLOSE else "too few to say"


def _rail(one: Figure, most: float) -> Element:
    def place(value: float) -> float:
        return round(50 + 50 * value / most, 2)

    said = f"{_points(one.change)} points ({_points(one.low)} to {_points(one.high)})"
    shape = "div.rail" if one.of == "condition" and one.low > 0.0 else "div.rail.ink"
    return h(
        shape,
        h("i.rule", x=50),
        h("i.span", x=place(one.low), w=place(one.high) - place(one.low)),
        h("i.dot", x=place(one.change)),
        role="img",
        aria_label=said,
    )


def _points(share: float) -> str:
    sign = "−" if share < -0.0005 else "+" if share > 0.0005 else ""
    return f"{sign}{abs(100 * share):.1f}"


def _next(one: Standing, noun: str, *, noting: bool) -> Element | None:
    """Draw what can be done now."""
    if one.use is not None and one.is_used:
        out = h("button.btn", "Keep them out", type="button", act="out", value=one.filling.key)
        return h("div.panel.next", h("p", f"Used without a proof: “{one.use.note}”"), out)
    if one.use is not None:
        again = h(
            "button.btn", "Use them after all", type="button", act="note", value=one.filling.key
        )
        told = "Kept out by a person, whatever was measured."
        return h("div.panel.next", h("p", told), None if noting or _harms(one) else again)
    if one.measured is None:
        if one.kept < LEAST:
            told = f"From {LEAST} kept ones on, it is measured what they change."
        else:
            told = "Measured within a minute or so, as soon as audit items that decide, or a probe "
            told += "set, have labels."
        return h("p.mut", told)
    if one.is_used or _harms(one):
        return None
    inside = one.measured.figure("condition")
    count = inside.items if inside is not None else 0
    told = f"{words.count(count, f'real {noun}')} of it {'was' if count == 1 else 'were'} tested"
    if beside := one.measured.beside:
        lie = "lies" if beside == 1 else "lie"
        told += f"; of the probe sets {words.number(beside)} more {lie} outside of it, as measured"
    if count < _ENOUGH // 2:
        shows = words.bare(lift.smallest_shown(_ENOUGH), 0)
        told += f". With {_ENOUGH}, a lift of {shows} points would show: bring a probe set below."
    else:
        told += ", and no lift shows beyond chance."
    note = h(
        "button.lk",
        "Use without proof, with a note",
        type="button",
        act="note",
        value=one.filling.key,
    )
    return h("div.panel.next", h("p", told), None if noting else note)


def _help(noun: str) -> Element:
    return signs.ask(
        "Did it help?",
        f"accuracy with and without, on each of {lift.REPEATS} draws of labels; the mean "
        "difference, with Student's interval over items and draws.",
        "the third of the audit sample that is kept for decisions, and probe sets. No figure on "
        "the Monitor comes from these.",
        "draws and items differ independently. Of classes the interval is wider, since several are "
        "looked at.",
        f"no training saw a tested {noun}, nor what nearly is one. Measured again when labels or "
        f"tested {noun}s have grown by a fifth; a lift that has gone puts them out. Once used, "
        f"each counts {synthesis.WEIGHT:g} of a label, and has more of a say of {noun}s like it.",
    )
