import json
from pathlib import Path

import numpy as np
import pytest

from labeler_app import plugins
from labeler_app.adapters.embedders import Embedder
from labeler_app.adapters.embedders.sentences import open_folder
from labeler_app.errors import FormatError, InputError
from tests.networks import real_network

RNG = np.random.default_rng
TOKENIZER = {
    "version": "1.0",
    "truncation": None,
    "padding": None,
    "added_tokens": [],
    "normalizer": {"type": "Lowercase"},
    "pre_tokenizer": {"type": "Whitespace"},
    "post_processor": None,
    "decoder": None,
    "model": {
        "type": "WordLevel",
        "unk_token": "?",
        "vocab": {"?": 0, "good": 1, "bad": 2, "film": 3},
    },
}


@pytest.fixture
def folder(tmp_path):
    """A tiny network: the vector of a token is a row of a table of 4 x 3."""
    return made(tmp_path / "tiny", np.eye(4, 3, dtype=np.float32) + 0.1)


def made(folder: Path, vectors, *, inputs=("input_ids", "attention_mask")) -> Path:
    pytest.importorskip("onnx")
    pytest.importorskip("tokenizers")
    from onnx import TensorProto, helper, numpy_helper, save

    folder.mkdir()
    whole = [helper.make_tensor_value_info(name, TensorProto.INT64, ["b", "t"]) for name in inputs]
    out = helper.make_tensor_value_info("states", TensorProto.FLOAT, ["b", "t", "d"])
    look = helper.make_node("Gather", ["vectors", inputs[0]], ["states"])
    graph = helper.make_graph(
        [look], "tiny", whole, [out], [numpy_helper.from_array(vectors, "vectors")]
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    save(model, folder / "model.onnx")
    (folder / "tokenizer.json").write_text(json.dumps(TOKENIZER))
    return folder


def test_the_vectors_of_the_tokens_are_averaged_and_brought_to_one_length(folder):
    tiny = open_folder(str(folder))
    x = tiny.embed(["good bad", "Bad GOOD", "film"], tiny.fit(["good", "bad"], RNG(0)))

    mean = np.array([0.1, 0.6, 0.6])
    np.testing.assert_allclose(x[0], 2 * mean / np.linalg.norm(mean), rtol=1e-5)
    np.testing.assert_allclose(x[0], x[1], rtol=1e-5)
    np.testing.assert_allclose(np.linalg.norm(x, axis=1), 2.0, rtol=1e-5)


def test_its_name_holds_the_folder_and_its_revision_what_is_in_it(folder):
    tiny = plugins.load("embedders", f"onnx:{folder}")
    assert isinstance(tiny, Embedder)
    before = open_folder(str(folder)).revision
    (folder / "tokenizer.json").write_text(json.dumps(TOKENIZER, indent=1))

    assert (tiny.name, tiny.kind) == (f"onnx:{folder}", "text")
    assert tiny.revision == before != open_folder(str(folder)).revision


def test_an_empty_text_and_none_at_all_are_embedded(folder):
    tiny = open_folder(str(folder))
    state = tiny.fit(["good"], RNG(0))

    assert tiny.embed([], state).shape == (0, 3)
    assert tiny.embed([""], state).tolist() == [[0.0, 0.0, 0.0]]
    with pytest.raises(InputError):
        tiny.fit([], RNG(0))


@pytest.mark.parametrize(
    ("break_it", "problem"),
    [
        (lambda folder: (folder / "tokenizer.json").unlink(), "holds no tokenizer.json"),
        (lambda folder: (folder / "model.onnx").unlink(), "holds no .onnx file"),
        (lambda folder: (folder / "model.onnx").write_bytes(b"no"), "not an ONNX model"),
        (lambda folder: (folder / "tokenizer.json").write_text("{}"), "as a tokenizer"),
        (lambda folder: (folder / "model.onnx").rename(folder / "a.onnx"), ""),
    ],
)
def test_a_folder_that_cannot_be_used_is_a_sentence(folder, break_it, problem):
    break_it(folder)

    if not problem:
        assert open_folder(str(folder)).kind == "text"
        return
    with pytest.raises(InputError, match=problem):
        open_folder(str(folder))


def test_a_network_for_pictures_is_refused(tmp_path):
    folder = made(tmp_path / "net", np.eye(4, 3, dtype=np.float32), inputs=("pixels",))

    with pytest.raises(FormatError, match=r"wants pixels; a model of texts wants input_ids"):
        open_folder(str(folder))


def test_a_network_that_gives_all_texts_one_vector_is_refused(tmp_path):
    tiny = open_folder(str(made(tmp_path / "net", np.ones((4, 3), dtype=np.float32))))

    with pytest.raises(FormatError, match="every text the same vector"):
        tiny.fit(["good", "bad"], RNG(0))


def test_a_real_network_puts_what_means_the_same_together():
    real = open_folder(str(real_network("minilm")))
    texts = ["A cat sleeps on the sofa.", "The kitten naps on a couch.", "Interest rates rose."]

    state = real.fit(texts, RNG(0))
    x = real.embed(texts, state)

    assert x.shape == (3, 384)
    assert x[0] @ x[1] > 2 * (x[0] @ x[2])
    np.testing.assert_array_equal(x[1:2], real.embed(texts[1:2], state))
