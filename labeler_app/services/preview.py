"""A look at what would be imported, before anything is stored."""

import random
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from labeler_app.adapters.files import Found, Refused
from labeler_app.adapters.items import image as loader
from labeler_app.adapters.items.text import load_text
from labeler_app.errors import FormatError
from labeler_app.services import (
    contents,
    found_labels,
    guesses,
    images,
    kinds,
    label_classes,
    reading,
    sources,
    uploads,
)
from labeler_app.services.columns import GUESS, Content, Wish
from labeler_app.services.row_sources import Rows
from labeler_app.services.sources import Source
from labeler_app.services.workspace import Workspace
from labeler_app.settings import ProjectConfig

LOOKS_AT = 20


@dataclass(frozen=True, slots=True)
class Sample:
    """One item of the preview, as a picture."""

    path: str
    thumb: bytes
    media_type: str


@dataclass(frozen=True, slots=True)
class Look:
    """What a folder, a zip or a table holds."""

    name: str
    kind: str
    """``folder``, ``zip`` or ``table``."""
    files: int
    photos: int
    """Files whose name says they are images, or texts or rows; each is checked at the import."""
    refused: tuple[Refused, ...]
    """The first of those that cannot be read."""
    unread: int
    """How many cannot be read."""
    ignored: int
    labels_from: str | None
    labels: Mapping[str, int]
    labeled: int
    reserve: int
    reserve_share: float
    seconds: float
    samples: tuple[Sample, ...]
    items: str = "image"
    """Their kind: ``image``, ``text`` or ``table``."""
    taken: tuple[str, ...] = ()
    """What was guessed of a table, a few words each."""
    strangers: int = 0
    """How many paths a labels.csv names where no item is."""
    first_strangers: tuple[tuple[str, str], ...] = ()
    """The first of them, each with a reason."""
    unusable: int = 0
    """How many labels can be no class."""
    first_unusable: tuple[tuple[str, str], ...] = ()
    """The first of them, each with a reason."""
    several: int = 0
    """How many have several labels in a labels.csv, and nobody knows yet if they may."""
    notes: tuple[str, ...] = ()
    """Which spellings of classes are taken as one, whole sentences."""

    @property
    def noun(self) -> str:
        """What one item is called: image, text or row."""
        return kinds.of(self.items).noun


def look(
    ws: Workspace,
    path: Path,
    *,
    n: int = LOOKS_AT,
    seed: int = 0,
    wish: Wish = GUESS,
    project: int | None = None,
) -> Look:
    """Look into a folder, a zip or a table: counts, labels found, and n items at random.

    Parameters
    ----------
    project
        The one that it may come to; None for a new one.

    Raises
    ------
    InputError
        If nothing there could be imported.
    """
    begun = time.monotonic()
    # A zip stays unpacked: the import that most often follows finds it done.
    source = sources.open_source(ws, path, wish=wish)
    labels = found_labels.labels_in(source, None)
    refused = _Refusals(list(source.refused[: reading.PROBLEMS_KEPT]), len(source.refused))
    if source.rows is not None:
        samples = _rows(source.rows, refused, n, seed)
    else:
        samples = _samples(source, refused, n, seed)
    photos = source.size - (refused.count - len(source.refused))
    if not photos:
        told = [(one.path, one.reason) for one in refused.first]
        raise guesses.nothing_new(uploads.called(ws, path), told, refused.count, source.kind)
    named = label_classes.named(ws, project, labels.without(refused.paths))
    labels = named.labels
    config = ProjectConfig()
    reserve = min(round(config.audit_reserve * source.size), config.audit_cap)
    return Look(
        name=Path(uploads.called(ws, path)).name,
        kind=_kind(source, path),
        files=source.size + source.ignored + len(source.refused),
        photos=photos,
        refused=tuple(refused.first),
        unread=refused.count,
        ignored=source.ignored,
        labels_from=labels.come_from,
        labels=named.counts(),
        labeled=len(labels.by_path),
        reserve=reserve,
        reserve_share=reserve / max(source.size, 1),
        seconds=time.monotonic() - begun,
        samples=tuple(samples),
        items=source.kind,
        taken=source.rows.columns.guessed if source.rows else (),
        strangers=labels.strangers,
        first_strangers=labels.first_strangers,
        unusable=labels.unusable,
        first_unusable=labels.first_unusable,
        several=len(labels.several),
        notes=named.notes,
    )


@dataclass(slots=True)
class _Refusals:
    """What cannot be read: the first of it, and how much."""

    first: list[Refused]
    count: int
    paths: set[str] = field(default_factory=set)

    def add(self, path: str, reason: str) -> None:
        """Count one more."""
        self.count += 1
        self.paths.add(path)
        if len(self.first) < reading.PROBLEMS_KEPT:
            self.first.append(Refused(path, reason))


def _kind(source: Source, path: Path) -> str:
    if source.rows is not None:
        return "table"
    return "zip" if path.suffix.lower() == ".zip" else "folder"


def _samples(source: Source, refused: _Refusals, n: int, seed: int) -> list[Sample]:
    order = random.Random(seed).sample(list(source.found), len(source.found))  # noqa: S311
    samples: list[Sample] = []
    for one in order[: 3 * n]:
        if len(samples) == n:
            break
        try:
            samples.append(_sample(source, one))
        except FormatError as error:
            refused.add(one.path_relative, error.problem)
    return samples


def _sample(source: Source, one: Found) -> Sample:
    path = source.folder / one.path_relative
    if source.kind == "text":
        return _drawn(one.path_relative, load_text(path, root=source.folder).text)
    thumb, suffix = loader.thumb(loader.load_image(path, root=source.folder).image)
    return Sample(one.path_relative, thumb, images.MEDIA_TYPES[suffix])


def _rows(rows: Rows, refused: _Refusals, n: int, seed: int) -> list[Sample]:
    """Return n rows at random, each as likely as any, and note all that cannot be used."""
    chance = random.Random(seed)  # noqa: S311
    chosen: list[tuple[str, Content]] = []
    seen = 0
    for row in rows.read():
        if row.content is None:
            refused.add(row.path, row.problem)
            continue
        seen += 1
        place = len(chosen) if len(chosen) < n else chance.randrange(seen)
        if place < n:
            chosen[place : place + 1] = [(row.path, row.content)]
    return [_drawn(path, content) for path, content in chosen]


def _drawn(path: str, content: Content) -> Sample:
    return Sample(path, contents.draw(content), images.MEDIA_TYPES[".svg"])
