"""``simulate``: what would a strategy have saved?"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import click

from labeler_app.cli import main


@click.command()
@click.argument("source")
@click.option("--strategies", default="random,margin,auto", show_default=True)
@click.option("--embedder", default="pixels", show_default=True)
@click.option("--learner", default="logistic", show_default=True)
@click.option("--cold-start", default="representatives", show_default=True)
@click.option("--start", type=int, default=20, show_default=True, help="Labels of the cold start.")
@click.option("--batch", type=int, default=10, show_default=True)
@click.option("--budget", type=int, default=200, show_default=True)
@click.option("--seeds", type=int, default=5, show_default=True, help="How many repeats.")
@click.option("--test-share", type=float, default=0.25, show_default=True)
@click.option(
    "--json",
    "out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write all runs to this file.",
)
@main.place
def simulate(source: str, strategies: str, out: Path | None, **options: Any) -> None:
    """Replay a labeled SOURCE with an automatic oracle.

    SOURCE is `digits`, a folder of class folders, a zip of it (with or without labels.csv), or an
    .npz with x and y. Figures are measured on items outside the pool.
    """
    from labeler_app.services import simulation

    if out is not None:
        _check_writable(out)
    named = [one.strip() for one in strategies.split(",") if one.strip()]
    found = simulation.run(
        source, strategies=named, progress=main.progress("Simulating"), **options
    )
    _show(found["summary"])
    if out is not None:
        _write(out, json.dumps(found, indent=1))


def _show(summary: Iterable[Mapping[str, Any]]) -> None:
    click.echo(f"{'strategy':<18}{'area':>7}{'t random':>10}{'t margin':>10}  fewer labels")
    for one in summary:
        ratio = one["ratio"]
        shown = (
            "-"
            if ratio is None
            else (f"{ratio:.2f} ({_number(one['ratio_low'])}–{_number(one['ratio_high'])})")
        )
        click.echo(
            f"{one['strategy']:<18}{one['alc']:>7.3f}{_number(one['t_random']):>10}"
            f"{_number(one['t_margin']):>10}  {shown}"
        )


def _check_writable(out: Path) -> None:
    """Refuse a file that cannot be written before the run, which may take minutes."""
    there = out.exists()
    _write(out, "", mode="a")
    if not there:
        out.unlink(missing_ok=True)


def _write(out: Path, text: str, *, mode: str = "w") -> None:
    from labeler_app.errors import InputError

    try:
        with out.open(mode, encoding="utf-8") as opened:
            opened.write(text)
    except OSError as error:
        raise InputError(
            f"{out} cannot be written: {error.strerror}.", hint="Name another file."
        ) from error


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"
