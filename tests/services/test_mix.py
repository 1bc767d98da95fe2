"""The sentence about the mix that the desk serves."""

import pytest

from labeler_app.services import mix
from labeler_app.store import ask_first, items
from tests.builders import make_project, work


@pytest.mark.parametrize(
    ("share", "sentence"),
    [
        (0.25, "three in four chosen to stand for the rest, one in four at random."),
        (0.1, "nine in ten chosen to stand for the rest, one in ten at random."),
        (0.0, "the same mix: all of them chosen to stand for the rest."),
        (0.37, "63 % chosen to stand for the rest, 37 % at random."),
    ],
)
def test_the_mix_is_told_in_plain_words(ws, tmp_path, share, sentence):
    project = make_project(ws, tmp_path / "photos", each=1, audit_share_first=share)
    work(ws)

    assert mix.sentence(ws, project.id).endswith(sentence)


def test_what_somebody_asked_for_first_is_in_the_mix(ws, tmp_path):
    project = make_project(ws, tmp_path / "photos", each=1)
    work(ws)
    with ws.store.write() as tx:
        item = items.ids_by_position(tx, project.id)[0]
        told = {"propensity": 1.0, "reason": "a gap", "at": ws.clock()}
        ask_first.put(tx, project.id, [item], **told)

    assert "three in four asked first for a gap" in mix.sentence(ws, project.id)
