"""The Data page: imports, classes, what an export holds."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from labeler_app.services.exchange import ImportRow
from labeler_app.services.export import OriginCount
from labeler_app.services.projects import Project
from labeler_app.web import links
from labeler_app.web.views import signs, tables, words
from labeler_app.web.views.tables import Column, numbers
from labeler_app.web.views.tree import Element, Part, h

ORIGINS = {
    "human": ("Answered by a person", "none yet"),
    "imported": ("Imported", "none in this project"),
    "oracle": ("Given by the automatic annotator", "none made"),
    "propagated": ("Spread from neighbours", "none made"),
    "auto": ("Labeled by the model", "none made"),
    "synthetic-inherited": ("Made of labeled items, label inherited", "none made"),
}
SHOWN_PROBLEMS = 100
PREVIEW = ("path", "label", "answer", "origin", "annotator", "time", "model", "selected_as")


def head(
    project: Project,
    labels: int,
    came_along: int,
    classes: int,
    imports: Sequence[ImportRow],
    brought: int = 0,
) -> Element:
    """Draw the answer: how much there is, and where it came from.

    Parameters
    ----------
    labels, came_along
        Items labeled here, and labels that were imported with the files.
    brought
        Items of probe sets.
    """
    along = f", {words.count(came_along, 'imported label')}" if came_along else ""
    rest = f" {words.number(labels)} labeled{along}, {words.count(classes, 'class', 'classes')}"
    title = h("h1.plain", h("b", f"{words.count(project.items, project.noun)},"), rest)
    told = _sources(imports, project.noun)
    if brought:
        verb = "is" if brought == 1 else "are"
        told += f" {words.number(brought)} {verb} of probe sets, which only test the model."
    return h("div.head", title, h("p.t20.sec", told))


def imports(rows: Sequence[ImportRow], project: Project, doubts: Sequence[str] = ()) -> Element:
    """Draw the imports with their reports; one that is at work shows how far it is.

    Parameters
    ----------
    doubts
        Whole sentences on the features of what was imported.
    """
    add = h("a.btn", "Add files", href=links.href(links.NEW, project.id))
    title = signs.head("Imports", add)
    if not rows:
        lead = h("p.sec.m8", "Nothing imported yet. Add a folder, a zip or files to begin.")
        return h("section.dense", title, lead)
    spare = Column("duplicates", right=True, spare=True)
    columns = [Column("Source"), *numbers("new"), spare, *numbers("unreadable", "")]
    table = tables.table(columns, [_import(row, project.noun) for row in rows], total=_all(rows))
    used = "Files of a folder are used where they lie and checked by their sha256. "
    note = h("p.mut.m12", used, "Importing the same folder again adds nothing.")
    told = [h("p.note.m12", doubt) for doubt in doubts]
    return h("section.dense", title, table, note, *told)


def problems(report: ImportRow, rows: Sequence[tuple[str, str]], noun: str) -> Element:
    """Draw the report of one import: what was left out, each with its reason, the first of many.

    Parameters
    ----------
    rows
        Those that are kept, as (path, reason).
    """
    close = h("button.lk", "Close", act="report", value="", type="button")
    title = signs.head(f"Left out of {Path(report.source).name}", close)
    notes = [h("p.note.m12", one) for one in report.notes]
    if not rows:
        read = h("p.sec.m8", "Everything could be read.")
        return h("section", title, read, *_of_labels(report, noun), *notes)
    shown = rows[:SHOWN_PROBLEMS]
    table = tables.table([Column("file"), Column("reason")], shown)
    every = len(rows) + report.unlisted
    more = _rest(report, every, len(rows)) if every > len(shown) else None
    return h("section", title, *_of_labels(report, noun), *notes, table, more)


def _of_labels(report: ImportRow, noun: str) -> list[Part]:
    """Draw what is to be said of the labels that came with an import; spellings by themselves."""
    told = []
    if report.unusable:
        told.append(f"{words.unusable(report.unusable)}.")
    if report.strangers:
        told.append(f"{words.strangers(report.strangers, noun)}.")
    return [h("div.sec", one) for one in told]


def _rest(report: ImportRow, every: int, kept: int) -> Element:
    """Draw how many more were left out, and where those are that are kept."""
    told = f"{words.number(kept)} of {words.number(every)}" if report.unlisted else "All"
    rest = every - min(kept, SHOWN_PROBLEMS)
    address = f"/api/imports/{report.id}/problems.csv"
    link = h("a.lk", f"{told} as CSV", href=address, download=True)
    return h("p.mut.m12", f"and {words.number(rest)} more. ", link)


def origin(name: str, count: OriginCount) -> Element:
    """Draw one origin of labels with its counts."""
    title, none = ORIGINS.get(name, (name, "none made"))
    parts = f"{words.number(count.audit)} of these audit"
    return h(
        "div.origin",
        h("span", h("b", title), h("span.mut", f" {name}")),
        h("span.sec", parts if count.total else none),
        h("b.r", words.number(count.total)),
    )


def export_head() -> Element:
    """Draw the head of the export, and what counts as an answer."""
    lead = "Every answer is a row: labels, and what was skipped, flagged or not sure."
    return h("section", h("h2", "Export"), h("p.sec", lead))


def preview(rows: Sequence[Mapping[str, object]]) -> Element:
    """Draw the first rows of an export."""
    title = h("h3", "Each row says how it came about")
    if not rows:
        return h("div.m24", title, h("p.sec.m8", "Rows appear here with the first label."))
    columns = [Column(name.replace("_", " ")) for name in PREVIEW]
    return h("div.m24", title, tables.table(columns, [_exported(row) for row in rows]))


def for_people() -> Element:
    """Draw what makes a CSV safe to open in a spreadsheet."""
    return h("p.mut", "cells it would take for a formula begin with an apostrophe")


def _sources(rows: Sequence[ImportRow], noun: str) -> str:
    if not rows:
        return "No files yet."
    refused = sum(row.refused for row in rows)
    left_out = f"{words.number(refused)} could not be read" if refused else "everything was read"
    failed = sum(bool(row.problem) for row in rows)
    if failed:
        of_these = f"{words.number(failed)} of them failed"
        left_out = f"{of_these}; {left_out}" if refused else of_these
    # Imports of one folder name the same paths, so that a sum would say too much.
    has_strangers = any(row.strangers for row in rows)
    lost = f"; labels.csv names {noun}s that are not here" if has_strangers else ""
    bad = "; some labels cannot be used" if any(row.unusable for row in rows) else ""
    return f"From {words.count(len(rows), 'import')}; {left_out}{bad}{lost}."


def _import(row: ImportRow, noun: str) -> list[Part]:
    who = f", by {row.person}" if row.person else ""
    when = datetime.fromtimestamp(row.started_at, UTC).astimezone()
    name: list[Part] = [
        h("b", Path(row.source).name),
        h("br"),
        h("span.mut", words.day(when) + who),
    ]
    if row.probe:
        name.append(h("div.sec", f"Probe set {row.probe}: a test, no part of the pool."))
    if row.state in ("requested", "reading"):
        name.append(_at_work(row))
    elif row.problem:
        name.append(h("div.sec", row.problem))
    name += _of_labels(row, noun)
    if row.probe:
        name += [h("div.sec", one) for one in row.notes]
    elif row.notes:
        name.append(h("div.sec", "Some classes are spelled in several ways."))
    report = h("button.lk", "Report", act="report", value=row.id, type="button")
    counts = [words.number(n) for n in (row.new, row.duplicates + row.known, row.refused)]
    return [name, *counts, report]


def _at_work(row: ImportRow) -> Element:
    left = f", {words.duration(row.seconds_left)} left" if row.seconds_left is not None else ""
    said = f"{words.number(row.done)} of {words.number(row.total)} read{left}"
    stop = h("button.lk", "Stop", act="cancel", value=row.id, type="button")
    waiting = "waiting for the worker" if row.state == "requested" else said
    return h("div", signs.share(row.done, row.total), h("div.row", h("span.mut", waiting), stop))


def _all(rows: Sequence[ImportRow]) -> list[Part] | None:
    if len(rows) < 2:
        return None
    new = sum(row.new for row in rows)
    known = sum(row.duplicates + row.known for row in rows)
    refused = sum(row.refused for row in rows)
    return ["All", *(words.number(n) for n in (new, known, refused)), ""]


def _exported(row: Mapping[str, object]) -> list[Part]:
    model = f"v{row['model']}" if row["model"] else ""
    time = str(row["time"])[:16].replace("T", " ")
    label = row["label"]
    several = json.dumps(label, ensure_ascii=False) if isinstance(label, list) else label
    shown = {**row, "label": several, "model": model, "time": time}
    return [h("span.nw", str(shown[name])) for name in PREVIEW]
