"""Projects, their classes and their settings."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from labeler_app.errors import InputError
from labeler_app.services import class_keys, configs, kinds, new_names
from labeler_app.services.names import checked_name
from labeler_app.services.workspace import Workspace
from labeler_app.settings import ProjectConfig
from labeler_app.store import class_changes, class_sets, events, items, projects, trail
from labeler_app.store.class_changes import New
from labeler_app.store.projects import ProjectRow

MOST_CLASSES = 1000


@dataclass(frozen=True, slots=True)
class Project:
    """One project, as doors see it."""

    id: int
    name: str
    kind: str
    config: ProjectConfig
    items: int
    created_at: float

    @property
    def noun(self) -> str:
        """What one item is called: image, text or row."""
        return kinds.of(self.kind).noun


@dataclass(frozen=True, slots=True)
class LabelClass:
    """One class with its key, its colour (1 to 8) and how often it was given."""

    id: int
    name: str
    key: str
    colour: int
    definition: str
    count_training: int
    count_audit: int

    @property
    def count(self) -> int:
        """Labels of this class, audit included."""
        return self.count_training + self.count_audit


def every(ws: Workspace) -> list[Project]:
    """Return all projects, newest first."""
    with ws.store.read() as tx:
        rows = projects.every(tx)
        counts = projects.counts(tx, [row.id for row in rows])
    return [_project(row, counts.get(row.id, 0)) for row in reversed(rows)]


def get(ws: Workspace, project: int) -> Project:
    """Return a project by id.

    Raises
    ------
    InputError
        If there is none.
    """
    with ws.store.read() as tx:
        row = projects.get(tx, project)
        count = items.count(tx, project)
    if row is None:
        raise InputError(f"There is no project number {project}.", hint="Open Projects.")
    return _project(row, count)


def refuse_several(project: Project) -> None:
    """Make sure that an item of a project has one class.

    Raises
    ------
    InputError
        If it may have several.
    """
    if project.config.multi_label:
        raise InputError(
            "Items of this project may have several classes, so each is labeled by itself.",
            hint="Label them one at a time.",
        )


def by_name(ws: Workspace, name: str) -> Project:
    """Return a project by name, case ignored.

    Raises
    ------
    InputError
        If there is none; the hint lists what there is.
    """
    with ws.store.read() as tx:
        row = projects.find(tx, name)
        known = [one.name for one in projects.every(tx)]
        count = items.count(tx, row.id) if row else 0
    if row is None:
        listed = ", ".join(known) if known else "none yet; make one with `labeler new`"
        raise InputError(f"There is no project {name!r}.", hint=f"Projects here: {listed}.")
    return _project(row, count)


def create(
    ws: Workspace,
    name: str,
    *,
    classes: Sequence[str] = (),
    config: ProjectConfig | None = None,
    kind: str = "image",
) -> Project:
    """Make a project.

    Parameters
    ----------
    config
        Its settings; None takes those that items of its kind begin with.
    kind
        Of its items: ``image``, ``text`` or ``table``.

    Raises
    ------
    InputError
        If the name is taken or not a name, the classes are not, or the embedder reads items of
        another kind.
    """
    clean = checked_name(name, what="project name")
    wanted = new_names.checked_classes(classes)
    chosen = configs.checked(config or kinds.of(kind).config())
    configs.check_embedder(chosen.embedder, kind)
    with ws.store.write() as tx:
        made = projects.add(tx, clean, kind, chosen, at=ws.clock())
        if made is None:
            there = projects.find(tx, clean)
            raise new_names.project_taken(there.name if there else clean)
        added = [projects.add_class(tx, made, one) for one in wanted]
        if added:
            new = New(made, "add", ws.clock())
            class_changes.note_added(tx, new, [one for one in added if one is not None])
        trail.note(tx, "project made", at=ws.clock(), project=made)
    return get(ws, made)


def discard_if_empty(ws: Workspace, project: int) -> bool:
    """Remove a project that no item arrived in, so that a failed start leaves nothing behind."""
    with ws.store.write() as tx:
        if items.count(tx, project) or events.newest_seq(tx, project):
            return False
        projects.remove_empty(tx, project)
    return True


def configure(ws: Workspace, project: int, config: ProjectConfig) -> None:
    """Replace a project's settings.

    Raises
    ------
    InputError
        If a plug-in is named that does not exist, or the embedder reads items of another kind.
    """
    configs.checked(config)
    known = get(ws, project)
    if config.embedder != known.config.embedder:
        configs.check_embedder(config.embedder, known.kind, known.items)
    with ws.store.write() as tx:
        projects.hold(tx, project)
        if config.multi_label != known.config.multi_label and events.newest_seq(tx, project):
            raise InputError(
                "Items of this project were labeled already, so how many classes one may have "
                "cannot change.",
                hint="Make a new project of the same files.",
            )
        projects.configure(tx, project, config)
        trail.note(tx, "settings changed", at=ws.clock(), project=project)


def add_budget(ws: Workspace, project: int, more: int) -> ProjectConfig:
    """Let the project pay for more labels."""
    if not 1 <= more <= 100_000:
        raise InputError(f"{more} more labels is not between 1 and 100,000.")
    with ws.store.write() as tx:
        projects.hold(tx, project)
        row = projects.get(tx, project)
        if row is None:
            raise InputError(f"There is no project number {project}.")
        # A budget above the labels already given: "60 more" means 60 from now.
        now = max(events.answered(tx, project), row.config.budget)
        config = replace(row.config, budget=now + more)
        projects.configure(tx, project, config)
    return config


def classes(ws: Workspace, project: int) -> list[LabelClass]:
    """Return the classes with keys, colours and counts, in their order."""
    with ws.store.read() as tx:
        rows = projects.classes(tx, project)
        counts = class_sets.counts(tx, project)
    keys = class_keys.of(rows)
    return [
        LabelClass(
            id=row.id,
            name=row.name,
            key=keys[row.id],
            colour=row.colour,
            definition=row.definition,
            count_training=counts.get(row.id, (0, 0))[0],
            count_audit=counts.get(row.id, (0, 0))[1],
        )
        for row in rows
    ]


def add_class(ws: Workspace, project: int, name: str, *, person: int | None = None) -> LabelClass:
    """Add a class.

    Raises
    ------
    InputError
        If the name is taken or not a name, or there are too many classes.
    """
    clean = checked_name(name, what="class name")
    with ws.store.write() as tx:
        projects.hold(tx, project)
        if len(projects.classes(tx, project)) >= MOST_CLASSES:
            raise InputError(f"There are {MOST_CLASSES} classes already, the most there can be.")
        made = projects.add_class(tx, project, clean)
        if made is None:
            raise new_names.class_taken(tx, project, clean)
        class_changes.note_added(tx, New(project, "add", ws.clock(), person), [made])
        trail.note(tx, "class added", at=ws.clock(), project=project, name=clean)
    return next(one for one in classes(ws, project) if one.id == made)


def _project(row: ProjectRow, count: int) -> Project:
    return Project(row.id, row.name, row.kind, row.config, count, row.created_at)
