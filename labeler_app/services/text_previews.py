"""What made texts of a gap would read like: a few, as they begin, and none of them kept."""

from collections.abc import Sequence
from dataclasses import dataclass

from labeler_app.adapters.variants.text_recipes import TEXT_RECIPES, TextRecipe, for_axis
from labeler_app.errors import InputError
from labeler_app.services import contents, measured_axes, previews
from labeler_app.services.coverage import Found
from labeler_app.services.previews import Choice
from labeler_app.services.projects import LabelClass
from labeler_app.services.steered_texts import WantedText, make
from labeler_app.services.workspace import Workspace
from labeler_app.store.items import ItemRow

COUNT = 6
_KEPT = 8


@dataclass(frozen=True, slots=True)
class TextPreview:
    """One made text.

    Attributes
    ----------
    item
        The labeled one that it is made of.
    old, new
        How the two begin.
    before, after
        What was measured on the axis of the gap.
    """

    item: int
    class_: LabelClass
    old: str
    new: str
    before: float
    after: float
    landed: bool


@dataclass(frozen=True, slots=True)
class TextPreviews:
    """What a recipe makes of some labeled texts.

    Attributes
    ----------
    skipped
        Why a text could not be made, each reason once.
    parents
        How many labeled texts there are that are not in the gap.
    """

    recipe: Choice
    shown: tuple[TextPreview, ...]
    skipped: tuple[str, ...]
    parents: int

    @property
    def landed(self) -> int:
        """How many lie in the gap."""
        return sum(one.landed for one in self.shown)


def recipes(found: Found) -> tuple[Choice, ...]:
    """Return the recipes that are steered by the condition of a gap, those toward it first."""
    is_low = found.gap.first + found.gap.last < len(found.axis.names) - 1
    known = sorted(for_axis(found.axis.name), key=lambda one: one.lowers != is_low)
    return tuple(_choice(one) for one in known)


def look(ws: Workspace, project: int, found: Found, recipe: str) -> TextPreviews:
    """Make a few variants for a gap, of labeled texts of its class, or of all by turns.

    The same ones every time, until there are other labels.

    Raises
    ------
    InputError
        If there is no such recipe, or it is steered by another condition.
    """
    names = [one.name for one in recipes(found)]
    if recipe not in names:
        raise InputError(
            f"{recipe!r} does not change {found.axis.name}.",
            hint=f"Choose among: {', '.join(names)}.",
        )
    chosen, count = previews.parents(ws, project, found.gap, COUNT)
    place = (str(ws.folder), project)
    key = (recipe, found.gap, tuple(row.sha256 for row, _ in chosen))
    before = _seen.pop(place, None)
    if before and before[0] == key:
        made = before[1]
    else:
        made = _made(ws, project, found, TEXT_RECIPES[recipe], chosen, count)
    _seen[place] = (key, made)
    if len(_seen) > _KEPT:
        del _seen[next(iter(_seen))]
    return made


# A page is drawn again and again.
_seen: dict[tuple[str, int], tuple[object, TextPreviews]] = {}


def _made(
    ws: Workspace,
    project: int,
    found: Found,
    recipe: TextRecipe,
    chosen: Sequence[tuple[ItemRow, LabelClass]],
    count: int,
) -> TextPreviews:
    gap = found.gap
    goal = WantedText(gap.axis, gap.first, gap.last)
    known = measured_axes.spelling_of(ws, project)
    shown, skipped = list[TextPreview](), dict[str, None]()
    for seed, (row, class_) in enumerate(chosen):
        try:
            old = str(contents.of_item(ws, row))
            made = make(old, recipe, goal, seed, known)
        except InputError as error:
            skipped[f"{row.path}: {error.problem}"] = None
            continue
        values = float(made.before[gap.axis]), float(made.after[gap.axis])
        excerpts = contents.beginning(old), contents.beginning(made.thing)
        shown.append(TextPreview(row.id, class_, *excerpts, *values, made.landed))
    return TextPreviews(_choice(recipe), tuple(shown), tuple(skipped), count)


def _choice(one: TextRecipe) -> Choice:
    return Choice(one.name, one.sentence, one.tier)
