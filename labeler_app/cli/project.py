"""``new``, ``list``, ``status``, ``train``: projects from the shell."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from labeler_app.cli import importing, main
from labeler_app.cli.exchange import report_lines
from labeler_app.web.views import words

if TYPE_CHECKING:
    from labeler_app.services import quality
    from labeler_app.services.projects import Project
    from labeler_app.services.workspace import Workspace


@click.command()
@click.argument("name")
@click.option(
    "--from",
    "source",
    type=click.Path(path_type=Path),
    required=True,
    help="Folder or zip of images or .txt files; or a table: .csv, .tsv, .jsonl, also with .gz.",
)
@click.option(
    "--kind",
    type=click.Choice(["image", "text", "table"]),
    help="What an item is: an image, a text, or a row of a table. Guessed where it is obvious.",
)
@click.option(
    "--embedder", help="What turns items into features, e.g. onnx:FILE; usual if not given."
)
@importing.labels_from
@importing.columns
@click.option("--classes", default="", help="Names of the classes: a,b,c.")
@click.option("--multi-label", is_flag=True, help="An item may have several classes, or none.")
@click.option("--copy", is_flag=True, help="Copy a folder's files into the workspace.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@main.place
def new(
    name: str,
    source: Path,
    kind: str | None,
    embedder: str | None,
    classes: str,
    multi_label: bool,
    copy: bool,
    as_json: bool,
    **told: Any,
) -> None:
    """Make project NAME from a folder or zip of images or texts, or from a table."""
    from labeler_app.services import setup

    options = importing.options(copy=copy, **told)
    named = tuple(one for one in (part.strip() for part in classes.split(",")) if one)
    ws = main.workspace()
    made = setup.new_project(
        ws,
        name,
        source,
        options,
        classes=named,
        kind=kind,
        embedder=embedder,
        multi_label=multi_label,
        progress=main.progress,
    )
    if as_json:
        told = {"project": made.project.name, "id": made.project.id, **asdict(made.report)}
        click.echo(json.dumps({**told, "problems": made.problems}))
    else:
        lines = report_lines(made.report, made.problems, made.project.kind)
        held = words.count(made.project.items, "item")
        ready = f"Project {made.project.name!r} is ready: {held}."
        click.echo("\n".join([*lines, f"{ready} Start with: labeler run"]))
    _warn(ws, made.project)


@click.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON array.")
@main.place
def list_projects(as_json: bool) -> None:
    """List the projects."""
    from labeler_app.services import home

    cards = home.cards(main.workspace())
    if as_json:
        click.echo(json.dumps([asdict(one) for one in cards]))
        return
    if not cards:
        click.echo("No projects yet. Make one with: labeler new NAME --from FOLDER")
    for one in cards:
        came = f"{one.imported:,} came with the data, " if one.imported else ""
        click.echo(
            f"{one.id}. {one.name}: {words.count(one.items, 'item')}, "
            f"{words.count(one.classes, 'class', 'classes')}, "
            f"labels: {one.labels:,} of {one.of_goal}, {came}"
            f"{one.queue.text}"
        )


@click.command()
@click.argument("project")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@main.place
def status(project: str, as_json: bool) -> None:
    """Say how far PROJECT (its name or number) is and how good its model."""
    from labeler_app.services import doubts, quality

    ws = main.workspace()
    found = quality.monitor(ws, main.project(ws, project))
    notes = doubts.of_features(ws, found.project.id)
    if as_json:
        click.echo(json.dumps({**asdict(found), "notes": notes}))
        return
    click.echo(f"{found.project.name}: {words.count(found.project.items, 'item')}")
    click.echo(f"Labels given here: {found.labels:,}; {found.training_labels:,} train the model")
    click.echo(f"Accuracy: {_accuracy(found)}")
    click.echo(
        f"Audit sample: {found.audit.answered:,} of {found.audit.reserved:,} answered: "
        f"{found.audit.split}"
    )
    click.echo(f"Queue: {found.queue.text}")
    click.echo(f"Worker: {_worker(found)}")
    for line in filter(None, [found.missing, *notes]):
        click.echo(line)


@click.command()
@click.argument("project")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@main.place
def train(project: str, as_json: bool) -> None:
    """Train PROJECT (its name or number) now, without waiting for more labels."""
    from labeler_app.services import quality, worker

    ws = main.workspace()
    number = main.project(ws, project)
    version = worker.train_now(ws, number)
    result = quality.monitor(ws, number)
    if as_json:
        click.echo(
            json.dumps(
                {
                    "version": version,
                    "training_labels": result.training_labels,
                    "accuracy": asdict(result.accuracy) if result.accuracy else None,
                }
            )
        )
        return
    click.echo(
        f"Model v{version} learned from {result.training_labels} labels. "
        f"Accuracy: {_accuracy(result)}."
    )


def _warn(ws: "Workspace", project: "Project") -> None:
    from labeler_app.services import quality

    importing.tell_doubts(ws, project.id)
    sample = quality.audit_state(ws, project.id)
    if not sample.is_enough:
        main.tell(
            f"{quality.TOO_FEW.capitalize()}: {sample.reserved} of {sample.drawn_from:,} are set "
            f"apart for the audit, and a figure needs {sample.needed} that report."
        )


def _accuracy(found: "quality.Monitor") -> str:
    from labeler_app.services.advice import figure

    if found.accuracy is None and found.audit.report >= found.audit.needed:
        return "not yet known: there is no model yet"
    if found.accuracy is None:
        return f"not yet known: {found.audit.report} of {found.audit.needed} audit items"
    return f"{figure(found.accuracy)} on {found.accuracy.total} audit items"


def _worker(found: "quality.Monitor") -> str:
    worker = found.worker
    doing = (worker.phase or "waiting") if worker.alive else "not running"
    return f"{doing}; last error: {worker.error}" if worker.error else doing
