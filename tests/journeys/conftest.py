"""Pictures, an empty database of each kind, a browser, a server with a project that learned."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import DATABASES
from tests.live import Server
from tests.pictures import COLOURS, class_folders
from tests.program import Program
from tests.records import make_project, opened, paths


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three classes of 70 pictures each, in class folders."""
    return class_folders(tmp_path_factory.mktemp("pictures") / "colours", each=70)


@pytest.fixture(params=DATABASES)
def empty_database(request: pytest.FixtureRequest, new_database: Callable[[], str]) -> str | None:
    """The address of a database without any table; None is SQLite in a workspace to be made."""
    return None if request.param == "sqlite" else new_database()


@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server on SQLite; each test makes its own project."""
    running = Server(tmp_path_factory.mktemp("shared") / "ws").start()
    yield running
    running.stop()


@pytest.fixture(scope="package")
def taught(server: Server, pictures: Path) -> int:
    """A project whose model knows the three classes."""
    with opened(server.workspace) as ws:
        project = make_project(ws, "Taught", pictures, classes=tuple(COLOURS))
        where = paths(ws, project)
    program = Program(server, project, where)
    program.label(40)
    program.wait_for_model()
    return project
