"""A look at what would be imported, before anything is stored."""

import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from labeler_app.adapters.files import Found, Refused
from labeler_app.adapters.items import image as loader
from labeler_app.errors import FormatError
from labeler_app.services import found_labels, images, sources
from labeler_app.services.workspace import Workspace
from labeler_app.settings import ProjectConfig

LOOKS_AT = 20


@dataclass(frozen=True, slots=True)
class Sample:
    """One picture of the preview."""

    path: str
    thumb: bytes
    media_type: str


@dataclass(frozen=True, slots=True)
class Look:
    """What a folder or zip holds."""

    name: str
    kind: str
    """``folder`` or ``zip``."""
    files: int
    photos: int
    """Files whose name says they are images; each is opened only at the import."""
    refused: tuple[Refused, ...]
    ignored: int
    labels_from: str | None
    labels: Mapping[str, int]
    labeled: int
    reserve: int
    reserve_share: float
    seconds: float
    samples: tuple[Sample, ...]


def look(ws: Workspace, path: Path, *, n: int = LOOKS_AT, seed: int = 0) -> Look:
    """Look into a folder or zip: counts, labels found, and n pictures at random.

    Raises
    ------
    InputError
        If nothing there could be imported.
    """
    begun = time.monotonic()
    # A zip stays unpacked: the import that most often follows finds it done.
    source = sources.open_source(ws, path)
    labels = found_labels.labels_in(source, None)
    refused = list(source.refused)
    samples = _samples(source.folder, source.found, refused, n, seed)
    config = ProjectConfig()
    reserve = min(round(config.audit_reserve * len(source.found)), config.audit_cap)
    return Look(
        name=path.name,
        kind="zip" if path.suffix.lower() == ".zip" else "folder",
        files=len(source.found) + source.ignored + len(source.refused),
        photos=len(source.found) - (len(refused) - len(source.refused)),
        refused=tuple(refused),
        ignored=source.ignored,
        labels_from=labels.come_from,
        labels=labels.counts(),
        labeled=len(labels.by_path),
        reserve=reserve,
        reserve_share=reserve / len(source.found),
        seconds=time.monotonic() - begun,
        samples=tuple(samples),
    )


def _samples(
    folder: Path, found: Sequence[Found], refused: list[Refused], n: int, seed: int
) -> list[Sample]:
    order = random.Random(seed).sample(list(found), len(found))  # noqa: S311
    samples: list[Sample] = []
    for one in order[: 3 * n]:
        if len(samples) == n:
            break
        try:
            image = loader.load_image(folder / one.path_relative, root=folder).image
        except FormatError as error:
            refused.append(Refused(one.path_relative, error.problem))
            continue
        thumb, suffix = loader.thumb(image)
        samples.append(Sample(one.path_relative, thumb, images.MEDIA_TYPES[suffix]))
    return samples
