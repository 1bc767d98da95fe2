"""An import that is a probe set: what becomes part of it, and what its labels may say."""

from collections.abc import Mapping
from dataclasses import replace

from labeler_app.errors import InputError
from labeler_app.services import claims, embedding, kinds, label_classes, projects
from labeler_app.services.found_labels import FoundLabels
from labeler_app.services.intake import Intake
from labeler_app.services.label_classes import Named
from labeler_app.services.workspace import Workspace
from labeler_app.store import imports, probes
from labeler_app.store import projects as project_rows

_NAMES_TOLD = 5


def check_pool(ws: Workspace, project: int) -> None:
    """Make sure that there is something beside probe sets: features are learned from it.

    Raises
    ------
    InputError
        If there is not.
    """
    known = projects.get(ws, project)
    with ws.store.read() as tx:
        count = known.items - probes.count(tx, project)
    if count <= 0:
        raise InputError(
            f"{known.name} has no {known.noun}s yet, so there is nothing to test.",
            hint=f"Add {known.noun}s on the Data page first, then bring the probe set.",
        )


def named(intake: Intake, labels: FoundLabels) -> Named:
    """Return the labels that name classes in use: a probe set adds no class.

    What else folders are called says nothing of what lies in them; it is told in a note.

    Raises
    ------
    InputError
        If the project has no other items.
    """
    check_pool(intake.ws, intake.project)
    found = label_classes.named(intake.ws, intake.project, labels)
    known = {project_rows.name_key(one.name) for one in projects.classes(intake.ws, intake.project)}
    kept = {
        label: given
        for label, given in found.names.items()
        if all(project_rows.name_key(one) in known for one in given)
    }
    others = [path for path, label in found.labels.by_path.items() if label not in kept]
    if not others:
        return found
    names = sorted({found.labels.by_path[path] for path in others})
    more = f" and {len(names) - _NAMES_TOLD:,} more" if len(names) > _NAMES_TOLD else ""
    listed = ", ".join(repr(one[:60]) for one in names[:_NAMES_TOLD]) + more
    note = f"No class is called {listed}: {len(others):,} came without a label."
    return replace(
        found, labels=found.labels.without(set(others)), names=kept, notes=(*found.notes, note)
    )


def taken(intake: Intake, read: Mapping[str, int]) -> dict[str, int]:
    """Return by path what became part of the set, and note how much did not, and why.

    Raises
    ------
    InputError
        If nothing did.
    """
    with claims.writing(intake.ws, intake.claim) as tx:
        mine = probes.items_of(tx, intake.project, intake.probe)
        items = sorted(set(read.values()))
        refused = probes.refused(tx, intake.project, items, intake.probe)
        noun = projects.get(intake.ws, intake.project).noun
        told = _told(refused, noun)
        kept = {path: item for path, item in read.items() if item in mine}
        if items and not kept:
            raise InputError(
                f"Nothing here can test the model. {told}",
                hint=f"Bring {noun}s that nobody has labeled here.",
            )
        imports.change(tx, intake.run, notes=told)
    return kept


def shadow(intake: Intake) -> None:
    """Keep what is nearly the same as items of the set out of training and ranking, too.

    Of items that were not embedded before, this is found when they are.
    """
    kind = kinds.of(projects.get(intake.ws, intake.project).kind)
    embedding.shadow_again(intake.ws, intake.project, kind, intake.claim)


def _told(refused: probes.Refused, noun: str) -> str:
    """Say how many stay where they are, and why; empty if none does."""
    told = []
    for count, why in (
        (refused.answered, "answered before, so the model may have learned from"),
        (refused.reserved, "in the audit sample already"),
        (refused.elsewhere, "in another probe set already"),
    ):
        if count:
            are = f"1 {noun} was" if count == 1 else f"{count:,} {noun}s were"
            it = (" it" if count == 1 else " them") if count == refused.answered else ""
            told.append(f"{are} {why}{it}.")
    return " ".join(told) + (" Left where they are." if told else "")
