"""Some of the variants that were asked for: so few that a training may come in between."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from labeler_app.errors import InputError, StoreError
from labeler_app.services import (
    blending,
    chosen_variants,
    crafting,
    goals,
    measuring,
    nearness,
    parents,
    variant_files,
)
from labeler_app.services.chosen_variants import Kept, Landed
from labeler_app.services.crafting import Crafted, Order
from labeler_app.services.nearness import Known
from labeler_app.services.parents import Parent, Turn, Turns
from labeler_app.services.workspace import Workspace
from labeler_app.store import items, variants
from labeler_app.store.variants import MakingRow

MOST = 64
"""Variants of a block."""
SECONDS = 10.0
"""Of a block, about."""
AT_ONCE = 8
"""Tries between two looks whether it was cancelled; always so many, so that the same variants are
made on a computer with more cores."""
TRIES_EACH = 4
"""Tries for every variant that is wanted, at most."""
HOPELESS = 60
"""Tries of which none landed, after which no more are made."""
NEAR_AUDIT = (
    "Some were left out: they can hardly be told from items that are kept apart for the audit."
)
SAME = "Some came out the same as before, and are kept once."
FEW = "There were too few to choose the hardest among, so easier ones are kept, too."

UNSURE = "The model could not say how sure it is of them: the first ones made are kept."

# Pillow and numpy let others run while they work.
_THREADS = min(4, os.cpu_count() or 1)


@dataclass(slots=True)
class Block:
    """What came of some tries.

    Attributes
    ----------
    tried
        Tries of the making, those of earlier blocks included.
    kept
        What is to be kept.
    told
        What was left out and why, a sentence each.
    ended
        Whether no more can be made.
    problem
        What the disk said, if it failed.
    """

    tried: int
    kept: Sequence[Kept] = ()
    told: dict[str, None] = field(default_factory=dict)
    ended: bool = False
    problem: str = ""


def make(
    ws: Workspace, making: MakingRow, is_open: Callable[[], bool], tell: Callable[[int], None]
) -> Block | None:
    """Make a block of variants; None if it was cancelled meanwhile. Nothing is stored yet.

    Parameters
    ----------
    is_open
        Whether it was not cancelled.
    tell
        Called with how many of the block landed so far.
    """
    work, until = _begun(ws, making), ws.clock() + SECONDS
    with ThreadPoolExecutor(_THREADS) as pool:
        while work.has_room and ws.clock() < until and not work.block.ended:
            if not is_open():
                return None
            orders = work.orders()
            for order, made in zip(orders, pool.map(work.attempt, orders), strict=True):
                if work.has_room and not work.block.problem:
                    work.take(order, made)
            work.look_ahead(bool(orders))
            tell(len(work.landed) // work.each)
    work.choose()
    return work.block


def _begun(ws: Workspace, making: MakingRow) -> "_Work":
    sought = goals.wanted(making.filling)
    able = parents.of_project(ws, making.project, sought, making.class_id)
    # Of the hardest only a few are kept: that a parent has none says nothing.
    turns = parents.turns(able, making.seed, gives_up=sought is not None and not making.pick)
    with ws.store.read() as tx:
        roots = variants.roots_of(tx, making.id)
        digests = variants.digests(tx, making.project)
    known = nearness.known(ws, making.project)
    seen: tuple[float, ...] = ()
    if sought is not None:
        seen = measuring.seen_in(ws, making.project, sought.axis, sought.first, sought.last)
    return _Work(ws, making, able, turns, known, roots, digests, Block(making.tried), seen)


@dataclass(slots=True)
class _Work:
    """A block in the making."""

    ws: Workspace
    making: MakingRow
    parents: Sequence[Parent]
    turns: Turns
    known: Known
    roots: set[int]
    """Items of which a variant landed."""
    digests: set[str]
    """Of what landed, and of all variants there are."""
    block: Block
    seen: tuple[float, ...] = ()
    """What was measured of real items where variants are to land."""
    landed: list[Landed] = field(default_factory=list)
    missed: list[float] = field(default_factory=list)

    @property
    def each(self) -> int:
        """How many candidates there are for one that is kept."""
        return chosen_variants.HARDEST if self.making.pick else 1

    @property
    def has_room(self) -> bool:
        """Whether the block may hold more candidates."""
        lacking = self.making.wanted - self.making.made
        return len(self.landed) < min(self.each * lacking, MOST // self.each * self.each)

    @property
    def most(self) -> int:
        """How many tries the making may take."""
        return TRIES_EACH * self.each * self.making.wanted

    def orders(self) -> list[Order]:
        """Return what is to be tried next."""
        count = min(AT_ONCE, self.most - self.block.tried)
        turns = self.turns.after(self.block.tried, count, self.roots) if count > 0 else []
        others = [self._other(turn) for turn in turns]
        wanted = {turn.parent.item for turn in turns} | {one.item for one in others if one}
        with self.ws.store.read() as tx:
            rows = items.many(tx, sorted(wanted))
        return [
            Order(turn, rows[turn.parent.item], rows[other.item] if other else None)
            for turn, other in zip(turns, others, strict=True)
        ]

    def attempt(self, order: Order) -> Crafted | InputError | StoreError:
        """Make one variant, or return why it cannot be made."""
        try:
            making = self.making
            return crafting.craft(self.ws, making.filling, making.seed, order, self.seen)
        except (InputError, StoreError) as error:
            return error
        except crafting.FAILURES as error:
            # Whatever a strange original does: the worker goes on, and would meet it again.
            return InputError(f"It cannot be made of this {self.known.kind.noun}: {error}.")

    def take(self, order: Order, made: Crafted | InputError | StoreError) -> None:
        """Note what came of a try."""
        if isinstance(made, StoreError):
            self.block.problem, self.block.ended = str(made), True
            return
        self.block.tried += 1
        if isinstance(made, InputError):
            self._say(f"{order.row.path}: {made.problem.removesuffix('.')}.")
        elif made.landed:
            self._land(made)
        else:
            self._miss(order.turn, order.row.path, made)

    def look_ahead(self, is_more: bool) -> None:
        """End it where nothing more can come of it."""
        block = self.block
        is_hopeless = not self.landed and not self.making.made and block.tried >= HOPELESS
        if is_hopeless and self.missed:
            self._say(f"None of the first {block.tried} landed: {self._nearest()}.")
        block.ended = block.ended or is_hopeless or not is_more or block.tried >= self.most

    def choose(self) -> None:
        """Note which of those that landed are kept."""
        # A recipe that draws nothing makes the same again, so there may never be three for one.
        is_scarce = self.block.ended and SAME in self.block.told
        lacking = self.making.wanted - self.making.made
        if self.making.pick and is_scarce and 0 < len(self.landed) < self.each * lacking:
            self._say(FEW)
        self.block.kept = chosen_variants.choose(
            self.ws, self.making, self.landed, self.known, is_scarce=is_scarce
        )
        kept = [one.row for one in self.block.kept]
        if self.making.pick and kept and all(one.margin is None for one in kept):
            self._say(UNSURE)

    def _other(self, turn: Turn) -> Parent | None:
        if self.making.filling.recipe != blending.NAME:
            return None
        return blending.partner(self.ws, self.making.project, self.parents, turn)

    def _land(self, made: Crafted) -> None:
        _, digest = variant_files.path_of(self.making.project, made.content, made.suffix)
        if digest in self.digests:
            self._say(SAME)
            return
        near = self.known.item(chosen_variants.shape(self.making, made))
        if near is not None and near[1]:
            self._say(NEAR_AUDIT)
            return
        self.digests.add(digest)
        self.roots.add(made.order.row.id)
        self.landed.append(Landed(made, near[0] if near else None))

    def _miss(self, turn: Turn, path: str, made: Crafted) -> None:
        if made.after is not None:
            self.missed.append(made.after)
        if self.turns.gives_up and turn.is_last and turn.parent.item not in self.roots:
            filling = self.making.filling
            came = "nothing that can be measured"
            if made.after is not None:
                came = goals.measured(filling, made.after)
            self._say(
                f"{path}: given up after {parents.TRIES} tries, it came to {filling.axis} {came}; "
                f"the gap is {goals.reach(filling)}."
            )

    def _nearest(self) -> str:
        filling = self.making.filling
        near = min(self.missed, key=lambda value: goals.away(filling, value))
        came = goals.measured(filling, near)
        return f"the nearest came to {filling.axis} {came}, and the gap is {goals.reach(filling)}"

    def _say(self, sentence: str) -> None:
        self.block.told[sentence] = None
