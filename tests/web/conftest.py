"""One real server for the tests of the web floor."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.live import Server, labeler
from tests.pictures import class_folders


@pytest.fixture(scope="session")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of 60 small pictures in 3 classes."""
    return class_folders(tmp_path_factory.mktemp("photos"), each=20)


@pytest.fixture(scope="session")
def server(photos: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with one project of 60 images and the classes amber, blue and green."""
    workspace = tmp_path_factory.mktemp("workspace")
    made = labeler(
        "new",
        "Colours",
        "--from",
        str(photos),
        "--classes",
        "amber,blue,green",
        workspace=workspace,
    )
    assert made.returncode == 0, made.stderr
    running = Server(workspace).start()
    yield running
    running.stop()
