"""Moments of a project by name, so that what was exported once can be exported again."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection

from labeler_app.errors import InputError
from labeler_app.store import class_changes, events

_NAME = re.compile(r"c(\d{1,18})e(\d{1,18})")
_NUMBER = re.compile(r"\d{1,18}")


@dataclass(frozen=True, slots=True)
class Version:
    """A moment: the newest change of classes and the newest label event of then."""

    change: int
    event: int

    @property
    def name(self) -> str:
        """As it stands in exports, for example ``c12e5123``."""
        return f"c{self.change}e{self.event}"


def now(tx: Connection, project: int) -> Version:
    """Return the moment of this transaction."""
    return Version(class_changes.newest(tx, project), events.newest_seq(tx, project))


def named(tx: Connection, project: int, told: str) -> Version:
    """Return an earlier moment.

    Parameters
    ----------
    told
        What an export says of itself (``c12e5123``), the number of a change of classes (right
        after it), or a time like ``2026-11-20`` or ``2026-11-20T14:30`` (UTC, if it names no zone).

    Raises
    ------
    InputError
        If it is none of these, or there was no such moment in the project.
    """
    newest, text = now(tx, project), told.strip()
    if found := _NAME.fullmatch(text):
        version = Version(int(found[1]), int(found[2]))
    elif _NUMBER.fullmatch(text):
        version = _after(tx, project, int(text))
    else:
        at = _time(text)
        version = Version(
            class_changes.newest(tx, project, at=at), events.newest_seq(tx, project, at=at)
        )
    if version.change > newest.change or version.event > newest.event:
        raise InputError(
            f"{text[:40]!r} is no moment of this project: its newest is {newest.name}.",
            hint="Take it from the column as_of of an export of the same project.",
        )
    return version


def _after(tx: Connection, project: int, change: int) -> Version:
    found = class_changes.get(tx, change) if change < 2**31 else None
    if found is None or found[0] != project:
        raise InputError(
            f"There is no change of classes number {change} in this project.",
            hint="Their numbers stand under Data, Classes, Last changes.",
        )
    return Version(change, found[1].up_to_seq)


def _time(text: str) -> float:
    try:
        at = datetime.fromisoformat(text)
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError) as error:
        raise InputError(
            f"{text[:40]!r} is no time, and no number of a change.",
            hint="Write 2026-11-20T14:30, a change's number, or what an export says under as_of.",
        ) from error
