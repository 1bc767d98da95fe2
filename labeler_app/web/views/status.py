"""What is said when there is nothing else to show: problems, notices, empty places."""

from labeler_app.web.views.tree import Element, h


def problem(what: str, hint: str = "") -> Element:
    """Draw a problem: what happened, and what to do."""
    return h(
        "div.note.problem", h("p", h("b.ink", what)), h("p", hint) if hint else None, role="alert"
    )


def notice(text: str) -> Element:
    """Draw what has just been done."""
    return h("p.note", text, role="status")


def empty(title: str, text: str) -> Element:
    """Draw an empty place: what it is, and what will appear here and when."""
    return h("div", h("h3", title), h("p.sec", text))
