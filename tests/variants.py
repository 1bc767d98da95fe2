"""Made pictures, put down and decided about in a few words, as the worker and people do it."""

import json
from collections.abc import Sequence
from hashlib import sha256

from labeler_app.adapters.items import image as loader
from labeler_app.adapters.variants.recipes import RECIPES
from labeler_app.core import conditions
from labeler_app.services import images, projects, steered
from labeler_app.services.steered import Wanted
from labeler_app.services.workspace import Workspace
from labeler_app.store import events, items, variants
from labeler_app.store.variants import Filling, ReviewRow, VariantRow
from tests.builders import new_id
from tests.pictures import truth

DARK = Filling("low light", "brightness", 0, 1)


def make_variants(
    ws: Workspace,
    project: int,
    person: int,
    roots: Sequence[int],
    *,
    filling: Filling = DARK,
    margins: Sequence[float | None] = (),
    near: str = "",
) -> list[int]:
    """Make one variant of each item, of the class of its label, and return their numbers."""
    names = [one.name for one in conditions.AXES]
    axis = names.index(filling.axis) if filling.axis else None
    classes = {one.name: one.id for one in projects.classes(ws, project)}
    with ws.store.read() as tx:
        found = items.many(tx, roots)
        labels = {one.item: one.class_id for one in events.training_labels(tx, project)}
    made = []
    for seed, root in enumerate(roots):
        row = found[root]
        goal = None if axis is None else Wanted(axis, filling.first, filling.last)
        one = steered.make(images.open_screen(ws, row), RECIPES[filling.recipe], goal, seed)
        content, suffix = loader.screen(one.thing)
        digest = sha256(content).hexdigest()
        path = ws.folder / "variants" / f"{digest}{suffix}"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
        made.append((row, one, digest, path.relative_to(ws.folder).as_posix(), seed))
    with ws.store.write() as tx:
        told = {"class_id": None, "wanted": len(roots), "seed": 1, "person": person}
        making = variants.ask(tx, project, filling, **told, at=ws.clock())
        known = {one.id for one in variants.every(tx, project)}
        rows = [
            VariantRow(
                making=making,
                root=row.id,
                other=None,
                class_id=labels.get(row.id) or classes[truth(row.path)],
                steps=json.dumps([dict(step) for step in one.values]),
                seed=seed,
                versions="test",
                before=None if axis is None else float(one.before[axis]),
                after=None if axis is None else float(one.after[axis]),
                landed=one.landed,
                near=near,
                margin=margins[seed] if seed < len(margins) else None,
                path=path,
                sha256=digest,
            )
            for row, one, digest, path, seed in made
        ]
        variants.add(tx, project, rows, at=ws.clock())
        return [one.id for one in variants.every(tx, project) if one.id not in known]


def make(
    ws: Workspace, project: int, person: int, *, count: int, filling: Filling = DARK
) -> list[int]:
    """Make variants of the first labeled pictures, and return their numbers."""
    with ws.store.read() as tx:
        labeled = [one.item for one in events.training_labels(tx, project)]
        roots = list(items.many(tx, labeled))[:count]
    return make_variants(ws, project, person, roots, filling=filling)


def decide(
    ws: Workspace,
    project: int,
    person: int,
    chosen: list[int],
    kind: str = "keep",
    class_id: int | None = None,
) -> None:
    """Decide about variants: keep each as its original is labeled, unless a class is given."""
    with ws.store.write() as tx:
        known = {one.id: one.root_class for one in variants.every(tx, project)}
        told = [
            ReviewRow(new_id(), one, kind, (class_id or known[one]) if kind == "keep" else None, 9)
            for one in chosen
        ]
        variants.review(tx, project, person, told, at=ws.clock())
