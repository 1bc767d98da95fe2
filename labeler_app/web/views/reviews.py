"""The head of the keep/reject grid; the grid itself is drawn in the browser (desk/review.js)."""

from labeler_app.web.views import signs
from labeler_app.web.views.tree import Element, h

_PLACES = {
    "picture": "Original left, variant right",
    "text": "Original first, variant after it",
}
_MORE = " Space, or a second press, shows all of a long one."


def head(noun: str) -> Element:
    """Draw what the grid is for, and how its figures are known.

    Parameters
    ----------
    noun
        What an item is called here: "picture".
    """
    return h(
        "section.review",
        signs.head("Keep or reject", help_mark=_help(noun)),
        h(
            "p.lead",
            f"{_PLACES[noun]}; what was measured before and after. Nothing trains before you have "
            f"kept it. Press one, and decide by keys from there.{_MORE if noun == 'text' else ''}",
        ),
    )


def _help(noun: str) -> Element:
    return signs.ask(
        "Keep or reject",
        "decisions, those taken back too; the median of the last 200 decisions' seconds; their "
        "time by the cost of an hour, a pause counted as ten decisions at most.",
        f"what people decided about the made {noun}s of this project.",
        "the class that is filled in is what the original is labeled now. Those the model "
        "is least sure of come first where it was asked, else the oldest.",
        "a decision shows as kept or rejected once it is stored. One whose original "
        "measures accuracy by now is neither shown nor kept.",
    )
