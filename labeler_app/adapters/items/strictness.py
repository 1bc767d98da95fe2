"""Pillow's warnings as errors, while images are read by any thread."""

import re
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

_PILLOW = r"PIL(\.|$)"
# Warnings of Pillow about what stands beside the picture, not about the picture itself.
_HARMLESS = "Corrupt EXIF|Tag (data|offset)|Invalid APNG|Image appears to be a malformed"


class _Readers:
    """How many threads are reading; the filters of warnings belong to all of them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._count = 0

    def enter(self) -> None:
        """Install the filters, also for the second reader: others may have reset them since."""
        with self._lock:
            self._count += 1
            warnings.filterwarnings("error", module=_PILLOW)
            warnings.filterwarnings("ignore", message=_HARMLESS, module=_PILLOW)

    def leave(self) -> None:
        """Remove the filters, and nobody else's, when the last reader leaves."""
        with self._lock:
            self._count -= 1
            if self._count == 0:
                warnings.filters = [one for one in warnings.filters if not _is_ours(one)]


_READERS = _Readers()


@contextmanager
def strict_pillow() -> Iterator[None]:
    """Turn Pillow's warnings into errors, for Pillow only.

    The filters of warnings belong to the whole process. Other threads may see these for a moment,
    so they name Pillow and no one else. ``warnings.catch_warnings`` would not do: of two threads
    that overlap, the second puts the filters of the first back for ever.
    """
    _READERS.enter()
    try:
        yield
    finally:
        _READERS.leave()


def _is_ours(one: tuple[object, ...]) -> bool:
    return isinstance(one[3], re.Pattern) and one[3].pattern == _PILLOW
