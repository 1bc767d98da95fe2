"""The honest state of a project's queue, in a word and in words."""

from dataclasses import dataclass

from sqlalchemy import Connection

from labeler_app import plugins
from labeler_app.errors import InputError
from labeler_app.services import features
from labeler_app.services import snapshot as snapshots
from labeler_app.services.workspace import Workspace
from labeler_app.settings import ProjectConfig
from labeler_app.store import ask_again, class_sets, events, items, models, projects, queue, workers
from labeler_app.store.models import ModelRow

# A worker that was not heard for so long is not at work any more.
SILENT_SECONDS = 20.0
# Trainings that are due before a queue counts as stale.
LATE_TRAININGS = 3
# Late in a project ten labels change little: a training is due after this share of all labels.
SHARE_OF_LABELS = 0.05
# What is asked before the first model, by the strategy that chose it.
_FIRST = {
    "": "random",
    "random": "random",
    "representatives": "typical items first",
    "typical": "typical items first",
}


@dataclass(frozen=True, slots=True)
class QueueState:
    """What the queue is, in a word and in words."""

    state: str
    """``active``, ``stale``, ``random`` or ``done``."""
    text: str
    """For the chip: "active · model v7 · 12 s ago"."""
    sentence: str
    """What it does and why."""
    training: bool
    version: int | None
    age_s: float | None
    number: int
    """Grows with every new ranking."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the store says of a project's queue at one moment."""

    config: ProjectConfig
    items: int
    answered: int
    is_all_answered: bool
    """Every item was answered: labeled, skipped, not sure, or like an audit item."""
    is_done: bool
    """Nobody is asked anything more: all is answered, or the budget is spent, and nothing is to be
    asked again."""
    changed: int
    """Items answered anew since the newest model."""
    model: ModelRow | None
    age: float
    """Seconds since that model."""
    strategy: str
    """Of the newest selection; empty before there is one."""
    phase: str
    """The policy's sentence about the newest selection; empty before there is one."""
    alive: bool
    at_work: bool
    number: int


def read_facts(tx: Connection, project: int, now: float) -> Facts:
    """Read all that a queue's state follows from.

    Raises
    ------
    InputError
        If there is no such project.
    """
    row = projects.get(tx, project)
    if row is None:
        raise InputError(f"There is no project number {project}.", hint="Open Projects.")
    model = models.newest(tx, project)
    selection = queue.newest(tx, project)
    worker = workers.of_project(tx, project)
    beat = workers.newest_beat(tx)
    count, answered = items.count(tx, project), events.answered(tx, project)
    is_all_answered = events.is_all_answered(tx, project)
    is_done = count > 0 and (is_all_answered or answered >= row.config.budget)
    return Facts(
        config=row.config,
        items=count,
        answered=answered,
        is_all_answered=is_all_answered,
        is_done=is_done and not ask_again.is_waiting(tx, project),
        changed=events.changed_items(tx, project, model.up_to_seq if model else 0),
        model=model,
        age=now - model.created_at if model else 0.0,
        strategy=str(selection.strategy) if selection is not None else "",
        phase=str(selection.phase) if selection is not None else "",
        alive=beat is not None and now - beat < SILENT_SECONDS,
        at_work=worker is not None and worker.phase not in ("", workers.WAITING),
        number=row.queue_version,
    )


def queue_state(ws: Workspace, project: int) -> QueueState:
    """Say what the queue is: active, stale, random or done.

    Raises
    ------
    InputError
        If there is no such project.
    """
    with ws.store.read() as tx:
        facts = read_facts(tx, project, ws.clock())
    return state_of(ws, project, facts)


def state_of(ws: Workspace, project: int, facts: Facts) -> QueueState:
    """Say what the queue is, by facts read before."""
    if facts.is_done:
        state, text, sentence = _done(facts)
    elif facts.model is None:
        state, text, sentence = _random(ws, project, facts)
    else:
        state, text, sentence = _ranked(facts, facts.model)
    return QueueState(
        state=state,
        text=text,
        sentence=sentence,
        training=facts.alive and facts.at_work,
        version=facts.model.version if facts.model else None,
        age_s=facts.age if facts.model else None,
        number=facts.number,
    )


def enough(config: ProjectConfig, labels: int) -> int:
    """Return how many new answers make a training due when the model learned from `labels`."""
    return max(config.retrain_every, round(SHARE_OF_LABELS * labels))


def ago(seconds: float) -> str:
    """Return a time span in words: "12 s ago", "3 min ago", "2 h ago", "4 days ago"."""
    if seconds < 90:
        return f"{max(0, round(seconds))} s ago"
    if seconds < 90 * 60:
        return f"{round(seconds / 60)} min ago"
    if seconds < 36 * 3600:
        return f"{round(seconds / 3600)} h ago"
    return f"{round(seconds / 86400)} days ago"


def _done(facts: Facts) -> tuple[str, str, str]:
    tail = f"model v{facts.model.version}" if facts.model else "no model"
    if facts.is_all_answered:
        return "done", f"done · {tail}", "Every item is answered."
    return "done", f"done · {tail}", "All labels of the budget are given."


def _random(ws: Workspace, project: int, facts: Facts) -> tuple[str, str, str]:
    sentence = facts.phase or "Items come at random."
    if not facts.alive:
        return "random", "random: the worker is not running", sentence
    if features.missing(ws, project) > 0:
        return "random", "random: features are being computed", sentence
    how = _FIRST.get(facts.strategy, f"{facts.strategy} items first")
    if how not in _FIRST.values() and facts.strategy not in plugins.names("coldstarts"):
        how = "imported predictions choose"
    return "random", f"{how}: {_until_first_model(ws, project)}", sentence


def _until_first_model(ws: Workspace, project: int) -> str:
    """Say what the first model waits for; labels of audit items do not count."""
    with ws.store.read() as tx:
        known = [row.id for row in projects.classes(tx, project)]
        given = snapshots.resolved(events.training_labels(tx, project))
        sets = class_sets.today(tx, project) if projects.has_sets(tx, project) else {}
    if len(known) < 2:
        return "too few classes"
    lacking = snapshots.lacking(list(given.values()), known, sets)
    return f"{lacking} more for the first model" if lacking else "the first model is on its way"


def _ranked(facts: Facts, model: ModelRow) -> tuple[str, str, str]:
    if not facts.alive and facts.changed > 0:
        why = "the worker is not running"
    elif facts.changed >= LATE_TRAININGS * enough(facts.config, model.labels):
        why = f"{facts.changed} labels newer than the model"
    else:
        return "active", f"active · model v{model.version} · {ago(facts.age)}", facts.phase
    text = f"stale · model v{model.version} · {why}"
    return "stale", text, f"Ranked by model v{model.version}; {why}."
