"""Labels in one condition and a pool half in another: the gap between them, and what fills it."""

import io
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

from labeler_app.adapters.digits import write_digits
from labeler_app.adapters.variants.recipes import RECIPES, Recipe
from labeler_app.core import conditions, gaps, synthesis
from labeler_app.core.gaps import Gap
from labeler_app.services import steered
from labeler_app.services.steered import Wanted
from tests.benchmarks.bench import data, place

LABELED, POOL, TESTED = 120, 500, 400
NAMES = [one.name for one in conditions.AXES]

Alter = Callable[[Image.Image, np.random.Generator], Image.Image]
Pictures = Sequence[Image.Image]


@dataclass(frozen=True, slots=True)
class World:
    """Pictures as they were taken, and each as it would have been in another condition.

    Attributes
    ----------
    classes : array of shape (N,)
    plain_measured, altered_measured : arrays of shape (N, 8)
        In the order of `conditions.AXES`.
    recipe
        What a person would choose against that condition.
    """

    name: str
    plain: Pictures
    altered: Pictures
    classes: np.ndarray
    plain_measured: np.ndarray
    altered_measured: np.ndarray
    recipe: Recipe

    def pool(self, dealt: "Parts") -> Pictures:
        """Return the pool's pictures, the labeled ones among them."""
        plain = [self.plain[at] for at in (*dealt.labeled, *dealt.pool)]
        return plain + [self.altered[at] for at in dealt.hidden]

    def in_pool(self, dealt: "Parts") -> np.ndarray:
        """Return what is measured of the pool, in the order of its pictures."""
        plain = self.plain_measured[np.concatenate([dealt.labeled, dealt.pool])]
        return np.concatenate([plain, self.altered_measured[dealt.hidden]])


@dataclass(frozen=True, slots=True)
class Parts:
    """Positions of one seed: each item is in one part, altered in `hidden` and `altered_test`."""

    labeled: np.ndarray
    pool: np.ndarray
    hidden: np.ndarray
    """The half of the pool that is altered."""
    plain_test: np.ndarray
    altered_test: np.ndarray


@dataclass(frozen=True, slots=True)
class Variants:
    """Variants that landed: parents (positions in the world), pictures, and the cell of each."""

    parents: np.ndarray
    pictures: Pictures
    cells: np.ndarray
    made: int

    def only(self, chosen: np.ndarray) -> "Variants":
        """Return some of them."""
        pictures = [self.pictures[at] for at in chosen]
        return Variants(self.parents[chosen], pictures, self.cells[chosen], self.made)


def digits() -> tuple[Pictures, np.ndarray]:
    """Return 1,797 digits of 128 x 128 pixels, and which each is."""
    with place() as folder:
        written = write_digits(folder)
        pictures = [Image.open(folder / name).copy() for name, _ in written]
    return pictures, np.array([int(label) for _, label in written])


def photos() -> tuple[Pictures, np.ndarray]:
    """Return 2,524 photos and their classes."""
    with zipfile.ZipFile(data("photos_trashnet.zip")) as kept:
        names = sorted(one for one in kept.namelist() if one.endswith(".jpg"))
        pictures = [Image.open(io.BytesIO(kept.read(name))).convert("RGB") for name in names]
    return pictures, np.unique([name.partition("/")[0] for name in names], return_inverse=True)[1]


def world(
    name: str, pictures: Pictures, classes: np.ndarray, alter: Alter, recipe: str, most: int
) -> World:
    """Return so many of the pictures, drawn, each also altered; and what is measured of both."""
    drawn = np.random.default_rng(0).permutation(len(pictures))[:most]
    plain = [pictures[at] for at in drawn]
    altered = [alter(one, np.random.default_rng([1, at])) for at, one in enumerate(plain)]
    told = [np.stack([steered.measured(one) for one in each]) for each in (plain, altered)]
    return World(name, plain, altered, classes[drawn], told[0], told[1], RECIPES[recipe])


def parts(of: World, seed: int) -> Parts:
    """Deal the pictures of a world, at random."""
    order = np.random.default_rng(seed).permutation(len(of.plain))
    ends = np.cumsum([LABELED, POOL // 2, POOL // 2, TESTED, TESTED])
    labeled, pool, hidden, plain_test, altered_test = np.split(order, ends)[:5]
    return Parts(labeled, pool, hidden, plain_test, altered_test)


def found(of: World, dealt: Parts) -> list[Gap]:
    """Return the gaps between pool and labels, as the product finds them."""
    labels, y = of.plain_measured[dealt.labeled], of.classes[dealt.labeled]
    seen = of.in_pool(dealt)
    pool, counts = [], []
    for at, axis in enumerate(conditions.AXES):
        cells, held = len(axis.names), axis.cells(labels[:, at])
        every = axis.cells(seen[:, at])
        pool.append(gaps.shares(np.bincount(every[every >= 0], minlength=cells)))
        own = [held[(y == one) & (held >= 0)] for one in range(int(of.classes.max()) + 1)]
        whole = np.stack([np.bincount(one, minlength=cells) for one in [*own, held[held >= 0]]])
        counts.append(whole)
    return gaps.find(pool, counts)


def against(of: World, dealt: Parts, every: Sequence[Gap]) -> Wanted | None:
    """Return the largest gap that the recipe can be steered into; None for one that is drawn."""
    if not of.recipe.axis:
        return None
    axis = NAMES.index(of.recipe.axis)
    own = [one for one in every if one.axis == axis and one.class_ is None]
    if not own:
        raise SystemExit(f"{of.name}: no gap of {of.recipe.axis} was found.")
    values = of.in_pool(dealt)[:, axis]
    cells = conditions.AXES[axis].cells(values)
    inside = values[(cells >= own[0].first) & (cells <= own[0].last)]
    return Wanted(axis, own[0].first, own[0].last, tuple(inside.tolist()))


def told(every: Sequence[Gap], wanted: Wanted | None) -> str:
    """Say which gaps were found and which is filled."""
    names = dict.fromkeys(NAMES[one.axis] for one in every if one.class_ is None)
    found = ", ".join(names) or "nothing"
    if wanted is None:
        return f"lacks {found}"
    cells = conditions.AXES[wanted.axis].names[wanted.first : wanted.last + 1]
    return f"lacks {found}; filled: {NAMES[wanted.axis]}, {' and '.join(cells)}"


def variants(
    of: World,
    parents: np.ndarray,
    recipes: Sequence[Recipe],
    wanted: Wanted | None,
    rng: np.random.Generator,
) -> Variants:
    """Make one variant of each parent, by a recipe drawn for it, and keep those that landed."""
    kept: list[tuple[int, Image.Image, int]] = []
    for parent in parents.tolist():
        recipe = recipes[int(rng.integers(len(recipes)))]
        made = steered.make(of.plain[parent], recipe, wanted, int(rng.integers(2**31)))
        axis = wanted.axis if wanted else 0
        cell = int(conditions.AXES[axis].cells(made.after[axis : axis + 1])[0])
        if made.landed:
            kept.append((parent, made.thing, cell if wanted else -1))
    return Variants(
        np.array([one[0] for one in kept], dtype=np.int64),
        [one[1] for one in kept],
        np.array([one[2] for one in kept], dtype=np.int64),
        len(parents),
    )


def chosen(of: World, dealt: Parts, made: Variants, rng: np.random.Generator) -> Variants:
    """Return the variants that train, as the product caps them."""
    counts = dict(enumerate(np.bincount(of.classes[dealt.labeled]).tolist()))
    return made.only(synthesis.capped(of.classes[made.parents], made.cells, counts, rng))


def other_recipes(than: Recipe) -> list[Recipe]:
    """Return the recipes that keep the label and touch another condition by other transforms."""
    own = {one.transform for one in than.steps}
    return [
        one
        for one in RECIPES.values()
        if one.tier == "A"
        and (not one.axis or one.axis != than.axis)
        and not own & {step.transform for step in one.steps}
    ]
