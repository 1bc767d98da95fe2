"""A small project, for tests that need no other."""

import pytest

from labeler_app.services import pool
from tests.builders import class_ids, make_project


@pytest.fixture
def project(ws, tmp_path):
    """Twelve items without an audit sample, not embedded."""
    return make_project(ws, tmp_path / "photos", embedded=False)


@pytest.fixture
def shown(ws, project, ada):
    """Items on Ada's desk."""
    return [one.id for one in pool.lease(ws, project.id, ada.id, keep=[], want=6)]


@pytest.fixture
def blue(ws, project):
    return class_ids(ws, project.id)["blue"]
