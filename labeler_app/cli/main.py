"""``labeler``: parse, call one service, print. Heavy imports happen inside the commands."""

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from labeler_app import __version__
from labeler_app.errors import InputError, LabelerError
from labeler_app.settings import (
    DATABASE_VARIABLE,
    DEFAULT_PORT,
    IDLE_VARIABLE,
    Settings,
    default_workspace,
)

if TYPE_CHECKING:
    from labeler_app.services.workspace import Workspace

Command = TypeVar("Command", bound=Callable[..., Any])
INTERRUPTED = 130
"""The exit code after Ctrl+C, as shells have it."""

_COMMANDS: Mapping[str, str] = {
    "demo": "serve:demo",
    "run": "serve:run",
    "worker": "serve:worker",
    "new": "project:new",
    "list": "project:list_projects",
    "status": "project:status",
    "import": "exchange:import_files",
    "export": "exchange:export_labels",
    "train": "project:train",
    "coverage": "coverage:coverage",
    "probe": "probe:probe",
    "synthesize": "synthesize:synthesize",
    "lift": "lift:lift",
    "replay": "replay:replay",
    "simulate": "simulate:simulate",
    "doctor": "doctor:doctor",
}


class Labeler(click.Group):
    """Loads a command's module only when it is used, and turns errors into sentences."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of a first visit."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return one command."""
        from importlib import import_module

        address = _COMMANDS.get(cmd_name)
        if address is None:
            return None
        module, attribute = address.split(":")
        found: click.Command = getattr(import_module(f"labeler_app.cli.{module}"), attribute)
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them, so that help is instant."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, _HELP[name]) for name in _COMMANDS])

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; a problem becomes a sentence on stderr and an exit code."""
        try:
            return super().invoke(ctx)
        except LabelerError as error:
            click.echo(f"Error: {error.problem}", err=True)
            if error.hint:
                click.echo(error.hint, err=True)
            ctx.exit(error.exit_code)
        except KeyboardInterrupt:
            click.echo("\nStopped. What was finished is kept; nothing half-made is left.", err=True)
            ctx.exit(INTERRUPTED)


_HELP: Mapping[str, str] = {
    "demo": "Label 1,797 handwritten digits in the browser.",
    "run": "Start the web server and its worker.",
    "worker": "Work in the background: import, embed, train.",
    "new": "Make a project of images, texts or table rows.",
    "list": "List the projects.",
    "status": "Say how far a project is and how good its model.",
    "import": "Add files to a project.",
    "export": "Write the labels with their provenance.",
    "train": "Train now, without waiting for more labels.",
    "coverage": "Say which conditions the labels lack.",
    "probe": "Bring real items that test the model, and nothing else.",
    "synthesize": "Make variants of labeled pictures or texts that land in a gap.",
    "lift": "Say what kept variants change on real items.",
    "replay": "Choose every batch again and compare the items.",
    "simulate": "Replay a labeled source with an automatic oracle.",
    "doctor": "Describe this machine and check the workspace.",
}


def place(command: Command) -> Command:
    """Let a command take --workspace and --database, as the group does."""

    @click.option("--workspace", type=click.Path(path_type=Path), help="Folder of all data.")
    @click.option("--database", help="SQLite in the workspace, or postgresql://...")
    @click.pass_context
    @wraps(command)
    def wrapped(
        ctx: click.Context, /, workspace: Path | None, database: str | None, **rest: Any
    ) -> Any:
        chosen: dict[str, Any] = ctx.ensure_object(dict)
        if workspace is not None:
            chosen["workspace"] = workspace
        if database is not None:
            chosen["database"] = database
        return ctx.invoke(command, **rest)

    return wrapped  # type: ignore[return-value]


def settings(*, host: str = "127.0.0.1", port: int = DEFAULT_PORT) -> Settings:
    """Return where to work, from options, environment and defaults, in this order."""
    chosen: dict[str, Any] = click.get_current_context().find_object(dict) or {}
    folder = Path(chosen.get("workspace") or default_workspace()).expanduser().absolute()
    database = chosen.get("database") or os.environ.get(DATABASE_VARIABLE) or None
    where = Settings(workspace=folder, database=database, host=host, port=port)
    return replace(where, idle=_idle(os.environ.get(IDLE_VARIABLE), where.idle))


def _idle(said: str | None, usual: float) -> float:
    try:
        return float(said) if said else usual
    except ValueError as error:
        raise InputError(f"{IDLE_VARIABLE} is {said!r}; it is a number of seconds.") from error


def workspace(*, host: str = "127.0.0.1", port: int = DEFAULT_PORT) -> "Workspace":
    """Open the workspace the options name."""
    from labeler_app.services.workspace import open_workspace

    return open_workspace(settings(host=host, port=port))


def project(ws: "Workspace", named: str) -> int:
    """Return the project that a person means by its name or its number; a name comes first.

    Raises
    ------
    InputError
        If there is none.
    """
    from labeler_app.services import projects

    try:
        return projects.by_name(ws, named).id
    except InputError:
        number = next((one.id for one in projects.every(ws) if str(one.id) == named), None)
        if number is None:
            raise
        return number


def tell(text: str) -> None:
    """Print a message for people, to stderr, so that data on stdout stay clean."""
    click.echo(text, err=True)


def progress(label: str) -> Callable[[int, int], None]:
    """Return a function that shows (done, total) on one line of a terminal."""
    shown = [-1]

    def show(done: int, total: int) -> None:
        percent = 100 * done // max(total, 1)
        if percent == shown[0]:
            return
        shown[0] = percent
        if sys.stderr.isatty():
            click.echo(f"\r{label}: {done:,} of {total:,}", err=True, nl=done >= total)
        elif done >= total:
            tell(f"{label}: {done:,} of {total:,}")

    return show


@click.group(cls=Labeler, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--workspace", type=click.Path(path_type=Path), help="Folder of all data.")
@click.option("--database", help="SQLite in the workspace, or postgresql://...")
@click.version_option(__version__, prog_name="labeler")
@click.pass_context
def cli(ctx: click.Context, workspace: Path | None, database: str | None) -> None:
    """Label a few items, and know how good the rest is."""
    ctx.obj = {"workspace": workspace, "database": database}
