"""``simulate``: what would a strategy have saved?"""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from labeler_app.cli import main

_OUT = click.Path(path_type=Path, dir_okay=False)
_KEPT = "It stays as it is; name another file."
_LEGEND = """
mean, final: accuracy on the average of the curve, and at {} labels (balanced if --imbalance is).
t: of the mean, paired over the repeats; within 2 it may well be chance.
CPU ms: to choose a batch.
fewer labels: how many times fewer reach the accuracy that random labeling has at the end, with its
95 % interval.\
"""


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
    if plot is not None:
        _check_plot(plot)
    recorded = [len(before["runs"]) if before else 0]

    def record(answer: Mapping[str, Any]) -> None:
        if out is not None:
            _write(out, _text(answer))
            recorded[0] = len(answer["runs"])

    try:
        found = simulation.run(
            _source(source, options),
            _plan(options),
            embedders=_names(options["embedders"]),
            jobs=options["jobs"],
            before=before,
            record=record,
            progress=main.progress("Simulating"),
        )
    except KeyboardInterrupt:
        main.tell(_stopped(out, recorded[0]))
        raise SystemExit(main.INTERRUPTED) from None
    for line in filter(None, [found["left_out"], *found["notes"]]):
        main.tell(line)
    _show(found["summary"], options["budget"], options["seeds"])
    if out is not None:
        _write(out, _text(found))
        main.tell(f"{_count(found['runs'])} written to {out}.")
    if plot is not None:
        _write(plot, curves_page.page(found))
        main.tell(f"Curves drawn into {plot}.")


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


def _stopped(out: Path | None, runs: int) -> str:
    if out is None:
        return "\nStopped. With --json FILE the runs that are finished are kept, for --resume."
    if not runs:
        return f"\nStopped before the first run was finished; {out} is as it was."
    kept = "1 run is" if runs == 1 else f"{runs} runs are"
    return f"\nStopped. {kept} in {out}: the same command with --resume goes on."


def _show(summary: Iterable[Mapping[str, Any]], budget: int, seeds: int) -> None:
    from labeler_app.services.comparison import BASELINE, FEWEST_REPEATS

    rows = list(summary)
    several = len({(one["embedder"], one["learner"]) for one in rows}) > 1
    random = any(one["strategy"] == BASELINE for one in rows)
    shown = ""
    for one in rows:
        beside = f"{one['embedder']}, {one['learner']}"
        if beside != shown:
            click.echo(f"{beside}:" if several else "", nl=several)
            head = f"{'strategy':<18}{'mean':>7}{'final':>7}{'t random':>10}{'t margin':>10}"
            click.echo(f"{head}{'CPU ms':>9}  fewer labels")
        shown = beside
        click.echo(_line(one, "not reached" if random else "-"))
    click.echo(_LEGEND.format(budget))
    if seeds < FEWEST_REPEATS:
        few = "1 repeat is" if seeds == 1 else f"{seeds} repeats are"
        click.echo(f"{few} too few for t and intervals: take --seeds 5 or more.")


def _line(one: Mapping[str, Any], ratio: str) -> str:
    if one["ratio"] is not None:
        ratio = f"{one['ratio']:.2f}"
        if one["ratio_low"] is not None or one["ratio_high"] is not None:
            ratio += f" ({_bound(one['ratio_low'])}–{_bound(one['ratio_high'])})"
    spent = one["selection_seconds"]
    return (
        f"{one['strategy']:<18}{one['alc']:>7.3f}{one['final']:>7.3f}{_number(one['t_random']):>10}"
        f"{_number(one['t_margin']):>10}{_number(None if spent is None else 1000 * spent):>9}"
        f"  {ratio}"
    )


def _before(out: Path | None, *, resume: bool) -> Mapping[str, Any] | None:
    """Return what is in the file to go on with; None to begin anew."""
    from labeler_app.errors import FormatError, InputError

    if out is None:
        if resume:
            raise InputError("There is nothing to resume.", hint="Name the file with --json.")
        return None
    if not _holds_something(out):
        return None
    try:
        found: Mapping[str, Any] = json.loads(out.read_text(encoding="utf-8"))
        complete = {"source", "settings", "runs"} <= found.keys()
    except (OSError, ValueError, AttributeError):
        complete = False
    if not complete:
        raise FormatError(f"{out.name} was not written by a simulation.", hint=_KEPT)
    if not resume:
        raise InputError(
            f"{out.name} holds {_count(found['runs'])} of an earlier simulation.",
            hint="Go on with --resume, or name another file to begin anew.",
        )
    return found


def _check_plot(plot: Path) -> None:
    """Refuse to draw over a file that is no drawing of ours."""
    from labeler_app.errors import FormatError
    from labeler_app.services import curves_page

    if _holds_something(plot):
        with plot.open("rb") as file:
            begins = file.read(curves_page.SIGN_WITHIN)
        if curves_page.SIGN.encode() not in begins:
            raise FormatError(f"{plot.name} was not drawn by a simulation.", hint=_KEPT)


def _holds_something(path: Path) -> bool:
    return path.is_file() and path.stat().st_size > 0


def _count(runs: Sequence[Any]) -> str:
    return "1 run" if len(runs) == 1 else f"{len(runs)} runs"


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


def _bound(value: float | None) -> str:
    return "?" if value is None else f"{value:.2f}"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"
