"""Errors of the disk as sentences, wherever the workspace's files are written."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from labeler_app.errors import StoreError

_FULL = (errno.ENOSPC, errno.EDQUOT)


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Turn an error of the disk into a sentence while files are written below a folder.

    Raises
    ------
    StoreError
        Instead of an OSError.
    """
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        if error.errno in _FULL:
            problem = f"The disk is full: nothing more fits into {folder} ({reason})."
            raise StoreError(problem, hint="Make room, then try again.") from error
        raise StoreError(
            f"The folder {folder} cannot be written to: {reason}.",
            hint="Check the disk and the permissions, then try again.",
        ) from error
