"""One logger per module, one line per event: ``event key=value``, durations in seconds."""

import logging
import sys


def logger(name: str) -> logging.Logger:
    """Return the logger of a module.

    Parameters
    ----------
    name
        ``__name__`` of the module.
    """
    return logging.getLogger(name)


def line(event: str, **values: object) -> str:
    """Return one log line; payloads, labels and secrets do not belong in it.

    Parameters
    ----------
    event
        What happened, in one or two words joined by a hyphen.
    values
        What is worth knowing; floats are rounded to a millisecond.
    """
    pairs = (f"{key}={_plain(value)}" for key, value in values.items())
    return " ".join([event, *pairs])


def to_stderr(level: int = logging.INFO) -> None:
    """Send this program's log to stderr, once."""
    root = logging.getLogger("labeler_app")
    if root.handlers:
        return
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    root.addHandler(handler)
    root.setLevel(level)
    root.propagate = False


def _plain(value: object) -> str:
    text = f"{value:.3f}" if isinstance(value, float) else str(value)
    return f'"{text}"' if " " in text else text
