"""The error edge: a problem becomes one calm sentence, a bug a sentence with a log id."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from labeler_app.errors import LabelerError
from labeler_app.log import line, logger
from labeler_app.web.views import status
from labeler_app.web.views.mount import draw

_LOG = logger(__name__)


@contextmanager
def calm(key: str = "problem") -> Iterator[None]:
    """Show what goes wrong inside instead of raising it.

    Parameters
    ----------
    key
        Unique on the page; where the sentence stands.
    """
    try:
        yield
    except LabelerError as error:
        draw(status.problem(error.problem, error.hint), key)
    except Exception:  # noqa: BLE001 (the door: whatever comes is a bug, and gets a log id)
        name = secrets.token_hex(4)
        _LOG.exception(line("page-failed", id=name))
        draw(status.problem("This should not happen.", f"Log id {name}."), key)
