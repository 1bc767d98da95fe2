"""A wire between browser and server that can be cut."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace

from tests.live import Server


@dataclass
class Wire:
    """Passes TCP on to a server; while it is cut, nothing gets through and nobody is told."""

    server: Server
    far: Server = field(init=False)
    """The server as it is seen from the other end."""

    def __post_init__(self) -> None:
        self._door = socket.create_server(("127.0.0.1", 0))
        self.far = replace(self.server, port=self._door.getsockname()[1])
        self.far.log = self.server.log
        self._whole = threading.Event()
        self._whole.set()
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        """Take no more connections."""
        self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()

    @contextmanager
    def cut(self) -> Iterator[None]:
        """Hold everything back, both ways, as a network does that drops packets."""
        self._whole.clear()
        try:
            yield
        finally:
            self._whole.set()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._door.accept()
                far = socket.create_connection(("127.0.0.1", self.server.port))
                for ends in ((near, far), (far, near)):
                    threading.Thread(target=self._pass_on, args=ends, daemon=True).start()

    def _pass_on(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError), source, target:
            while content := source.recv(65536):
                self._whole.wait()
                target.sendall(content)
            target.shutdown(socket.SHUT_WR)
