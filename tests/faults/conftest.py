"""A browser, a server to be killed and stopped, and a fresh project for each test."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from labeler_app.services import features, training
from tests.live import Server
from tests.pictures import COLOURS, class_folders
from tests.records import make_project, opened


@pytest.fixture(scope="package")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three classes of 70 pictures each."""
    return class_folders(tmp_path_factory.mktemp("pictures") / "colours", each=70)


@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server that each test makes its own project for; some tests kill and restart it."""
    running = Server(tmp_path_factory.mktemp("faults") / "ws").start()
    yield running
    running.stop()


@pytest.fixture
def project(request: pytest.FixtureRequest, server: Server, pictures: Path) -> int:
    """A fresh project of 210 pictures, ranked: no ranking comes in the midst of a test."""
    with opened(server.workspace) as ws:
        made = make_project(ws, request.node.name[:90], pictures, classes=tuple(COLOURS))
        deadline = time.monotonic() + 60
        while features.missing(ws, made) > 0 or training.is_due(ws, made) is not None:
            assert time.monotonic() < deadline, "no ranking came"
            time.sleep(0.05)
    return made
