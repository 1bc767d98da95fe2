"""``simulate``: what would a strategy have saved?"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import click

from labeler_app.cli import main

_OUT = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.argument("source")
@click.option("--strategies", default="random,margin,auto", show_default=True)
@click.option("--embedder", "embedders", default="", help="One or more; by kind if not given.")
@click.option("--learner", "learners", default="logistic", show_default=True, help="One or more.")
@click.option("--class-weight", default="none", show_default=True, help="none or balanced.")
@click.option("--cold-start", default="representatives", show_default=True)
@click.option("--start", type=int, default=20, show_default=True, help="Labels of the cold start.")
@click.option("--batch", type=int, default=10, show_default=True)
@click.option("--budget", type=int, default=200, show_default=True)
@click.option("--seeds", type=int, default=5, show_default=True, help="How many repeats.")
@click.option("--test-share", type=float, default=0.25, show_default=True)
@click.option(
    "--imbalance",
    type=float,
    default=1.0,
    help="20 leaves one in twenty items of half of the classes; the test is balanced then.",
)
@click.option("--kind", type=click.Choice(["image", "text", "table"]), help="Guessed otherwise.")
@click.option("--text-column", help="Which column holds the texts.")
@click.option("--label-column", help="Which column names the classes.")
@click.option("--leave-out", help="Columns that are no part of a row, with commas between.")
@click.option("--split-column", help="Rows that say test in it are measured on.")
@click.option("--group-column", help="Rows of a group stay on one side of the split.")
@click.option("--jobs", type=int, default=1, show_default=True, help="Processes at once.")
@click.option("--json", "out", type=_OUT, help="Write all runs to this file, after every run.")
@click.option("--resume", is_flag=True, help="Keep the runs that are in the --json file.")
@click.option("--plot", type=_OUT, help="Draw the curves into this .html file.")
@main.place
def simulate(
    source: str, out: Path | None, plot: Path | None, resume: bool, **options: Any
) -> None:
    """Replay a labeled SOURCE with an automatic oracle.

    SOURCE is `digits`, a folder of class folders of images or texts, a zip of it (with or without
    labels.csv), an .npz with x and y, or a table: .csv, .tsv or .jsonl, packed as .gz or not.
    Figures are measured on items outside the pool. Several strategies, embedders and learners are
    given with commas between.
    """
    from labeler_app.services import curves_page, simulation

    before = _before(out, resume=resume)
    for path in filter(None, (out, plot)):
        _check_writable(path)
    found = simulation.run(
        _source(source, options),
        _plan(options),
        embedders=_names(options["embedders"]),
        jobs=options["jobs"],
        before=before,
        record=None if out is None else lambda answer: _write(out, _text(answer)),
        progress=main.progress("Simulating"),
    )
    for line in filter(None, [found["left_out"], *found["notes"]]):
        main.tell(line)
    _show(found["summary"])
    if out is not None:
        _write(out, _text(found))
    if plot is not None:
        _write(plot, curves_page.page(found))


def _source(path: str, options: Mapping[str, Any]) -> Any:
    from labeler_app.services.columns import Wish
    from labeler_app.services.simulation import Source

    wish = Wish(
        kind=options["kind"],
        text_column=options["text_column"],
        label_column=options["label_column"],
        leave_out=tuple(_names(options["leave_out"] or "")),
    )
    return Source(path, wish, options["split_column"], options["group_column"])


def _plan(options: Mapping[str, Any]) -> Any:
    from labeler_app.services.simulation_plan import Plan

    same = (
        *("cold_start", "start", "batch", "budget", "seeds", "test_share", "imbalance"),
        "class_weight",
    )
    return Plan(
        strategies=_names(options["strategies"]),
        learners=_names(options["learners"]),
        **{name: options[name] for name in same},
    )


def _names(text: str) -> list[str]:
    return [one.strip() for one in text.split(",") if one.strip()]


def _show(summary: Iterable[Mapping[str, Any]]) -> None:
    rows = list(summary)
    several = len({(one["embedder"], one["learner"]) for one in rows}) > 1
    shown = ""
    for one in rows:
        beside = f"{one['embedder']}, {one['learner']}"
        if beside != shown:
            click.echo(f"{beside}:" if several else "", nl=several)
            head = f"{'strategy':<18}{'area':>7}{'t random':>10}{'t margin':>10}"
            click.echo(f"{head}{'CPU ms':>9}  fewer labels")
        shown = beside
        click.echo(_line(one))


def _line(one: Mapping[str, Any]) -> str:
    ratio = "-"
    if one["ratio"] is not None:
        low, high = _number(one["ratio_low"]), _number(one["ratio_high"])
        ratio = f"{one['ratio']:.2f} ({low}–{high})"
    spent = one["selection_seconds"]
    return (
        f"{one['strategy']:<18}{one['alc']:>7.3f}{_number(one['t_random']):>10}"
        f"{_number(one['t_margin']):>10}{_number(None if spent is None else 1000 * spent):>9}"
        f"  {ratio}"
    )


def _before(out: Path | None, *, resume: bool) -> Mapping[str, Any] | None:
    """Return what is in the file to go on with; None to begin anew."""
    from labeler_app.errors import FormatError, InputError

    if not resume:
        return None
    if out is None:
        raise InputError("There is nothing to resume.", hint="Name the file with --json.")
    if not out.exists() or not out.stat().st_size:
        return None
    try:
        found: Mapping[str, Any] = json.loads(out.read_text(encoding="utf-8"))
        complete = {"source", "settings", "runs"} <= found.keys()
    except (OSError, ValueError, AttributeError):
        complete = False
    if not complete:
        raise FormatError(
            f"{out.name} was not written by a simulation.", hint="Name another file with --json."
        )
    return found


def _text(answer: Mapping[str, Any]) -> str:
    return json.dumps(answer, indent=1, allow_nan=False)


def _check_writable(out: Path) -> None:
    """Refuse a file that cannot be written before the run, which may take minutes."""
    there = out.exists()
    try:
        with out.open("a", encoding="utf-8"):
            pass
    except OSError as error:
        raise _not_written(out, error) from error
    if not there:
        out.unlink(missing_ok=True)


def _write(out: Path, text: str) -> None:
    """Write a file whole or not at all, so that a run cut short leaves what it had finished."""
    made = out.with_name(f".{out.name}.part")
    try:
        if out.exists() and not out.is_file():  # /dev/stdout must not become a file.
            out.write_text(text, encoding="utf-8")
            return
        made.write_text(text, encoding="utf-8")
        made.replace(out)
    except OSError as error:
        raise _not_written(out, error) from error


def _not_written(out: Path, error: OSError) -> Exception:
    from labeler_app.errors import InputError

    return InputError(f"{out} cannot be written: {error.strerror}.", hint="Name another file.")


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"
