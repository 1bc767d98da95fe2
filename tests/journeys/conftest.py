"""A folder of pictures, and an empty database of each kind."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import DATABASES
from tests.pictures import class_folders


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three classes of 70 pictures each, in class folders."""
    return class_folders(tmp_path_factory.mktemp("pictures") / "colours", each=70)


@pytest.fixture(params=DATABASES)
def empty_database(request: pytest.FixtureRequest, new_database: Callable[[], str]) -> str | None:
    """The address of a database without any table; None is SQLite in a workspace to be made."""
    return None if request.param == "sqlite" else new_database()
