"""Networks in ONNX files: what they want, and any tensor inside them as their only output."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from labeler_app.adapters.embedders.arguments import needed
from labeler_app.adapters.embedders.penultimate import penultimate
from labeler_app.core.arrays import FloatArray
from labeler_app.errors import FormatError, InputError

EXTRA = "onnx"
_AT_ONCE = 16
_CHANNELS = (1, 3)
_EXTERNAL = 1  # onnx.TensorProto.EXTERNAL
_FAILURES = (
    "EPFail", "EngineError", "Fail", "InvalidArgument", "InvalidGraph", "InvalidProtobuf",
    "NoModel", "NoSuchFile", "NotFound", "NotImplemented", "RuntimeException",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Graph:
    """A network that takes one batch of pictures and gives one tensor."""

    path: Path
    digest: str
    """SHA-256 of the file and of the weights it keeps in others."""
    tensor: str
    """The one that is given."""
    guessed: bool
    """Whether nobody named the tensor."""
    input: str
    shape: tuple[int | None, ...]
    """(N, C, H, W) or (N, H, W, C); None where any number will do."""
    type: str
    """``float32``, ``float16`` or ``uint8``."""
    classes: int | None
    """Columns of the first output."""


def read(path: Path, tensor: str | None) -> Graph:
    """Look into a network without running it.

    Raises
    ------
    FormatError
        If the file is not an ONNX network.
    InputError
        If it does not take one batch of pictures, or has no tensor of that name.
    MissingExtraError
        If the packages of the extra ``onnx`` are not installed.
    """
    graph = _model(path).graph
    weights = {one.name for one in graph.initializer}
    inputs = [one for one in graph.input if one.name not in weights]
    if len(inputs) != 1:
        raise InputError(
            f"{path.name} takes {len(inputs)} inputs ({', '.join(i.name for i in inputs)}), not one"
            " batch of pictures.",
            hint="Give a network for pictures; one for texts is named by its folder.",
        )
    return Graph(
        path=path,
        digest=_digest(path, graph),
        tensor=penultimate(graph) if tensor is None else _existing(graph, tensor, path),
        guessed=tensor is None,
        input=str(inputs[0].name),
        shape=_shape(inputs[0], path),
        type=_type(inputs[0], path),
        classes=_columns(graph.output[0]),
    )


def run(graph: Graph, batch: Sequence[FloatArray]) -> FloatArray:
    """Return the tensor for each prepared picture, float32 of shape (n, ...).

    Raises
    ------
    InputError
        If the network refuses the pictures' shape.
    """
    size = batch_size(graph, batch[0].shape)
    parts = [_run(graph, batch[at : at + size], size) for at in range(0, len(batch), size)]
    return np.concatenate(parts)


@lru_cache(maxsize=8)
def batch_size(graph: Graph, shape: tuple[int, ...]) -> int:
    """Return how many pictures the network takes at once: its own number, or what a trial shows.

    Raises
    ------
    InputError
        If it refuses even one picture of this shape.
    """
    if graph.shape[0]:
        return graph.shape[0]
    blank = np.zeros(shape, np.float32)
    try:
        return _AT_ONCE if len(_run(graph, [blank] * _AT_ONCE, _AT_ONCE)) == _AT_ONCE else 1
    except InputError:
        _run(graph, [blank], 1)
        return 1


def _run(graph: Graph, batch: Sequence[FloatArray], size: int) -> FloatArray:
    stacked = np.stack(batch)
    if graph.shape[0] and len(stacked) < size:  # The network knows only full batches.
        rest = np.zeros((size - len(stacked), *stacked.shape[1:]), np.float32)
        stacked = np.concatenate([stacked, rest])
    values = np.rint(stacked).clip(0, 255) if graph.type == "uint8" else stacked
    session = _session(graph)
    try:
        (given,) = session.run(None, {graph.input: values.astype(graph.type)})
    except _failures() as error:
        raise InputError(
            f"{graph.path.name} refuses pictures of shape {stacked.shape[1:]}: {_first(error)}",
            hint="Say with size=HEIGHTxWIDTH what the network was trained with.",
        ) from error
    if not np.ndim(given):
        raise InputError(
            f"{graph.path.name}: the tensor {graph.tensor!r} is one number for all pictures.",
            hint="Name a tensor that has a row for each picture.",
        )
    return np.asarray(given, np.float32)[: len(batch)]


@lru_cache(maxsize=2)
def _session(graph: Graph) -> Any:
    (runtime,) = needed(EXTRA, "onnxruntime")
    (onnx,) = needed(EXTRA, "onnx")
    model = _model(graph.path)
    # The only output is the tensor wanted, so that nothing behind it is computed.
    del model.graph.output[:]
    model.graph.output.append(onnx.ValueInfoProto(name=graph.tensor))
    options = runtime.SessionOptions()
    options.log_severity_level = 4
    options.add_session_config_entry(
        "session.model_external_initializers_file_folder_path", str(graph.path.parent)
    )
    present = runtime.get_available_providers()
    wanted = [one for one in ("CUDAExecutionProvider", "CPUExecutionProvider") if one in present]
    try:
        return runtime.InferenceSession(model.SerializeToString(), options, providers=wanted)
    except _failures() as error:
        raise FormatError(
            f"{graph.path.name} cannot be run up to the tensor {graph.tensor!r}: {_first(error)}",
            hint="Export the network again, or name another tensor.",
        ) from error


def _failures() -> tuple[type[Exception], ...]:
    (states,) = needed(EXTRA, "onnxruntime.capi.onnxruntime_pybind11_state")
    return tuple(getattr(states, name) for name in _FAILURES if hasattr(states, name))


def _model(path: Path) -> Any:
    (onnx,) = needed(EXTRA, "onnx")
    (message,) = needed(EXTRA, "google.protobuf.message")
    needed(EXTRA, "onnxruntime")
    try:
        model = onnx.load(str(path), load_external_data=False)
    except (message.DecodeError, OSError) as error:
        raise FormatError(
            f"{path.name} is not an ONNX file.", hint="Give a file made by an export to ONNX."
        ) from error
    if not (model.graph.node and model.graph.input and model.graph.output):
        raise FormatError(
            f"{path.name} holds no network.", hint="Give a file made by an export to ONNX."
        )
    return model


def _digest(path: Path, graph: Any) -> str:
    digest = hashlib.sha256(path.read_bytes())
    kept = [one for one in graph.initializer if one.data_location == _EXTERNAL]
    places = {entry.value for one in kept for entry in one.external_data if entry.key == "location"}
    for place in sorted(places):
        file = path.parent / place
        if not file.is_file():
            raise FormatError(
                f"The weights of {path.name} lie in {place}, which is missing.",
                hint="Copy it beside the network.",
            )
        with file.open("rb") as opened:
            digest.update(hashlib.file_digest(opened, "sha256").digest())
    return digest.hexdigest()


def _existing(graph: Any, tensor: str, path: Path) -> str:
    made = [name for node in graph.node for name in node.output if name]
    if tensor in made:
        return tensor
    near = get_close_matches(tensor, made, n=5, cutoff=0.4) or made[-5:]
    raise InputError(
        f"{path.name} has no tensor called {tensor!r}.", hint=f"It has {', '.join(near)}."
    )


def _shape(given: Any, path: Path) -> tuple[int | None, ...]:
    shape = tuple(one.dim_value or None for one in given.type.tensor_type.shape.dim)
    if len(shape) == 4 and (shape[1] in (*_CHANNELS, None) or shape[3] in _CHANNELS):
        return shape
    words = " x ".join(str(side or "any") for side in shape)
    raise InputError(
        f"{path.name} takes {words or 'one number'}, which is no batch of pictures.",
        hint="A network for pictures takes pictures x channels x height x width, with 1 or 3"
        " channels.",
    )


def _columns(output: Any) -> int | None:
    sides = output.type.tensor_type.shape.dim
    return sides[1].dim_value or None if len(sides) > 1 else None


def _type(given: Any, path: Path) -> str:
    (onnx,) = needed(EXTRA, "onnx")
    try:
        kind = onnx.helper.tensor_dtype_to_np_dtype(given.type.tensor_type.elem_type)
    except KeyError:
        kind = None
    name = "unknown" if kind is None else str(np.dtype(kind))
    if name not in ("float32", "float16", "uint8"):
        raise InputError(
            f"{path.name} takes numbers of type {name}, which are no pictures.",
            hint="Give a network that takes float32, float16 or uint8.",
        )
    return name


def _first(error: Exception) -> str:
    line = (str(error).strip().splitlines() or [type(error).__name__])[0]
    return line if line.endswith(".") else f"{line}."
