"""What a person expects to come, where the pool does not show it: "we will get night pictures"."""

from collections.abc import Sequence
from dataclasses import dataclass

from labeler_app.core.gaps import Axis
from labeler_app.errors import InputError
from labeler_app.services import measured_axes, projects
from labeler_app.services import people as people_services
from labeler_app.services.projects import Project
from labeler_app.services.workspace import Workspace
from labeler_app.store import expectations, people
from labeler_app.store import projects as project_rows

LEAST, MOST = 0.01, 0.95
"""Shares that can be expected."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """A share of what will come that lies in cells of an axis next to each other.

    Attributes
    ----------
    axis, place
        The condition, and its place among those of the project's kind.
    person
        Who expects it; "" for a command.
    """

    id: int
    axis: Axis
    place: int
    first: int
    last: int
    share: float
    person: str
    at: float

    @property
    def name(self) -> str:
        """What a person calls it: "brightness: black to dark"."""
        return self.axis.called(self.first, self.last)


def of_project(ws: Workspace, project: int) -> list[Expectation]:
    """Return what is expected in a project now, the oldest first."""
    axes = _axes(projects.get(ws, project))
    places = {axis.name: place for place, axis in enumerate(axes)}
    with ws.store.read() as tx:
        rows = expectations.of_project(tx, project)
        who = {row.person: people.get(tx, row.person) for row in rows}
    found = []
    for row in rows:
        one = who[row.person]
        name = one.name if one is not None and one.kind == "human" else ""
        place = places[row.axis]
        ends = row.first, row.last
        found.append(Expectation(row.id, axes[place], place, *ends, row.share, name, row.at))
    return found


def expect(
    ws: Workspace,
    project: int,
    axis: str,
    first: int,
    last: int,
    share: float,
    *,
    person: int | None = None,
) -> int:
    """Expect a share of what will come in cells of an axis, and return its number.

    The same cells again get the new share; the same share again changes nothing.

    Parameters
    ----------
    axis
        Name of a condition of the project's kind.
    first, last
        Cells, both included.
    share
        In [0.01, 0.95].

    Raises
    ------
    InputError
        If nothing is measured of the project's kind, or there is no such axis, cell or share, or on
        one axis more than 95 % are expected in all.
    """
    known = projects.get(ws, project)
    axes = _axes(known)
    if not axes:
        raise InputError(
            f"Nothing is measured of {known.noun}s.",
            hint="Ranges are expected in projects of images and of texts.",
        )
    chosen = _axis(axis, axes)
    _check(chosen, first, last, share)
    now = ws.clock()
    with ws.store.write() as tx:
        project_rows.hold(tx, project)
        mine = [one for one in expectations.of_project(tx, project) if one.axis == axis]
        same = next((one for one in mine if (one.first, one.last) == (first, last)), None)
        if same is not None and same.share == share:
            return same.id
        _check_room(chosen, share, [one.share for one in mine if one is not same])
        if same is not None:
            expectations.end(tx, project, same.id, at=now)
        who = person or people.ensure(tx, people_services.IMPORTED, "import", at=now).id
        return expectations.add(
            tx, project, axis=axis, first=first, last=last, share=share, person=who, at=now
        )


def forget(ws: Workspace, project: int, number: int) -> None:
    """Expect something no more; nothing happens if it was forgotten before.

    Raises
    ------
    InputError
        If there is no such project.
    """
    projects.get(ws, project)
    with ws.store.write() as tx:
        expectations.end(tx, project, number, at=ws.clock())


def parsed(told: str) -> tuple[str, int, int, float]:
    """Return axis, cells and share of AXIS:FIRST-LAST=SHARE%; cells by number from 0, or by name.

    Raises
    ------
    InputError
        If it is not written like that.
    """
    where, _, share = told.rpartition("=")
    name, colon, cells = where.partition(":")
    if not colon or not name.strip():
        raise _unreadable(told)
    axis = _axis(name.strip(), measured_axes.AXES)
    first, dash, last = cells.partition("-")
    try:
        part = float(share.strip().removesuffix("%")) / 100.0
    except ValueError as error:
        raise _unreadable(told) from error
    if not first.strip() or (dash and not last.strip()):
        raise _unreadable(told)
    start = _cell(axis, first.strip())
    return axis.name, start, _cell(axis, last.strip()) if dash else start, part


def _unreadable(told: str) -> InputError:
    return InputError(
        f"{told!r} is not a range that can be expected.",
        hint="Write AXIS:FIRST-LAST=SHARE%, for example brightness:black-dark=15%.",
    )


def _axes(known: Project) -> Sequence[Axis]:
    about = measured_axes.MEASURED.get(known.kind)
    return () if about is None else about.axes


def _axis(name: str, axes: Sequence[Axis]) -> Axis:
    found = next((one for one in axes if one.name == name), None)
    if found is None:
        listed = ", ".join(one.name for one in axes)
        raise InputError(f"There is no condition {name!r}.", hint=f"There are {listed}.")
    return found


def _cell(axis: Axis, told: str) -> int:
    if told in axis.names:
        return axis.names.index(told)
    if told.isdecimal() and int(told) < len(axis.names):
        return int(told)
    raise InputError(
        f"{axis.name} has no cell {told!r}.",
        hint=f"From 0 on they are {', '.join(axis.names)}.",
    )


def _check(axis: Axis, first: int, last: int, share: float) -> None:
    count = len(axis.names)
    if not (0 <= first < count and 0 <= last < count):
        raise InputError(
            f"{axis.name} has the cells 0 to {count - 1}, not {first} to {last}.",
            hint=f"They are {', '.join(axis.names)}.",
        )
    if first > last:
        raise InputError(
            f"A range from {axis.names[first]} to {axis.names[last]} runs backwards.",
            hint=f"Turn it round: from {axis.names[last]} to {axis.names[first]}.",
        )
    if first == 0 and last == count - 1:
        raise InputError(
            f"From {axis.names[0]} to {axis.names[-1]} is all there is.",
            hint="Choose fewer cells.",
        )
    # Not a number is in no range.
    if not LEAST <= share <= MOST:
        raise InputError(
            f"A share of {100 * share:g} % is not between {100 * LEAST:g} and {100 * MOST:g}.",
            hint="Say which share of all that comes will lie there.",
        )


def _check_room(axis: Axis, share: float, others: list[float]) -> None:
    if sum(others) + share > MOST + 1e-9:
        raise InputError(
            f"Of {axis.name}, {100 * sum(others):g} % are expected elsewhere: with {100 * share:g} "
            f"% more it would be over {100 * MOST:g} %.",
            hint="Forget one of them, or expect less.",
        )
