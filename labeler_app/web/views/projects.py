"""Home: the list of projects, the empty workspace, the demo."""

from base64 import b64encode
from collections.abc import Sequence
from functools import cache

from labeler_app.services.home import ProjectCard
from labeler_app.services.quality import SPLIT
from labeler_app.web import links
from labeler_app.web.theme import ASSETS
from labeler_app.web.views import signs, words
from labeler_app.web.views.items import thumbs
from labeler_app.web.views.tree import Element, Part, h

# The interval lines of the list share one scale, so that projects can be compared; it starts here
# or at the lowest interval.
LINE_START = 0.7


def title(projects: int) -> Element:
    """Draw the title of the list."""
    said = f"{words.number(projects)} in this workspace, all on this computer"
    new = h("a.btn", "New project", href=links.href(links.NEW))
    return h("div.row.base.top1", h("h1", "Projects"), h("span.mut.grow", said), new)


def listing(cards: Sequence[ProjectCard]) -> Element:
    """Draw the list; the first project that wants labels has the one filled button."""
    accuracy: list[Part] = ["Accuracy on audit items ", _help(), h("br"), "line: target"]
    heads: list[Part] = ["", "Project", "Labels, of the budget", accuracy, "Advice", ""]
    first = next((card.id for card in cards if card.items and card.advice != "done"), None)
    scale = _scale(cards)
    rows = [_row(card, scale, filled=card.id == first) for card in cards]
    return h("div", title(len(cards)), h("div.hdr.mut", [h("span", x) for x in heads]), rows)


def opening() -> Element:
    """Draw the headline of an empty workspace."""
    return h(
        "div.e0",
        h("h1", "Label a few, and know how good the rest is"),
        h(
            "p.t20.sec",
            "Bring a pile of images. You label, one key each; the model learns which "
            "to ask next and tells you how good it is.",
        ),
    )


def demo(text: str, strong: str, *, digits: Sequence[int]) -> Element:
    """Draw the offer of the demo."""
    said = h("p.sec.grow", h("b.ink", strong), " ", text)
    shown = h("div.dg", [_digit(digit) for digit in digits])
    return h("div.demo", shown, said, h("button.btn", "Try the demo", act="demo", type="button"))


def then() -> Element:
    """Draw what happens after the files are dropped."""
    steps = [
        (
            "Look",
            "20 of your items, labels found, and every file that could not be read, "
            "with its reason.",
        ),
        ("Label", "One key an item. After a few minutes the model starts to choose what to ask."),
        ("Know", "Accuracy with its interval, from items drawn at random before you began."),
    ]
    return h("ol.then", [h("li", h("b", name), h("span", text)) for name, text in steps])


def _row(card: ProjectCard, scale: signs.Scale, *, filled: bool) -> Element:
    begun = card.items > 0
    page = links.href(_page(card), card.id)
    name = h("a", card.name, href=links.href(links.MONITOR, card.id))
    items = words.count(card.items, card.noun) if begun else f"no {card.noun}s yet"
    classes = words.count(card.classes, "class", "classes")
    return h(
        "article.pj",
        h("div.pt4", thumbs(card.thumbs, size=60) or _no_images(card)),
        h("div.nm", h("h2", name), h("p.mut", f"{items}, {classes}")),
        h(
            "div.pg",
            h("p", h("b", words.number(card.labels)), _mut(f" of {card.of_goal}")),
            signs.share(card.labels, card.goal),
            h("p.mut.wrap.m8", f"{words.number(card.imported)} came with the data")
            if card.imported
            else None,
        ),
        h("div.ac", _accuracy(card, scale)),
        h("div.sta", _advice(card)),
        h("a.btn.p" if filled else "a.btn", _verb(card), href=page),
    )


def _page(card: ProjectCard) -> str:
    if not card.items:
        return links.DATA
    return links.MONITOR if card.advice == "done" else links.LABEL


def _verb(card: ProjectCard) -> str:
    if not card.items:
        return "Open" if card.importing else f"Add {card.noun}s"
    if card.advice == "done":
        return "Open"
    return "Continue labeling" if card.labels else "Start labeling"


def _accuracy(card: ProjectCard, scale: signs.Scale) -> list[Part]:
    known = card.accuracy
    if known is None:
        so_far = f"{card.audit_answered} of {card.audit_needed} audit items"
        kept = f", and {card.audit_kept} kept for decisions" if card.audit_kept else ""
        return [h("p", h("b", "not yet known")), h("p.mut.wrap", so_far, kept)]
    said = f" ({words.between(known.low, known.high)}) on {words.number(known.total)}"
    line = signs.interval(known.point, known.low, known.high, scale=scale, target=card.target)
    return [h("p", h("b", words.percent(known.point)), _mut(said)), line]


def _scale(cards: Sequence[ProjectCard]) -> signs.Scale:
    lows = [card.accuracy.low for card in cards if card.accuracy is not None]
    return signs.Scale(min([LINE_START, *lows]))


def _advice(card: ProjectCard) -> list[Part]:
    if card.importing:
        return [signs.chip("reading files"), h("p.mut", "the import is at work")]
    done = card.advice == "done"
    return [signs.chip(card.advice, on=done), h("p.mut", card.advice_text)]


def _no_images(card: ProjectCard) -> Element:
    many = f"{card.noun.capitalize()}s"
    coming = f"{many} appear here when they are read"
    return h("span.tx", coming if card.importing else f"No {card.noun}s yet")


def _mut(text: str) -> Element:
    return h("span.mut", text)


def _help() -> Element:
    return signs.ask(
        "Accuracy on audit items",
        "right answers of the newest model among the answered audit items; Wilson interval, 95 %.",
        "items drawn uniformly at random at import, answered blind, never trained on.",
        "the drawn items stand for all of them, and the answers given are right.",
        f"{SPLIT}; a first figure needs 20 answered items that report; "
        "before that nothing is shown.",
    )


def _digit(digit: int) -> Element:
    return h("img.th", src=_digit_source(digit), alt=f"digit {digit}", width=32, height=32)


@cache
def _digit_source(digit: int) -> str:
    data = b64encode((ASSETS / "digits" / f"{digit}.png").read_bytes()).decode()
    return f"data:image/png;base64,{data}"
