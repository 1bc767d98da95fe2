"""What a change of classes would touch, said before it is done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from labeler_app.errors import InputError
from labeler_app.services import class_keys, pool
from labeler_app.services.workspace import Workspace
from labeler_app.store import class_changes, leases, models, people, projects, relabeling
from labeler_app.store.class_changes import Fields
from labeler_app.store.relabeling import Counts

_FIGURES = "The model is trained again, and accuracy and recall are measured again"


@dataclass(frozen=True, slots=True)
class Preview:
    """What a change would touch."""

    sentences: tuple[str, ...]
    counts: Counts
    """The labels of the class."""
    labeling_now: tuple[str, ...]
    """People whose desk is open."""


def rename(ws: Workspace, class_id: int) -> Preview:
    """Say what a new name, a colour or a key touches."""
    known = _read(ws, class_id)
    kept = _many(known.counts.labels, "label keeps", "labels keep")
    return known.preview(
        f"{kept} this class; no model and no figure changes.",
        "Exports made so far keep the old name.",
    )


def merge(ws: Workspace, class_id: int, into: int) -> Preview:
    """Say what merging a class into another touches."""
    known = _read(ws, class_id)
    other, counts = known.names.get(into, "the other class"), known.counts
    told = f"{known.name} can be given no more; an answer still on its way counts as {other}."
    if not counts.labels:
        return known.preview(f"{known.name} has no labels.", told)
    become = "becomes" if counts.labels == 1 else "become"
    older = f", also for all {known.models} models of the curve" if known.models > 1 else ""
    return known.preview(
        f"{_of_labels(counts)} {become} {other}.",
        told,
        f"{_FIGURES} with both as one class{older}." if known.models else "",
    )


def retire(ws: Workspace, class_id: int) -> Preview:
    """Say what retiring a class touches."""
    known = _read(ws, class_id)
    name, counts = known.name, known.counts
    if not counts.labels:
        return known.preview(
            f"{name} has no labels. It can be given no more; nothing else changes."
        )
    if known.several:
        loses = _many(counts.items, "item loses", "items lose")
        return known.preview(
            f"{loses} {name} and keep{'s' if counts.items == 1 else ''} what else they were given.",
            f"{name} can be given no more; an answer still on its way is refused.",
            f"{_FIGURES} without {name}." if known.models else "",
        )
    lose = _many(counts.items, "item loses its label and is", "items lose their labels and are")
    return known.preview(
        f"{lose} asked again: {_of_labels(counts)}.",
        f"{name} can be given no more; an answer still on its way is refused.",
        f"{_FIGURES} without {name}." if known.models else "",
    )


def split(ws: Workspace, class_id: int) -> Preview:
    """Say what splitting a class touches."""
    known = _read(ws, class_id)
    if not known.counts.labels:
        return known.preview(f"{known.name} has no labels, so nothing is asked again.")
    return known.preview(
        f"{known.asked_again}, before anything else.",
        f"{known.name} stays, with the labels that were not given again yet, until you retire it.",
        f"{_FIGURES} as the answers come in." if known.models else "",
    )


def keys(ws: Workspace, project: int, order: Sequence[int]) -> list[str]:
    """Say which keys change when the classes stand in another order: "blue: 2 becomes 1"."""
    with ws.store.read() as tx:
        known = {row.id: row for row in projects.classes(tx, project)}
    there = [known[one] for one in order if one in known]
    moved = [replace(row, position=place) for place, row in enumerate(there)]
    before, after = class_keys.of(list(known.values())), class_keys.of(moved)
    return [
        f"{row.name}: {before[row.id] or 'no key'} becomes {after[row.id] or 'no key'}"
        for row in moved
        if before[row.id] != after[row.id]
    ]


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of a class at one moment."""

    name: str
    names: Mapping[int, str]
    """Of all classes, by number."""
    counts: Counts
    models: int
    several: bool
    """Whether an item may have several classes."""
    here: tuple[str, ...]

    @property
    def asked_again(self) -> str:
        """Which labels are asked again, and in which order."""
        order = "those the model is least sure of first" if self.models else "newest first"
        are = "is" if self.counts.labels == 1 else "are"
        return f"{_of_labels(self.counts)} {are} asked again, {order}"

    def preview(self, *sentences: str) -> Preview:
        """Return what is said, and who is in the middle of labeling."""
        told = [one for one in sentences if one]
        if self.here:
            told.append(
                f"Labeling now: {', '.join(self.here)}. Their pages follow within half a minute."
            )
        return Preview(tuple(told), self.counts, self.here)


def _read(ws: Workspace, class_id: int) -> _Known:
    open_until = ws.clock() + pool.LEASE_SECONDS - pool.SILENT_SECONDS
    with ws.store.read() as tx:
        found = projects.class_of(tx, class_id)
        if found is None:
            raise InputError(f"There is no class number {class_id}.", hint="Reload the page.")
        project, name = found
        every: dict[int, Fields] = class_changes.classes(tx, project)
        who = people.names(tx)
        return _Known(
            name=name,
            names={one: str(fields["name"]) for one, fields in every.items()},
            counts=relabeling.counts(tx, project, class_id),
            models=len(models.every(tx, project)),
            several=projects.has_sets(tx, project),
            here=tuple(who[one] for one in leases.labeling_now(tx, project, open_until)),
        )


def _of_labels(counts: Counts) -> str:
    """Say how many labels there are, of which kinds, and by how many people."""
    parts = [f"{counts.labels - counts.audit:,} training", f"{counts.audit:,} audit"]
    if counts.imported:
        parts.append(f"{counts.imported:,} of all imported")
    by = f"; by {_many(counts.annotators, 'annotator', 'annotators')}" if counts.annotators else ""
    return f"{_many(counts.labels, 'label', 'labels')} ({', '.join(parts)}{by})"


def _many(count: int, one: str, more: str) -> str:
    return f"{count:,} {one if count == 1 else more}"
