"""``import`` and ``export``."""

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from labeler_app.cli import importing, main
from labeler_app.errors import InputError
from labeler_app.web.views import words

if TYPE_CHECKING:
    from labeler_app.services.exchange import ImportRow
    from labeler_app.services.predictions import Imported

SHOWN_PROBLEMS = 20
# What lies in a table is a row, or cannot be read.
_OTHERS = {
    "image": ("is not an image", "are not images"),
    "text": ("is not a text", "are not texts"),
}


@click.command("import")
@click.argument("project")
@click.argument("source", type=click.Path(path_type=Path), required=False)
@click.option(
    "--predictions",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Let a pretrained model choose the first items: a .csv or .npy with the column path and "
    "one column per class with its probability.",
)
@importing.labels_from
@importing.columns
@click.option("--copy", is_flag=True, help="Copy a folder's files into the workspace.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@main.place
def import_files(
    project: str,
    source: Path | None,
    predictions: Path | None,
    copy: bool,
    as_json: bool,
    **asked: Any,
) -> None:
    """Add what SOURCE holds, a folder, a zip or a table, to PROJECT (its name or number).

    With --predictions SOURCE may be left out.
    """
    if source is None and predictions is None:
        raise InputError(
            "There is nothing to import.",
            hint="Name a folder, a zip or a table, or give --predictions.",
        )
    ws = main.workspace()
    number = main.project(ws, project)
    told: dict[str, object] = {}
    lines: list[str] = []
    if source is not None:
        from labeler_app.services import projects, setup

        options = importing.options(copy=copy, **asked)
        report, problems = setup.add_files(ws, number, source, options, progress=main.progress)
        told |= {**asdict(report), "problems": problems}
        lines += report_lines(report, problems, projects.get(ws, number).kind)
        importing.tell_doubts(ws, number)
    if predictions is not None:
        from labeler_app.services import predictions as service

        found = service.import_file(ws, number, predictions)
        told["predictions"] = asdict(found)
        lines += prediction_lines(found)
    for one in [json.dumps(told)] if as_json else lines:
        click.echo(one)


@click.command("export")
@click.argument("project")
@click.option("--format", "name", default="csv", show_default=True, help="csv or jsonl.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File to write; stdout without it.",
)
@click.option(
    "--origin",
    "origins",
    multiple=True,
    help="Only labels of this origin; may be given several times.",
)
@click.option("--for-people", is_flag=True, help="Make a CSV safe to open in a spreadsheet.")
@click.option(
    "--as-of",
    help="Labels and classes as they were: a time (2026-11-20T14:30, UTC), the number of a change "
    "of classes, or what an export says under as_of.",
)
@main.place
def export_labels(
    project: str,
    name: str,
    out: Path | None,
    origins: tuple[str, ...],
    for_people: bool,
    as_of: str | None,
) -> None:
    """Write the labels of PROJECT (its name or number) with their provenance."""
    from labeler_app.services import export

    ws = main.workspace()
    number = main.project(ws, project)
    chosen = origins or export.ORIGINS
    told: dict[str, Any] = {"origins": chosen, "for_people": for_people, "as_of": as_of}
    if out is None:
        export.export(ws, number, name, sys.stdout, **told)
        return
    count = export.to_file(ws, number, name, out, **told)
    made = export.variants(ws, number) if as_of is None and export.MADE in chosen else 0
    more = f", {words.number(made)} of them of variants" if made else ""
    main.tell(f"{words.count(count, 'label')} written to {out}{more}.")


def report_lines(
    report: "ImportRow", problems: Sequence[tuple[str, str]], kind: str = "image"
) -> Iterator[str]:
    """Give the lines that say how an import went: what is new, and whatever else there is."""
    from labeler_app.services import kinds

    if report.taken:
        yield f"As nobody said otherwise: {'; '.join(report.taken)}."
    counted = [
        (report.duplicates, "duplicate", "duplicates"),
        (report.known, "known already", "known already"),
        (report.refused, "could not be read", "could not be read"),
        *([(report.ignored, *_OTHERS[kind])] if kind in _OTHERS else []),
        (report.labels, "label imported", "labels imported"),
    ]
    told = [f"{report.new:,} new", *(words.count(*one) for one in counted if one[0])]
    if report.unusable:
        told.append(words.unusable(report.unusable))
    if report.strangers:
        told.append(words.strangers(report.strangers, kinds.of(kind).noun))
    yield f"{', '.join(told)}; {report.seconds:.0f} s."
    yield from report.notes
    for path, reason in problems[:SHOWN_PROBLEMS]:
        yield f"  {path!r}: {reason}"
    every = len(problems) + report.unlisted
    if every > SHOWN_PROBLEMS:
        kept = f"{len(problems):,} of all {every:,}" if report.unlisted else "all of them"
        yield f"  and {every - SHOWN_PROBLEMS:,} more; {kept} with --json"


def prediction_lines(found: "Imported") -> Iterator[str]:
    """Give the lines that say how an import of predictions went."""
    yield (
        f"{words.count(found.matched, 'item has', 'items have')} a prediction now, "
        f"{words.count(found.without, 'has', 'have')} none; "
        f"{words.count(len(found.unknown), 'row is', 'rows are')} of no item."
    )
    for path in found.unknown[:SHOWN_PROBLEMS]:
        yield f"  {path!r}: no item of the project has this path"
    if len(found.unknown) > SHOWN_PROBLEMS:
        yield f"  and {len(found.unknown) - SHOWN_PROBLEMS:,} more; all of them with --json"
