"""The head of the keep/reject grid; the grid itself is drawn in the browser (desk/review.js)."""

from labeler_app.web.views import signs
from labeler_app.web.views.tree import Element, h


def head() -> Element:
    """Draw what the grid is for, and how its figures are known."""
    return h(
        "section.review",
        signs.head("Keep or reject", help_mark=_help()),
        h(
            "p.lead",
            "Original left, variant right; what was measured before and after. Nothing trains "
            "before you have kept it.",
        ),
    )


def _help() -> Element:
    return signs.ask(
        "Keep or reject",
        "decisions, those taken back too; the median of the last 200 decisions' seconds; their "
        "time by the cost of an hour, a pause counted as ten decisions at most.",
        "what people decided about the made pictures of this project.",
        "the class that is filled in is what the original is labeled now. The pictures the model "
        "is least sure of come first where it was asked, else the oldest.",
        "a decision shows as kept or rejected once it is stored. A picture whose original "
        "measures accuracy by now is neither shown nor kept.",
    )
