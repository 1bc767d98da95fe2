"""Variants put down and decided about in a few words, as the worker and people do it."""

import hashlib
import json

from labeler_app.adapters.items import image as loader
from labeler_app.adapters.variants.recipes import RECIPES
from labeler_app.services import images, steered
from labeler_app.services.steered import Wanted
from labeler_app.services.workspace import Workspace
from labeler_app.store import events, items, variants
from labeler_app.store.variants import Filling, ReviewRow, VariantRow
from tests.builders import new_id

NIGHT = Filling("low light", "brightness", 0, 1)


def make(
    ws: Workspace, project: int, person: int, *, count: int, filling: Filling = NIGHT
) -> list[int]:
    """Make variants of labeled pictures in the order of the project, and return their numbers."""
    recipe = RECIPES[filling.recipe]
    goal = Wanted(0, filling.first, filling.last) if recipe.axis else None
    with ws.store.write() as tx:
        labels = {one.item: one.class_id for one in events.training_labels(tx, project)}
        roots = list(items.many(tx, list(labels)).values())[:count]
        told = {"class_id": None, "wanted": count, "seed": 0, "person": person, "at": 1.0}
        making = variants.ask(tx, project, filling, **told)
        known = {one.id for one in variants.every(tx, project)}
    made = []
    for seed, row in enumerate(roots):
        one = steered.make(images.open_screen(ws, row), recipe, goal, seed)
        content, suffix = loader.screen(one.thing)
        digest = hashlib.sha256(content).hexdigest()
        path = ws.folder / "variants" / f"{digest}{suffix}"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
        at = 0 if goal is None else goal.axis
        made.append(
            VariantRow(
                making=making,
                root=row.id,
                other=None,
                class_id=labels[row.id],
                steps=json.dumps(list(one.values)),
                seed=seed,
                versions="",
                before=float(one.before[at]),
                after=float(one.after[at]),
                landed=one.landed,
                near="",
                margin=None,
                path=f"variants/{path.name}",
                sha256=digest,
            )
        )
    with ws.store.write() as tx:
        variants.add(tx, project, made, at=1.0)
        return [one.id for one in variants.every(tx, project) if one.id not in known]


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
