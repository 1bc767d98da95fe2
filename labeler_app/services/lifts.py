"""How variants stand, and their use without a proof.

Nothing that was made is learned from before it is proven, unless a person says so with a note.
"""

from labeler_app.core import lift
from labeler_app.errors import InputError, StateError
from labeler_app.services import fillings, measured_axes, projects
from labeler_app.services.fillings import Standing
from labeler_app.services.workspace import Workspace
from labeler_app.store import lifts
from labeler_app.store import projects as project_rows
from labeler_app.store.lifts import UseRow
from labeler_app.store.variants import Filling

LONGEST_NOTE = 1_000


def of_project(ws: Workspace, project: int) -> list[Standing]:
    """Return how the variants of every filling stand, the first asked for first.

    Raises
    ------
    InputError
        If there is no such project.
    """
    projects.get(ws, project)
    with ws.store.read() as tx:
        return fillings.standings(tx, project)


def condition(filling: Filling) -> str:
    """Return the condition of a filling in words: "brightness: black to dark"; "" without one."""
    axis = measured_axes.named(filling.axis)
    return "" if axis is None else axis.called(filling.first, filling.last)


def use(ws: Workspace, project: int, person: int, key: str, *, used: bool, note: str = "") -> None:
    """Let a model learn from the variants of a filling without a proof, or keep them out.

    Parameters
    ----------
    key
        Of the filling.
    note
        Why, for whoever looks at the figures later; 1 to 1,000 characters where they are used.

    Raises
    ------
    InputError
        If there is no such filling, or no note.
    StateError
        If they do harm, or none of them is kept.
    """
    filling, told = find(ws, project, key).filling, note.strip()
    if used and not 1 <= len(told) <= LONGEST_NOTE:
        raise InputError(
            "To use them without a proof needs a note.",
            hint=f"Say why, in up to {LONGEST_NOTE:,} characters: the Monitor shows it.",
        )
    with ws.store.write() as tx:
        project_rows.hold(tx, project)  # No harm is found between the look and the decision.
        now = next(one for one in fillings.standings(tx, project) if one.filling == filling)
        if used:
            _require_harmless(now)
        lifts.put_use(tx, project, UseRow(filling, used, told, person, ws.clock()))


def _require_harmless(one: Standing) -> None:
    if one.measured is not None and one.measured.verdict == lift.HARM:
        raise StateError(
            f"The variants of {one.filling.recipe} make the model worse on real items.",
            hint="Reject those that are wrong, or keep them out.",
        )
    if one.measured is not None and one.measured.problem:
        raise StateError(one.measured.problem)
    if not one.kept:
        raise StateError(f"No variant of {one.filling.recipe} is kept yet.")


def find(ws: Workspace, project: int, key: str) -> Standing:
    """Return how the variants of a filling stand, by its key.

    Raises
    ------
    InputError
        If there is no such filling.
    """
    known = of_project(ws, project)
    for one in known:
        if one.filling.key == key:
            return one
    names = ", ".join(repr(one.filling.key) for one in known) or "none yet"
    raise InputError(f"There are no variants {key!r}.", hint=f"There are: {names}.")
