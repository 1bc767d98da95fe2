"""A real server for the tests of the web floor, and a person who sits at its desk."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from labeler_app.services import projects
from tests.browser import Visitor
from tests.live import Server
from tests.pictures import class_folders
from tests.records import make_project, opened

CLASSES = ("amber", "blue", "green")
MOST = 12
"""Projects in a workspace whose server another module of tests uses, too."""


@pytest.fixture(scope="session")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of 60 small pictures in 3 classes."""
    return class_folders(tmp_path_factory.mktemp("photos"), each=20)


@pytest.fixture(scope="session")
def servers(
    photos: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[], Server]]:
    """Tell the server that runs; another one, once there are many projects in its workspace."""
    running: list[Server] = []

    def current() -> Server:
        if running and _is_full(running[-1]):
            running.pop().stop()
        if not running:
            workspace = tmp_path_factory.mktemp("workspace")
            with opened(workspace) as ws:
                make_project(ws, "Colours", photos, classes=CLASSES)
            running.append(Server(workspace).start())
        return running[-1]

    yield current
    for one in running:
        one.stop()


@pytest.fixture(scope="module")
def server(servers: Callable[[], Server]) -> Server:
    """A server with one project of 60 images and the classes amber, blue and green, or some more.

    Its worker looks at every project three times a second, whoever works at another one.
    """
    return servers()


def _is_full(server: Server) -> bool:
    with opened(server.workspace) as ws:
        return len(projects.every(ws)) > MOST


@pytest.fixture
def project(server: Server, photos: Path, request: pytest.FixtureRequest) -> int:
    """A fresh project of 60 images, named like the test."""
    with opened(server.workspace) as ws:
        return make_project(ws, str(request.node.name)[-60:], photos, classes=CLASSES)


@pytest.fixture
def visitor(chromium: Browser, server: Server, project: int) -> Iterator[Visitor]:
    """A person at the desk of that project, with an item on screen."""
    with Visitor(chromium, server) as seated:
        seated.sit_down(project)
        yield seated
