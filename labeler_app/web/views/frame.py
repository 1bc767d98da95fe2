"""The bar on top of every page but Label, which brings its own."""

import re

from labeler_app.web import links
from labeler_app.web.views.signs import live
from labeler_app.web.views.tree import Element, Part, h

PAGES = {
    links.LABEL: "Label",
    links.MONITOR: "Monitor",
    links.SYNTHESIS: "Synthesis",
    links.DATA: "Data",
    links.SETTINGS: "Settings",
}


def bar(page: str, project: int | None = None, name: str = "", queue: Part = None) -> Element:
    """Draw the bar: Projects / project, its pages, the state of the queue, the keys.

    Parameters
    ----------
    page
        Page that is shown, one of `labeler_app.web.links`.
    project, name
        Project of the page, if it has one.
    queue
        The queue's chip.
    """
    return h(
        "header.top",
        _menu(page, project) if project is not None else None,
        _home(page, project),
        _project(page, project, name) if project is not None else None,
        h("span.sp"),
        queue,
        _keys(),
    )


def queue_chip(text: str, *, active: bool) -> Element:
    """Draw what the queue says of itself; on a phone only its first words."""
    first, *rest = re.split(r"(?= · |: )", text, maxsplit=1)
    return h("span.queue", live(active), h("span", first, h("span.wide", *rest)))


def _home(page: str, project: int | None) -> Element:
    here = "page" if project is None and page == links.HOME else None
    tag = "a.home" if project is None else "a.home.dk"
    return h(tag, "Projects", href=links.href(links.HOME), aria_current=here)


def _project(page: str, project: int, name: str) -> list[Element]:
    return [
        h("span.slash", "/", aria_hidden="true"),
        h("span.proj", name, title=name),
        h("nav", _links(page, project), aria_label="Pages of the project"),
    ]


def _links(page: str, project: int) -> list[Element]:
    return [
        h(
            "a",
            title,
            href=links.href(name, project),
            aria_current="page" if name == page else None,
        )
        for name, title in PAGES.items()
    ]


def _menu(page: str, project: int) -> Element:
    lines = h(
        "svg",
        h("path", d="M3 6h14M3 10h14M3 14h14", stroke="currentColor", stroke_width=1.5),
        width=20,
        height=20,
        viewBox="0 0 20 20",
        aria_hidden="true",
    )
    home = h("a", "Projects", href=links.href(links.HOME))
    inside = h("nav.pop", home, _links(page, project), aria_label="Pages")
    return h("details.float.ham", h("summary", lines, aria_label="Pages"), inside)


def _keys() -> Element:
    rows = [
        ("1–9", "class, and the next item"),
        ("0", "the tenth class; where there are more, find one"),
        ("U  S  F  N", "not sure, skip, flag, note"),
        ("Z", "undo"),
        ("?", "the whole key map, on Label"),
    ]
    table = h("dl.kv", [[h("dt", keys), h("dd", text)] for keys, text in rows])
    mark = h("summary.ib", "?", aria_label="Keys")
    return h("details.float.keys", mark, h("div.pop", h("b.t16", "Keys on the Label page"), table))
