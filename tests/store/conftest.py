"""A small world of rows, without any file."""

from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from labeler_app.settings import ProjectConfig
from labeler_app.store import events, imports, items, people, projects
from labeler_app.store.engine import Store
from labeler_app.store.events import CurrentLabel, LabelEvent
from labeler_app.store.items import NewItem
from tests.builders import new_id

NOW = 1_800_000_000.0


@dataclass(frozen=True)
class World:
    """A project with two annotators, two classes and twelve items."""

    store: Store
    project: int
    ada: int
    bob: int
    cat: int
    dog: int
    items: list[int]

    def event(self, item: int, kind: str = "label", **more: object) -> LabelEvent:
        """Return an event of Ada's: a cat, if nothing else is said."""
        told = {
            "event_id": new_id(),
            "annotator": self.ada,
            "origin": "human",
            "stored_at": NOW,
            "class_id": self.cat if kind == "label" else None,
            **more,
        }
        return LabelEvent(project=self.project, item=item, kind=kind, **told)  # type: ignore[arg-type]

    def say(self, *new: LabelEvent) -> None:
        """Append events and settle what follows from them."""
        with self.store.write() as tx:
            for one in new:
                events.append(tx, one)
                events.settle(tx, one.project, [one.item], one.annotator)

    def labels(self) -> list[CurrentLabel]:
        """Return the labels a model may learn from."""
        with self.store.read() as tx:
            return events.training_labels(tx, self.project)


def add_items(store: Store, project: int, names: Sequence[str], *, run: int | None = None) -> None:
    """Add items that are ready; the name stands for the bytes."""
    with store.write() as tx:
        new = [NewItem("image", "/photos", f"{name}.png", name, 8, 8) for name in names]
        given = run or imports.request(tx, project, "/photos", {}, None, at=NOW)
        items.add(tx, project, new, import_run=given, at=NOW)
        if run is None:
            items.arrive(tx, given)
            imports.change(tx, given, state="done")


@pytest.fixture
def world(store: Store) -> World:
    """A project with two annotators, two classes and twelve items."""
    with store.write() as tx:
        project = projects.add(tx, "Pets", "image", ProjectConfig(), at=NOW)
        assert project is not None
        ada = people.ensure(tx, "Ada", "human", at=NOW).id
        bob = people.ensure(tx, "Bob", "human", at=NOW).id
        cat = projects.add_class(tx, project, "cat")
        dog = projects.add_class(tx, project, "dog")
    assert cat is not None
    assert dog is not None
    add_items(store, project, [f"sha{number:02d}" for number in range(12)])
    with store.read() as tx:
        ids = items.ids_by_position(tx, project)
    return World(store, project, ada, bob, cat, dog, ids)
