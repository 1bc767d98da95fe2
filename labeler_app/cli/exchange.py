"""``import`` and ``export``."""

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from labeler_app.cli import main

if TYPE_CHECKING:
    from labeler_app.services.exchange import ImportRow

SHOWN_PROBLEMS = 20


@click.command("import")
@click.argument("project")
@click.argument("source", type=click.Path(path_type=Path))
@click.option(
    "--labels-from",
    type=click.Choice(["folders", "table"]),
    help="Take labels from class folders, or from labels.csv (path,label).",
)
@click.option("--copy", is_flag=True, help="Copy a folder's files into the workspace.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@main.place
def import_files(
    project: str, source: Path, labels_from: str | None, copy: bool, as_json: bool
) -> None:
    """Add the images of SOURCE, a folder or a zip, to PROJECT (its name or number)."""
    from labeler_app.services import setup
    from labeler_app.services.exchange import ImportOptions

    ws = main.workspace()
    options = ImportOptions(labels_from, "trust" if labels_from else "ignore", copy)
    number = main.project(ws, project)
    report, problems = setup.add_files(ws, number, source, options, progress=main.progress)
    if as_json:
        click.echo(json.dumps({**asdict(report), "problems": problems}))
        return
    for line in report_lines(report, problems):
        click.echo(line)


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
@main.place
def export_labels(
    project: str, name: str, out: Path | None, origins: tuple[str, ...], for_people: bool
) -> None:
    """Write the labels of PROJECT (its name or number) with their provenance."""
    from labeler_app.services import export

    ws = main.workspace()
    number = main.project(ws, project)
    chosen = origins or export.ORIGINS
    if out is None:
        export.export(ws, number, name, sys.stdout, origins=chosen, for_people=for_people)
        return
    count = export.to_file(ws, number, name, out, origins=chosen, for_people=for_people)
    main.tell(f"{count:,} labels written to {out}.")


def report_lines(report: "ImportRow", problems: Sequence[tuple[str, str]]) -> Iterator[str]:
    """Give the lines that say how an import went."""
    yield (
        f"{report.new:,} new, {report.duplicates:,} duplicates, {report.known:,} known already, "
        f"{report.refused:,} could not be read, {report.ignored:,} are not images, "
        f"{report.labels:,} labels imported; {report.seconds:.0f} s."
    )
    for path, reason in problems[:SHOWN_PROBLEMS]:
        yield f"  {path!r}: {reason}"
    if len(problems) > SHOWN_PROBLEMS:
        yield f"  and {len(problems) - SHOWN_PROBLEMS:,} more; all of them with --json"
