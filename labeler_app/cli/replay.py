"""``replay``: choose every batch again, and compare."""

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from labeler_app.cli import main

if TYPE_CHECKING:
    from labeler_app.services.replay import Replayed


@click.command()
@click.argument("project")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@main.place
def replay(project: str, as_json: bool) -> None:
    """Choose every batch of PROJECT (its name or number) again, and tell if the same items come.

    Ends with exit code 1 if one does not, or cannot be chosen again.
    """
    from labeler_app.services import replay as replays

    ws = main.workspace()
    report = replays.replay(ws, main.project(ws, project), main.progress("Replaying"))
    if as_json:
        told = [asdict(one) for one in report.selections]
        whole = {"identical": report.identical, "sentence": report.sentence, "selections": told}
        click.echo(json.dumps(whole))
    else:
        for one in report.selections:
            click.echo(_line(one))
        click.echo(report.sentence)
    if report.identical < len(report.selections):
        click.get_current_context().exit(1)


def _line(one: "Replayed") -> str:
    model = "no model" if one.version is None else f"model v{one.version}"
    told = f"{one.selection:>6}  {model:<12}{one.strategy:<18}{one.batch:>4} items  {one.outcome}"
    return f"{told}: {one.sentence}" if one.sentence else told
