"""What the desk shows around the item: progress, pace, the last five, the end of the queue."""

from dataclasses import dataclass

from labeler_app.services import advice, budget, keys, mix, projects, quality, queues, telling
from labeler_app.services.projects import LabelClass, Project
from labeler_app.services.workspace import Workspace
from labeler_app.store import ask_again, class_changes, class_sets, events, items, past_answers
from labeler_app.store import projects as project_rows
from labeler_app.store.class_sets import Sets

LAST = 50
MORE_LABELS = 60


@dataclass(frozen=True, slots=True)
class Progress:
    """How many labels there are, of how many the project pays for."""

    labeled: int
    goal: int


@dataclass(frozen=True, slots=True)
class Given:
    """One of several labels that were given together."""

    event_id: str
    item: int
    class_id: int | None
    suggestion: bool
    """Whether the annotator has ever seen a suggestion for the item."""


@dataclass(frozen=True, slots=True)
class Stand:
    """An answer that would stand again if the one above it were taken back."""

    seq: int
    event_id: str
    kind: str
    class_id: int | None
    class_ids: list[int] | None


@dataclass(frozen=True, slots=True)
class Past:
    """One of the annotator's last answers."""

    seq: int
    event_id: str
    item: int
    sha256: str
    kind: str
    class_id: int | None
    class_ids: list[int] | None
    """Of a label where items may have several classes; there it has no `class_id`."""
    seconds: float | None
    suggestion: bool
    """Whether the annotator has ever seen a suggestion for the item."""
    why: str
    together: tuple[Given, ...]
    """All that were given with it, itself among them; empty for an answer by itself."""
    under: tuple[Stand, ...]
    """What it corrects, the oldest first."""


@dataclass(frozen=True, slots=True)
class End:
    """The screen at the end of the queue."""

    title: str
    lead: str
    point: float | None
    low: float | None
    high: float | None
    target: float
    rows: tuple[tuple[str, str, str], ...]
    more: int
    """Labels the button offers to add; 0 when every item is answered."""


@dataclass(frozen=True, slots=True)
class Desk:
    """All the desk needs when it opens."""

    project: Project
    classes: tuple[LabelClass, ...]
    """With the keys they have for this annotator."""
    class_version: int
    """Number of the newest change of classes, not newer than what is told of them."""
    keys: dict[str, str]
    """By command or class: the key the annotator has chosen instead of the usual one."""
    progress: Progress
    queue: queues.QueueState
    mix: str
    last: tuple[Past, ...]
    columns: tuple[str, ...]
    """Of rows: those that matter most, in that order; the others follow as in the file."""
    end: End | None


@dataclass(frozen=True, slots=True)
class News:
    """What may change with every answer, as it was at one moment."""

    progress: Progress
    counts: dict[int, int]
    """Labels by class id, for every class."""
    class_version: int
    """Number of the newest change of classes."""
    queue: queues.QueueState


@dataclass(frozen=True, slots=True)
class _Said:
    """What a label names: a class, or where items may have several, those it means today."""

    sets: Sets

    def one(self, row: int | None) -> int | None:
        return None if self.sets else row

    def all(self, row: int | None) -> list[int] | None:
        return sorted(self.sets[row]) if row is not None and self.sets else None


def open_desk(ws: Workspace, project: int, annotator: int) -> Desk:
    """Return all the desk of one annotator needs when it opens."""
    known = projects.get(ws, project)
    with ws.store.read() as tx:
        version = class_changes.newest(tx, project)
        rows = past_answers.history(tx, project, annotator, LAST)
        shown = items.many(tx, [row.item for row in rows])
        together = {
            row.bulk: tuple(
                Given(one.event_id, one.item, one.class_id, one.suggestion)
                for one in past_answers.together(tx, row.bulk, annotator)
            )
            for row in rows
            if row.bulk is not None
        }
        older = past_answers.beneath(tx, rows, annotator)
        several = known.config.multi_label
        said = _Said(class_sets.today(tx, project) if several else {})
    last = tuple(
        Past(
            seq=row.seq,
            event_id=row.event_id,
            item=row.item,
            sha256=shown[row.item].sha256,
            kind=row.kind,
            class_id=said.one(row.class_id),
            class_ids=said.all(row.class_id),
            seconds=row.milliseconds / 1000 if row.milliseconds is not None else None,
            suggestion=row.suggestion,
            why=row.why,
            together=together.get(row.bulk, ()),
            under=tuple(
                Stand(
                    one.seq,
                    one.event_id,
                    one.kind,
                    said.one(one.class_id),
                    said.all(one.class_id),
                )
                for one in older.get(row.item, ())
            ),
        )
        for row in reversed(rows)
    )
    mine = keys.of(ws, annotator, project)
    return Desk(
        project=known,
        classes=mine.classes,
        class_version=version,
        keys=mine.changed,
        progress=progress(ws, project),
        queue=queues.queue_state(ws, project),
        mix=mix.sentence(ws, project),
        last=last,
        columns=telling.first(ws, project),
        end=end(ws, project),
    )


def news(ws: Workspace, project: int) -> News:
    """Return what is told with every reply, read in one snapshot.

    Raises
    ------
    InputError
        If there is no such project.
    """
    with ws.store.read() as tx:
        facts = queues.read_facts(tx, project, ws.clock())
        given = class_sets.totals(tx, project)
        known = [row.id for row in project_rows.classes(tx, project)]
        version = class_changes.newest(tx, project)
    return News(
        progress=_progress(facts.answered, facts.config.budget, facts.items),
        counts={one: given.get(one, 0) for one in known},
        class_version=version,
        queue=queues.state_of(ws, project, facts),
    )


def progress(ws: Workspace, project: int) -> Progress:
    """Return how many labels there are, of how many the project pays for."""
    known = projects.get(ws, project)
    with ws.store.read() as tx:
        labeled = events.answered(tx, project)
    return _progress(labeled, known.config.budget, known.items)


def end(ws: Workspace, project: int) -> End | None:
    """Return the screen of the end, or None while there is something to label."""
    known = projects.get(ws, project)
    now = progress(ws, project)
    if known.items == 0 or now.labeled < now.goal:
        return None
    with ws.store.read() as tx:
        if ask_again.is_waiting(tx, project):
            return None
    monitor = quality.monitor(ws, project)
    return _end(
        monitor,
        title=f"All {now.labeled:,} are labeled.",
        lead=_lead(monitor, known.config.target),
        more=min(MORE_LABELS, known.items - now.labeled),
    )


def nothing_left(ws: Workspace, project: int) -> End | None:
    """Return the screen of who is offered nothing although the budget is not spent."""
    now, known = progress(ws, project), projects.get(ws, project)
    if known.items == 0:
        return None
    monitor = quality.monitor(ws, project)
    if budget.left(ws, known).ended:
        return _end(
            monitor,
            title="Everything is answered.",
            lead=f"{_answered(ws, known, now.labeled)} {_lead(monitor, known.config.target)}",
            more=0,
        )
    return _end(
        monitor,
        title="Nothing is left for you right now.",
        lead=f"{now.labeled:,} of {now.goal:,} are labeled. "
        "The rest has a label that came with it, was skipped, or lies on another open page, "
        "somebody's or yours.",
        more=0,
    )


def _answered(ws: Workspace, known: Project, labeled: int) -> str:
    """Say how the items of a project were answered, all of them."""
    with ws.store.read() as tx:
        came = events.only_imported(tx, known.id)
    said = f"{labeled:,} of {known.items:,} are labeled"
    if came:
        said += f" here, {came:,} have a label that came with the data"
    others = known.items - labeled - came
    return f"{said}{', the others were skipped, flagged or left open' if others > 0 else ''}."


def _progress(labeled: int, budget: int, size: int) -> Progress:
    return Progress(labeled, max(labeled, min(budget, size)))


def _end(monitor: "quality.Monitor", *, title: str, lead: str, more: int) -> End:
    figure, weak = monitor.accuracy, monitor.weakest
    rows = [("Model", monitor.queue.text, monitor.queue.sentence)]
    if weak is not None:
        share = f"{100 * weak.correct / weak.total:.0f} %"
        told = f"{weak.correct} of {weak.total} audit items right"
        span = f"{100 * weak.low:.0f}–{100 * weak.high:.0f}"
        rows.insert(0, ("Weakest", weak.name, f"{told} ({share}, {span})."))
    return End(
        title=title,
        lead=lead,
        point=figure.point if figure else None,
        low=figure.low if figure else None,
        high=figure.high if figure else None,
        target=monitor.project.config.target,
        rows=tuple(rows),
        more=more,
    )


def _lead(monitor: "quality.Monitor", target: float) -> str:
    if monitor.accuracy is None:
        return (
            f"Accuracy: not yet known: {monitor.audit.report} of {monitor.audit.needed} "
            "audit items."
        )
    whole = f": {quality.WHOLE_SETS}" if monitor.project.config.multi_label else ""
    return (
        f"Accuracy {advice.figure(monitor.accuracy)}, measured on {monitor.accuracy.total} "
        f"audit items{whole}. You asked for {100 * target:.0f} %."
    )
