"""What made pictures of a gap would look like: a few, small, and none of them kept."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from labeler_app.adapters.items import image as loader
from labeler_app.adapters.variants.recipes import RECIPES, Recipe, for_axis
from labeler_app.core.gaps import Gap
from labeler_app.errors import FormatError, InputError
from labeler_app.services import coverage, images, measuring, projects, steered
from labeler_app.services.coverage import Found
from labeler_app.services.projects import LabelClass
from labeler_app.services.steered import Wanted
from labeler_app.services.workspace import Workspace
from labeler_app.store import items
from labeler_app.store.items import ItemRow

COUNT = 12
_KEPT = 8


@dataclass(frozen=True, slots=True)
class Choice:
    """A recipe that can be chosen."""

    name: str
    sentence: str
    tier: str
    """``A``: the label should survive; ``B``: look closer."""


@dataclass(frozen=True, slots=True)
class Preview:
    """One made picture.

    Attributes
    ----------
    item
        The labeled one that it is made of.
    content, media_type
        The picture, at most 160 pixels a side.
    before, after
        What was measured on the axis of the gap.
    """

    item: int
    class_: LabelClass
    content: bytes
    media_type: str
    before: float
    after: float
    landed: bool


@dataclass(frozen=True, slots=True)
class Previews:
    """What a recipe makes of some labeled pictures.

    Attributes
    ----------
    skipped
        Why a picture could not be made, each reason once.
    parents
        How many labeled pictures there are that are not in the gap.
    """

    recipe: Choice
    shown: tuple[Preview, ...]
    skipped: tuple[str, ...]
    parents: int

    @property
    def landed(self) -> int:
        """How many lie in the gap."""
        return sum(one.landed for one in self.shown)


def recipes(found: Found) -> tuple[Choice, ...]:
    """Return the recipes that are steered by the condition of a gap."""
    return tuple(_choice(one) for one in for_axis(found.axis.name))


def look(ws: Workspace, project: int, found: Found, recipe: str) -> Previews:
    """Make small previews of a gap, of labeled pictures of its class, or of all by turns.

    The same ones every time, until there are other labels.

    Raises
    ------
    InputError
        If there is no such recipe, or it is steered by another condition.
    """
    names = [one.name for one in recipes(found)]
    if recipe not in names:
        known = ", ".join(names)
        raise InputError(
            f"{recipe!r} does not change {found.axis.name}.", hint=f"Choose among: {known}."
        )
    chosen, count = parents(ws, project, found.gap, COUNT)
    place = (str(ws.folder), project)
    key = (recipe, found.gap, tuple(row.sha256 for row, _ in chosen))
    before = _seen.pop(place, None)
    made = before[1] if before and before[0] == key else _made(ws, found, recipe, chosen, count)
    _seen[place] = (key, made)
    if len(_seen) > _KEPT:
        del _seen[next(iter(_seen))]
    return made


# A page is drawn again and again.
_seen: dict[tuple[str, int], tuple[object, Previews]] = {}


def wanted(found: Found) -> Wanted:
    """Return where a variant is to land to lie in a gap."""
    return Wanted(found.gap.axis, found.gap.first, found.gap.last)


def parents(
    ws: Workspace, project: int, gap: Gap, most: int
) -> tuple[list[tuple[ItemRow, LabelClass]], int]:
    """Draw labeled items that are not in a gap, the classes by turns; and how many there are."""
    known = projects.get(ws, project)
    cells, classes = measuring.cells(ws, project), projects.classes(ws, project)
    own = cells[:, gap.axis]
    by_class: dict[int, list[int]] = {}
    for at, place in coverage.labeled(ws, project, [one.id for one in classes], len(cells)):
        outside = own[at] >= 0 and not gap.first <= own[at] <= gap.last
        if outside and gap.class_ in (None, place):
            by_class.setdefault(place, []).append(at)
    count = sum(map(len, by_class.values()))
    rng = np.random.default_rng([known.config.seed, gap.axis, gap.first])
    turns = [(place, rng.permutation(every).tolist()) for place, every in sorted(by_class.items())]
    drawn = [
        (every[turn], classes[place])
        for turn in range(most)
        for place, every in turns
        if turn < len(every)
    ][:most]
    with ws.store.read() as tx:
        rows = items.at_positions(tx, project, [at for at, _ in drawn])
    return [(rows[at], class_) for at, class_ in drawn if at in rows], count


def _made(
    ws: Workspace,
    found: Found,
    recipe: str,
    chosen: Sequence[tuple[ItemRow, LabelClass]],
    count: int,
) -> Previews:
    goal, shown, skipped = wanted(found), [], dict[str, None]()
    for seed, (row, class_) in enumerate(chosen):
        try:
            small = images.open_thumb(ws, row)
            made = steered.make(small, RECIPES[recipe], goal, seed)
        except (InputError, FormatError) as error:
            skipped[f"{row.path}: {error.problem}"] = None
            continue
        content, suffix = loader.thumb(made.thing)
        shown.append(
            Preview(
                row.id,
                class_,
                content,
                images.MEDIA_TYPES[suffix],
                float(made.before[goal.axis]),
                float(made.after[goal.axis]),
                made.landed,
            )
        )
    return Previews(_choice(RECIPES[recipe]), tuple(shown), tuple(skipped), count)


def _choice(one: Recipe) -> Choice:
    return Choice(one.name, one.sentence, one.tier)
