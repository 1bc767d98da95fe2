"""Recall of each class, and what the model mixes up; from audit items only."""

from collections.abc import Sequence

from labeler_app.services.mistakes import ClassRecall, Confusion, Extra
from labeler_app.services.projects import LabelClass
from labeler_app.web.views import signs, words
from labeler_app.web.views.items import pictures
from labeler_app.web.views.signs import Scale
from labeler_app.web.views.tree import Element, Part, h

PAIRS = 5
THUMBS = 3


def recall(rows: Sequence[ClassRecall], weakest: ClassRecall | None) -> Element:
    """Draw how many audit items of each class the model finds, best first."""
    known = sorted((one for one in rows if one.enough), key=_share, reverse=True)
    few = [one for one in rows if not one.enough]
    scale = _scale(known)
    lines = [_row(one, scale, strong=one == weakest and len(known) > 1) for one in known]
    axis = h("div.line", h("span"), _axis(scale)) if known else None
    shown = h("div.rec.m12", lines, axis, [_few(one) for one in few])
    return h(
        "section", signs.head("Recall of each class", help_mark=_help()), _lead(weakest), shown
    )


def mixed_up(
    pairs: Sequence[Confusion], extras: Sequence[Extra], wrong: int, total: int
) -> Element:
    """Draw the classes that are most often taken for another, or missed, or said too often."""
    head = signs.head("What it misses and adds" if extras else "What it mixes up")
    if not wrong:
        return h(
            "section", head, h("p.lead", f"None of {words.count(total, 'audit item')} is wrong.")
        )
    shown = pairs[:PAIRS]
    if extras:
        said = f"{wrong} of {words.count(total, 'audit item')} have not all their classes right."
        added = sorted((one for one in extras if one.wrong), key=lambda one: -one.wrong)[:PAIRS]
        return h("section", head, h("p.lead", said), [*map(_pair, shown), *map(_extra, added)])
    said = f"{wrong} of {words.count(total, 'audit item')} wrong{_covered(shown)}."
    return h("section", head, h("p.lead", said), [_pair(one) for one in shown])


def _covered(shown: Sequence[Confusion]) -> str:
    """Say how many mistakes the pairs make; nothing where the classes of all pairs are gone."""
    if not shown:
        return ""
    named = "this pair makes" if len(shown) == 1 else f"these {len(shown)} pairs make"
    return f"; {named} {sum(one.count for one in shown)} of them"


def _pair(one: Confusion) -> Element:
    share = words.percent(one.count / one.total)
    base = f"{one.count} of {one.total}"
    figure = f"{base} = {share} ({words.between(one.low, one.high)})" if one.total >= 10 else base
    names: list[Part] = [
        _named(one.true),
        " taken for " if one.taken_for else " missed",
        _named(one.taken_for) if one.taken_for else None,
    ]
    thumbs = h("div.ims", pictures(one.items[:THUMBS], size=52))
    return h("div.pair", thumbs, h("div", h("p", names), h("p.mut", figure)))


def _extra(one: Extra) -> Element:
    figure = f"{one.wrong} of {one.said} that the model gives it"
    name = h("p", _named(one.of), " added to items without it")
    return h("div.pair", h("div.ims"), h("div", name, h("p.mut", figure)))


def _named(one: LabelClass) -> Element:
    return h("b", signs.key_of(one.key, one.colour), one.name)


def _row(one: ClassRecall, scale: Scale, *, strong: bool) -> Element:
    share = _share(one)
    name = h(
        "span.name", signs.key_of(one.key, one.colour), h("b", one.name) if strong else one.name
    )
    line = signs.interval(share, one.low, one.high, scale=scale, tag="on" if strong else "ink")
    base = h("span.no.mut", f"{one.correct} of {one.total}")
    return h("div.line", name, line, h("b.no", words.percent(share)), base)


def _few(one: ClassRecall) -> Element:
    said = f"{one.correct} of {one.total}, too few to say" if one.total else "not seen yet"
    name = h("span.name", signs.key_of(one.key, one.colour), one.name)
    return h("div.line", name, h("span.few", said))


def _axis(scale: Scale) -> Element:
    last = scale.ticks[-1]
    marks = [
        h(
            "span.tick",
            words.percent(tick, 0) if tick == last else words.bare(tick, 0),
            x=scale.place(tick),
        )
        for tick in scale.ticks
    ]
    return h("div.rail.axis", marks, aria_hidden="true")


def _scale(known: Sequence[ClassRecall]) -> Scale:
    lowest = min((one.low for one in known), default=0.0)
    first = int(lowest * 5)
    return Scale(first / 5, tuple(step / 5 for step in range(first, 6)))


def _share(one: ClassRecall) -> float:
    return one.correct / one.total


def _lead(weakest: ClassRecall | None) -> Part:
    if weakest is None:
        return h("p.lead", "A percentage comes with 10 audit items of a class.")
    found = f"the model finds {weakest.correct} of {weakest.total}"
    if weakest.correct == weakest.total:
        return h("p.lead", "Every audit item of every class with 10 or more of them is found.")
    return h("p.lead", f"Of the audit items that are {weakest.name}, {found}: the weakest class.")


def _help() -> Element:
    return signs.ask(
        "Recall of each class",
        "of the audit items a person gave this class, how many the model gives it too; "
        "Wilson interval, 95\u00a0%.",
        "the answered audit items that report, by their class.",
        "the answers given are right.",
        "under 10 items of a class only counts are shown.",
    )
