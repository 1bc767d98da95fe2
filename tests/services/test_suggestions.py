"""What the newest model thinks of items."""

import pytest

from labeler_app.services import pool, projects, suggestions
from tests.builders import label, make_project, rows, work


@pytest.fixture
def wide(ws, tmp_path):
    """Eighteen items without an audit sample."""
    return make_project(ws, tmp_path / "photos", each=6)


def leased(ws, project, person, want):
    return [one.id for one in pool.lease(ws, project.id, person.id, keep=[], want=want)]


def test_what_lies_on_a_desk_is_suggested_by_the_newest_model(ws, wide, ada, tmp_path):
    first = leased(ws, wide, ada, 12)
    other = make_project(ws, tmp_path / "other", each=1, name="Other")
    assert suggestions.of_items(ws, wide.id, first) == []
    label(ws, wide.id, ada, first)
    work(ws)

    told = suggestions.of_items(ws, wide.id, [*first[:2], rows(ws, other.id)[0].id, 10_000])

    assert [(one.id, one.version) for one in told] == [(first[0], 1), (first[1], 1)]
    assert sum(told[0].shares.values()) == pytest.approx(1.0, abs=1e-3)


def test_a_class_the_model_has_not_learned_has_no_share(ws, wide, ada):
    label(ws, wide.id, ada, leased(ws, wide, ada, 12))
    work(ws)
    new = projects.add_class(ws, wide.id, "new").id

    offers = pool.lease(ws, wide.id, ada.id, keep=[], want=2)

    assert new not in offers[0].shares
