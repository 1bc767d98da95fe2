"""Everything that has a name and can be exchanged, in one table.

Ours and other packages' plug-ins load through the same ``load(kind, name)``, late. Another package
adds its own through the entry-point group ``labeler_app.<kind>``.

A row called ``onnx:FILE`` takes an argument: it is asked for as ``onnx:nets/mobilenet.onnx``, and
is a function from the text behind the colon to the plug-in.
"""

from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from typing import cast

from labeler_app.errors import InputError, LabelerError

TABLE: Mapping[str, Mapping[str, str]] = {
    "strategies": {
        "random": "labeler_app.core.strategies.uncertainty:random",
        "margin": "labeler_app.core.strategies.uncertainty:margin",
        "entropy": "labeler_app.core.strategies.uncertainty:entropy",
        "least-confidence": "labeler_app.core.strategies.uncertainty:least_confidence",
        "k-center": "labeler_app.core.strategies.diversity:k_center",
        "k-means++": "labeler_app.core.strategies.seeding:k_means_pp",
        "badge": "labeler_app.core.strategies.seeding:badge",
        "typicality": "labeler_app.core.strategies.typicality:typicality",
        "cluster-margin": "labeler_app.core.strategies.grouped:cluster_margin",
        "hybrid": "labeler_app.core.strategies.hybrid:hybrid",
        "weighted-sum": "labeler_app.core.strategies.diversity:weighted_sum",
        "vote-entropy": "labeler_app.core.strategies.committee:vote_entropy",
        "committee-kl": "labeler_app.core.strategies.committee:committee_kl",
        "bald": "labeler_app.core.strategies.bald:bald",
        "falcun": "labeler_app.core.strategies.falcun:falcun",
        "margin-quota": "labeler_app.core.strategies.grouped:margin_quota",
        "herding": "labeler_app.core.strategies.herding:herding",
    },
    "coldstarts": {
        "representatives": "labeler_app.core.strategies.coldstart:representatives",
        "typical": "labeler_app.core.strategies.coldstart:typical",
        "random": "labeler_app.core.strategies.uncertainty:random",
    },
    "policies": {"auto": "labeler_app.core.policy:auto"},
    "learners": {
        "logistic": "labeler_app.core.learners:fit_logistic",
        "linear-svm": "labeler_app.core.learners:fit_linear_svm",
        "extra-trees": "labeler_app.core.trees:fit_extra_trees",
        "hist-gradient-boosting": "labeler_app.core.trees:fit_boosting",
        "k-nn": "labeler_app.core.neighbours:fit_neighbours",
    },
    "embedders": {
        "pixels": "labeler_app.adapters.embedders.pixels:PIXELS",
        "patches": "labeler_app.adapters.embedders.patches:PATCHES",
        "onnx:FILE": "labeler_app.adapters.embedders.onnx:onnx",
        "hf:ORG/REPO": "labeler_app.adapters.embedders.hub:hf",
        "given:FILE": "labeler_app.adapters.embedders.given:given",
        "tfidf": "labeler_app.adapters.embedders.tfidf:TFIDF",
        "table": "labeler_app.adapters.embedders.rows:TABLE",
    },
    "items": {
        "image": "labeler_app.adapters.items.image:load_image",
        "text": "labeler_app.adapters.items.text:load_text",
        "table": "labeler_app.adapters.items.table:checked_row",
    },
    "formats": {
        "csv": "labeler_app.adapters.formats.csv:write",
        "jsonl": "labeler_app.adapters.formats.jsonl:write",
    },
}


def names(kind: str) -> list[str]:
    """Return the names of all plug-ins of a kind, ours first; ``onnx:FILE`` stands for many.

    Parameters
    ----------
    kind
        A key of ``TABLE``, for example ``"strategies"``.
    """
    ours = list(TABLE[kind])
    return ours + sorted(name for name in _foreign(kind) if name not in TABLE[kind])


def knows(kind: str, name: str) -> bool:
    """Tell whether ``load`` finds a plug-in of that name; what its argument names is not looked at.

    ``onnx:net.onnx`` is known where ``onnx:FILE`` is listed; ``onnx`` and ``onnx:`` are not.
    """
    row, argument = _row(kind, name)
    return row is not None and argument != ""


def load(kind: str, name: str) -> object:
    """Import and return one plug-in, made with its argument if the name holds one.

    Raises
    ------
    InputError
        If there is none of that name, it cannot be imported, or its argument cannot be used.
    MissingExtraError
        If it needs a package that is not installed.
    """
    row, argument = _row(kind, name)
    if row is None:
        raise InputError(
            f"There is no {name!r} among the {kind}.", hint=f"Known: {', '.join(names(kind))}."
        )
    if argument == "":
        raise InputError(f"{name!r} says nothing behind the colon.", hint=f"Write {row}.")
    loaded = _loaded(kind, row)
    return loaded if argument is None else cast(Callable[[str], object], loaded)(argument)


def _row(kind: str, name: str) -> tuple[str | None, str | None]:
    """Return the row that a name means, and its argument; None for what there is not."""
    head, colon, argument = name.partition(":")
    for row in names(kind):
        row_head, row_colon, _ = row.partition(":")
        if row_head == head and row_colon == colon:
            return row, argument.strip() if colon else None
    return None, None


def _loaded(kind: str, row: str) -> object:
    address = TABLE[kind].get(row)
    if address is None:
        return _imported(_foreign(kind)[row])
    module, attribute = address.split(":")
    loaded: object = getattr(import_module(module), attribute)
    return loaded


def _imported(point: EntryPoint) -> object:
    try:
        return point.load()
    except LabelerError:
        raise
    except Exception as error:  # Others' code may fail in any way.
        raise InputError(
            f"The plug-in {point.name!r} cannot be imported from {point.value}: "
            f"{type(error).__name__}: {error}.",
            hint="Repair or uninstall the package it comes with.",
        ) from error


@cache
def _foreign(kind: str) -> Mapping[str, EntryPoint]:
    # What is installed is read from many small files, and does not change while we run.
    return {point.name: point for point in entry_points(group=f"labeler_app.{kind}")}
