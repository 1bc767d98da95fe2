"""Variants of labeled items: asked for by a person, made by the worker, kept until decided.

A variant is no item: it is in no pool, no audit sample and no count of labels.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from labeler_app.errors import InputError, StateError
from labeler_app.services import (
    blending,
    chosen_variants,
    claims,
    crafting,
    goals,
    kept_variants,
    making_block,
    margins,
    parents,
    projects,
    variant_files,
    variant_kinds,
)
from labeler_app.services.claims import Claim
from labeler_app.services.workspace import Workspace
from labeler_app.store import items, variants
from labeler_app.store import projects as project_rows
from labeler_app.store.variants import Filling

MOST = 1_000
"""Variants asked for at once."""
HARDEST = "hardest"
_LOOK_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Asked:
    """How it stands with variants that were asked for.

    Attributes
    ----------
    class_id
        Of what they are made; all classes by turns if None.
    state
        ``waiting``, ``working``, ``done``, ``cancelled`` or ``failed``.
    made, wanted, tried
        How many landed and are kept, of how many, in how many tries.
    near
        How many of these can hardly be told from something else.
    told
        What was left out and why, whole sentences.
    """

    id: int
    filling: Filling
    class_id: int | None
    state: str
    made: int
    wanted: int
    tried: int
    near: int
    told: tuple[str, ...]
    pick: str
    toward: int | None
    """The class that these are to be hard to tell from."""

    @property
    def is_open(self) -> bool:
        """Whether more is still to be made."""
        return self.state in variants.OPEN


def ask(
    ws: Workspace,
    project: int,
    person: int,
    *,
    recipe: str,
    gap: str = "",
    count: int,
    class_id: int | None = None,
    hardest: bool = False,
    toward: int | None = None,
) -> int:
    """Ask for variants and return the number of what was asked; the worker makes them.

    Parameters
    ----------
    gap
        Where they are to land, as `coverage.Found.key` has it; cells that nothing lacks will do,
        too. "" for a recipe that is steered by nothing.
    class_id
        Of what they are made; all classes by turns if None.
    hardest
        Whether three times as many are made, of which those are kept that the newest model is
        least sure of.
    toward
        A class that `class_id` is mixed up with: of three times as many those are kept that the
        newest model can least tell from it.

    Raises
    ------
    InputError
        If there is no such project, recipe, gap or class, or the number is out of range.
    StateError
        If no labeled item can be a parent, or there is no model that could be unsure.
    """
    filling, own = goals.goal(ws, project, recipe, gap, class_id)
    if not 1 <= count <= MOST:
        raise InputError(f"{count:,} variants cannot be made.", hint=f"Ask for 1 to {MOST:,}.")
    _require_parents(ws, project, filling, own)
    if hardest and toward is not None:
        raise InputError(
            "Variants are the hardest of all, or those near to one class; not both.",
            hint="Leave one of the two out.",
        )
    if toward is not None:
        _require_pair(ws, project, own, toward)
    if (hardest or toward is not None) and not margins.is_known(ws, project):
        raise StateError(
            "The hardest cannot be chosen: there is no model that could be unsure of a variant.",
            hint="Label until there is one, or take all variants.",
        )
    known = projects.get(ws, project)
    with ws.store.write() as tx:
        project_rows.hold(tx, project)  # Two who ask at once get two seeds.
        number = len(variants.makings(tx, project))
        return variants.ask(
            tx,
            project,
            filling,
            class_id=own,
            wanted=count,
            seed=int(np.random.default_rng([known.config.seed, number]).integers(2**31)),
            person=person,
            at=ws.clock(),
            pick=chosen_variants.toward(toward) if toward is not None else HARDEST * hardest,
        )


def is_due(ws: Workspace, project: int) -> bool:
    """Tell whether variants were asked for that are not made yet."""
    with ws.store.read() as tx:
        return variants.oldest_open(tx, project) is not None


def go_on(ws: Workspace, project: int, claim: Claim, tell: Callable[[int, int], None]) -> None:
    """Make a block of what was asked for first: its files, then its rows in one transaction.

    Where the disk fails, what was asked for is given up with a sentence, and of the block nothing
    is kept; so it is where somebody cancels meanwhile.

    Parameters
    ----------
    tell
        Called with (made, wanted).

    Raises
    ------
    StateError
        If the project went to another process meanwhile.
    """
    with ws.store.read() as tx:
        making = variants.oldest_open(tx, project)
    if making is None:
        return
    variant_files.clear(ws, project)  # What a process left that was killed at this place.
    tell(making.made, making.wanted)

    def is_open() -> bool:
        with ws.store.read() as tx:
            return variants.state(tx, making.id) in variants.OPEN

    block = making_block.make(
        ws, making, is_open, lambda more: tell(making.made + more, making.wanted)
    )
    if block is not None:
        kept_variants.publish(ws, making, claim, block)


def finish(ws: Workspace, project: int, making: int, tell: Callable[[int, int], None]) -> Asked:
    """Wait until what was asked for is made, and make it wherever no other process is at it."""
    while (asked := get(ws, project, making)).is_open:
        with claims.hold(ws, project, claims.owner_name()) as claim:
            if claim is not None:
                go_on(ws, project, claim, tell)
        if claim is None:
            tell(asked.made, asked.wanted)
            time.sleep(_LOOK_SECONDS)
    return asked


def cancel(ws: Workspace, project: int, making: int | None = None) -> int:
    """Cancel what is not finished, or only one of it; return how many; what is made stays."""
    projects.get(ws, project)
    with ws.store.write() as tx:
        return len(variants.cancel(tx, project, at=ws.clock(), making=making))


def get(ws: Workspace, project: int, making: int) -> Asked:
    """Return how it stands with what was asked for.

    Raises
    ------
    InputError
        If nothing of that number was.
    """
    found = [one for one in every(ws, project) if one.id == making]
    if not found:
        raise InputError(f"Nothing was asked for under the number {making}.")
    return found[0]


def every(ws: Workspace, project: int) -> list[Asked]:
    """Return how it stands with all that was asked for, oldest first."""
    with ws.store.read() as tx:
        rows = variants.makings(tx, project)
        near = variants.near(tx, project)
    return [
        Asked(
            row.id,
            row.filling,
            row.class_id,
            row.state,
            row.made,
            row.wanted,
            row.tried,
            near.get(row.id, 0),
            tuple(row.told.splitlines()),
            row.pick,
            (chosen_variants.between(row) or (0, None))[1],
        )
        for row in rows
    ]


def again(ws: Workspace, project: int, variant: int) -> tuple[bytes, bool]:
    """Make a variant again from what is stored of it; return its file, and if it is the same.

    Under the same versions of what made it it is the same, bit for bit.

    Raises
    ------
    InputError
        If there is no such variant or recipe, or an original it is made of cannot be read any more.
    """
    with ws.store.read() as tx:
        one = variants.get(tx, project, variant)
        roots = [it for it in (one.root, one.other) if it is not None] if one else []
        rows = items.many(tx, roots)
    if one is None:
        raise InputError(f"There is no variant number {variant} in this project.")
    other = rows[one.other] if one.other is not None else None
    content = crafting.again(ws, one.filling, one.steps, one.seed, rows[one.root], other)
    return content, variant_files.path_of(project, content, "")[1] == one.sha256


def _require_pair(ws: Workspace, project: int, class_id: int | None, toward: int) -> None:
    names = {one.id: one.name for one in projects.classes(ws, project)}
    if toward not in names:
        raise InputError(f"There is no class number {toward}.", hint="Choose one in use.")
    if class_id is None or class_id == toward:
        raise InputError(
            f"Variants near {names[toward]} are made of one other class.",
            hint="Name the class of the items that are taken for it.",
        )
    if margins.is_known(ws, project) and not margins.knows(ws, project, [class_id, toward]):
        raise StateError(
            f"The newest model does not tell {names[class_id]} from {names[toward]} yet.",
            hint="Label some more of both, and wait for the next model.",
        )


def _require_parents(ws: Workspace, project: int, filling: Filling, class_id: int | None) -> None:
    able = parents.of_project(ws, project, goals.wanted(filling), class_id)
    if filling.recipe == blending.NAME:
        classes = [one.class_id for one in able]
        able = [one for one in able if classes.count(one.class_id) > 1]
    if able:
        return
    names = {one.id: one.name for one in projects.classes(ws, project)}
    whose = f" of {names[class_id]}" if class_id is not None else ""
    where = f" outside of {filling.axis} {goals.reach(filling)}" if filling.axis else ""
    noun = variant_kinds.of(projects.get(ws, project).kind).noun
    two = f"two labeled {noun}s" if filling.recipe == blending.NAME else f"a labeled {noun}"
    raise StateError(
        f"Variants are made of {two}{whose}{where}, and there is none that may be used.",
        hint="Label some first; those that are kept apart for the audit never count.",
    )
