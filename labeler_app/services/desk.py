"""What the desk shows around the item: progress, pace, the last five, the end of the queue."""

from dataclasses import dataclass

from labeler_app.services import advice, budget, pool, projects, quality, queues
from labeler_app.services.projects import LabelClass, Project
from labeler_app.services.workspace import Workspace
from labeler_app.store import events, items
from labeler_app.store import projects as project_rows

LAST = 5
MORE_LABELS = 60


@dataclass(frozen=True, slots=True)
class Progress:
    """How many labels there are, of how many the project pays for."""

    labeled: int
    goal: int


@dataclass(frozen=True, slots=True)
class Past:
    """One of the annotator's last answers."""

    event_id: str
    item: int
    sha256: str
    kind: str
    class_id: int | None
    seconds: float | None
    why: str


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
    progress: Progress
    queue: queues.QueueState
    mix: str
    last: tuple[Past, ...]
    end: End | None


@dataclass(frozen=True, slots=True)
class News:
    """What may change with every answer, as it was at one moment."""

    progress: Progress
    counts: dict[int, int]
    """Labels by class id, for every class."""
    queue: queues.QueueState


def open_desk(ws: Workspace, project: int, annotator: int) -> Desk:
    """Return all the desk of one annotator needs when it opens."""
    known = projects.get(ws, project)
    with ws.store.read() as tx:
        rows = events.history(tx, project, annotator, LAST)
        shown = items.many(tx, [row.item for row in rows])
    last = tuple(
        Past(
            event_id=row.event_id,
            item=row.item,
            sha256=shown[row.item].sha256,
            kind=row.kind,
            class_id=row.class_id,
            seconds=row.milliseconds / 1000 if row.milliseconds is not None else None,
            why=row.why,
        )
        for row in reversed(rows)
    )
    return Desk(
        project=known,
        classes=tuple(projects.classes(ws, project)),
        progress=progress(ws, project),
        queue=queues.queue_state(ws, project),
        mix=pool.mix_sentence(ws, project),
        last=last,
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
        given = events.class_counts(tx, project)
        known = [row.id for row in project_rows.classes(tx, project)]
    return News(
        progress=_progress(facts.answered, facts.config.budget, facts.items),
        counts={one: sum(given.get(one, (0, 0))) for one in known},
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
            lead=f"{now.labeled:,} of {known.items:,} are labeled, the others were skipped, "
            "flagged or left open. " + _lead(monitor, known.config.target),
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
    return (
        f"Accuracy {advice.figure(monitor.accuracy)}, measured on {monitor.accuracy.total} "
        f"audit items. You asked for {100 * target:.0f} %."
    )
