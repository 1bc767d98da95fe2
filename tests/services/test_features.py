"""Another embedder for a project that has one, and back again."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from labeler_app import plugins
from labeler_app.adapters.embedders import Embedder
from labeler_app.core.audit import near_duplicates
from labeler_app.errors import InputError
from labeler_app.services import features, projects, quality
from labeler_app.store import audit, models
from tests.builders import label, make_project, rows, run_import, work


@pytest.fixture
def project(ws, tmp_path, ada):
    """Twelve labeled pictures, embedded with `pixels`, and a model."""
    made = make_project(ws, tmp_path / "images", each=4, retrain_every=1)
    label(ws, made.id, ada, [row.id for row in rows(ws, made.id)])
    work(ws)
    return made


def choose(ws, project, embedder):
    config = replace(projects.get(ws, project.id).config, embedder=embedder)
    projects.configure(ws, project.id, config)


def embeddings(ws, project):
    return np.array(ws.arrays.open_all(features.shards(ws, project.id)))


def test_another_embedder_embeds_all_again_and_a_new_model_is_made(ws, project, tmp_path):
    np.save(tmp_path / "vectors.npy", np.random.default_rng(0).normal(size=(12, 5)))
    versions = len(quality.curve(ws, project.id))

    choose(ws, project, f"given:{tmp_path / 'vectors.npy'}")
    missing = features.missing(ws, project.id)
    work(ws)

    assert missing == 12
    assert embeddings(ws, project).shape == (12, 5)
    assert len(quality.curve(ws, project.id)) == versions + 1


@pytest.mark.parametrize("count", [11, 13])
def test_vectors_that_are_not_as_many_as_the_items_are_refused_when_chosen_and_when_embedded(
    ws, project, tmp_path, count
):
    said = f"holds {count} vectors, but the project has 12 items"
    np.save(tmp_path / "vectors.npy", np.zeros((count, 5)))

    with pytest.raises(InputError, match=said):
        choose(ws, project, f"given:{tmp_path / 'vectors.npy'}")

    assert projects.get(ws, project.id).config.embedder == "pixels"

    np.save(tmp_path / "vectors.npy", np.zeros((12, 5)))
    choose(ws, project, f"given:{tmp_path / 'vectors.npy'}")
    np.save(tmp_path / "vectors.npy", np.zeros((count, 5)))
    with pytest.raises(InputError, match=said):
        features.embed(ws, project.id)
    assert features.shards(ws, project.id) == []


def test_going_back_to_an_embedder_finds_its_features(ws, project, tmp_path):
    np.save(tmp_path / "vectors.npy", np.random.default_rng(0).normal(size=(12, 5)))
    before = embeddings(ws, project)
    choose(ws, project, f"given:{tmp_path / 'vectors.npy'}")
    work(ws)

    choose(ws, project, "pixels")

    assert features.missing(ws, project.id) == 0
    np.testing.assert_array_equal(embeddings(ws, project), before)


def test_look_alikes_of_audit_items_are_found_after_going_back_with_more_items(ws, tmp_path, ada):
    made = make_project(ws, tmp_path / "images", each=4, audit_reserve=0.5)
    np.save(tmp_path / "vectors.npy", np.random.default_rng(0).normal(size=(24, 5)))
    double(ws, made, tmp_path / "images", "z")
    choose(ws, made, f"given:{tmp_path / 'vectors.npy'}")
    features.embed(ws, made.id)

    choose(ws, made, "pixels")
    double(ws, made, tmp_path / "images", "y")
    features.embed(ws, made.id)

    with ws.store.read() as tx:
        files = models.shards(tx, made.id, "luma@1")
        reserved, alike = audit.positions(tx, made.id), audit.shadow_positions(tx, made.id)
    signatures = np.array(ws.arrays.open_all(files))
    assert [one.first for one in files] == [0, 12]
    assert len(signatures) == features.missing(ws, made.id) + len(rows(ws, made.id)) == 36
    assert set(near_duplicates(signatures, np.array(sorted(reserved))).tolist()) == set(alike)
    assert alike


def double(ws, project, folder, mark):
    """Import the twelve pictures again, each a bit brighter."""
    for path in sorted(folder.rglob("*-0??.png")):
        brighter = Image.open(path).point(lambda tone: min(255, tone + 2 + ord(mark) % 2))
        brighter.save(path.with_name(f"{mark}{path.stem[-3:]}.png"))
    run_import(ws, project.id, folder)


def test_an_embedder_that_gives_no_numbers_is_refused_with_the_item(ws, tmp_path, monkeypatch):
    def nothing(items, state):
        return np.full((len(items), 3), np.nan, np.float32)

    broken = Embedder("broken", "1", "image", lambda items, rng: {}, nothing)
    monkeypatch.setattr(plugins, "load", lambda kind, name: broken)
    made = make_project(ws, tmp_path / "other", each=1, name="Other", embedded=False)

    with pytest.raises(InputError, match=r"broken gives values that are not numbers for amber/"):
        features.embed(ws, made.id)
