"""Vectors that were computed elsewhere."""

import tracemalloc
from collections.abc import Sequence

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from pyarrow import parquet as pq

from labeler_app import plugins
from labeler_app.adapters.embedders import Place, scaling
from labeler_app.errors import FormatError, InputError, StateError

PATHS = ["a/1.jpg", "a/2.jpg", "b/3.jpg"]
VECTORS = np.array([[1.0, 10.0], [2.0, 20.0], [6.0, 30.0]])


class Items(Sequence):
    def __init__(self, places):
        self.places = places

    def __len__(self):
        return len(self.places)

    def __getitem__(self, at):
        raise AssertionError("No item is opened for a given vector.")


ALL = Items([Place(at, path) for at, path in enumerate(PATHS)])


def load(path, options=""):
    return plugins.load("embedders", f"given:{path}{options}")


def rows(embedder, items=ALL):
    """Return the vectors as they were in the file."""
    state = embedder.fit(items, np.random.default_rng(0))
    standard = embedder.embed(items, state) / scaling.LENGTH * np.sqrt(len(state["mean"]))
    return standard * state["deviation"] + state["mean"]


def saved(path, vectors=VECTORS):
    np.save(path, vectors)
    return path


def parquet(file, **columns):
    pd.DataFrame(columns).to_parquet(file)
    return file


def test_rows_of_an_array_are_the_items_in_the_order_of_the_import(tmp_path):
    embedder = load(saved(tmp_path / "v.npy"))

    backwards = Items(ALL.places[::-1])

    np.testing.assert_allclose(rows(embedder), VECTORS, rtol=1e-5)
    np.testing.assert_allclose(rows(embedder, backwards), VECTORS[::-1], rtol=1e-5)


@pytest.mark.parametrize("column", ["vector", "embedding", "mine"])
def test_rows_of_a_table_are_found_by_path_in_any_order(tmp_path, column):
    path = parquet(tmp_path / "v.parquet", path=PATHS[::-1], **{column: list(VECTORS[::-1])})

    embedder = load(path, "?vector=mine" if column == "mine" else "")

    np.testing.assert_allclose(rows(embedder), VECTORS, rtol=1e-5)


def test_a_table_of_numbers_has_a_vector_a_row(tmp_path):
    columns = {"where": PATHS, "x": VECTORS[:, 0], "y": VECTORS[:, 1]}
    path = parquet(tmp_path / "v.parquet", **columns)

    np.testing.assert_allclose(rows(load(path)), VECTORS, rtol=1e-5)
    np.testing.assert_allclose(rows(load(path, "?path=where")), VECTORS, rtol=1e-5)


def test_an_item_without_a_vector_is_named(tmp_path):
    by_position = load(saved(tmp_path / "v.npy", VECTORS[:2]))
    by_path = load(parquet(tmp_path / "v.parquet", path=PATHS[:2], vector=list(VECTORS[:2])))

    with pytest.raises(InputError, match=r"2 vectors, but there is an item number 3 \(b/3\.jpg\)"):
        rows(by_position)
    with pytest.raises(InputError, match=r"no vector for b/3\.jpg"):
        rows(by_path)


def test_items_that_do_not_know_where_they_stand_have_no_vector(tmp_path):
    embedder = load(saved(tmp_path / "v.npy"))
    state = embedder.fit(["a text"], np.random.default_rng(0))

    with pytest.raises(InputError, match="belong to items of a project"):
        embedder.embed(["a text"], state)


@pytest.mark.parametrize("wrong", [np.nan, np.inf])
def test_a_value_that_is_not_a_number_is_named_by_its_row(tmp_path, wrong):
    vectors = VECTORS.copy()
    vectors[1, 0] = wrong

    with pytest.raises(FormatError, match=r"v\.npy, row 2"):
        rows(load(saved(tmp_path / "v.npy", vectors)))


@pytest.mark.parametrize(
    "vectors", [np.zeros(3), np.zeros((3, 0)), np.zeros((0, 3)), np.zeros((3, 2), bool), "text"]
)
def test_an_array_of_another_shape_is_refused(tmp_path, vectors):
    with pytest.raises(FormatError, match="not one vector an item"):
        load(saved(tmp_path / "v.npy", vectors))


@pytest.mark.parametrize("name", ["v.npy", "v.parquet"])
@pytest.mark.parametrize("content", [b"", b"no vectors here"])
def test_a_file_that_is_no_array_or_table_is_refused(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)

    with pytest.raises(FormatError, match=name):
        load(tmp_path / name)


def test_an_array_of_objects_is_not_opened(tmp_path):
    np.save(tmp_path / "v.npy", np.array([{"a": 1}], dtype=object), allow_pickle=True)

    with pytest.raises(FormatError, match="no array of numbers"):
        load(tmp_path / "v.npy")


@pytest.mark.parametrize("fixed", [True, False])
def test_reading_a_table_takes_about_the_memory_of_its_vectors(tmp_path, fixed):
    x = np.random.default_rng(0).normal(size=(20_000, 64)).astype(np.float32)
    kind = pa.list_(pa.float32(), 64) if fixed else pa.list_(pa.float32())
    lists = pa.FixedSizeListArray.from_arrays(pa.array(x.ravel()), 64).cast(kind)
    pq.write_table(pa.table({"vector": lists}), tmp_path / "v.parquet", row_group_size=7_000)

    tracemalloc.start()
    embedder = load(tmp_path / "v.parquet")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert peak < 2 * x.nbytes
    found = rows(embedder, Items([Place(at, str(at)) for at in (0, 6_999, 7_000, 19_999)]))
    np.testing.assert_allclose(found, x[[0, 6_999, 7_000, 19_999]], atol=1e-5)


@pytest.mark.parametrize("numbers", [pa.int64(), pa.float16(), pa.float64(), pa.decimal128(20, 1)])
def test_lists_of_any_numbers_are_vectors(tmp_path, numbers):
    lists = pa.array(VECTORS.astype(int).tolist(), pa.list_(pa.int64())).cast(pa.list_(numbers))
    pq.write_table(pa.table({"vector": lists}), tmp_path / "v.parquet")

    np.testing.assert_allclose(rows(load(tmp_path / "v.parquet")), VECTORS, rtol=1e-3)


@pytest.mark.parametrize(
    ("column", "problem"),
    [
        ([[1.0, 2.0], None], "not all of one length"),
        ([[1.0, 2.0], []], "not all of one length"),
        (["x", "y"], "holds no vectors"),
        ([1.0, 2.0], "holds no vectors"),
        ([[[1.0]], [[2.0]]], "holds no vectors"),
        ([["x"], ["y"]], "holds no vectors"),
        ([[], []], "holds no vectors"),
        (pa.array([], pa.list_(pa.float32())), "not one vector an item"),
    ],
)
def test_a_column_without_one_vector_a_row_is_refused(tmp_path, column, problem):
    pq.write_table(pa.table({"vector": column}), tmp_path / "v.parquet")

    with pytest.raises(FormatError, match=problem):
        load(tmp_path / "v.parquet")


@pytest.mark.parametrize("wrong", [None, np.inf, 1e300])
def test_a_gap_in_a_list_is_named_by_its_row(tmp_path, wrong):
    pq.write_table(pa.table({"vector": [[1.0, 2.0], [wrong, 2.0]]}), tmp_path / "v.parquet")

    with pytest.raises(FormatError, match=r"v\.parquet, row 2"):
        rows(load(tmp_path / "v.parquet"))


def test_vectors_of_different_lengths_a_double_path_and_a_missing_column_are_refused(tmp_path):
    ragged = parquet(tmp_path / "r.parquet", path=["a", "b"], vector=[[1.0], [1.0, 2.0]])
    double = parquet(tmp_path / "d.parquet", path=["a", "a"], vector=[[1.0], [2.0]])

    with pytest.raises(FormatError, match="not all of one length"):
        load(ragged)
    with pytest.raises(FormatError, match="two vectors for a"):
        load(double)
    with pytest.raises(InputError, match="no column 'where'"):
        load(double, "?path=where")
    with pytest.raises(InputError, match=r"neither a \.npy nor a \.parquet"):
        load(__file__)


def test_a_changed_file_has_another_revision_and_does_not_go_on_with_the_old_state(tmp_path):
    before = load(saved(tmp_path / "v.npy"))
    state = before.fit(ALL, np.random.default_rng(0))

    after = load(saved(tmp_path / "v.npy", np.vstack([VECTORS, VECTORS])))

    assert after.revision != before.revision
    with pytest.raises(StateError, match="has changed"):
        after.embed(ALL, state)
