"""What is shown of a variant: its picture, or what it says."""

from collections.abc import Callable
from typing import Any, TypeVar

from labeler_app.adapters.items import image as loader
from labeler_app.errors import FormatError, InputError
from labeler_app.services import projects, variant_kinds
from labeler_app.services.images import MEDIA_TYPES
from labeler_app.services.workspace import Workspace
from labeler_app.store import reviews

SIZES = ("screen", "thumb")

Shown = TypeVar("Shown")


def picture_of(ws: Workspace, variant: int, size: str) -> tuple[bytes, str]:
    """Return the picture of a variant and its media type; the small one is made when asked for.

    Raises
    ------
    InputError
        If the variant or the size does not exist, it is none of a picture, or its file cannot be
        read any more.
    """
    if size not in SIZES:
        raise InputError(f"There is no image size {size!r}.", hint=f"Ask for {' or '.join(SIZES)}.")
    content, suffix = _shown(
        ws, variant, "image", loader.thumb if size == "thumb" else loader.screen
    )
    return content, MEDIA_TYPES[suffix]


def text_of(ws: Workspace, variant: int) -> str:
    """Return what the variant of a text says.

    Raises
    ------
    InputError
        If the variant does not exist, it is none of a text, or its file cannot be read any more.
    """
    return _shown(ws, variant, "text", str)


def _shown(ws: Workspace, variant: int, kind: str, render: Callable[[Any], Shown]) -> Shown:
    with ws.store.read() as tx:
        found = reviews.file_of(tx, variant)
    if found is None:
        raise InputError(f"There is no variant number {variant}.")
    project, path = found
    known = projects.get(ws, project).kind
    about = variant_kinds.of(known)
    if known != kind:
        raise InputError(f"Variant {variant} is a {about.noun}.")
    try:
        # Looked at before it is served, and the path is the row's: nothing else is ever read.
        return render(about.read(ws, path))
    except FormatError as error:
        raise InputError(
            f"Variant {variant} cannot be shown: {error.problem}.", hint="Reject it."
        ) from error
