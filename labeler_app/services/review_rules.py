"""Which decisions about variants can be stored, and as what."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from labeler_app.errors import InputError
from labeler_app.services import projects
from labeler_app.services.answers import Refused
from labeler_app.store import audit, class_changes, items, people, reviews, variants
from labeler_app.store import projects as project_rows
from labeler_app.store.reviews import Known
from labeler_app.store.schema import REVIEW_KINDS
from labeler_app.store.variants import ReviewRow

KEEP, REJECT, UNDO = "keep", "reject", "undo"
_EVENT_ID = re.compile(r"[0-9a-zA-Z-]{8,64}")
_RELOAD = "Reload the page and decide again."


@dataclass(frozen=True, slots=True)
class Review:
    """A decision about a variant as a desk sends it, or taking one back."""

    event_id: str
    variant: int
    kind: str
    """``keep``, ``reject`` or ``undo``."""
    class_id: int | None = None
    """What it is kept as."""
    milliseconds: int | None = None


def apart(tx: Connection, project: int, roots: Sequence[int]) -> set[int]:
    """Return those of the originals that measure: audit items and what looks like one.

    Nothing that is made of them may train.
    """
    shadow = set(audit.shadow_positions(tx, project))
    like = {row.id for row in items.many(tx, roots).values() if row.position in shadow}
    return audit.among(tx, roots) | like


@dataclass(slots=True)
class Rules:
    """What the decisions of a batch are judged by, one after the other."""

    project: int
    annotator: int
    known: dict[int, Known]
    apart: set[int]
    classes: frozenset[int]
    """In use."""
    merged: dict[int, int]
    budget: int
    decisions: int
    """Stored so far."""
    deciders: dict[int, int | None]
    """By variant: who gave the decision that stands."""

    @classmethod
    def of(cls, tx: Connection, project: int, annotator: int, batch: Sequence[Review]) -> "Rules":
        """Look up what a batch is judged by.

        Raises
        ------
        InputError
            If the project or the annotator does not exist.
        """
        row = project_rows.get(tx, project)
        if row is None or people.get(tx, annotator) is None:
            raise InputError(f"There is no project {project}, or no annotator {annotator}.")
        known = reviews.known(tx, project, [one.variant for one in batch])
        roots = {root for one in known.values() for root in (one.root, one.other) if root}
        return cls(
            project=project,
            annotator=annotator,
            known=known,
            apart=apart(tx, project, sorted(roots)),
            classes=frozenset(one.id for one in project_rows.classes(tx, project)),
            merged=class_changes.merged(tx, project),
            budget=row.config.synthesis_budget,
            decisions=variants.reviews(tx, project)[0],
            deciders={one.id: one.decided_by for one in known.values()},
        )

    def counts_as(self, class_id: int | None) -> int | None:
        """Return the class in use that a class counts as today."""
        return None if class_id is None else self.merged.get(class_id, class_id)

    def problem(self, tx: Connection, one: Review) -> Refused | None:
        """Say why a decision can never be stored, if so."""
        if not _EVENT_ID.fullmatch(one.event_id):
            return Refused(one.event_id, f"{one.event_id[:64]!r} is not an event id.")
        before = reviews.by_id(tx, one.event_id)
        if before is not None:
            told = (self.project, one.variant, self.annotator, one.kind)
            same = (before.project, before.variant, before.annotator, before.kind) == told
            # A class may have been merged since.
            if same and self.counts_as(before.class_id) == self.counts_as(one.class_id):
                return None
            return Refused(one.event_id, "This event id is stored already, with another decision.")
        if one.kind not in REVIEW_KINDS:
            return Refused(one.event_id, f"There is no kind of decision {one.kind!r}.")
        if one.variant not in self.known:
            return Refused(
                one.event_id, f"There is no variant {one.variant} in this project.", _RELOAD
            )
        if one.kind == UNDO:
            return self._undo_problem(one)
        return self._decision_problem(tx, one)

    def row(self, one: Review) -> ReviewRow:
        """Return what is stored of a decision, and count it for those that come after it."""
        self.decisions += one.kind != UNDO
        self.deciders[one.variant] = None if one.kind == UNDO else self.annotator
        class_id = self.counts_as(one.class_id)
        return ReviewRow(one.event_id, one.variant, one.kind, class_id, one.milliseconds)

    def _undo_problem(self, one: Review) -> Refused | None:
        if self.deciders[one.variant] in (None, self.annotator):
            return None
        return Refused(
            one.event_id,
            "Somebody else has decided about this variant since; that is not yours to take back.",
            "Decide about it anew if you see it otherwise.",
        )

    def _decision_problem(self, tx: Connection, one: Review) -> Refused | None:
        known = self.known[one.variant]
        # What measures must not train, not even as a copy of it.
        if one.kind == KEEP and {known.root, known.other} & self.apart:
            return Refused(
                one.event_id,
                "The original of this variant measures accuracy by now, so nothing made of it "
                "may train.",
                "Go on with the next one.",
            )
        if (one.kind == KEEP) != (one.class_id is not None):
            return Refused(
                one.event_id, "A variant is kept as a class, and nothing else has one.", _RELOAD
            )
        if problem := self._class_problem(tx, one):
            return problem
        if self.decisions >= self.budget:
            return Refused(
                one.event_id,
                f"The synthesis budget of {self.budget:,} "
                f"decision{'' if self.budget == 1 else 's'} is spent.",
                "Raise it under Settings.",
            )
        return None

    def _class_problem(self, tx: Connection, one: Review) -> Refused | None:
        if one.class_id is None or self.counts_as(one.class_id) in self.classes:
            return None
        found = project_rows.class_of(tx, one.class_id)
        if found is None or found[0] != self.project:
            return Refused(
                one.event_id, f"There is no class {one.class_id} in this project.", _RELOAD
            )
        return Refused(
            one.event_id,
            f"The class {found[1]!r} was retired: nothing can be kept as it any more.",
            "Keep the variant as another class, or reject it.",
        )


def one_class(project: projects.Project) -> None:
    """Make sure that a variant of a project can be kept as one class.

    Raises
    ------
    InputError
        If items of the project may have several.
    """
    if project.config.multi_label:
        raise InputError(
            "Items of this project may have several classes, and a variant is kept as one.",
            hint="Use projects in which an item has one class.",
        )
