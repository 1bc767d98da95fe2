import pytest

from labeler_app.settings import ProjectConfig
from labeler_app.store import expectations, projects

NOW = 1_800_000_000.0


@pytest.fixture
def dark(world):
    with world.store.write() as tx:
        return expectations.add(
            tx,
            world.project,
            axis="brightness",
            first=0,
            last=1,
            share=0.15,
            person=world.ada,
            at=NOW,
        )


def held(world, project=None):
    with world.store.read() as tx:
        return expectations.of_project(tx, project or world.project)


def test_what_is_expected_is_told_as_it_was_written(world, dark):
    [one] = held(world)

    assert (one.id, one.axis, one.first, one.last) == (dark, "brightness", 0, 1)
    assert (one.share, one.person, one.at) == (0.15, world.ada, NOW)


def test_what_ended_holds_no_more_and_ends_only_once(world, dark):
    with world.store.write() as tx:
        assert expectations.end(tx, world.project, dark, at=NOW + 1)
        assert not expectations.end(tx, world.project, dark, at=NOW + 2)
    assert held(world) == []


def test_another_project_ends_nothing(world, dark):
    with world.store.write() as tx:
        other = projects.add(tx, "Other", "image", ProjectConfig(), at=NOW)
        assert other is not None
        assert not expectations.end(tx, other, dark, at=NOW)
    assert [one.id for one in held(world)] == [dark]
    assert held(world, other) == []
