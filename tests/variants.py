"""Made pictures, put down as the worker would: real ones, of labeled items, with their rows."""

import json
from collections.abc import Sequence
from hashlib import sha256

from labeler_app.adapters.items import image as loader
from labeler_app.adapters.variants.recipes import RECIPES
from labeler_app.core import conditions
from labeler_app.services import images, projects, steered
from labeler_app.services.steered import Wanted
from labeler_app.services.workspace import Workspace
from labeler_app.store import items, variants
from labeler_app.store.variants import Filling, VariantRow
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
    """Make one variant of each item, and return their numbers in that order."""
    names = [one.name for one in conditions.AXES]
    axis = names.index(filling.axis) if filling.axis else None
    classes = {one.name: one.id for one in projects.classes(ws, project)}
    with ws.store.read() as tx:
        found = items.many(tx, roots)
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
        rows = [
            VariantRow(
                making=making,
                root=row.id,
                other=None,
                class_id=classes[truth(row.path)],
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
        numbers = {one.sha256: one.id for one in variants.every(tx, project)}
    return [numbers[digest] for _, _, digest, _, _ in made]
