"""Export labels with all that is known of how they came about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO, cast

from labeler_app import plugins
from labeler_app.adapters.formats import Write
from labeler_app.errors import InputError
from labeler_app.services import projects
from labeler_app.services.workspace import INSIDE, Workspace
from labeler_app.store import provenance, schema, trail
from labeler_app.store.engine import AnyRow

ORIGINS = schema.ORIGINS
COLUMNS = (
    "path",
    "folder",
    "sha256",
    "label",
    "answer",
    "origin",
    "annotator",
    "time",
    "seconds",
    "model",
    "selected_as",
    "propensity",
    "suggestion_seen",
    "times_answered",
    "audit",
    "note",
    "event_id",
)


@dataclass(frozen=True, slots=True)
class OriginCount:
    """Labels of one origin."""

    training: int
    audit: int

    @property
    def total(self) -> int:
        """Both together."""
        return self.training + self.audit


def export(
    ws: Workspace,
    project: int,
    name: str,
    out: TextIO,
    *,
    origins: Sequence[str] = ORIGINS,
    for_people: bool = False,
    person: int | None = None,
) -> int:
    """Write the current answers, one row each, and return their number.

    Parameters
    ----------
    name
        A format by name, for example ``csv`` or ``jsonl``.
    out
        Text stream, opened with ``newline=""``.
    origins
        Whose labels; never mixed up, each row names its own.
    for_people
        Make a CSV safe to open in a spreadsheet.

    Raises
    ------
    InputError
        If the format, the project or an origin does not exist.
    """
    _check_origins(origins)
    projects.get(ws, project)
    write = cast(Write, plugins.load("formats", name))
    with ws.store.read() as tx:
        rows = provenance.of_labels(tx, project, origins)
    count = write((_row(one) for one in rows), out, columns=COLUMNS, for_people=for_people)
    with ws.store.write() as tx:
        trail.note(
            tx, "exported", at=ws.clock(), project=project, person=person, format=name, rows=count
        )
    return count


def to_file(
    ws: Workspace,
    project: int,
    name: str,
    path: Path,
    *,
    origins: Sequence[str] = ORIGINS,
    for_people: bool = False,
) -> int:
    """Write a file, whole or not at all, and return its number of rows.

    Raises
    ------
    InputError
        If the file cannot be written, or as `export`.
    """
    beside = path.with_name(f".{path.name}.part")
    try:
        with beside.open("w", encoding="utf-8", newline="") as out:
            count = export(ws, project, name, out, origins=origins, for_people=for_people)
        beside.replace(path)
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror}.") from error
    finally:
        beside.unlink(missing_ok=True)
    return count


def preview(ws: Workspace, project: int, n: int = 3) -> list[dict[str, object]]:
    """Return the first n rows as they would be exported."""
    with ws.store.read() as tx:
        rows = provenance.of_labels(tx, project, ORIGINS, limit=n)
    return [_row(one) for one in rows]


def origin_counts(ws: Workspace, project: int) -> dict[str, OriginCount]:
    """Return for every origin how many answers there are."""
    with ws.store.read() as tx:
        found = provenance.origin_counts(tx, project)
    return {origin: OriginCount(*found.get(origin, (0, 0))) for origin in ORIGINS}


def _row(one: AnyRow) -> dict[str, object]:
    values = (
        one.path,
        one.root.removeprefix(INSIDE),
        one.sha256,
        one.class_name or "",
        one.kind,
        one.origin,
        one.annotator,
        _time(one.decided_at) or _time(one.stored_at),
        "" if one.milliseconds is None else one.milliseconds / 1000,
        "" if one.version is None else one.version,
        one.selected_as,
        "" if one.propensity is None else round(one.propensity, 6),
        bool(one.suggestion),
        one.times_answered,
        one.audit_part or "",
        one.note,
        one.event_id,
    )
    return dict(zip(COLUMNS, values, strict=True))


def _time(seconds: float | None) -> str:
    """Return a time as text; "" if there is none, or it is in no year that a calendar has."""
    if not seconds:
        return ""
    try:
        return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
    except (ValueError, OverflowError, OSError):
        return ""


def _check_origins(origins: Sequence[str]) -> None:
    unknown = [one for one in origins if one not in ORIGINS]
    if unknown or not origins:
        raise InputError(
            f"There is no origin {unknown[0]!r}." if unknown else "No origin was chosen.",
            hint=f"Choose among {', '.join(ORIGINS)}.",
        )
