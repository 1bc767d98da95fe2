"""Names of plug-ins, and those that take an argument."""

from importlib.metadata import EntryPoint

import pytest

from labeler_app import plugins
from labeler_app.adapters.embedders import key
from labeler_app.errors import InputError
from labeler_app.services import configs


@pytest.mark.parametrize(
    "name", ["pixels", "onnx:net.onnx", "hf:org/repo?file=a.onnx", "given:C:/v"]
)
def test_a_name_is_known_by_what_stands_before_the_colon(name):
    assert plugins.knows("embedders", name)


@pytest.mark.parametrize(
    "name", ["", "onnx", "onnx:", "onnx: ", "pixels:", "pixels:x", "oonx:a", ":"]
)
def test_a_name_without_its_argument_or_with_one_too_many_is_not_known(name):
    assert not plugins.knows("embedders", name)


@pytest.mark.parametrize(
    ("name", "said"), [("onnx:", "nothing behind the colon"), ("foo:a", "There is no 'foo:a'")]
)
def test_what_cannot_be_loaded_is_said_with_what_can(name, said):
    with pytest.raises(InputError, match=said) as refused:
        plugins.load("embedders", name)

    assert "onnx:FILE" in refused.value.hint


def test_an_argument_that_names_nothing_is_refused():
    with pytest.raises(InputError, match=r"no file .*nowhere\.onnx"):
        plugins.load("embedders", "onnx:nowhere.onnx")


def test_another_package_may_bring_one_that_takes_an_argument(monkeypatch):
    point = EntryPoint("shout:WORD", "builtins:str.upper", "labeler_app.embedders")
    monkeypatch.setattr(plugins, "_foreign", lambda _: {point.name: point})

    assert "shout:WORD" in plugins.names("embedders")
    assert plugins.knows("embedders", "shout:abc")
    assert plugins.load("embedders", "shout:abc") == "ABC"


def test_one_of_another_package_that_cannot_be_imported_is_refused_in_words_and_not_offered(
    monkeypatch,
):
    point = EntryPoint("broken", "no_such_package:thing", "labeler_app.embedders")
    monkeypatch.setattr(
        plugins, "_foreign", lambda kind: {"broken": point} if kind == "embedders" else {}
    )

    with pytest.raises(InputError, match="'broken' cannot be imported from no_such_package"):
        plugins.load("embedders", "broken")
    assert "broken" not in configs.embedders("image")
    assert "patches" in configs.embedders("image")


def test_the_key_of_a_name_may_be_part_of_a_path_and_tells_arguments_apart():
    keys = [
        key(name) for name in ("onnx:/a/net.onnx", "onnx:/b/net.onnx", "onnx:/a/net.onnx?size=9")
    ]

    assert key("pixels") == "pixels"
    assert len(set(keys)) == 3
    assert all(one.startswith("onnx-net-") for one in keys)
