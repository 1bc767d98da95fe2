"""Everything that has a name and can be exchanged, in one table.

Ours and other packages' plug-ins load through the same ``load(kind, name)``, late. Another package
adds its own through the entry-point group ``labeler_app.<kind>``.
"""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points

from labeler_app.errors import InputError

TABLE: Mapping[str, Mapping[str, str]] = {
    "strategies": {
        "random": "labeler_app.core.strategies.uncertainty:random",
        "margin": "labeler_app.core.strategies.uncertainty:margin",
        "entropy": "labeler_app.core.strategies.uncertainty:entropy",
        "least-confidence": "labeler_app.core.strategies.uncertainty:least_confidence",
        "k-center": "labeler_app.core.strategies.diversity:k_center",
        "hybrid": "labeler_app.core.strategies.hybrid:hybrid",
    },
    "coldstarts": {
        "representatives": "labeler_app.core.strategies.coldstart:representatives",
        "random": "labeler_app.core.strategies.uncertainty:random",
    },
    "policies": {"auto": "labeler_app.core.policy:auto"},
    "learners": {"logistic": "labeler_app.core.learners:fit_logistic"},
    "embedders": {"pixels": "labeler_app.adapters.embedders.pixels:PIXELS"},
    "items": {"image": "labeler_app.adapters.items.image:load_image"},
    "formats": {
        "csv": "labeler_app.adapters.formats.csv:write",
        "jsonl": "labeler_app.adapters.formats.jsonl:write",
    },
}


def names(kind: str) -> list[str]:
    """Return the names of all plug-ins of a kind, ours first.

    Parameters
    ----------
    kind
        A key of ``TABLE``, for example ``"strategies"``.
    """
    ours = list(TABLE[kind])
    return ours + sorted(name for name in _foreign(kind) if name not in TABLE[kind])


def load(kind: str, name: str) -> object:
    """Import and return one plug-in.

    Raises
    ------
    InputError
        If there is none of that name.
    """
    address = TABLE[kind].get(name)
    if address is not None:
        module, attribute = address.split(":")
        loaded: object = getattr(import_module(module), attribute)
        return loaded
    foreign = _foreign(kind)
    if name not in foreign:
        raise InputError(
            f"There is no {name!r} among the {kind}.", hint=f"Known: {', '.join(names(kind))}."
        )
    return foreign[name].load()


@cache
def _foreign(kind: str) -> Mapping[str, EntryPoint]:
    # What is installed is read from many small files, and does not change while we run.
    return {point.name: point for point in entry_points(group=f"labeler_app.{kind}")}
