"""Sentence embeddings from a network on this computer: a folder with a model and its tokenizer.

``onnx:FOLDER`` names a folder that holds ``tokenizer.json`` and one ``.onnx`` file (``model.onnx``
where there are several), as sentence-transformers are exported. The vectors of the tokens are
averaged (mean pooling) and brought to one length. Nothing is downloaded.
"""

import hashlib
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from labeler_app.adapters.embedders import Embedder
from labeler_app.core.arrays import Array, FloatArray
from labeler_app.errors import FormatError, InputError, MissingExtraError

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

TOKENIZER = "tokenizer.json"
LENGTH = 2.0
"""Of every vector, at which a logistic regression with C = 1 is near its best."""

_MOST_TOKENS = 256
_READ_CHARACTERS = 4_000
_THREADS = 2
_TRIED = 4
_INPUTS = ("input_ids", "attention_mask", "token_type_ids")


def open_folder(argument: str) -> Embedder:
    """Return the embedder of a folder: ``onnx:FOLDER``.

    Raises
    ------
    InputError
        If the folder lacks the model or its tokenizer, or they cannot be used together.
    MissingExtraError
        If onnxruntime or tokenizers is not installed.
    """
    return of_files(f"onnx:{argument}", *_files(Path(argument).expanduser()))


def of_files(name: str, model: Path, tokenizer: Path) -> Embedder:
    """Return the embedder, called `name`, of a model and its tokenizer; errors as above."""
    network = _Network.open(model, tokenizer)
    digest = hashlib.sha256(model.read_bytes() + tokenizer.read_bytes()).hexdigest()[:12]
    return Embedder(
        name=name,
        revision=f"1-{digest}",
        kind="text",
        fit=partial(_fit, network),
        embed=partial(_embed, network),
    )


@dataclass(frozen=True, slots=True)
class _Network:
    """A model and its tokenizer, ready to run."""

    name: str
    session: "InferenceSession"
    tokenizer: "Tokenizer"

    @classmethod
    def open(cls, model: Path, tokenizer: Path) -> "_Network":
        """Open both and make sure that the one feeds the other."""
        try:
            import onnxruntime
            from tokenizers import Tokenizer
        except ImportError as error:
            raise MissingExtraError(
                f"Sentence embeddings need {error.name}, which is not installed.",
                hint='Install it with: pip install "labeler_app[onnx]"',
            ) from error
        options = onnxruntime.SessionOptions()
        # Several texts run at the same time instead, each on one core: the sums stay the same.
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        try:
            session = onnxruntime.InferenceSession(
                model.read_bytes(), options, providers=["CPUExecutionProvider"]
            )
        except _faults() as error:
            raise FormatError(
                f"{model.name} is not an ONNX model that can be run.",
                hint="Export the model again, or take another.",
            ) from error
        wanted = [one.name for one in session.get_inputs()]
        unknown = [one for one in wanted if one not in _INPUTS]
        if unknown or _INPUTS[0] not in wanted:
            raise FormatError(
                f"{model.name} wants {', '.join(wanted)}; a model of texts wants input_ids.",
                hint="Is it a model of images? Give onnx: the file itself then.",
            )
        return cls(model.name, session, _tokenizer(Tokenizer, tokenizer))

    def vector(self, text: str) -> FloatArray | None:
        """Return the vector of one text; None if it has no token.

        Alone, since the numbers of a quantised model depend on what else is in the batch.
        """
        found = self.tokenizer.encode(text[:_READ_CHARACTERS])
        if not found.ids:
            return None
        told = {
            "input_ids": found.ids,
            "attention_mask": found.attention_mask,
            "token_type_ids": found.type_ids,
        }
        feed = {
            one.name: np.array([told[one.name]], dtype=np.int64)
            for one in self.session.get_inputs()
        }
        try:
            out = np.asarray(self.session.run(None, feed)[0], dtype=np.float32)[0]
        except _faults() as error:
            raise FormatError(
                f"{self.name} cannot embed a text of {len(found.ids)} tokens.",
                hint="Export it for sentences of any length.",
            ) from error
        pooled = out.mean(axis=0) if out.ndim == 2 else out
        length = float(np.sqrt((pooled.astype(np.float64) ** 2).sum()))
        if pooled.ndim != 1 or not np.isfinite(length):
            raise FormatError(f"{self.name} gives no vector for a text.")
        return np.asarray(pooled * (LENGTH / max(length, 1e-9)), dtype=np.float32)


def _fit(network: _Network, texts: Sequence[str], rng: np.random.Generator) -> dict[str, Array]:
    """Learn nothing; try the model on a few texts, so that a useless one is found at once."""
    if not len(texts):
        raise InputError("There is no text to try the model on.")
    tried = (network.vector(one) for one in (*texts[:_TRIED], "Nothing of the kind, 17!"))
    vectors = [one for one in tried if one is not None]
    if not vectors:
        raise FormatError(f"{network.name} and its tokenizer find no word in the texts.")
    if len(vectors) > 1 and np.allclose(vectors, vectors[0], atol=1e-4):
        raise FormatError(
            f"{network.name} gives every text the same vector.",
            hint="Is the tokenizer the one that belongs to it?",
        )
    return {"dimensions": np.array(len(vectors[0]), dtype=np.int64)}


def _embed(network: _Network, texts: Sequence[str], state: Mapping[str, Array]) -> FloatArray:
    """Return one vector of length 2 per text, (n, D) float32; all 0 for one without a token."""
    several = [texts[place] for place in range(len(texts))]
    with ThreadPoolExecutor(_THREADS) as threads:
        found = list(threads.map(network.vector, several))
    rows = np.zeros((len(found), int(state["dimensions"])), dtype=np.float32)
    for place, vector in enumerate(found):
        if vector is not None:
            rows[place] = vector
    return rows


def _files(folder: Path) -> tuple[Path, Path]:
    tokenizer = folder / TOKENIZER
    models = sorted(folder.glob("*.onnx")) if folder.is_dir() else []
    plain = [one for one in models if one.name == "model.onnx"]
    if not tokenizer.is_file() or not models:
        lacking = "no .onnx file" if tokenizer.is_file() else f"no {TOKENIZER}"
        raise InputError(
            f"{folder} holds {lacking}.",
            hint="Sentence embeddings need a folder with a model and its tokenizer.json.",
        )
    if len(models) > 1 and not plain:
        raise InputError(
            f"{folder} holds {len(models)} .onnx files, none of them called model.onnx.",
            hint="Leave the one to be used.",
        )
    return (plain or models)[0], tokenizer


def _tokenizer(maker: "type[Tokenizer]", path: Path) -> "Tokenizer":
    try:
        tokenizer = maker.from_str(path.read_text(encoding="utf-8"))
    except Exception as error:
        raise FormatError(
            f"{path.name} cannot be read as a tokenizer.",
            hint="Take the tokenizer.json that came with the model.",
        ) from error
    tokenizer.no_padding()
    tokenizer.enable_truncation(_MOST_TOKENS)
    return tokenizer


def _faults() -> tuple[type[Exception], ...]:
    """Return what onnxruntime raises about a model."""
    from onnxruntime.capi import onnxruntime_pybind11_state as state

    named = ("Fail", "InvalidArgument", "InvalidGraph", "InvalidProtobuf", "NoModel")
    more = ("NotImplemented", "RuntimeException", "EPFail", "NoSuchFile")
    found = [getattr(state, name) for name in (*named, *more) if hasattr(state, name)]
    return (*found, RuntimeError, ValueError)
