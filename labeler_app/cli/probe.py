"""``probe``: bring real items of a condition that test the model."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from labeler_app.cli import exchange, main
from labeler_app.web.views import words

if TYPE_CHECKING:
    from labeler_app.services.probes import ProbeSet


@click.command()
@click.argument("project")
@click.argument("source", type=click.Path(path_type=Path), required=False)
@click.option("--name", help="Name of the set, for example Night.")
@click.option("--list", "listed", is_flag=True, help="Say which sets there are.")
@click.option(
    "--labels-from",
    type=click.Choice(["folders", "table", "column"]),
    help="Where labels are: in class folders, in labels.csv (path,label), or in a column. "
    "Without it, what there is is taken.",
)
@click.option("--no-labels", is_flag=True, help="Take no labels that come along.")
@click.option("--copy", is_flag=True, help="Copy a folder's files into the workspace.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@main.place
def probe(
    project: str,
    source: Path | None,
    name: str | None,
    listed: bool,
    labels_from: str | None,
    no_labels: bool,
    copy: bool,
    as_json: bool,
) -> None:
    """Bring what SOURCE holds, a folder, a zip or a table, as a probe set of PROJECT.

    Its items are real ones of a condition that the pool may lack. They are labeled like any other,
    on the desk or by what came along, and only ever used as a test.
    """
    from labeler_app.services import probes, projects, setup

    if listed == (source is not None):
        raise click.UsageError("Name a folder, a zip or a table to bring, or give --list.")
    if source is not None and not name:
        raise click.UsageError("Say what the set is called: --name Night.")
    ws = main.workspace()
    number = main.project(ws, project)
    if source is None:
        found = probes.of_project(ws, number)
        for one in [json.dumps([asdict(one) for one in found])] if as_json else _lines(found):
            click.echo(one)
        return
    wish = probes.options(name or "", labels=not no_labels, labels_from=labels_from, copy=copy)
    probes.check_pool(ws, number)
    report, problems = setup.add_files(ws, number, source, wish, progress=main.progress)
    if as_json:
        click.echo(json.dumps({**asdict(report), "problems": problems}))
        return
    for line in exchange.report_lines(report, problems, projects.get(ws, number).kind):
        click.echo(line)


def _lines(found: "list[ProbeSet]") -> Iterator[str]:
    if not found:
        yield "No probe set yet. Bring one with: labeler probe PROJECT FOLDER --name NAME"
    for one in found:
        medians = ", ".join(f"{name} {value:.2f}" for name, value in one.medians.items())
        told = f"; medians: {medians}" if medians else ""
        yield (
            f"{one.name}: {words.count(one.items, 'item')}, {one.labeled:,} labeled, "
            f"{one.measured:,} measured{told}"
        )
