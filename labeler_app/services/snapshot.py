"""What the store says of a project at one moment: all that a training looks at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from labeler_app.core.multilabel import Members
from labeler_app.services import features, fillings, meanings, projects
from labeler_app.services.fillings import Kept
from labeler_app.services.meanings import Meanings
from labeler_app.services.workspace import Workspace
from labeler_app.store import audit, class_changes, events, items, models, stand_ins
from labeler_app.store import projects as project_rows
from labeler_app.store.class_sets import Sets
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
    sample: frozenset[int] = frozenset()
    """Positions of the audit items."""
    held_out: frozenset[int] = frozenset()
    """Positions of the audit items and their look-alikes."""
    unready: frozenset[int] = frozenset()
    """Positions of items that cannot be shown."""
    merged: Mapping[int, int] = field(default_factory=dict)
    """By class that was merged into another: the one it counts as."""
    stand_ins: frozenset[int] = frozenset()
    """Positions of items that are embedded as a grey picture."""

    meanings: Meanings = field(default_factory=Meanings)
    """What labels say where items may have several classes."""
    given: Mapping[int, int] = field(default_factory=dict)
    """By position: the number of the event that gave the label."""
    probed: Mapping[int, int] = field(default_factory=dict)
    """Class by position: labeled items of probe sets, which only ever test."""
    kept: Sequence[Kept] = ()
    """Variants that people kept."""
    made: Sequence[Kept] = ()
    """Those of them that a model learns from."""

    @property
    def is_trainable(self) -> bool:
        """Whether a model makes sense."""
        labels = list(self.labels.values())
        return is_trainable(labels, self.classes, self.meanings.sets, again=bool(self.older))

    def members(self, labels: Mapping[int, int], positions: Sequence[int]) -> Members:
        """Return which classes labeled items have, in a project with several an item.

        Parameters
        ----------
        labels
            What the items were labeled, by position.
        positions
            Of the items.
        """
        named = [labels[at] for at in positions]
        return self.meanings.members(named, [self.given[at] for at in positions], self.classes)


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
        meanings_ = meanings.read(tx, project)
        report = settled([one for one in answers if one.kind == "label"], meanings_)
        classes = project_rows.classes(tx, project)
        sample = audit.positions(tx, project)
        held_out = [*sample, *audit.shadow_positions(tx, project)]
        unready = items.unready_positions(tx, project)
        training = settled(events.training_labels(tx, project), meanings_)
        deciding, probed = (
            settled(
                [one for one in events.audit_answers(tx, project, part) if one.kind == "label"],
                meanings_,
            )
            for part in ("decide", "probe")
        )
        labels, merged = _rows(training), class_changes.merged(tx, project)
        in_use = [one.id for one in classes]
        kept = fillings.kept(tx, project, labels, in_use, merged)
        return Snapshot(
            project=known,
            version=(older[-1].version if older else 0) + 1,
            up_to_seq=events.newest_seq(tx, project),
            labels=labels,
            classes=in_use,
            class_names={one.id: one.name for one in classes},
            shards=shards,
            report=_rows(report),
            unresolved=len({one.position for one in answers} - report.keys())
            + len(audit.missing(tx, project, "report")),
            blocked=frozenset([*held_out, *unready, *events.answered_positions(tx, project)]),
            ids=items.ids_by_position(tx, project),
            older=older,
            decided=_rows(deciding),
            sample=frozenset(sample),
            held_out=frozenset(held_out),
            unready=frozenset(unready),
            merged=merged,
            stand_ins=frozenset(stand_ins.positions(tx, project)),
            meanings=meanings_,
            given={at: one.seq for at, one in (training | report | deciding).items()},
            probed=_rows(probed),
            kept=kept,
            made=fillings.learned(tx, project, kept),
        )


def made_now(tx: Connection, project: int) -> list[Kept]:
    """Return the variants that a model would learn from now, where items have one class."""
    labels = resolved(events.training_labels(tx, project))
    classes = [one.id for one in project_rows.classes(tx, project)]
    kept = fillings.kept(tx, project, labels, classes, class_changes.merged(tx, project))
    return fillings.learned(tx, project, kept)


def resolved(labels: Sequence[CurrentLabel], said: Meanings | None = None) -> dict[int, int]:
    """Return one class, or set of classes, by position: see `settled`."""
    return _rows(settled(labels, said))


def settled(
    labels: Sequence[CurrentLabel], said: Meanings | None = None
) -> dict[int, CurrentLabel]:
    """Return one label by position: what most annotators say, the newest where they tie.

    A label that came with the data counts only where nobody labeled the item here.

    Parameters
    ----------
    said
        Where items may have several classes: sets that mean the same are the same vote.
    """
    here: dict[int, list[CurrentLabel]] = {}
    imported: dict[int, list[CurrentLabel]] = {}
    told = said.same(labels) if said is not None and said.sets else labels
    for one in sorted(told, key=lambda label: label.seq):
        if one.class_id is not None:
            votes = imported if one.origin == "imported" else here
            votes.setdefault(one.position, []).append(one)
    return {position: _winner(given) for position, given in (imported | here).items()}


def is_trainable(
    labels: Sequence[int],
    classes: Sequence[int],
    sets: Sets | None = None,
    *,
    again: bool = False,
) -> bool:
    """Say whether a model makes sense: at first 2 labels of every class, or many of at least two.

    Where items have several classes: 2 items with each class and 2 without, or many and one class
    of which that is so.

    Parameters
    ----------
    sets
        In such a project, the classes that labels mean; empty or None in others.
    again
        Whether there is a model already; a class added later must not stop the next one.
    """
    if sets:
        counts = meanings.counts(labels, classes, sets)
        ready, fewest = [one for one in counts if 2 <= one <= len(labels) - 2], 1
    else:
        counts = [labels.count(one) for one in classes]
        ready, fewest = [count for count in counts if count >= 2], 2
    if len(ready) < fewest:
        return False
    return again or len(ready) == len(counts) or len(labels) >= ENOUGH_WITHOUT_ALL * len(classes)


def lacking(labels: Sequence[int], classes: Sequence[int], sets: Sets | None = None) -> int:
    """Return how many more labels a first model needs at least; 0 when it makes sense now.

    Raises
    ------
    ValueError
        If there are fewer than two classes.
    """
    if len(classes) < 2:
        raise ValueError(f"{len(classes)} classes make no model.")
    if sets:
        # One item may be what several classes lack.
        counts = meanings.counts(labels, classes, sets)
        short = [max(0, 2 - min(one, len(labels) - one)) for one in counts]
        return min(max(short), max(min(short), ENOUGH_WITHOUT_ALL * len(classes) - len(labels)))
    short = sorted(max(0, 2 - labels.count(one)) for one in classes)
    without_all = max(short[0] + short[1], ENOUGH_WITHOUT_ALL * len(classes) - len(labels))
    return min(sum(short), without_all)


def _rows(labels: Mapping[int, CurrentLabel]) -> dict[int, int]:
    return {at: one.class_id for at, one in labels.items() if one.class_id is not None}


def _winner(given: Sequence[CurrentLabel]) -> CurrentLabel:
    newest_first = [one.class_id for one in given[::-1]]
    most = max(newest_first, key=newest_first.count)  # max takes the first of equals.
    return next(one for one in given[::-1] if one.class_id == most)
