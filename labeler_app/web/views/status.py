"""What is said of what was done, or could not be: notices and problems."""

from labeler_app.web.views.tree import Element, h


def problem(what: str, hint: str = "") -> Element:
    """Draw a problem: what happened, and what to do."""
    return h(
        "div.note.problem", h("p", h("b.ink", what)), h("p", hint) if hint else None, role="alert"
    )


def notice(text: str) -> Element:
    """Draw what has just been done."""
    return h("p.note", text, role="status")
