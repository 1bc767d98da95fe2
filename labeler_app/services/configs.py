"""The settings of a project, as far as they name plug-ins: do these exist, and fit its items?"""

from typing import TYPE_CHECKING, cast

from labeler_app.errors import InputError
from labeler_app.plugins import knows, load, names
from labeler_app.settings import ProjectConfig

if TYPE_CHECKING:
    from labeler_app.adapters.embedders import Embedder


def checked(config: ProjectConfig) -> ProjectConfig:
    """Return the configuration if every plug-in it names exists."""
    for kind, name in (
        ("strategies", config.strategy),
        ("coldstarts", config.cold_start),
        ("learners", config.learner),
        ("embedders", config.embedder),
    ):
        policy = kind == "strategies" and knows("policies", name)
        if not policy and not knows(kind, name):
            known = names(kind) + (names("policies") if kind == "strategies" else [])
            raise InputError(
                f"There is no {name!r} among the {kind}.", hint=f"Known: {', '.join(known)}."
            )
    return config


def embedders(kind: str) -> list[str]:
    """Return the names of the embedders for a kind; ``onnx:FILE`` may read several kinds."""
    return [name for name in names("embedders") if ":" in name or _reads(name) in (kind, "any")]


def check_embedder(name: str, kind: str) -> None:
    """Make sure that an embedder reads the items of a project.

    Raises
    ------
    InputError
        If it reads items of another kind, or there is none of that name.
    """
    reads = _reads(name)
    if reads not in (kind, "any"):
        raise InputError(
            f"{name!r} embeds items of the kind {reads}; the items of this project are {kind}.",
            hint=f"Choose an embedder for {kind}.",
        )


def _reads(name: str) -> str:
    return cast("Embedder", load("embedders", name)).kind
