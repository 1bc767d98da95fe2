"""The settings of a project, as far as they name plug-ins: do these exist, and fit its items?"""

from typing import TYPE_CHECKING, cast

from labeler_app.errors import InputError, LabelerError
from labeler_app.log import line, logger
from labeler_app.plugins import knows, load, names
from labeler_app.settings import ProjectConfig

if TYPE_CHECKING:
    from labeler_app.adapters.embedders import Embedder

# They look at the labels or at the head, which are another thing where items have several classes.
_OF_ONE_CLASS = frozenset({"bald", "committee-kl", "vote-entropy", "margin-quota"})

log = logger(__name__)


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
    if config.multi_label and config.strategy in _OF_ONE_CLASS:
        raise InputError(
            f"The strategy {config.strategy} needs items with one class each, and this project's "
            "may have several.",
            hint="Choose auto, margin, entropy, or another.",
        )
    return config


def embedders(kind: str) -> list[str]:
    """Return the names of the embedders for a kind; ``onnx:FILE`` may read several kinds.

    One of another package that cannot be imported is left out; choosing it by name says why.
    """
    return [name for name in names("embedders") if ":" in name or _fits(name, kind)]


def check_embedder(name: str, kind: str, items: int = 0) -> None:
    """Make sure that an embedder reads the items of a project.

    Parameters
    ----------
    items
        How many there are.

    Raises
    ------
    InputError
        If it reads items of another kind, or cannot embed so many, or there is none of that name.
    """
    embedder = _loaded(name)
    if embedder.kind not in (kind, "any"):
        raise InputError(
            f"{name!r} embeds items of the kind {embedder.kind}; this project's are of the kind"
            f" {kind}.",
            hint=f"Choose one of: {', '.join(embedders(kind))}.",
        )
    if items:
        embedder.check_count(items)


def _fits(name: str, kind: str) -> bool:
    try:
        return _loaded(name).kind in (kind, "any")
    except LabelerError as error:
        log.warning(line("embedder-left-out", name=name, reason=str(error)))
        return False


def _loaded(name: str) -> "Embedder":
    return cast("Embedder", load("embedders", name))
