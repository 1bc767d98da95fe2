"""What would a strategy have saved? Replay labeling on items whose classes are known."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from multiprocessing import active_children, get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

import numpy as np

from labeler_app import plugins
from labeler_app.adapters import tabular
from labeler_app.adapters.embedders import Embedder
from labeler_app.errors import InputError
from labeler_app.services import (
    comparison,
    earlier_runs,
    kinds,
    labeled_rows,
    labeled_sources,
    simulated,
)
from labeler_app.services.columns import GUESS, Wish
from labeler_app.services.labeled_features import Labeled, Progress
from labeler_app.services.labeled_rows import LabeledRows
from labeler_app.services.simulated import Data, Job
from labeler_app.services.simulation_plan import Plan

Record = Callable[[Mapping[str, Any]], None]


@dataclass(frozen=True, slots=True)
class Source:
    """What is simulated on: ``digits``, a class folder, a zip of one, an ``.npz``, or a table."""

    path: str
    wish: Wish = GUESS
    """Of a table: which columns make an item, and which names its class."""
    split_column: str | None = None
    group_column: str | None = None


def run(
    source: Source,
    plan: Plan,
    *,
    embedders: Sequence[str] = (),
    jobs: int = 1,
    before: Mapping[str, Any] | None = None,
    record: Record | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Replay labeling with several strategies, and measure on items outside the pool.

    Parameters
    ----------
    source
        Items whose classes are known.
    plan
        What is simulated. ``random`` is the yardstick: it also starts at random, as a person would
        without the app.
    embedders
        Names of plug-ins; none stands for the one that a project of this kind has.
    jobs
        Processes that work at the same time.
    before
        An answer of an earlier call with the same settings: its runs are kept and not made again.
    record
        Called with the answer so far after every run, the summary still missing.
    progress
        Called with (done, all), first for the items read, then for the projects played.

    Returns
    -------
    dict
        Ready for JSON: ``source``, ``settings``, ``left_out`` (rows that could not be used, in
        words), ``notes`` (what was guessed of the source, what it is measured on where that is
        not plain, what the embedders guessed or doubt), ``runs`` (one per strategy, embedder,
        learner and seed) and ``summary``.

    Raises
    ------
    InputError
        If the source or a number cannot be used, or ``before`` was made with other settings.
    """
    if jobs < 1:
        raise InputError(f"{jobs} processes cannot simulate anything.", hint="Take 1 or more.")
    tell = progress or _silent
    reader = _Reader(source)
    names = list(dict.fromkeys(embedders)) or [reader.usual]
    loaded = [cast("Embedder", plugins.load("embedders", name)) for name in names]
    answer: dict[str, Any] = {
        "source": source.path,
        "settings": earlier_runs.settings(plan, _columns(source)),
        "left_out": reader.left_out,
        "notes": reader.notes,
        "runs": [],
        "summary": [],
    }
    earlier_runs.take_over(answer, before)
    done = {simulated.key_of(one) for one in answer["runs"]}
    for name, embedder in zip(names, loaded, strict=True):
        every = _jobs(name, embedder.revision, plan)
        wanted = [job for job in every if job.key not in done]
        if not wanted:
            continue
        data = reader.data(embedder, tell)
        answer["notes"] += [one for one in _check(data, plan) if one not in answer["notes"]]
        earlier_runs.check_same(answer, data)
        for finished, result in enumerate(_play(data, plan, wanted, jobs), 1):
            answer["runs"].append(result)
            tell(len(every) - len(wanted) + finished, len(every))
            if record is not None:
                record(answer)
    answer["runs"].sort(key=_order(names, plan))
    answer["summary"] = comparison.summary(answer["runs"], plan.measure)
    return answer


class _Reader:
    """Reads a source, a table's rows only once."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._rows: LabeledRows | None = None
        self.notes: list[str] = []
        wish = source.wish
        given = (source.split_column, source.group_column, wish.text_column, wish.label_column)
        if tabular.is_table_name(source.path):
            self._rows = labeled_rows.read(
                Path(source.path),
                source.wish,
                split_column=source.split_column,
                group_column=source.group_column,
            )
            if self._rows.guessed:
                self.notes.append(f"Taken as obvious: {'; '.join(self._rows.guessed)}.")
        elif any(given) or wish.leave_out:
            raise InputError(
                f"{source.path} has no columns.", hint="Only a .csv or .jsonl file has, or a .gz."
            )

    @property
    def left_out(self) -> str:
        """Which rows could not be used, in words."""
        return self._rows.left_out if self._rows else ""

    @property
    def usual(self) -> str:
        """The embedder that a project of this kind has."""
        return kinds.of(self._kind).config().embedder

    def data(self, embedder: Embedder, tell: Progress) -> Data:
        """Return the items embedded."""
        if self._rows is not None:
            found = labeled_rows.embed(self._rows, embedder, tell)
            self._note(found)
            return Data(found.x, found.y, self._rows.groups, self._rows.side)
        read = labeled_sources.read(self._source.path, embedder, tell, self._kind)
        self._note(read)
        return Data(read.x, read.y)

    def _note(self, found: Labeled) -> None:
        self.notes += [note for note in found.notes if note not in self.notes]

    @property
    def _kind(self) -> str:
        if self._rows is not None:
            return self._rows.kind
        return labeled_sources.kind_of(self._source.path, self._source.wish)


def _jobs(embedder: str, revision: str, plan: Plan) -> list[Job]:
    """Return all runs on one kind of features; those of a seed are together."""
    return [
        Job(embedder, revision, learner, strategy, seed)
        for seed in range(plan.seeds)
        for learner in dict.fromkeys(plan.learners)
        for strategy in dict.fromkeys(plan.strategies)
    ]


def _columns(source: Source) -> dict[str, Any]:
    wish = {**asdict(source.wish), "leave_out": list(source.wish.leave_out)}
    return wish | {"split_column": source.split_column, "group_column": source.group_column}


def _check(data: Data, plan: Plan) -> list[str]:
    """Return what is to be known of the data before figures are believed."""
    classes = np.unique(data.y).size
    if classes < 2:
        raise InputError(
            f"A simulation needs items of 2 classes, the source has {classes}.",
            hint="Put the items of each class into a folder of its own.",
        )
    if not np.isfinite(data.x).all():
        raise InputError(
            "Some embeddings hold values that are not numbers.", hint="Take another embedder."
        )
    measured = {simulated.sides(data, plan, seed)[1].size for seed in range(plan.seeds)}
    notes = []
    if 2 * classes > len(data.y):
        notes.append(
            f"{classes:,} classes in {len(data.y):,} items: most have too few to be learned. Is"
            " that the column of the classes?"
        )
    if plan.imbalance > 1.0:
        notes.append(
            f"Measured on {min(measured):,} items, as many of each class, by balanced accuracy;"
            f" half of the classes are rare among those to label."
        )
    return notes


def _play(data: Data, plan: Plan, jobs: Sequence[Job], at_once: int) -> Iterator[dict[str, Any]]:
    """Yield each run when it is finished; several processes finish in any order."""
    if at_once == 1 or len(jobs) < 2:
        yield from (simulated.run(data, plan, job) for job in jobs)
        return
    with TemporaryDirectory(prefix="labeler-simulate-") as folder:
        simulated.save(data, Path(folder))
        # Forked from a process with threads, a child may wait for ever for a lock.
        pool = ProcessPoolExecutor(min(at_once, len(jobs)), mp_context=get_context("spawn"))
        try:
            started = [pool.submit(simulated.run_saved, folder, plan, job) for job in jobs]
            yield from (one.result() for one in as_completed(started))
        except BaseException:
            # Waiting for them would take as long as the projects that they have begun.
            for process in active_children():
                process.terminate()
            raise
        finally:
            pool.shutdown(cancel_futures=True)


def _order(embedders: Sequence[str], plan: Plan) -> Callable[[Mapping[str, Any]], tuple[int, ...]]:
    """Return what sorts runs as they were asked for; those of earlier calls come behind."""

    def place(names: Sequence[str], name: str) -> int:
        return list(names).index(name) if name in names else len(names)

    def order(one: Mapping[str, Any]) -> tuple[int, ...]:
        return (
            place(embedders, one["embedder"]),
            place(plan.learners, one["learner"]),
            place(plan.strategies, one["strategy"]),
            one["seed"],
        )

    return order


def _silent(done: int, total: int) -> None:
    """Tell nobody."""
