"""A server that stands still, as on a frozen machine."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager

from tests.live import Server


@contextmanager
def standing_still(server: Server) -> Iterator[None]:
    """Stop the server's process, as a frozen machine would, and let it go on after."""
    assert server.process is not None
    server.process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        server.process.send_signal(signal.SIGCONT)
