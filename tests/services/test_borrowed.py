"""The same pictures in a second project are not embedded again."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pytest
from PIL import Image

from labeler_app import plugins
from labeler_app.adapters.embedders import Embedder
from labeler_app.adapters.embedders.pixels import PIXELS
from labeler_app.services import features, projects
from labeler_app.settings import ProjectConfig
from tests.builders import SMALL, make_project, rows, run_import
from tests.pictures import class_folders


@dataclass
class Watched:
    """`pixels`, and how many pictures it was given."""

    fitted: list[int] = field(default_factory=list)
    embedded: list[int] = field(default_factory=list)

    def embedder(self) -> Embedder:
        def fit(images: Sequence, rng: np.random.Generator):
            self.fitted.append(len(images))
            return PIXELS.fit(images, rng)

        def embed(images: Sequence, state):
            self.embedded.append(len(images))
            return PIXELS.embed(images, state)

        return replace(PIXELS, fit=fit, embed=embed)


@pytest.fixture
def watched(monkeypatch):
    """Watch what is embedded."""
    watch = Watched()
    load = plugins.load
    known = {("embedders", "pixels"): watch.embedder()}
    monkeypatch.setattr(
        plugins, "load", lambda kind, name: known.get((kind, name)) or load(kind, name)
    )
    return watch


def second(ws, folder, **config):
    chosen = ProjectConfig.from_mapping({"audit_reserve": 0.0, "embedder": "pixels", **config})
    made = projects.create(ws, "Second", config=chosen)
    run_import(ws, made.id, folder)
    features.embed(ws, made.id)
    return made


def embeddings(ws, project):
    return np.array(ws.arrays.open_all(features.shards(ws, project)))


def test_the_same_pictures_are_neither_learned_from_nor_embedded_again(ws, tmp_path, watched):
    first = make_project(ws, tmp_path / "images", each=3)

    made = second(ws, tmp_path / "images")

    assert (watched.fitted, watched.embedded) == ([9], [9])
    np.testing.assert_array_equal(embeddings(ws, made.id), embeddings(ws, first.id))
    assert features.missing(ws, made.id) == 0


def test_of_more_pictures_only_the_others_are_embedded_each_in_its_place(ws, tmp_path, watched):
    first = make_project(ws, tmp_path / "images", each=3)
    made = second(ws, tmp_path / "images")
    Image.new("RGB", SMALL, "purple").save(tmp_path / "images" / "a first one.png")
    Image.new("RGB", SMALL, "pink").save(tmp_path / "images" / "zz.png")
    run_import(ws, first.id, tmp_path / "images")
    features.embed(ws, first.id)
    (tmp_path / "images" / "more.png").write_bytes((tmp_path / "images" / "zz.png").read_bytes())
    Image.new("RGB", SMALL, "brown").save(tmp_path / "images" / "b.png")

    run_import(ws, made.id, tmp_path / "images")
    features.embed(ws, made.id)

    by_sha = {row.sha256: at for at, row in enumerate(rows(ws, first.id))}
    ours = rows(ws, made.id)
    shared = [(at, by_sha[row.sha256]) for at, row in enumerate(ours) if row.sha256 in by_sha]
    mine, theirs = embeddings(ws, made.id), embeddings(ws, first.id)
    assert watched.embedded == [9, 2, 1]
    assert (len(shared), len(ours)) == (11, 12)
    for here, there in shared:
        np.testing.assert_array_equal(mine[here], theirs[there])


def test_another_seed_learns_for_itself(ws, tmp_path, watched):
    make_project(ws, tmp_path / "images", each=3)

    second(ws, tmp_path / "images", seed=7)

    assert watched.fitted == [9, 9]


def test_what_stands_in_for_a_lost_picture_is_not_lent(ws, tmp_path, watched):
    folder = class_folders(tmp_path / "images", each=3, size=SMALL)
    lost = sorted(folder.rglob("*.png"))[4]
    kept = lost.read_bytes()
    make_project(ws, folder, each=3, embedded=False)
    lost.unlink()
    for copy in (ws.folder / "copies").rglob("*screen*"):
        copy.unlink()
    features.embed(ws, projects.by_name(ws, "Colours").id)
    lost.write_bytes(kept)

    second(ws, folder)

    assert watched.embedded == [9, 1]


def test_features_that_cannot_be_read_there_are_made_here(ws, tmp_path, watched):
    first = make_project(ws, tmp_path / "images", each=3)
    for shard in features.shards(ws, first.id):
        (ws.arrays.folder / shard.path).unlink()

    made = second(ws, tmp_path / "images")

    assert watched.embedded == [9, 9]
    assert features.missing(ws, made.id) == 0
