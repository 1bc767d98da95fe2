"""A worker killed while it makes variants: nothing is half-made, and the next one goes on."""

import os
import signal
import time
from dataclasses import replace

import pytest

from labeler_app.services import making, variant_files, worker
from labeler_app.services.workspace import Workspace, open_workspace
from labeler_app.settings import Settings
from labeler_app.store import variants
from tests.builders import label, make_project, rows, work
from tests.faults.test_kill_worker import BORN, PATIENCE, finish, kill_during

COUNT = 200
WRITTEN = 70
"""Files, of which the first 64 belong to a block that is stored."""


@pytest.fixture
def ws(ws: Workspace) -> Workspace:
    """A workspace with the real clock, which the processes share."""
    return replace(ws, clock=time.time)


def die_writing(settings: Settings) -> None:
    """Be a worker, until so many files of variants are written: then be killed."""
    write, count = variant_files.write, []

    def dies(ws: Workspace, path: str, content: bytes) -> bool:
        count.append(path)
        if len(count) > WRITTEN:
            os.kill(os.getpid(), signal.SIGKILL)
        return write(ws, path, content)

    variant_files.write = dies
    worker.loop(open_workspace(settings), alive=lambda: True)


@pytest.fixture
def asked(ws, ada, tmp_path):
    """A project of thirty labeled pictures, and the number of what was asked for."""
    project = make_project(ws, tmp_path / "photos", each=10)
    label(ws, project.id, ada, [row.id for row in rows(ws, project.id)])
    work(ws)
    told = {"recipe": "low light", "gap": "brightness:0-1:all", "count": COUNT}
    return project.id, making.ask(ws, project.id, ada.id, **told)


def stored(ws, project):
    with ws.store.read() as tx:
        return variants.every(tx, project)


def files(ws):
    home = ws.folder / variant_files.FOLDER
    return {one.relative_to(ws.folder).as_posix() for one in home.rglob("*") if one.is_file()}


def is_finished(ws, project, number):
    """Let the next worker do the rest, and tell whether all is there once, and nothing else."""
    finish(ws)
    told, every = making.get(ws, project, number), stored(ws, project)
    assert (told.state, told.made, len(every)) == ("done", COUNT, COUNT)
    assert len({(one.root, one.seed) for one in every}) == COUNT
    assert files(ws) == {one.path for one in every}
    for one in every:
        content = (ws.folder / one.path).read_bytes()
        assert variant_files.path_of(project, content, "")[1] == one.sha256
    return True


def test_a_worker_killed_between_files_and_rows_leaves_files_that_its_heir_clears(ws, asked):
    process = BORN.Process(target=die_writing, args=(ws.settings,))
    process.start()
    process.join(PATIENCE)

    assert process.exitcode == -signal.SIGKILL
    assert len(stored(ws, asked[0])) == making.get(ws, *asked).made == 64
    assert len(files(ws)) == WRITTEN
    assert is_finished(ws, *asked)


@pytest.mark.parametrize("after", [0.002, 0.3])
def test_a_worker_killed_at_any_time_has_an_heir_that_makes_the_rest(ws, asked, after):
    kill_during(ws, "making variants", after=after)

    before = stored(ws, asked[0])
    assert {one.path for one in before} <= files(ws)
    assert len(before) == making.get(ws, *asked).made
    assert is_finished(ws, *asked)
