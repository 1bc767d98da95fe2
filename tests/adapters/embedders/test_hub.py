"""Networks from a hub, which here is a server on this computer."""

import json
import os
import shutil

import numpy as np
import pytest
from PIL import Image

from labeler_app import plugins
from labeler_app.errors import FormatError, InputError, MissingExtraError
from tests import networks
from tests.networks import Hub, serving


@pytest.fixture
def net(tmp_path):
    return networks.tiny(tmp_path / "net.onnx").read_bytes()


@pytest.fixture
def use(tmp_path, monkeypatch, request):
    """Serve some files as the repository lab/tiny, and keep downloads in a folder of the test."""
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))

    def start(files):
        hub = Hub(files)
        server = serving(hub)
        monkeypatch.setenv("HF_ENDPOINT", server.__enter__())
        request.addfinalizer(lambda: server.__exit__(None, None, None))
        return hub

    return start


def load(what="lab/tiny"):
    return plugins.load("embedders", f"hf:{what}")


def images():
    rng = np.random.default_rng(1)
    return [Image.fromarray(rng.integers(0, 256, (40, 50, 3), np.uint8)) for _ in range(4)]


def embedded(embedder):
    return embedder.embed(images(), embedder.fit(images(), np.random.default_rng(0)))


def test_a_network_is_downloaded_once_and_gives_what_the_file_gives(use, net, tmp_path):
    hub = use({"README.md": b"no", "onnx/model.onnx": net, "onnx/model_int8.onnx": b"no"})

    first, second = load(), load()

    assert first.name == "hf:lab/tiny"
    assert hub.sent == ["model.onnx"]
    assert first.revision == second.revision
    here = plugins.load("embedders", f"onnx:{tmp_path / 'net.onnx'}")
    np.testing.assert_array_equal(embedded(first), embedded(here))


def test_it_works_without_internet_once_it_is_here(use, net, monkeypatch):
    use({"model.onnx": net})
    load()
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")

    assert embedded(load()).shape == (4, networks.WIDTH)


def test_the_preparation_is_read_from_the_repository_and_options_win(use, net):
    said = {
        "image_mean": [0.5] * 3,
        "image_std": [0.5] * 3,
        "rescale_factor": 1 / 255,
        "size": {"height": 32, "width": 32},
        "resample": 3,
    }
    hub = use({"model.onnx": net})
    plain = embedded(load())
    hub.files["preprocessor_config.json"] = json.dumps(said).encode()

    shutil.rmtree(os.environ["HF_HUB_CACHE"])
    read = embedded(load())
    asked = embedded(load("lab/tiny?mean=.485,.456,.406&std=.229,.224,.225&filter=bilinear"))

    assert not np.array_equal(read, plain)
    np.testing.assert_array_equal(asked, plain)


def test_a_preparation_that_cannot_be_read_is_refused(use, net):
    use({"model.onnx": net, "preprocessor_config.json": b"{not json"})

    with pytest.raises(FormatError, match="preprocessor_config"):
        load()


def test_a_repository_with_a_tokenizer_reads_texts(use):
    folder = networks.real_network("minilm")
    files = {"tokenizer.json": "tokenizer.json", "onnx/model.onnx": "model_int8.onnx"}
    use({name: (folder / file).read_bytes() for name, file in files.items()})

    embedder = load()

    texts = ["A lovely film.", "A wonderful movie.", "The capital of Chad."]
    x = embedder.embed(texts, embedder.fit(texts, np.random.default_rng(0)))
    assert (embedder.kind, embedder.name) == ("text", "hf:lab/tiny")
    assert x[0] @ x[1] > 2 * abs(x[0] @ x[2])


def test_one_of_several_networks_is_named(use, net):
    use({"a.onnx": net, "b.onnx": net, "b.onnx_data": b"weights"})

    with pytest.raises(InputError, match="2 ONNX files") as refused:
        load()
    with pytest.raises(InputError, match=r"no ONNX file 'c\.onnx'"):
        load("lab/tiny?file=c.onnx")

    assert "a.onnx, b.onnx" in refused.value.hint
    assert embedded(load("lab/tiny?file=b.onnx")).shape == (4, networks.WIDTH)


def test_a_repository_without_a_network_is_refused(use):
    use({"model.safetensors": b"no"})

    with pytest.raises(InputError, match="0 ONNX files"):
        load()


def test_a_repository_that_does_not_exist_is_refused(use, net):
    use({"model.onnx": net})

    with pytest.raises(InputError, match="no repository lab/other"):
        load("lab/other")


@pytest.mark.parametrize("what", ["tiny", "/tiny", "a/b/c"])
def test_what_is_no_address_of_a_repository_is_refused(what):
    with pytest.raises(InputError, match="no repository of a hub"):
        load(what)


def test_a_hub_that_does_not_answer_is_said(tmp_path, monkeypatch):
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")

    with pytest.raises(InputError, match="cannot be downloaded"):
        load()


def test_a_missing_package_is_named_with_the_command_that_installs_it(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "huggingface_hub", None)

    with pytest.raises(MissingExtraError, match="huggingface_hub") as missing:
        load()

    assert "labeler_app[hf]" in missing.value.hint
