"""Options that say where labels are, and what the columns of a table mean."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from labeler_app.cli import main

if TYPE_CHECKING:
    from labeler_app.services.exchange import ImportOptions
    from labeler_app.services.workspace import Workspace

Command = TypeVar("Command", bound=Callable[..., Any])


def labels_from(command: Command) -> Command:
    """Let a command take --labels-from."""
    return click.option(
        "--labels-from",
        type=click.Choice(["folders", "table", "column"]),
        help="Take labels from class folders, from labels.csv (path,label), or from a column.",
    )(command)


def columns(command: Command) -> Command:
    """Let a command take what the columns of a table mean."""
    for option in (
        click.option(
            "--leave-out",
            "leave_out",
            multiple=True,
            help="Of a table: a column that is no part of a row; may be given several times.",
        ),
        click.option("--label-column", help="Of a table: take the labels that this column holds."),
        click.option("--text-column", help="Of a table: the column that holds the texts."),
    ):
        command = option(command)
    return command


def tell_doubts(ws: "Workspace", project: int) -> None:
    """Say on stderr what is to be said of a project's features."""
    from labeler_app.services import doubts

    for note in doubts.of_features(ws, project):
        main.tell(note)


def options(
    *,
    labels_from: str | None,
    copy: bool,
    text_column: str | None,
    label_column: str | None,
    leave_out: tuple[str, ...],
) -> "ImportOptions":
    """Return what was said; who names the column of the labels wants them."""
    from labeler_app.services.exchange import ImportOptions

    wanted = labels_from or ("column" if label_column else None)
    return ImportOptions(
        wanted, "trust" if wanted else "ignore", copy, text_column, label_column, tuple(leave_out)
    )
