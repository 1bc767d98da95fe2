"""New project: what was found in the files, before anything is stored."""

from collections.abc import Sequence

from labeler_app.services.class_keys import CLASS_KEYS, COLOURS, of_place
from labeler_app.services.exchange import ImportRow
from labeler_app.services.preview import Look
from labeler_app.web import links
from labeler_app.web.views import signs, tables, words
from labeler_app.web.views.items import samples
from labeler_app.web.views.tree import Element, Part, h

STEPS = ("Drop", "Look", "Start")
SHOWN_PROBLEMS = 6
SHOWN_LABELS = 3
_DROP = "Drop a zip, images or a table here"
_LABELS = {
    "folders": "The names of the folders give",
    "table": "labels.csv gives",
    "column": "A column gives",
}


def steps(title: str, now: str) -> Element:
    """Draw the title and the three steps; those before `now`, one of `STEPS`, are done."""
    place = STEPS.index(now)
    shown = [_step(number, name, place) for number, name in enumerate(STEPS)]
    return h("div.row.base.title", h("h1.grow", title), h("ol.steps", shown))


def drop(limit_mb: int, *, small: bool) -> Element:
    """Draw what stands in the drop field; the field itself is Streamlit's.

    Parameters
    ----------
    limit_mb
        The largest file a browser may send.
    small
        Whether the place has only room for dropping.
    """
    stays = "Nothing leaves this computer."
    if small:
        strong = h("b", _DROP)
        said = h("p.mut", f"Up to {limit_mb} MB. {stays}")
        return h("div.drop", h("p", strong, " to begin a new project."), said)
    return h(
        "div.drop.big",
        _folder(),
        h("p.t20", h("b", _DROP)),
        h("p.mut", f"Up to {limit_mb} MB; give the path of what is larger. {stays}"),
    )


def found(look: Look) -> Element:
    """Draw what was found: the count, 20 of them, every file that is left out and why."""
    again = h("button.lk", f"Another {len(look.samples)}", act="another", type="button")
    shown = signs.head(f"{len(look.samples)} of them, at random", again)
    taken = (
        h("p.sec", f"As nobody said otherwise: {'; '.join(look.taken)}.") if look.taken else None
    )
    answer = h(
        "p.t20",
        h("b", words.count(look.photos, look.noun)),
        " found in ",
        h("b", look.name),
        ". ",
        h("span.sec.nw", f"Read in {words.duration(look.seconds)}."),
    )
    return h("div", answer, taken, h("div.m16", shown), samples(look.samples), _files(look))


def labels(look: Look) -> Element:
    """Draw the labels that came with the files."""
    source = _LABELS.get(look.labels_from or "", "")
    named = words.number(look.labeled)
    each = "one label" if look.several else "a label"
    said = f"{source} {named} of the {words.number(look.photos)} {look.noun}s {each}"
    classes = words.count(len(look.labels), "class", "classes")
    shown = list(look.labels.items())[: len(CLASS_KEYS)]
    rows = [
        (of_place(place, len(look.labels)), place % COLOURS + 1, name, count)
        for place, (name, count) in enumerate(shown)
    ]
    rest = len(look.labels) - len(shown)
    more = h("p.mut", f"and {words.count(rest, 'more class', 'more classes')}") if rest else None
    lead = h("p.sec", f"{said}, in {classes}.")
    notes = [h("p.note.m8", one) for one in (*_several(look), *look.notes)]
    return h("div", h("h3", "Labels found"), lead, h("div.m8", tables.bars(rows)), more, *notes)


def _several(look: Look) -> list[str]:
    if not look.several:
        return []
    have = "has" if look.several == 1 else "have"
    return [
        f"{words.count(look.several, look.noun)} {have} several labels in labels.csv, each on a"
        f" line of its own. If {look.noun}s may have several classes, each gets all of its"
        " labels; otherwise it gets none."
    ]


def strangers(look: Look) -> Element:
    """Draw how many labels belong to nothing that is here, and which come first."""
    said = words.strangers(look.strangers, look.noun)
    return _left_out(said, look.first_strangers, look.strangers)


def unusable(look: Look) -> Element:
    """Draw how many labels can be no class, and which come first."""
    return _left_out(words.unusable(look.unusable), look.first_unusable, look.unusable)


def kept_apart(look: Look) -> Element:
    """Draw what is set apart for the audit sample."""
    share = words.percent(look.reserve_share, 0)
    said = (
        f"{words.count(look.reserve, look.noun)} ({share}), drawn at random, will measure "
        "accuracy. No model learns from them."
    )
    return h("div", h("h3", "Kept apart for the truth ", _help(look)), h("p.sec", said))


def meanwhile(back_to: str) -> Element:
    """Draw what happens after the start, and the way back."""
    back = h("a.lk", "Choose other files", href=back_to)
    return h("div.c", h("p.mut", "The files are read and checked first."), h("p.m16", back))


def reading(row: ImportRow, project: int, noun: str) -> Element:
    """Draw an import at work: how far it is, the time left, and how to stop it."""
    if row.state == "refused" or row.problem:
        return _stopped(row, project)
    said = f"{words.number(row.done)} of {words.count(row.total, noun)} read"
    if row.seconds_left is not None:
        said += f", {words.duration(row.seconds_left)} left"
    stop = h("button.lk", "Stop, and use what was read", act="cancel", type="button")
    begun = row.total > 0
    return h(
        "div.m24",
        h("p.t20", h("b", "Reading the files. "), h("span.sec", "Labeling starts by itself.")),
        h("div.m16", signs.share(row.done, row.total)),
        h("p.mut.m8", said if begun else "Waiting for the worker."),
        h("p.m16", stop) if begun else None,
        role="status",
    )


def _stopped(row: ImportRow, project: int) -> Element:
    usable = row.state == "done" and row.new
    page, said = (links.LABEL, "Label what was read") if usable else (links.DATA, "Open Data")
    go = h("a.btn", said, href=links.href(page, project))
    title = h("p.t20", h("b", "The import stopped."))
    return h("div.m24", title, h("p.sec.m8", row.problem), h("p.m16", go), role="alert")


def _step(number: int, name: str, place: int) -> Element:
    if number < place:
        return h("li.dn", name)
    mark = "li.on" if number == place else "li"
    return h(mark, f"{number + 1} {name}", aria_current="step" if number == place else None)


def _files(look: Look) -> Element:
    new = f"new {look.noun}s"
    rows = [
        (
            look.photos,
            new,
            "each is opened and checked at the start; exact duplicates are kept once",
        ),
        (look.unread, "could not be read", "left out, the import goes on; reasons below"),
        (look.ignored, f"not {look.noun}s", "not used"),
    ]
    lines = [
        h("tr", h("td.r", h("b", words.number(n))), h("td.nw", name), h("td.mut", why))
        for n, name, why in rows
        if n or name == new
    ]
    held = "row" if look.kind == "table" else "file"
    files = f"{words.count(look.files, held)} in the {look.kind}"
    table = h("table.files", h("tbody", lines))
    return h("section.m24", signs.head(files), table, _problems(look))


def _left_out(said: str, first: Sequence[tuple[str, str]], count: int) -> Element:
    shown = first[:SHOWN_LABELS]
    lines = [h("p.m8", h("b", path), f": {reason}.") for path, reason in shown]
    rest = count - len(shown)
    more = h("p.mut.m8", f"and {words.number(rest)} more") if rest else None
    return h("details.bad", h("summary", said), *lines, more)


def _problems(look: Look) -> Part:
    if not look.refused:
        return None
    shown = look.refused[:SHOWN_PROBLEMS]
    rows = [h("tr", h("td", one.path), h("td.sec", one.reason)) for one in shown]
    rest = look.unread - len(rows)
    more = h("tr", h("td.mut", f"and {words.number(rest)} more", colspan=2)) if rest else None
    table = h("table", h("tbody", rows, more))
    said = f"Why {words.number(look.unread)} could not be read"
    return h("details.bad", h("summary", said), table, open=True)


def _help(look: Look) -> Element:
    return signs.ask(
        "Kept apart for the truth",
        f"{words.percent(look.reserve_share, 0)} of all {look.noun}s, 2,000 at most.",
        f"all {look.noun}s of the project, those with imported labels included.",
        f"{look.noun}s that come later are drawn from in the same proportion.",
        "drawn by a seeded permutation before the first label; near-duplicates are kept apart too.",
    )


def _folder() -> Element:
    outline = "M4 11a3 3 0 0 1 3-3h8l4 4h14a3 3 0 0 1 3 3v15a3 3 0 0 1-3 3H7a3 3 0 0 1-3-3z"
    arrow = "M20 17v10m-4-4 4 4 4-4"
    lines = [
        h("path", d=d, fill="none", stroke="currentColor", stroke_width=1.5)
        for d in (outline, arrow)
    ]
    return h("svg", lines, width=40, height=40, viewBox="0 0 40 40", aria_hidden="true")
