"""How good are the features of texts and rows, with few labels, and what do they cost?

Run:   python -m tests.benchmarks.table_features
Last:  TREC questions tfidf .710, movie reviews tfidf .631, adult table .843 with 300 labels;
       embedding .1 ms a review, .01 ms a row; 2 cores, all of it in half a minute

A logistic regression with C = 1 learns from 300 items drawn at random and is measured on 2,000
others, 12 times. The embedder learns from all items, without their classes, as in a project. The
limits are the accuracies below which it fails. LABELER_TEST_DATA names the folder of the data.
"""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np
from sklearn.linear_model import LogisticRegression

from labeler_app import plugins
from labeler_app.adapters.embedders import Embedder
from labeler_app.services import labeled_rows
from labeler_app.services.columns import Wish
from tests.benchmarks.bench import data, verdict

LABELS, HELD_OUT, DRAWS = 300, 2_000, 12
SETS = (
    ("text_trec.csv.gz", Wish("text", label_column="label"), "tfidf", 0.70),
    ("text_movie_reviews.csv.gz", Wish("text", label_column="label"), "tfidf", 0.60),
    ("tabular_adult.csv.gz", Wish("table", label_column="Salary"), "table", 0.82),
)


def main() -> int:
    """Print the accuracy on each set; 1 if one is below its limit."""
    figures = []
    for name, wish, embedder, limit in SETS:
        accuracy = measured(data(name), wish, embedder)
        figures.append((f"{name} {embedder}, wrong", 1 - accuracy, 1 - limit))
    return verdict(figures)


def measured(path: Path, wish: Wish, name: str) -> float:
    """Return the mean accuracy with 300 labels."""
    rows = labeled_rows.read(path, wish)
    embedder = cast(Embedder, plugins.load("embedders", name))
    begun = time.process_time()
    state = embedder.fit(rows.items, np.random.default_rng(0))
    fitted = time.process_time()
    x = embedder.embed(rows.items, state)
    done = time.process_time()
    found = [_accuracy(x, rows.y, seed) for seed in range(DRAWS)]
    each = 1000 * (done - fitted) / len(rows.items)
    print(
        f"{path.name:28} {name:6} {np.mean(found):.3f} ± {np.std(found) / DRAWS**0.5:.3f}"
        f"  D {x.shape[1]}  fit {fitted - begun:.1f} s  embed {each:.3f} ms an item"
    )
    return float(np.mean(found))


def _accuracy(x: Any, y: Sequence[int], seed: int) -> float:
    order = np.random.default_rng(seed).permutation(len(x))
    train, test = order[:LABELS], order[-HELD_OUT:]
    known = np.asarray(y)
    model = LogisticRegression(C=1.0, max_iter=1_000).fit(x[train], known[train])
    return float(model.score(x[test], known[test]))


if __name__ == "__main__":
    raise SystemExit(main())
