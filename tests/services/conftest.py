"""A small project, for tests that need no other, and a larger one that is prepared once."""

import pytest

from labeler_app.services import people, pool, projects, setup
from labeler_app.services.exchange import ImportOptions
from tests.builders import SMALL, class_ids, label, label_quiet, make_project, rows, work
from tests.pictures import nights
from tests.prepared import put_down, taken, workshop
from tests.tables import shouted, written


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


@pytest.fixture(scope="session")
def reels(tmp_path_factory, migrated_file):
    """Ninety reviews, labeled but for a quarter that is reserved, and thirty in capitals."""
    folder = tmp_path_factory.mktemp("films")
    file = written(folder / "films.csv", shouted(120, quiet=90))
    with workshop(folder, migrated_file) as ws:
        made = setup.new_project(ws, "Films", file, ImportOptions(), classes=("bad", "good"))
        work(ws)
        label_quiet(ws, made.project.id, people.join(ws, "Ada"))
        work(ws)
        return taken(ws)


@pytest.fixture
def films(ws, reels):
    """Those reviews; Ada labeled them."""
    put_down(ws, reels)
    return projects.every(ws)[0]
