import numpy as np

from labeler_app.core.arrays import PoolView
from labeler_app.core.strategies import falcun as module
from labeler_app.core.strategies.falcun import falcun

NOTHING = np.empty(0, dtype=np.int64)


def test_the_second_pick_says_something_else_than_the_first(monkeypatch):
    # As good as taking the best: two equal ones, one that leans elsewhere, one certain.
    monkeypatch.setattr(module, "SHARPNESS", 400)
    proba = np.array([[0.5, 0.5, 0.0], [0.5, 0.5, 0.0], [0.0, 0.52, 0.48], [1.0, 0.0, 0.0]])
    view = PoolView(np.zeros((4, 1), np.float32), proba, np.arange(4), NOTHING, NOTHING)

    choice = falcun(view, 2, np.random.default_rng(0))

    assert choice.positions[0] in (0, 1)
    assert choice.positions[1] == 2


def test_certain_items_are_hardly_ever_drawn():
    proba = np.array([[0.55, 0.45]] * 5 + [[0.99, 0.01]] * 95)
    view = PoolView(np.zeros((100, 1), np.float32), proba, np.arange(100), NOTHING, NOTHING)

    first = [falcun(view, 1, np.random.default_rng(seed)).positions[0] for seed in range(50)]

    assert max(first) < 5
