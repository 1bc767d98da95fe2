"""The gaps of a project: what its labels lack, as sentences and as small charts."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from labeler_app.core.arrays import IndexArray
from labeler_app.core.gaps import CHANCE, LEAST_SHARE
from labeler_app.services.coverage import FEW, Coverage, Found
from labeler_app.web import links
from labeler_app.web.views import expecting, signs, words
from labeler_app.web.views.tree import Element, Part, h

MOST_CLASSES = 12
"""Drawn; those with gaps first."""
_WIDTH, _HEIGHT = 84, 40
_HOW = {
    "picture": "measured on small copies of 128 pixels: noise and focus as they are seen there.",
    "text": "told by its letters; typos are rare words that are one slip away from a common one.",
}
_NUMBERS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")


def head(seen: Coverage) -> Element:
    """Draw the answer: how many gaps there are, and what fills them."""
    verdict = seen.verdict
    if verdict == "empty":
        return _head("Nothing to look at yet", "", f"Add {seen.noun}s on the Data page first.")
    if verdict == "unmeasured":
        told = f"{seen.about.capitalize()} of the {seen.noun}s are measured behind the import."
        return _head("Not measured yet", "", told)
    partly = ""
    if seen.measured < seen.items:
        partly = f" {words.number(seen.measured)} of {words.count(seen.items, seen.noun)} measured."
    if verdict == "unlabeled":
        return _head("No labels yet", "", f"What they lack is seen once there are some.{partly}")
    if verdict == "few":
        told = f"Of {words.count(seen.labeled, 'label')} nothing can be told; about "
        return _head(
            "Too few labels yet", "", f"{told}{words.number(seen.needed)} show a large gap.{partly}"
        )
    if verdict == "none":
        found = "No sure gap." if seen.gaps else "No gap found."
        return _head(found, "Labels look like the pool.", _rule(seen) + partly)
    sure = [one for one in seen.gaps if one.is_sure]
    count = f"{_count(len(sure))} gap{'' if len(sure) == 1 else 's'}."
    return _head(count, _remedies(sure, seen.noun), _rule(seen) + partly)


def not_for(noun: str) -> Element:
    """Say that there is nothing here for items of another kind."""
    return _head("Pictures and texts only.", "", f"Nothing is measured of {noun}s.")


def listed(
    seen: Coverage,
    waiting: int,
    project: int,
    chosen: str = "",
    made: Mapping[str, str] = MappingProxyType({}),
) -> Element:
    """Draw the gaps, each with what can be done about it.

    Parameters
    ----------
    waiting
        How many items come first.
    chosen
        Key of the gap whose recipe is open.
    made
        By condition and cells, "brightness:0-1": what is said of the pictures made for them.
    """
    return h(
        "section.gaps",
        expecting.listed(seen),
        _waiting(waiting, project, seen) if waiting else None,
        [_gap(one, seen.noun, chosen, made) for one in seen.gaps if one.is_sure],
        None if seen.gaps else h("p.mut", _none(seen.verdict)),
        _doubtful([one for one in seen.gaps if not one.is_sure], seen.noun, chosen, made),
    )


def list_head(seen: Coverage, *, is_open: bool) -> Element:
    """Draw the head of the list, and the way to draw a range.

    Parameters
    ----------
    is_open
        Whether a range is being drawn just now.
    """
    draw = h("button.lk", "Draw a range", type="button", act="expect", value="")
    return signs.head("Gaps", None if is_open else draw, help_mark=_help(seen.noun))


def _none(verdict: str) -> str:
    return "Not known yet." if verdict in ("unlabeled", "few") else "None was found."


def _doubtful(
    gaps: Sequence[Found], noun: str, chosen: str, made: Mapping[str, str]
) -> Element | None:
    """Draw the gaps of classes that may simply never be so, behind a line that opens them."""
    if not gaps:
        return None
    told = (
        f"The model takes hardly any {noun} there for the class: either the class is never so, "
        "or the labels lack it so much that the model does not know it there."
    )
    return h(
        "details.more",
        h("summary", f"{words.count(len(gaps), 'more that may be none', 'more that may be none')}"),
        h("p.mut", told),
        [_gap(one, noun, chosen, made) for one in gaps],
    )


def charts(seen: Coverage) -> Element:
    """Draw pool and labels over each other, by condition and class."""
    shown = _shown(seen)
    heads = [h("th", axis.name, scope="col") for axis in seen.axes]
    ends = [h("td", h("span", axis.names[0]), h("span", axis.names[-1])) for axis in seen.axes]
    lines = [_line(seen, None)] + [_line(seen, place) for place in shown]
    more = len(seen.classes) - len(shown)
    return h(
        "section.cov",
        h(
            "p.leg",
            h("span", h("i.pool"), "pool"),
            h("span", h("i.own"), "labels"),
            h("span", h("i.exp"), "you expect") if seen.expected else None,
            h("span", h("i.gap"), "gap"),
        ),
        h(
            "div.scr",
            h(
                "table",
                h("thead", h("tr", h("td"), heads)),
                h("tbody", lines, h("tr.ends", h("td"), ends)),
            ),
        ),
        h("p.mut", f"{words.count(more, 'more class', 'more classes')} without a chart.")
        if more > 0
        else None,
    )


def _head(strong: str, more: str, lead: str) -> Element:
    return h("div.head", h("h1.plain", h("b", strong), f" {more}"), h("p.t20.sec", lead))


def _rule(seen: Coverage) -> str:
    or_expected = " (or what you expect)" if seen.expected else ""
    return (
        f"A gap: at least {words.percent(LEAST_SHARE, 0)} of the pool{or_expected}, and less than "
        "half of that among the labels."
    )


def _remedies(gaps: Sequence[Found], noun: str) -> str:
    """Say for how many the pool holds as many real items as it takes."""
    enough = sum(one.real >= one.gap.needed for one in gaps)
    some = sum(0 < one.real < one.gap.needed for one in gaps)
    them = "it" if len(gaps) == 1 else "them all"
    if enough == len(gaps):
        return f"The pool holds real {noun}s for {them}."
    if not enough and not some:
        return f"The pool holds no unlabeled {noun} for {them if len(gaps) == 1 else 'any'}."
    if len(gaps) == 1:
        return f"The pool holds some real {noun}s for it, but fewer than it takes."
    told = f"{_count(enough)} can be filled with real {noun}s"
    more = f"for {_count(some).lower()} there are some" if some else ""
    none = len(gaps) - enough - some
    empty = f"for {_count(none).lower()} the pool holds none" if none else ""
    return "; ".join(one for one in (told, more, empty) if one) + "."


def _count(number: int) -> str:
    return _NUMBERS[number] if number < len(_NUMBERS) else words.number(number)


def _gap(one: Found, noun: str, chosen: str, made: Mapping[str, str]) -> Element:
    known = made.get(one.key.rpartition(":")[0], "")
    recall = one.right
    figure = "Recall" if one.class_ else "Right"
    whose = one.class_.name if one.class_ else "all classes"
    if recall.interval is not None:
        share = words.percent(recall.right / recall.of)
        between = words.between(recall.interval.low, recall.interval.high)
        found = f"{recall.right} of {recall.of} = {share} ({between})"
    elif recall.of:
        found = f"{recall.right} of {recall.of}, too few to say"
    else:
        found = "not known, no audit item"
    return h(
        "div.gap.on" if one.key == chosen else "div.gap",
        h("h3", f"{one.name.capitalize()}, {whose}"),
        h("p", _shares_told(one) if one.expected is None else expecting.told(one)),
        h("p.mut", f"{figure} there: {found}"),
        h("p", known) if known else None,
        _remedy(one, noun),
        h(
            "button.lk",
            "See what made ones would look like",
            type="button",
            act="gap",
            value=one.key,
        )
        if one.key != chosen and one.gap.labels < one.gap.of
        else None,
    )


def _shares_told(one: Found) -> str:
    gap = one.gap
    return (
        f"Pool {words.percent(gap.wanted)}, labels {words.percent(gap.held)} "
        f"({words.number(gap.labels)} of {words.number(gap.of)})."
    )


def _remedy(one: Found, noun: str) -> list[Element]:
    """Draw what can be done: real items first, as long as there are any."""
    if not one.real:
        return [h("p.mut", f"The pool holds no unlabeled {noun} of it.")]
    told = [h("p", f"{words.number(one.asked)} of them come first.")] if one.asked else []
    more = one.wanted - one.asked
    if more > 0:
        title = f"Label {words.count(more, 'real one')} first"
        told.append(h("button.btn", title, type="button", act="first", value=one.key))
    return told


def _waiting(count: int, project: int, seen: Coverage) -> Element:
    told = f"{words.count(count, seen.noun)} still {'comes' if count == 1 else 'come'} first."
    why = " Drawn at random from the gap; audit items stay mixed in."
    if not seen.gaps:
        why = " They were drawn from a gap that is closed by now."
    return h(
        "div.panel.first",
        h("p", h("b", told), why),
        h("a.btn.p", "Label them", href=links.href(links.LABEL, project)),
        h("button.btn", "Back to what the model asks", type="button", act="stop"),
    )


def _help(noun: str) -> Element:
    return signs.ask(
        "Gaps",
        f"shares of the pool and of the labels in fixed cells of each condition, {_HOW[noun]}",
        f"every {noun} of the pool, and the labels that a model learns from; audit items are "
        "no labels here.",
        "a class is in every condition as often as the pool is, which is a hint and no more.",
        f"so few labels anywhere by chance in less than {words.percent(CHANCE, 0)} of draws; "
        f"recall is told from {FEW} audit items on.",
    )


def _shown(seen: Coverage) -> Sequence[int]:
    """Return the places of the classes that are drawn, in their order."""
    with_gaps = {one.gap.class_ for one in seen.gaps if one.gap.class_ is not None}
    every = range(len(seen.classes))
    first = sorted(every, key=lambda place: place not in with_gaps)[:MOST_CLASSES]
    return sorted(first)


def _line(seen: Coverage, place: int | None) -> Element:
    if place is None:
        name: Part = h("th.cn", "all labels", scope="row")
    else:
        one = seen.classes[place]
        name = h("th.cn", signs.key_of(one.key, one.colour), one.name, scope="row", title=one.name)
    cells = []
    for at, axis in enumerate(seen.axes):
        own = seen.labels[at][-1 if place is None else place]
        here = [one for one in seen.gaps if one.gap.axis == at and one.is_sure]
        gaps = [one for one in here if one.gap.class_ in (None, place)]
        whose = "all labels" if place is None else seen.classes[place].name
        hoped = expecting.shares(seen.expected, at, len(axis.names))
        cells.append(h("td", _chart(seen.pool[at], own, hoped, gaps, f"{axis.name}, {whose}")))
    return h("tr", name, cells)


def _chart(
    pool: IndexArray,
    own: IndexArray,
    hoped: Sequence[float],
    gaps: Sequence[Found],
    said: str,
) -> Element:
    wanted, held = (_shares(one) for one in (pool, own))
    top = max([*wanted, *held, 0.01])
    step = _WIDTH / len(wanted)

    def bar(at: int, high: float) -> str:
        return f"M{at * step:.1f} {_HEIGHT}V{_HEIGHT - high:.1f}h{step - 1:.1f}V{_HEIGHT}z"

    lacking = {at for one in gaps for at in range(one.gap.first, one.gap.last + 1)}
    # How much is expected is said in words: a share of a few cells would be a sliver.
    bars = [
        h("path.exp", d=_hatch(at * step, step - 1), fill="none")
        if hoped[at]
        else h("path.back", d=bar(at, _HEIGHT))
        for at in range(len(wanted))
        if hoped[at] or at in lacking
    ]
    full = _HEIGHT - 4
    bars += [
        h(f"path.{'lack' if at in lacking else 'pool'}", d=bar(at, full * share / top))
        for at, share in enumerate(wanted)
        if share
    ]
    steps = "".join(
        f"{'L' if at else 'M'}{at * step:.1f} {_HEIGHT - full * share / top:.1f}h{step - 1:.1f}"
        for at, share in enumerate(held)
    )
    line = h("path.own", d=steps, fill="none") if own.sum() else None
    told = "; ".join(f"gap in {one.name}" for one in gaps) or "no gap"
    if any(hoped):
        told += f"; you expect {words.percent(sum(hoped), 0)} in hatched cells"
    return h(
        "svg",
        bars,
        line,
        h("path.axis", d=f"M0 {_HEIGHT - 0.5}h{_WIDTH}", fill="none"),
        viewBox=f"0 0 {_WIDTH} {_HEIGHT}",
        role="img",
        aria_label=f"{said}: {told}",
    )


def _hatch(left: float, width: float) -> str:
    """Return a box as high as the chart, and lines across it that rise to the right."""
    right, high = left + width, float(_HEIGHT)
    lines = [f"M{left:.1f} {_HEIGHT}V0H{right:.1f}V{_HEIGHT}"]
    for place in range(3, int(width + high), 4):
        # From the right side or the foot up to the left side or the top.
        start = (right - max(0.0, place - high), _HEIGHT - min(float(place), high))
        end = (right - min(float(place), width), _HEIGHT - max(0.0, place - width))
        lines.append(f"M{start[0]:.1f} {start[1]:.1f}L{end[0]:.1f} {end[1]:.1f}")
    return "".join(lines)


def _shares(counts: IndexArray) -> list[float]:
    total = max(1, int(counts.sum()))
    return [int(one) / total for one in counts]
