import ast
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit import config
from streamlit.runtime.scriptrunner.script_cache import ScriptCache

from labeler_app.web import server
from tests.records import opened


@pytest.fixture
def as_served(tmp_path: Path) -> Iterator[None]:
    """Streamlit told what the server tells it, for as long as the test runs."""
    with opened(tmp_path) as ws:
        told = server.config(ws)
    before = {key: config.get_option(key) for key in told}
    for key, value in told.items():
        config.set_option(key, value)
    yield
    for key, value in before.items():
        config.set_option(key, value)


@pytest.mark.usefixtures("as_served")
def test_a_page_opens_where_python_fails_to_read_it_into_a_syntax_tree(monkeypatch):
    # As it did in Python 3.11.7 when two threads read one at a time.
    def fail(*_: object, **__: object) -> None:
        raise SystemError("AST constructor recursion depth mismatch (before=24, after=43)")

    page = str(Path(server.__file__).with_name("app.py"))
    with monkeypatch.context() as patched:  # pytest reads syntax trees, too.
        patched.setattr(ast, "parse", fail)
        code = ScriptCache().get_bytecode(page)

    assert code.co_filename == page


def test_the_connections_of_the_listening_socket_do_not_wait_for_full_packets():
    # As Streamlit makes it: without naming the protocol, which asyncio looks for.
    with socket.socket(socket.AF_INET) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        port = listening.getsockname()[1]

        server.send_at_once(port)

        with socket.create_connection(("127.0.0.1", port)):
            accepted, _ = listening.accept()
            with accepted:
                assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0
