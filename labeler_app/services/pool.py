"""What is asked next: leases for an annotator, and the honest state of the queue."""

from collections.abc import Sequence
from dataclasses import dataclass

from labeler_app.core import audit as sample
from labeler_app.services import features, projects
from labeler_app.services.projects import Project
from labeler_app.services.workspace import Workspace
from labeler_app.store import arrays, audit, events, items, leases, models, queue, workers
from labeler_app.store import projects as project_rows
from labeler_app.store.leases import Asker, Candidate
from labeler_app.store.models import ModelRow

# Longer than anybody stays offline with the desk open; the desk renews every 20 s.
LEASE_SECONDS = 30 * 60
MOST_WANTED = 300
# A worker that was not heard for so long is not at work any more.
SILENT_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Offer:
    """One leased item, as the desk gets it; nothing in it tells an audit item apart."""

    id: int
    sha256: str
    width: int | None
    height: int | None
    version: int | None
    shares: tuple[float, ...] | None
    """The model's probability of each class, in the order of the project's classes."""


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


def lease(
    ws: Workspace, project: int, annotator: int, *, keep: Sequence[int], want: int
) -> list[Offer]:
    """Lease the next items to an annotator; items held and not kept go back.

    Parameters
    ----------
    keep
        Items the annotator still holds and will show first, in order.
    want
        How many to hold in all, at most 300.

    Returns
    -------
    list of Offer
        The items to show after the kept ones.
    """
    known = projects.get(ws, project)
    now = ws.clock()
    asker = Asker(project, annotator, now, known.config.wanted)
    with ws.store.write() as tx:
        project_rows.hold(tx, project)
        leases.release(tx, asker, keep)
        model = models.newest(tx, project)
        n = max(0, min(want, MOST_WANTED) - len(keep))
        left = known.config.budget - events.answered(tx, project)
        n = min(n, max(0, left - len(keep)))
        first = events.answered_by(tx, project, annotator) + len(keep)
        share = audit_share(known, audit.answered(tx, project)[0])
        ordinary = leases.ranked(tx, asker, n)
        if len(ordinary) < n:
            without = [one.item for one in ordinary]
            ordinary += leases.scattered(tx, asker, n - len(ordinary), known.config.seed, without)
        audited = leases.audit(tx, asker, n, _inclusion(known, audit.size(tx, project)))
        slots = [
            sample.serve_slot(known.config.seed, annotator, first + offset, share)
            for offset in range(n)
        ]
        chosen = _mix(slots, ordinary, audited)
        version = model.version if model else None
        leases.take(tx, asker, chosen, version, until=now + LEASE_SECONDS)
        leases.renew(tx, asker, until=now + LEASE_SECONDS)
        rows = items.many(tx, [one.item for one in chosen])
    ordered = [rows[one.item] for one in chosen]
    shares = _shares(ws, known, model, [row.position for row in ordered])
    return [
        Offer(row.id, row.sha256, row.width, row.height, version, shares.get(row.position))
        for row in ordered
    ]


def queue_state(ws: Workspace, project: int) -> QueueState:
    """Say what the queue is: active, stale, random or done."""
    known = projects.get(ws, project)
    now = ws.clock()
    with ws.store.read() as tx:
        model = models.newest(tx, project)
        selection = queue.newest(tx, project)
        worker = workers.of_project(tx, project)
        beat = workers.newest_beat(tx)
        answered = events.answered(tx, project)
        changed = events.changed_items(tx, project, model.up_to_seq if model else 0)
        row = project_rows.get(tx, project)
    number = row.queue_version if row else 0
    alive = beat is not None and now - beat < SILENT_SECONDS
    training = bool(alive and worker is not None and worker.phase not in ("", "waiting"))
    version = model.version if model else None
    age = now - model.created_at if model else None
    if answered >= min(known.config.budget, max(known.items, 1)):
        tail = f"model v{version}" if version else "no model"
        return QueueState(
            "done",
            f"done · {tail}",
            "All labels of the budget are given.",
            training,
            version,
            age,
            number,
        )
    if model is None:
        why = _why_random(ws, known, alive)
        sentence = str(selection.phase) if selection is not None else "Items come at random."
        return QueueState("random", f"random: {why}", sentence, training, None, None, number)
    late = changed >= 3 * known.config.retrain_every
    if late or (not alive and changed > 0):
        why = f"{changed} labels newer than the model" if alive else "the worker is not running"
        text = f"stale · model v{version} · {why}"
        return QueueState(
            "stale", text, f"Ranked by model v{version}; {why}.", training, version, age, number
        )
    sentence = str(selection.phase) if selection is not None else ""
    text = f"active · model v{version} · {ago(age or 0.0)}"
    return QueueState("active", text, sentence, training, version, age, number)


def audit_share(project: Project, answered: int) -> float:
    """Return the share of audit items in what is served now."""
    config = project.config
    return config.audit_share_first if answered < config.audit_first else config.audit_share


def mix_sentence(ws: Workspace, project: int) -> str:
    """Say where the items on the desk come from; the same sentence for every item."""
    known = projects.get(ws, project)
    with ws.store.read() as tx:
        has_model = models.newest(tx, project) is not None
        share = audit_share(known, audit.answered(tx, project)[0])
    chosen = "chosen by the model" if has_model else "chosen to stand for the rest"
    if share == 0.0:
        return f"Every item comes from the same mix: {chosen}."
    rest, part = _in_words(share)
    return f"Every item comes from the same mix: {rest} {chosen}, {part} at random."


def ago(seconds: float) -> str:
    """Return a time span in words: "12 s ago", "3 min ago", "2 h ago", "4 days ago"."""
    if seconds < 90:
        return f"{max(0, round(seconds))} s ago"
    if seconds < 90 * 60:
        return f"{round(seconds / 60)} min ago"
    if seconds < 36 * 3600:
        return f"{round(seconds / 3600)} h ago"
    return f"{round(seconds / 86400)} days ago"


def _mix(
    slots: Sequence[bool], ordinary: Sequence[Candidate], audited: Sequence[Candidate]
) -> list[Candidate]:
    """Fill audit slots with reserved items and the others with ranked ones, while there are any."""
    chosen: list[Candidate] = []
    waiting = {True: list(audited), False: list(ordinary)}
    for slot in slots:
        pile = waiting[slot] or waiting[not slot]
        if pile:
            chosen.append(pile.pop(0))
    return chosen


def _inclusion(project: Project, reserved: int) -> float:
    return reserved / project.items if project.items else 0.0


def _why_random(ws: Workspace, project: Project, alive: bool) -> str:
    if not alive:
        return "the worker is not running"
    if features.missing(ws, project.id) > 0:
        return "features are being computed"
    return "too few labels"


def _shares(
    ws: Workspace, project: Project, model: ModelRow | None, positions: Sequence[int]
) -> dict[int, tuple[float, ...]]:
    if model is None or not model.scores:
        return {}
    with ws.store.read() as tx:
        files = models.shards(tx, project.id, model.scores)
        classes = [row.id for row in project_rows.classes(tx, project.id)]
    head = ws.arrays.read_named(model.head)
    column = {int(class_id): place for place, class_id in enumerate(head["classes"])}
    found = arrays.Arrays.pick(ws.arrays, files, positions)
    return {
        position: tuple(
            round(float(row[column[one]]), 4) if one in column else 0.0 for one in classes
        )
        for position, row in found.items()
    }


def _in_words(share: float) -> tuple[str, str]:
    for whole, words in (
        (2, "two"),
        (3, "three"),
        (4, "four"),
        (5, "five"),
        (10, "ten"),
        (20, "twenty"),
    ):
        if abs(share * whole - 1.0) < 0.01:
            rest = {2: "one", 3: "two", 4: "three", 5: "four", 10: "nine", 20: "nineteen"}[whole]
            return f"{rest} in {words}", f"one in {words}"
    return f"{round(100 * (1 - share))} %", f"{round(100 * share)} %"
