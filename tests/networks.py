"""Small ONNX networks made by the tests, the real ones beside the project, and a hub."""

import hashlib
import json
import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from tests.records import missing

ONNX_VARIABLE = "LABELER_TEST_ONNX"
BESIDE_THE_PROJECT = Path(__file__).parents[2] / "shared" / "onnx"
WIDTH = 12
COMMIT = "5" * 40


def real_network(name: str) -> Path:
    """Return a pretrained network, or skip the test with a sentence."""
    path = Path(os.environ.get(ONNX_VARIABLE) or BESIDE_THE_PROJECT) / name
    if not path.exists():
        missing(f"{path} is missing: name the folder of {name} with {ONNX_VARIABLE}.")
    return path


def tiny(
    path: Path,
    *,
    shape: tuple[int | str, ...] = ("N", 3, 32, 32),
    kind: int = TensorProto.FLOAT,
    seed: int = 0,
) -> Path:
    """Write a network of one convolution, pooling (``gap``, ``vector``) and a classifier."""
    rng = np.random.default_rng(seed)
    first_channels = not isinstance(shape[3], int) or shape[3] > 3
    channels = shape[1] if first_channels else shape[3]
    weights = {
        "w": rng.normal(0, 0.2, (WIDTH, channels, 3, 3)),
        "fc": rng.normal(0, 0.2, (WIDTH, 5)),
        "bias": rng.normal(0, 0.2, 5),
    }
    nodes = [] if kind == TensorProto.FLOAT else [helper.make_node("Cast", ["in"], ["float"], to=1)]
    first = nodes[0].output[0] if nodes else "in"
    if not first_channels:
        nodes.append(helper.make_node("Transpose", [first], ["turned"], perm=[0, 3, 1, 2]))
        first = "turned"
    nodes += [
        helper.make_node("Conv", [first, "w"], ["conv"], strides=[2, 2]),
        helper.make_node("Relu", ["conv"], ["map"]),
        helper.make_node("GlobalAveragePool", ["map"], ["gap"]),
        helper.make_node("Flatten", ["gap"], ["vector"]),
        helper.make_node("Gemm", ["vector", "fc", "bias"], ["scores"]),
        helper.make_node("Softmax", ["scores"], ["out"]),
    ]
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info("in", kind, shape)],
        [helper.make_tensor_value_info("out", TensorProto.FLOAT, [shape[0], 5])],
        [numpy_helper.from_array(value.astype(np.float32), key) for key, value in weights.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.save(model, str(path))
    return path


class Hub:
    """What the hub's repositories hold, and how often a file was sent."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = dict(files)
        self.sent: list[str] = []

    def answer(self, path: str) -> tuple[int, dict[str, str], bytes]:
        """Answer as the hub's API does, for the one repository ``lab/tiny``."""
        path = path.partition("?")[0]
        if path.startswith("/api/models/lab/tiny"):
            names = [{"rfilename": name} for name in self.files]
            found = {"id": "lab/tiny", "sha": COMMIT, "siblings": names}
            return 200, {"Content-Type": "application/json"}, json.dumps(found).encode()
        name = path.removeprefix("/lab/tiny/resolve/").partition("/")[2]
        if not path.startswith("/lab/tiny/resolve/") or name not in self.files:
            code = "EntryNotFound" if path.startswith("/lab/tiny/") else "RepoNotFound"
            return 404, {"X-Error-Code": code}, b""
        content = self.files[name]
        tag = hashlib.sha256(content).hexdigest()
        return 200, {"ETag": f'"{tag}"', "X-Repo-Commit": COMMIT}, content


@contextmanager
def serving(hub: Hub) -> Iterator[str]:
    """Serve a hub on a free port of this computer while the block runs; give its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, headers, body = hub.answer(self.path)
            if self.command == "GET" and status == 200 and "/resolve/" in self.path:
                hub.sent.append(self.path.rpartition("/")[2])
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(body)

        do_HEAD = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
