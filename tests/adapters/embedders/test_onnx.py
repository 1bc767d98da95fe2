"""Networks for pictures from ONNX files, small ones made here and two pretrained ones."""

import numpy as np
import onnx
import pytest
from onnx import TensorProto, external_data_helper
from PIL import Image

from labeler_app import plugins
from labeler_app.adapters.embedders import scaling
from labeler_app.errors import FormatError, InputError, MissingExtraError, StateError
from tests import networks


def load(path, options=""):
    return plugins.load("embedders", f"onnx:{path}{options}")


def rng():
    return np.random.default_rng(0)


@pytest.fixture
def images():
    made = np.random.default_rng(1)
    return [Image.fromarray(made.integers(0, 256, (40, 50, 3), np.uint8)) for _ in range(5)]


@pytest.fixture
def net(tmp_path):
    return networks.tiny(tmp_path / "net.onnx")


def embedded(embedder, images):
    return embedder.embed(images, embedder.fit(images, rng()))


def noted(embedder, images):
    return " ".join(embedder.notes(embedder.fit(images, rng())))


def test_the_vector_before_the_classifier_is_taken_and_said(net, images):
    embedder = load(net)

    x = embedded(embedder, images)

    assert x.shape == (5, networks.WIDTH)
    assert "'vector'" in noted(embedder, images)


@pytest.mark.parametrize(
    ("tensor", "width"),
    [("vector", 12), ("gap", 12), ("map", 12), ("scores", 5), ("out", 5)],
)
def test_any_tensor_can_be_named_and_maps_are_averaged(net, images, tensor, width):
    assert embedded(load(net, f"?tensor={tensor}"), images).shape == (5, width)


def test_a_map_averaged_here_is_the_pooled_vector_of_the_network(net, images):
    by_network = embedded(load(net, "?tensor=gap"), images)
    by_us = embedded(load(net, "?tensor=map"), images)

    np.testing.assert_allclose(by_us, by_network, atol=1e-4)
    assert embedded(load(net, "?tensor=map&pool=flat"), images).shape[1] > 1_000


def test_a_tensor_that_is_not_there_is_refused_with_those_that_look_alike(net):
    with pytest.raises(InputError, match="no tensor called 'vektor'") as refused:
        load(net, "?tensor=vektor")

    assert "vector" in refused.value.hint


@pytest.mark.parametrize("shape", [(1, 3, 32, 32), (4, 3, 32, 32), ("N", 3, "H", "W")])
def test_networks_of_a_fixed_batch_or_of_any_size_give_one_row_a_picture(tmp_path, images, shape):
    x = embedded(load(networks.tiny(tmp_path / "n.onnx", shape=shape)), images)

    assert x.shape == (5, networks.WIDTH)
    assert len(np.unique(x, axis=0)) == 5


def test_a_network_for_channels_last_sees_the_same_picture(tmp_path, net, images):
    last = networks.tiny(tmp_path / "last.onnx", shape=("N", 32, 32, 3))

    np.testing.assert_allclose(embedded(load(last), images), embedded(load(net), images), atol=1e-4)


def test_a_grey_network_and_one_for_bytes_are_served(tmp_path, images):
    grey = networks.tiny(tmp_path / "grey.onnx", shape=("N", 1, 28, 28))
    bytewise = networks.tiny(tmp_path / "bytes.onnx", kind=TensorProto.UINT8)

    assert embedded(load(grey), images).shape == (5, 12)
    assert embedded(load(bytewise, "?scale=1&mean=0&std=1"), images).shape == (5, 12)


def test_weights_in_a_file_beside_are_found_and_missed(tmp_path, net, images):
    model = onnx.load(str(net))
    expected = embedded(load(net), images)
    external_data_helper.convert_model_to_external_data(
        model, location="weights.bin", size_threshold=0
    )
    onnx.save(model, str(tmp_path / "beside.onnx"))

    np.testing.assert_array_equal(embedded(load(tmp_path / "beside.onnx"), images), expected)
    (tmp_path / "weights.bin").unlink()
    with pytest.raises(FormatError, match=r"weights\.bin, which is missing"):
        load(tmp_path / "beside.onnx")


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no network", b"\x00" * 400, b"# text\n" * 9])
def test_a_file_that_is_no_network_is_refused(tmp_path, content):
    path = tmp_path / "no.onnx"
    path.write_bytes(content)

    with pytest.raises(FormatError, match=r"no\.onnx"):
        load(path)


def test_a_cut_file_is_refused(tmp_path, net):
    whole = net.read_bytes()
    (tmp_path / "cut.onnx").write_bytes(whole[: len(whole) // 2])

    with pytest.raises(InputError, match=r"cut\.onnx"):
        load(tmp_path / "cut.onnx")


def test_a_network_for_texts_is_refused(tmp_path):
    ids = [
        onnx.helper.make_tensor_value_info(name, TensorProto.INT64, ["N", "T"])
        for name in ("input_ids", "attention_mask")
    ]
    out = onnx.helper.make_tensor_value_info("sum", TensorProto.INT64, ["N", "T"])
    node = onnx.helper.make_node("Add", ["input_ids", "attention_mask"], ["sum"])
    onnx.save(onnx.helper.make_model(onnx.helper.make_graph([node], "t", ids, [out])),
              str(tmp_path / "t.onnx"))  # fmt: skip

    with pytest.raises(InputError, match="2 inputs"):
        load(tmp_path / "t.onnx")


def test_a_network_of_another_shape_or_size_is_refused(tmp_path, net):
    with pytest.raises(InputError, match="7 x 32 x 32"):
        load(networks.tiny(tmp_path / "seven.onnx", shape=("N", 7, 32, 32)))
    with pytest.raises(InputError, match="32 x 32 pixels, not 64 x 64"):
        load(net, "?size=64")


def test_a_tensor_that_is_one_number_for_all_pictures_is_refused(net, images):
    model = onnx.load(net)
    model.graph.node.append(onnx.helper.make_node("ReduceMean", ["out"], ["one"], keepdims=0))
    onnx.save(model, net)

    with pytest.raises(InputError, match="'one' is one number"):
        embedded(load(net, "?tensor=one"), images)


def test_an_input_of_no_known_type_is_refused(net):
    model = onnx.load(net)
    model.graph.input[0].type.tensor_type.elem_type = TensorProto.UNDEFINED
    onnx.save(model, net)

    with pytest.raises(InputError, match="numbers of type unknown"):
        load(net)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("?sice=3", "unknown option 'sice'"),
        ("?size=big", "size is 'big'"),
        ("?size=0", "size is '0'"),
        ("?size=32&size=32", "given twice"),
        ("?mean=1,2", "mean holds 2 numbers"),
        ("?scale=1/0", "not a number"),
        ("?std=0", "prepared with these numbers"),
        ("?std=nan", "prepared with these numbers"),
        ("?crop=2", "crop is 2"),
        ("?preset=alexnet", "'alexnet', which is unknown"),
        ("?channels=cmyk", "'cmyk', which is unknown"),
        ("?pool=best", "'best', which is unknown"),
        ("?tensor=", "has no value"),
    ],
)
def test_an_option_that_cannot_be_used_is_named(net, options, said):
    with pytest.raises(InputError, match=said):
        load(net, options)


def test_every_option_gives_another_revision(net):
    options = ["", "?preset=caffe", "?crop=.8", "?scale=1", "?mean=.5", "?std=.5", "?channels=bgr",
               "?filter=bicubic", "?tensor=scores", "?pool=max"]  # fmt: skip

    assert len({load(net, one).revision for one in options}) == len(options)
    assert load(net).revision == load(net, "?preset=resnet").revision


def test_a_changed_file_has_another_revision_and_does_not_go_on_with_the_old_state(
    tmp_path, images
):
    path = networks.tiny(tmp_path / "net.onnx")
    before = load(path)
    state = before.fit(images, rng())
    networks.tiny(path, seed=1)

    after = load(path)

    assert after.revision != before.revision
    with pytest.raises(StateError, match="has changed"):
        after.embed(images, state)


def test_pictures_that_all_look_alike_to_the_network_give_a_warning(net, images):
    assert "hardly vary" not in noted(load(net, "?scale=1/20"), [*images, Image.new("L", (9, 9))])
    assert "hardly vary" in noted(load(net, "?scale=1e-5"), images)


def test_a_missing_package_is_named_with_the_command_that_installs_it(net, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "onnx", None)

    with pytest.raises(MissingExtraError, match="onnx, which is not installed") as missing:
        load(net)

    assert "pip install 'labeler_app[onnx]'" in missing.value.hint


@pytest.mark.parametrize(
    ("name", "tensor", "shift"),
    [("mobilenetv2_imagenet.onnx", "logits", 0), ("squeezenet1_1_fp32.onnx", "softmaxout_1", 1)],
)
def test_photos_are_named_rightly_with_the_guessed_preparation(name, tensor, shift):
    folder = networks.real_network("check_photos")
    names = networks.real_network("imagenet_labels_1001.txt").read_text().splitlines()
    network = networks.real_network(name)
    photos = [Image.open(folder / one).convert("RGB") for one in ("parrot.jpg", "pets.jpg")]
    embedder = load(network, f"?tensor={tensor}")
    state = embedder.fit(photos, rng())

    standard = embedder.embed(photos, state)

    scores = standard / scaling.LENGTH * np.sqrt(len(state["mean"])) * state["deviation"]
    parrot, pets = (names[at + shift] for at in (scores + state["mean"]).argmax(axis=1))
    assert parrot == "macaw"
    assert any(word in pets for word in ("terrier", "greyhound", "Dane", "dog", "bull"))


@pytest.mark.parametrize(
    ("name", "tensor", "width"),
    [
        ("mobilenetv2_imagenet.onnx", "'features'", 1_280),
        ("squeezenet1_1_fp32.onnx", "'fire9/concat_2'", 512),
    ],
)
def test_pretrained_networks_give_their_penultimate_vector(name, tensor, width, images):
    embedder = load(networks.real_network(name))

    assert embedded(embedder, images).shape == (5, width)
    assert tensor in noted(embedder, images)


def test_the_scaling_of_another_network_is_noticed():
    photos = networks.real_network("check_photos")
    network = networks.real_network("squeezenet1_1_fp32.onnx")
    images = [Image.open(path) for path in sorted(photos.glob("*.jpg"))]

    assert "hardly vary" in noted(load(network, "?preset=inception"), images)
    assert "hardly vary" not in noted(load(network), images)
