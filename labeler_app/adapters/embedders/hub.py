"""Networks from the Hugging Face hub: ``hf:ORG/REPO``, for people with internet.

Downloaded once, then used from the copy on this computer, so that a repository that changes does
not change a project. ``hf:ORG/REPO?file=onnx/model.onnx&revision=COMMIT`` chooses among several
files and versions; all options of ``onnx:FILE`` can be given too. How pictures are prepared is read
from the repository's ``preprocessor_config.json``. One with a ``tokenizer.json`` reads texts.
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from labeler_app.adapters.embedders import Embedder
from labeler_app.adapters.embedders import onnx as networks
from labeler_app.adapters.embedders.arguments import Argument, needed, read
from labeler_app.adapters.embedders.preparation import IMAGENET, Preparation
from labeler_app.errors import FormatError, InputError

_OPTIONS = ("file", "revision", *networks.OPTIONS)
_PREFERRED = ("onnx/model.onnx", "model.onnx")
_PREPROCESSOR = "preprocessor_config.json"
_TOKENIZER = "tokenizer.json"
_EXTERNAL = ("_data", ".data")
_FILTERS = {0: "nearest", 1: "lanczos", 2: "bilinear", 3: "bicubic"}


def hf(argument: str) -> Embedder:
    """Return the embedder of a repository's network, downloading it unless it is here already.

    Parameters
    ----------
    argument
        ``ORG/REPO`` or ``ORG/REPO?option=value&...``.

    Raises
    ------
    InputError
        If there is no such repository or file, it cannot be reached, or an option cannot be used.
    MissingExtraError
        If the extra ``hf`` is not installed.
    """
    asked = read(argument, _OPTIONS)
    if asked.what.count("/") != 1 or not all(asked.what.split("/")):
        raise InputError(f"{asked.what!r} is no repository of a hub.", hint="Write hf:ORG/REPO.")
    folder, file = _here(asked) or _downloaded(asked)
    name = f"hf:{argument}"
    if (folder / _TOKENIZER).is_file() and not (folder / _PREPROCESSOR).is_file():
        from labeler_app.adapters.embedders.sentences import of_files

        return of_files(name, folder / file, folder / _TOKENIZER)
    options = {key: value for key, value in asked.options.items() if key in networks.OPTIONS}
    base = _preparation(folder / _PREPROCESSOR)
    return networks.of_file(name, folder / file, Argument(asked.what, options), base)


def _here(asked: Argument) -> tuple[Path, str] | None:
    """Return folder and file of an earlier download; None if it lacks anything."""
    hub, errors = needed("hf", "huggingface_hub", "huggingface_hub.errors")
    try:
        folder = Path(hub.snapshot_download(**_where(asked), local_files_only=True))
    except (errors.LocalEntryNotFoundError, errors.HFValidationError):
        return None
    names = [one.relative_to(folder).as_posix() for one in folder.rglob("*") if one.is_file()]
    wanted = asked.options.get("file")
    # The file comes last when downloading: where it is, everything is.
    complete = wanted in names if wanted else any(name.endswith(".onnx") for name in names)
    return (folder, _chosen(names, asked)) if complete else None


def _downloaded(asked: Argument) -> tuple[Path, str]:
    hub, errors = needed("hf", "huggingface_hub", "huggingface_hub.errors")
    where = _where(asked)
    try:
        api = hub.HfApi(endpoint=where["endpoint"])
        info = api.model_info(asked.what, revision=where["revision"])
        names = [str(one.rfilename) for one in info.siblings or ()]
        file = _chosen(names, asked)
        beside = [name for name in names if name in (_PREPROCESSOR, _TOKENIZER)]
        beside += [file + end for end in _EXTERNAL if file + end in names]
        path = ""
        for name in [*beside, file]:
            path = hub.hf_hub_download(filename=name, **where)
    except errors.RepositoryNotFoundError as error:
        raise InputError(
            f"The hub has no repository {asked.what}, or it is private.",
            hint="Check the name; for a private one, log in with: hf auth login",
        ) from error
    except (OSError, errors.HTTPError, errors.HFValidationError) as error:
        raise InputError(
            f"{asked.what} cannot be downloaded: {_first(error)}",
            hint="Check the connection, or copy the file here and use onnx:FILE.",
        ) from error
    return Path(path[: -len(file)]), file


def _where(asked: Argument) -> dict[str, Any]:
    # The package reads its variables once, at import; a worker lives longer than that.
    return {
        "repo_id": asked.what,
        "revision": asked.options.get("revision"),
        "endpoint": os.environ.get("HF_ENDPOINT") or None,
        "cache_dir": os.environ.get("HF_HUB_CACHE") or None,
    }


def _chosen(names: list[str], asked: Argument) -> str:
    networks_there = sorted(name for name in names if name.endswith(".onnx"))
    wanted = asked.options.get("file")
    if wanted is not None:
        if wanted in networks_there:
            return wanted
        raise InputError(f"{asked.what} has no ONNX file {wanted!r}.", hint=_listed(networks_there))
    for name in _PREFERRED:
        if name in networks_there:
            return name
    if len(networks_there) == 1:
        return networks_there[0]
    raise InputError(
        f"{asked.what} holds {len(networks_there)} ONNX files.", hint=_listed(networks_there)
    )


def _listed(names: list[str]) -> str:
    if not names:
        return "Choose a repository with an ONNX export; many keep it in a folder onnx."
    return f"Say which with file=...: {', '.join(names[:8])}."


def _preparation(path: Path) -> Preparation | None:
    """Return what a ``preprocessor_config.json`` says; None where there is none."""
    if not path.is_file():
        return None
    try:
        said = json.loads(path.read_text("utf-8"))
        scale = float(said.get("rescale_factor", 1 / 255)) if said.get("do_rescale", True) else 1.0
        normal = said.get("do_normalize", True)
        return Preparation(
            size=_size(said),
            scale=scale,
            mean=tuple(map(float, said.get("image_mean", IMAGENET.mean))) if normal else (0.0,),
            std=tuple(map(float, said.get("image_std", IMAGENET.std))) if normal else (1.0,),
            filter=_FILTERS.get(said.get("resample", 2), "bilinear"),
        )
    except (ValueError, TypeError, AttributeError, KeyError) as error:
        raise FormatError(
            f"{path.name} of the repository cannot be understood: {error}.",
            hint="Copy the network here, and use onnx:FILE with options.",
        ) from error


def _size(said: Mapping[str, Any]) -> tuple[int, int] | None:
    size = said.get("crop_size") or said.get("size")
    if isinstance(size, Mapping):
        short = size.get("shortest_edge")
        height, width = size.get("height", short), size.get("width", short)
        return (int(height), int(width)) if height and width else None
    return (int(size), int(size)) if size else None


def _first(error: Exception) -> str:
    line = (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".: ")
    return f"{line}."
