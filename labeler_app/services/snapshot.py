"""What the store says of a project at one moment: all that a training looks at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from labeler_app.services import features, projects
from labeler_app.services.workspace import Workspace
from labeler_app.store import audit, events, items, models, stand_ins
from labeler_app.store import projects as project_rows
from labeler_app.store.events import CurrentLabel
from labeler_app.store.models import ModelRow, ShardRow

ENOUGH_WITHOUT_ALL = 3  # labels a class, on the average, after which a missing class is not awaited


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What the store said at one moment."""

    project: projects.Project
    version: int
    """Of the model to come."""
    up_to_seq: int
    labels: Mapping[int, int]
    """Class by position: training labels."""
    classes: Sequence[int]
    class_names: Mapping[int, str]
    shards: Sequence[ShardRow]
    report: Mapping[int, int]
    """Class by position: the labeled report part of the audit sample."""
    unresolved: int
    """Items of the report part that were answered without a class."""
    blocked: frozenset[int]
    """Positions that may not be asked: audit items and their look-alikes, answered or gone."""
    ids: Sequence[int]
    """Item by position."""
    older: Sequence[ModelRow]
    decided: Mapping[int, int] = field(default_factory=dict)
    """Class by position: the labeled decide part of the audit sample."""
    held_out: frozenset[int] = frozenset()
    """Positions of the audit items and their look-alikes."""
    unready: frozenset[int] = frozenset()
    """Positions of items that cannot be shown."""
    stand_ins: frozenset[int] = frozenset()
    """Positions of items that are embedded as a grey picture."""

    @property
    def is_trainable(self) -> bool:
        """Whether a model makes sense."""
        return is_trainable(list(self.labels.values()), self.classes, again=bool(self.older))


def read(ws: Workspace, project: int) -> Snapshot:
    """Read all that a training looks at, in one transaction.

    Raises
    ------
    InputError
        If there is no such project.
    """
    known = projects.get(ws, project)
    # Before the snapshot: an item that arrives in between is left to the next training.
    shards = features.shards(ws, project)
    with ws.store.read() as tx:
        older = models.every(tx, project)
        answers = events.audit_answers(tx, project, "report")
        report = resolved([one for one in answers if one.kind == "label"])
        classes = project_rows.classes(tx, project)
        held_out = [*audit.positions(tx, project), *audit.shadow_positions(tx, project)]
        unready = items.unready_positions(tx, project)
        return Snapshot(
            project=known,
            version=(older[-1].version if older else 0) + 1,
            up_to_seq=events.newest_seq(tx, project),
            labels=resolved(events.training_labels(tx, project)),
            classes=[one.id for one in classes],
            class_names={one.id: one.name for one in classes},
            shards=shards,
            report=report,
            unresolved=len({one.position for one in answers} - report.keys())
            + len(audit.missing(tx, project, "report")),
            blocked=frozenset([*held_out, *unready, *events.answered_positions(tx, project)]),
            ids=items.ids_by_position(tx, project),
            older=older,
            decided=resolved(
                [one for one in events.audit_answers(tx, project, "decide") if one.kind == "label"]
            ),
            held_out=frozenset(held_out),
            unready=frozenset(unready),
            stand_ins=frozenset(stand_ins.positions(tx, project)),
        )


def resolved(labels: Sequence[CurrentLabel]) -> dict[int, int]:
    """Return one class by position: what most annotators say, the newest where they tie.

    A label that came with the data counts only where nobody labeled the item here.
    """
    here: dict[int, list[int]] = {}
    imported: dict[int, list[int]] = {}
    for one in sorted(labels, key=lambda label: label.seq):
        if one.class_id is not None:
            votes = imported if one.origin == "imported" else here
            votes.setdefault(one.position, []).append(one.class_id)
    return {position: _winner(given) for position, given in (imported | here).items()}


def is_trainable(labels: Sequence[int], classes: Sequence[int], *, again: bool = False) -> bool:
    """Say whether a model makes sense: at first 2 labels of every class, or many of at least two.

    Parameters
    ----------
    again
        Whether there is a model already; a class added later must not stop the next one.
    """
    counts = [labels.count(one) for one in classes]
    ready = [count for count in counts if count >= 2]
    if len(ready) < 2:
        return False
    return again or len(ready) == len(counts) or len(labels) >= ENOUGH_WITHOUT_ALL * len(classes)


def lacking(labels: Sequence[int], classes: Sequence[int]) -> int:
    """Return how many more labels a first model needs at least; 0 when it makes sense now.

    Raises
    ------
    ValueError
        If there are fewer than two classes.
    """
    if len(classes) < 2:
        raise ValueError(f"{len(classes)} classes make no model.")
    short = sorted(max(0, 2 - labels.count(one)) for one in classes)
    without_all = max(short[0] + short[1], ENOUGH_WITHOUT_ALL * len(classes) - len(labels))
    return min(sum(short), without_all)


def _winner(given: Sequence[int]) -> int:
    newest_first = given[::-1]
    return max(newest_first, key=newest_first.count)  # max takes the first of equals.
