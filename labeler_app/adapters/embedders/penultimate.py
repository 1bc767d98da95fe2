"""Find the vector inside a network: what its classifier reads.

The classes a network was trained on are not the project's. One step before its last weights it
holds what it saw in the picture, which any classes can be learned from.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from labeler_app.core.arrays import Array, FloatArray

_VECTOR_WORDS = ("embed", "feature", "pool", "hidden")
_WEIGHING = {
    "Conv", "ConvInteger", "FusedConv", "FusedMatMul", "Gemm", "MatMul", "MatMulInteger",
    "QGemm", "QLinearConv", "QLinearMatMul",
}  # fmt: skip
_PASSING = {
    "Add", "AveragePool", "Cast", "Clip", "DequantizeLinear", "Div", "Dropout", "Flatten",
    "GlobalAveragePool", "Identity", "LogSoftmax", "Mul", "QuantizeLinear", "ReduceMean", "Relu",
    "Reshape", "Sigmoid", "Softmax", "Squeeze", "Transpose", "Unsqueeze",
}  # fmt: skip


def penultimate(graph: Any) -> str:
    """Return the name of the tensor that the last layer with weights reads.

    An output that calls itself an embedding, features, pooled or hidden is taken as it is; so is
    the first output of a network that does not end in a classifier.

    Parameters
    ----------
    graph
        An ``onnx.GraphProto``.
    """
    for output in graph.output:
        if any(word in output.name.lower() for word in _VECTOR_WORDS):
            return str(output.name)
    made_by = {name: node for node in graph.node for name in node.output}
    fixed = set(_fixed(graph))
    at = str(graph.output[0].name)
    while at in made_by:
        node = made_by[at]
        moving = [name for name in node.input if name and name not in fixed]
        if len(moving) != 1 or node.op_type not in _WEIGHING | _PASSING:
            break
        at = moving[0]
        if node.op_type in _WEIGHING:
            # What the first layer reads is the picture itself.
            return at if at in made_by else str(graph.output[0].name)
    return str(graph.output[0].name)


def pooled(given: Array, pool: str, layout: str) -> FloatArray:
    """Make one vector a picture of a tensor.

    A map is averaged over its places; a row of tokens gives its first one, or their mean.

    Parameters
    ----------
    given : array of shape (n, D), (n, T, D), (n, D, H, W) or (n, H, W, D)
    pool
        ``first`` (token), ``mean``, ``max``, or ``flat``.
    layout
        ``nchw`` or ``nhwc``.
    """
    if given.ndim == 2 or pool == "flat":
        return np.asarray(given.reshape(len(given), -1), np.float32)
    if pool == "first" and given.ndim == 3:
        return np.asarray(given[:, 0], np.float32)
    places: tuple[int, ...] = (1,)
    if given.ndim == 4:
        places = (1, 2) if layout == "nhwc" else (2, 3)
    over = given.max(axis=places) if pool == "max" else given.mean(axis=places)
    return np.asarray(over, np.float32)


def _fixed(graph: Any) -> Iterator[str]:
    """Yield the tensors that do not depend on the picture."""
    known = {tensor.name for tensor in graph.initializer}
    yield from known
    for node in graph.node:  # A valid graph lists every node after those it reads.
        if all(name in known for name in node.input if name):
            known.update(node.output)
            yield from node.output
