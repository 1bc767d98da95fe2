"""What the newest model thinks of items: the probability of each class it knows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from labeler_app.core.arrays import Array
from labeler_app.services import projects
from labeler_app.services.projects import Project
from labeler_app.services.workspace import Workspace
from labeler_app.store import class_changes, items, models
from labeler_app.store import projects as project_rows
from labeler_app.store.models import ModelRow


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What the newest model thinks of one item."""

    id: int
    version: int
    shares: Mapping[int, float]
    """Probability of each class it knows, by class id."""


def of_items(ws: Workspace, project: int, wanted: Sequence[int]) -> list[Suggestion]:
    """Return what the newest model thinks of items that lie on a desk already.

    Items it has not scored, and those of other projects, are left out.
    """
    known = projects.get(ws, project)
    with ws.store.read() as tx:
        model = models.newest(tx, project)
        found = items.many(tx, wanted)
    if model is None:
        return []
    rows = [found[one] for one in wanted if one in found and found[one].project == project]
    found_shares = shares(ws, known, model, [row.position for row in rows])
    return [
        Suggestion(row.id, model.version, found_shares[row.position])
        for row in rows
        if row.position in found_shares
    ]


def shares(
    ws: Workspace, project: Project, model: ModelRow | None, positions: Sequence[int]
) -> dict[int, dict[int, float]]:
    """Return by position the share of each class in use that a version knows, of what it scored."""
    if model is None or not model.scores:
        return {}
    with ws.store.read() as tx:
        files = models.shards(tx, project.id, model.scores)
        classes = {row.id for row in project_rows.classes(tx, project.id)}
        merged = class_changes.merged(tx, project.id)
    head = ws.arrays.read_named(model.head)
    counts_as = [merged.get(int(one), int(one)) for one in head["classes"]]
    several = project.config.multi_label
    columns = {one: [at for at, c in enumerate(counts_as) if c == one] for one in counts_as}
    found = ws.arrays.pick(files, positions)
    return {
        position: {
            one: round(_together(row[places], several), 4)
            for one, places in columns.items()
            if one in classes
        }
        for position, row in found.items()
    }


def _together(shares: Array, several: bool) -> float:
    """Return how probable one of several merged classes is; of a set each is so by itself."""
    return float(1 - (1 - shares).prod() if several else shares.sum())
