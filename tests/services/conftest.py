"""A small project, for tests that need no other, and a larger one that is prepared once."""

import pytest

from labeler_app.services import people, pool
from tests.builders import SMALL, class_ids, label, make_project, rows, work
from tests.pictures import nights
from tests.prepared import taken, workshop


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


@pytest.fixture(scope="session")
def days(tmp_path_factory, migrated_file):
    """Ninety pictures by day, labeled whether reserved or not, and thirty at night; measured."""
    folder = tmp_path_factory.mktemp("day")
    nights(folder / "photos", each=10, size=SMALL)
    with workshop(folder, migrated_file) as ws:
        project = make_project(ws, folder / "photos", each=30, audit_reserve=0.25).id
        work(ws)
        by_day = [row.id for row in rows(ws, project) if "night" not in row.path]
        label(ws, project, people.join(ws, "Ada"), by_day)
        work(ws)
        return taken(ws)
