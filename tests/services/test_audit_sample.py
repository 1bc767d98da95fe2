from collections import Counter

import numpy as np
import pytest
from PIL import Image

from labeler_app.services import features, intake, projects
from labeler_app.settings import ProjectConfig
from labeler_app.store import audit, events, items, leases
from tests.builders import label, rows, run_import, work


def pictures(folder, count, *, first=0):
    """Write pictures of noise; no two look alike."""
    folder.mkdir(exist_ok=True)
    for number in range(first, first + count):
        pixels = np.random.default_rng(number).integers(0, 255, (16, 16), dtype=np.uint8)
        Image.fromarray(pixels).save(folder / f"{number:04d}.png")
    return folder


def reserved(ws, project):
    with ws.store.read() as tx:
        return audit.positions(tx, project.id)


def make(ws, name="Noise", **config):
    config = {"embedder": "pixels", **config}
    return projects.create(ws, name, classes=["a", "b"], config=ProjectConfig(**config))


def test_a_fifth_is_reserved_and_every_third_of_it_decides(ws, tmp_path):
    project = make(ws)

    run_import(ws, project.id, pictures(tmp_path / "a", 60))

    with ws.store.read() as tx:
        parts = {part: audit.positions(tx, project.id, part) for part in ("report", "decide")}
    assert (len(parts["report"]), len(parts["decide"])) == (8, 4)
    assert parts["decide"] == reserved(ws, project)[2::3]


def test_no_more_is_reserved_than_the_cap(ws, tmp_path):
    project = make(ws, audit_cap=5)

    run_import(ws, project.id, pictures(tmp_path / "a", 60))

    assert len(reserved(ws, project)) == 5


def test_a_later_import_extends_the_sample_in_proportion(ws, tmp_path):
    project = make(ws)
    run_import(ws, project.id, pictures(tmp_path / "a", 100))
    before = reserved(ws, project)

    run_import(ws, project.id, pictures(tmp_path / "b", 50, first=200))

    after = reserved(ws, project)
    new = [one for one in after if one not in before]
    assert (len(before), len(after)) == (20, 30)
    assert [one for one in after if one in before] == before
    assert min(new) >= 100


def test_items_of_a_later_import_are_asked_among_the_earlier_ones(ws, tmp_path):
    project = make(ws)
    run_import(ws, project.id, pictures(tmp_path / "a", 100))
    before = set(reserved(ws, project))

    run_import(ws, project.id, pictures(tmp_path / "b", 100, first=200))

    # Of 40 in random order, 20 of each: the first 20 are not all of one import.
    early = [one in before for one in reserved(ws, project)[:20]]
    assert 4 <= sum(early) <= 16


def test_of_few_first_items_perhaps_none_is_reserved_but_later_ones_make_up_for_it(ws, tmp_path):
    project = make(ws)

    for number in range(10):
        run_import(ws, project.id, pictures(tmp_path / f"{number}", 3, first=10 * number))

    assert len(reserved(ws, project)) in (5, 6, 7)


def test_the_sample_follows_the_seed_of_the_project(ws, tmp_path):
    pictures(tmp_path / "a", 40)
    drawn = []
    for number, seed in enumerate((1, 2)):
        project = make(ws, name=f"Noise {number}", seed=seed)
        run_import(ws, project.id, tmp_path / "a")
        drawn.append(reserved(ws, project))

    assert drawn[0] != drawn[1]
    assert len(drawn[0]) == len(drawn[1]) == 8


@pytest.mark.parametrize("sizes", [(30,), (3, 7, 20), (100, 50)])
def test_every_item_is_reserved_equally_often_whatever_came_when(sizes):
    """Over 3,000 seeds each item's count is within five deviations of a fifth of them."""
    from labeler_app.core import audit as sample

    seeds, total = 3000, sum(sizes)
    hits: Counter[int] = Counter()
    for seed in range(seeds):
        before = taken = 0
        for run, new in enumerate(sizes):
            share = intake.audit_fraction(0.2, 2000, taken, before, new)
            rng = np.random.default_rng([seed, run])
            drawn = sample.draw(new, fraction=share, rng=rng)
            hits.update(int(before + position) for position in drawn)
            before, taken = before + new, taken + len(drawn)

    deviation = (seeds * 0.2 * 0.8) ** 0.5
    assert all(abs(hits[item] - seeds * 0.2) < 5 * deviation for item in range(total))


@pytest.mark.parametrize(
    ("told", "share"),
    [
        ((0.2, 2000, 0, 0, 50), 0.2),
        ((0.2, 2000, 0, 0, 40_000), 0.05),
        ((0.2, 2000, 2000, 40_000, 100), 0.05),
        ((0.2, 2000, 0, 3, 3), 0.4),
        ((0.2, 2000, 3, 3, 1), 0.0),
        ((0.0, 2000, 0, 0, 50), 0.0),
    ],
)
def test_the_share_of_new_items_by_hand(told, share):
    assert intake.audit_fraction(*told) == pytest.approx(share)


def test_labels_that_came_with_audit_items_answer_them_and_train_nothing(ws, tmp_path):
    from labeler_app.services.exchange import ImportOptions

    folder = tmp_path / "photos"
    folder.mkdir()
    pictures(folder / "a", 30)
    pictures(folder / "b", 30, first=100)
    project = make(ws)
    run_import(ws, project.id, folder, ImportOptions("folders", "trust"))

    with ws.store.read() as tx:
        trained = {one.position for one in events.training_labels(tx, project.id)}
        answers = [
            one.position
            for part in ("report", "decide")
            for one in events.audit_answers(tx, project.id, part)
        ]
        labeled, _ = audit.answered(tx, project.id)

    assert sorted(answers) == sorted(reserved(ws, project))
    assert labeled == 12
    assert len(trained) == 48
    assert not trained & set(answers)


@pytest.fixture
def with_twins(ws, tmp_path):
    """Thirty pictures, and a hardly darker twin of each audit item."""
    project = make(ws)
    folder = pictures(tmp_path / "a", 30)
    run_import(ws, project.id, folder)
    originals = {row.position: row for row in rows(ws, project.id)}
    twins = tmp_path / "twins"
    twins.mkdir()
    for position in reserved(ws, project):
        name = originals[position].path
        Image.open(folder / name).point(lambda level: level * 0.97).save(twins / name)
    run_import(ws, project.id, twins)
    features.embed(ws, project.id)
    return projects.get(ws, project.id)


def shadows(ws, project):
    with ws.store.read() as tx:
        return audit.shadow_positions(tx, project.id)


def twin_positions(ws, project):
    """Return the twins that are not reserved themselves."""
    twins = {row.position for row in rows(ws, project.id) if row.position >= 30}
    return sorted(twins - set(reserved(ws, project)))


def test_near_duplicates_of_audit_items_are_found_and_nothing_else(ws, with_twins):
    twins = twin_positions(ws, with_twins)

    assert twins
    # A twin that was drawn itself shadows its original, if that was not drawn; all were.
    assert sorted(shadows(ws, with_twins)) == twins


def test_near_duplicates_of_audit_items_are_neither_ranked_nor_trained_on(ws, with_twins, ada):
    every = {row.position: row.id for row in rows(ws, with_twins.id)}
    barred = {every[position] for position in shadows(ws, with_twins)}

    label(ws, with_twins.id, ada, list(barred), lambda _true: "a")
    work(ws)

    with ws.store.read() as tx:
        asker = leases.Asker(with_twins.id, ada.id, ws.clock(), 5)
        ranked = {one.item for one in leases.ranked(tx, asker, 100)}
        assert events.training_labels(tx, with_twins.id) == []
    assert ranked
    assert not ranked & barred
    assert not ranked & {every[position] for position in reserved(ws, with_twins)}


def test_look_alikes_are_stored_together_with_the_last_embeddings(ws, with_twins, monkeypatch):
    """A worker killed in between finds both missing, and makes both."""
    pictures(ws.folder.parent / "c", 5, first=500)
    run_import(ws, with_twins.id, ws.folder.parent / "c")
    before = shadows(ws, with_twins)
    with ws.store.write() as tx:
        audit.shadow(tx, with_twins.id, [])

    def killed(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(audit, "shadow", killed)
    with pytest.raises(KeyboardInterrupt):
        features.embed(ws, with_twins.id)
    monkeypatch.undo()

    assert features.missing(ws, with_twins.id) == 5
    features.embed(ws, with_twins.id)
    assert set(before) <= set(shadows(ws, with_twins))


def test_features_come_out_the_same_in_one_go_and_in_two(ws, tmp_path):
    one, two = make(ws), make(ws, "Two")
    folder = pictures(tmp_path / "a", 20)
    run_import(ws, one.id, folder)
    features.embed(ws, one.id)

    run_import(ws, two.id, folder)
    features.embed(ws, two.id)
    pictures(folder, 5, first=100)
    run_import(ws, two.id, folder)
    added = features.embed(ws, two.id)

    first, second = (ws.arrays.open_all(features.shards(ws, project.id)) for project in (one, two))
    assert added == 5
    assert second.shape == (25, first.shape[1])
    np.testing.assert_array_equal(first, second[:20])


def test_an_item_whose_file_vanished_gets_a_place_and_is_never_shown(ws, tmp_path, ada):
    import shutil

    project = make(ws)
    folder = pictures(tmp_path / "a", 10)
    run_import(ws, project.id, folder)
    shutil.rmtree(ws.folder / "copies")
    gone = rows(ws, project.id)[4]
    (folder / gone.path).unlink()

    features.embed(ws, project.id)
    work(ws)

    assert features.missing(ws, project.id) == 0
    with ws.store.read() as tx:
        assert items.get(tx, gone.id).state == "missing"
        asker = leases.Asker(project.id, ada.id, ws.clock(), 1)
        assert gone.id not in [one.item for one in leases.ranked(tx, asker, 100)]
        assert gone.id not in [one.item for one in leases.scattered(tx, asker, 100, 1, [], "")]
