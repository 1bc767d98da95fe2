"""What is said of features that were guessed, or look wrong."""

from dataclasses import replace

import numpy as np
import pandas as pd
from PIL import Image

from labeler_app.services import doubts, features, projects
from labeler_app.settings import ProjectConfig
from tests.builders import make_project, run_import


def given(folder, vectors):
    np.save(folder / "vectors.npy", vectors)
    return f"given:{folder / 'vectors.npy'}"


def rising(folder):
    return sorted(folder.rglob("*.png"))


def test_nothing_is_said_of_features_as_they_should_be(ws, tmp_path):
    project = make_project(ws, tmp_path / "images", each=3)

    assert doubts.of_features(ws, project.id) == []


def test_nothing_is_said_before_there_are_features(ws, tmp_path):
    project = make_project(ws, tmp_path / "images", each=1, embedded=False)

    assert doubts.of_features(ws, project.id) == []


def test_what_the_embedder_says_of_itself_is_kept_with_the_features(ws, tmp_path):
    alike = given(tmp_path, np.ones((9, 4)))

    project = make_project(ws, tmp_path / "images", each=3, embedder=alike)

    nearly, order = doubts.of_features(ws, project.id)
    assert "nearly the same for all items" in nearly
    assert "9 vectors of vectors.npy are taken for the items in their order" in order


def test_more_items_are_embedded_with_what_was_learned_and_the_notes_stay(ws, tmp_path):
    project = make_project(ws, tmp_path / "images", each=3, embedded=False)
    files = [str(one.relative_to(tmp_path / "images")) for one in rising(tmp_path / "images")]
    told = {"path": [*files, "z0.png", "z1.png", "z2.png"], "x": np.ones(12), "y": np.ones(12)}
    pd.DataFrame(told).to_parquet(tmp_path / "v.parquet")
    config = replace(project.config, embedder=f"given:{tmp_path / 'v.parquet'}")
    projects.configure(ws, project.id, config)
    features.embed(ws, project.id)
    before = doubts.of_features(ws, project.id)

    for number in range(3):
        Image.new("L", (32, 24), 80 * number).save(tmp_path / "images" / f"z{number}.png")
    run_import(ws, project.id, tmp_path / "images")
    features.embed(ws, project.id)

    assert len(before) == 1
    assert doubts.of_features(ws, project.id) == before
    assert features.missing(ws, project.id) == 0


def test_pictures_that_no_embedder_can_tell_apart_are_named(ws, tmp_path):
    for level in range(5):
        (tmp_path / "flat").mkdir(exist_ok=True)
        Image.new("L", (30 + level, 30 + level), 128).save(tmp_path / "flat" / f"{level}.png")
    project = projects.create(ws, "Flat", config=ProjectConfig(audit_reserve=0.0))
    run_import(ws, project.id, tmp_path / "flat")
    features.embed(ws, project.id)

    (said,) = doubts.of_features(ws, project.id)

    assert "features of the first 5 images are all the same" in said
