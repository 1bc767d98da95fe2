"""The pictures of variants, as they are served."""

from labeler_app.adapters.items import image as loader
from labeler_app.errors import FormatError, InputError
from labeler_app.services.images import MEDIA_TYPES
from labeler_app.services.workspace import Workspace
from labeler_app.store import reviews

SIZES = ("screen", "thumb")


def of_variant(ws: Workspace, variant: int, size: str) -> tuple[bytes, str]:
    """Return the picture of a variant and its media type; the small one is made when asked for.

    Raises
    ------
    InputError
        If the variant or the size does not exist, or its file cannot be read any more.
    """
    if size not in SIZES:
        raise InputError(f"There is no image size {size!r}.", hint=f"Ask for {' or '.join(SIZES)}.")
    with ws.store.read() as tx:
        path = reviews.path_of(tx, variant)
    if path is None:
        raise InputError(f"There is no made picture number {variant}.")
    try:
        # Looked at before it is served, and the path is the row's: nothing else is ever read.
        opened = loader.load_image(ws.folder / path, root=ws.folder).image
        content, suffix = loader.thumb(opened) if size == "thumb" else loader.screen(opened)
    except FormatError as error:
        raise InputError(
            f"Made picture {variant} cannot be shown: {error.problem}.", hint="Reject it."
        ) from error
    return content, MEDIA_TYPES[suffix]
