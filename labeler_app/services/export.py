"""Export labels with all that is known of how they came about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO, TypeAlias, cast

from labeler_app import plugins
from labeler_app.adapters.formats import Write
from labeler_app.errors import InputError
from labeler_app.services import kept_rows, projects, versions
from labeler_app.services.workspace import INSIDE, Workspace
from labeler_app.store import class_changes, class_sets, provenance, reviews, schema, trail
from labeler_app.store.engine import AnyRow

ORIGINS = schema.ORIGINS
MADE = kept_rows.ORIGIN
"""The origin of variants that people keep."""
Label: TypeAlias = str | list[str]
"""The name of a class; where items may have several, the names of all."""
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
    "as_of",
    *kept_rows.MARKS,
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
    as_of: str | None = None,
    person: int | None = None,
) -> int:
    """Write the answers of now or of an earlier moment, one row each, and return their number.

    Where an item may have several classes, `label` is a list of their names, in CSV as JSON.

    Variants that people keep now come last, as ``synthetic-inherited``, with ``root`` (the path of
    their original), ``recipe``, ``gap``, ``seed`` and whether they may train (``trained``): whoever
    splits these rows must split by root. An export of an earlier moment holds none.

    Each row says of which moment it is (``as_of``); an export as of that moment is the same again.

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
    as_of
        An earlier moment, as `versions.named` takes it; None for now.

    Raises
    ------
    InputError
        If the format, the project, an origin or the moment does not exist.
    """
    _check_origins(origins)
    projects.get(ws, project)
    write = cast(Write, plugins.load("formats", name))
    rows = _rows(ws, project, origins, as_of=as_of)
    count = write(iter(rows), out, columns=COLUMNS, for_people=for_people)
    with ws.store.write() as tx:
        trail.note(
            tx,
            "exported",
            at=ws.clock(),
            project=project,
            person=person,
            format=name,
            rows=count,
            as_of=rows[0]["as_of"] if rows else as_of or "",
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
    as_of: str | None = None,
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
            count = export(
                ws, project, name, out, origins=origins, for_people=for_people, as_of=as_of
            )
        beside.replace(path)
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror}.") from error
    finally:
        beside.unlink(missing_ok=True)
    return count


def preview(ws: Workspace, project: int, n: int = 3) -> list[dict[str, object]]:
    """Return the first n rows as they would be exported."""
    return _rows(ws, project, ORIGINS, limit=n)


def origin_counts(ws: Workspace, project: int) -> dict[str, OriginCount]:
    """Return for every origin how many answers there are."""
    with ws.store.read() as tx:
        found = provenance.origin_counts(tx, project)
        made = reviews.kept(tx, project)
    counts = {origin: OriginCount(*found.get(origin, (0, 0))) for origin in ORIGINS}
    known = counts[MADE]
    return {**counts, MADE: OriginCount(known.training + made, known.audit)}


def variants(ws: Workspace, project: int) -> int:
    """Return how many variants an export of now holds."""
    with ws.store.read() as tx:
        return reviews.kept(tx, project)


def _rows(
    ws: Workspace,
    project: int,
    origins: Sequence[str],
    *,
    as_of: str | None = None,
    limit: int | None = None,
) -> list[dict[str, object]]:
    known = projects.get(ws, project)
    with ws.store.read() as tx:
        now = versions.now(tx, project)
        then = now if as_of is None else versions.named(tx, project, as_of)
        # What stands now is kept beside the events, and need not be derived from them.
        up_to = None if then.event == now.event else then.event
        rows = provenance.of_labels(tx, project, origins, up_to=up_to, limit=limit)
        classes = class_changes.as_of(tx, project, then.change)
        given = class_sets.given(tx, project)
        is_now = as_of is None and limit is None and MADE in origins
        made = (
            kept_rows.rows(tx, project, {one: row["name"] for one, row in classes.items()})
            if is_now
            else []
        )
    names: dict[int, Label] = {one: str(fields["name"]) for one, fields in classes.items()}
    if known.config.multi_label:
        order = {one: fields["position"] for one, fields in classes.items()}
        means = class_sets.meaning(given, classes)
        names = {
            row: [str(classes[one]["name"]) for one in sorted(held, key=order.__getitem__)]
            for row, held in means.items()
        }
    told = [_row(one, names, then.name) for one in rows]
    empty = dict.fromkeys(COLUMNS, "")
    for row, made_at in made:
        told.append({**empty, **row, "time": _time(made_at), "as_of": then.name})
    return told


def _row(one: AnyRow, names: Mapping[int, Label], as_of: str) -> dict[str, object]:
    values = (
        one.path,
        one.root.removeprefix(INSIDE),
        one.sha256,
        names.get(one.class_id, ""),
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
        as_of,
        *("" for _ in kept_rows.MARKS),
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
