"""What variants are asked for: a recipe, and the cells of a condition that they are to land in."""

from collections.abc import Sequence
from dataclasses import dataclass

from labeler_app.core.gaps import Axis
from labeler_app.errors import InputError
from labeler_app.services import blending, measured_axes, projects, variant_kinds
from labeler_app.services.steered import Wanted
from labeler_app.services.workspace import Workspace
from labeler_app.store.variants import Filling

ALL = "all"
"""In the key of a gap: of the labels of all classes."""
_LENGTH = "length"


@dataclass(frozen=True, slots=True)
class Way:
    """A recipe that variants can be asked for with.

    Attributes
    ----------
    tier
        ``A``: the label should survive; ``B``: look closer.
    axis
        The condition it is steered by; "" if by none.
    """

    name: str
    sentence: str
    tier: str
    axis: str


def ways(kind: str) -> tuple[Way, ...]:
    """Return every recipe that is offered for a kind of item; the experimental one comes last.

    Raises
    ------
    InputError
        If there is none.
    """
    about = variant_kinds.of(kind)
    known = [Way(one.name, one.sentence, one.tier, one.axis) for one in about.recipes.values()]
    if about.blends:
        known.append(Way(blending.NAME, blending.SENTENCE, "B", ""))
    return tuple(known)


def goal(
    ws: Workspace, project: int, recipe: str, gap: str, class_id: int | None
) -> tuple[Filling, int | None]:
    """Return what is to be filled with variants of which class; None stands for all of them.

    Parameters
    ----------
    gap
        As `coverage.Found.key` has it, "brightness:0-1:all"; also cells that nothing lacks today.
        "" for a recipe that is steered by nothing.

    Raises
    ------
    InputError
        If there is no such project, recipe, condition, cell or class.
    """
    known = projects.get(ws, project)
    offered = ways(known.kind)
    projects.refuse_several(known)
    way = next((one for one in offered if one.name == recipe), None)
    if way is None:
        names = ", ".join(one.name for one in offered)
        raise InputError(f"There is no recipe {recipe!r}.", hint=f"Choose among: {names}.")
    if not gap:
        if way.axis:
            raise InputError(
                f"The recipe {recipe!r} needs a gap: it is steered by {way.axis}.",
                hint=f"Name cells of it, such as {way.axis}:0-1:all.",
            )
        return Filling(recipe, "", 0, 0), _class(ws, project, class_id)
    axis, first, last, whose = _read(gap, measured_axes.of_kind(known.kind).axes)
    if axis != way.axis:
        by = f"it is steered by {way.axis}" if way.axis else "it is steered by nothing"
        raise InputError(
            f"The recipe {recipe!r} does not change {axis}: {by}.",
            hint="Choose another recipe, or another gap.",
        )
    if whose is not None and class_id is not None and whose != class_id:
        raise InputError(
            f"The gap {gap!r} is one of another class than the one that was named.",
            hint="Leave the class out.",
        )
    own = class_id if whose is None else whose
    return Filling(recipe, axis, first, last), _class(ws, project, own)


def wanted(filling: Filling, seen: tuple[float, ...] = ()) -> Wanted | None:
    """Return where variants are to land; None if anywhere.

    Parameters
    ----------
    seen
        What was measured of real items there.
    """
    for name, about in measured_axes.MEASURED.items():
        names = [one.name for one in about.axes]
        if filling.axis in names:
            land = variant_kinds.of(name).wanted
            return land(names.index(filling.axis), filling.first, filling.last, seen)
    return None


def reach(filling: Filling) -> str:
    """Return in words between which values a variant lands: "0.80 or more"."""
    sought = wanted(filling)
    if sought is None:
        return "anywhere"
    low, high = sought.condition.bounds(sought.first, sought.last)
    if low == -float("inf"):
        return f"below {measured(filling, high)}"
    if high == float("inf"):
        return f"{measured(filling, low)} or more"
    return f"from {_number(filling, low)} to {measured(filling, high)}"


def measured(filling: Filling, value: float) -> str:
    """Return in words what was measured where variants are to land: "0.8", "50 characters"."""
    told = _number(filling, value)
    if filling.axis != _LENGTH:
        return told
    return f"{told} character" if told == "1" else f"{told} characters"


def away(filling: Filling, value: float) -> float:
    """Return how far a value is from where it would land."""
    sought = wanted(filling)
    if sought is None:
        return 0.0
    axis = sought.condition
    low, high = axis.bounds(sought.first, sought.last)
    if axis.turn:
        middle, half = (low + high) / 2.0, (high - low) / 2.0
        return max(
            0.0, abs((value - middle + axis.turn / 2.0) % axis.turn - axis.turn / 2.0) - half
        )
    return max(low - value, value - high, 0.0)


def _number(filling: Filling, value: float) -> str:
    if filling.axis == _LENGTH:
        return f"{measured_axes.characters(value):,}"
    return f"{value:.3g}"


def _read(gap: str, known: Sequence[Axis]) -> tuple[str, int, int, int | None]:
    """Return condition, first and last cell, and the class, of the key of a gap."""
    axes = {one.name: one for one in known}
    axis, _, rest = gap.partition(":")
    if axis not in axes:
        raise InputError(
            f"There is no condition {axis!r}.", hint=f"Choose among: {', '.join(axes)}."
        )
    cells, _, whose = rest.partition(":")
    first, _, last = cells.partition("-")
    most = len(axes[axis].names) - 1
    is_told = _is_number(first) and _is_number(last) and (whose == ALL or _is_number(whose))
    if not is_told or not int(first) <= int(last) <= most:
        raise InputError(
            f"{gap!r} is no gap: cells of {axis} go from 0 to {most}.",
            hint=f"Write it like {axis}:0-1:{ALL}.",
        )
    if (int(first), int(last)) == (0, most):
        raise InputError(f"{gap!r} is all there is of {axis}.", hint="Name fewer cells.")
    return axis, int(first), int(last), None if whose == ALL else int(whose)


def _is_number(told: str) -> bool:
    return told.isascii() and told.isdecimal() and len(told) <= 9


def _class(ws: Workspace, project: int, class_id: int | None) -> int | None:
    known = {one.id for one in projects.classes(ws, project)}
    if class_id is not None and class_id not in known:
        raise InputError(
            f"There is no class number {class_id} in this project.", hint="Leave the class out."
        )
    return class_id
