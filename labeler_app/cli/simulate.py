"""``simulate``: what would a strategy have saved?"""

import json
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
    from labeler_app.errors import InputError
    from labeler_app.services import simulation

    if out is not None and not out.absolute().parent.is_dir():
        raise InputError(f"The folder {out.absolute().parent} does not exist.", hint="Make it.")
    named = [one.strip() for one in strategies.split(",") if one.strip()]
    found = simulation.run(
        source, strategies=named, progress=main.progress("Simulating"), **options
    )
    if out is not None:
        out.write_text(json.dumps(found, indent=1), encoding="utf-8")
    click.echo(f"{'strategy':<18}{'area':>7}{'t random':>10}{'t margin':>10}  fewer labels")
    for one in found["summary"]:
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


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"
