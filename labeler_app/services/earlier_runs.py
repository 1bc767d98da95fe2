"""Runs of an earlier simulation: may new ones stand beside them?"""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from labeler_app.errors import FormatError, InputError
from labeler_app.services.simulated import Data
from labeler_app.services.simulation_plan import Plan

_FIGURES = ("labels", "accuracy", "balanced_accuracy", "selection_seconds")
_OF_A_RUN = frozenset(("strategy", "embedder", "revision", "learner", "seed", *_FIGURES))
_ANOTHER = "Write to another file."


def settings(plan: Plan, columns: Mapping[str, Any]) -> dict[str, Any]:
    """Return what runs must have in common to be compared, ready for JSON.

    Parameters
    ----------
    columns
        What was said of the columns of a table; nothing said is left out.
    """
    open_ended = ("strategies", "learners", "seeds")
    of_plan = {name: value for name, value in asdict(plan).items() if name not in open_ended}
    told = {name: value for name, value in columns.items() if value}
    return of_plan | told | {"measure": plan.measure}


def take_over(answer: dict[str, Any], before: Mapping[str, Any] | None) -> None:
    """Take the runs of an earlier answer, if they can stand beside new ones.

    Raises
    ------
    InputError
        If they were made with other settings.
    FormatError
        If something of a run is missing.
    """
    if before is None:
        return
    _check_whole(before)
    theirs, ours = dict(before["settings"]), answer["settings"]
    data = theirs.pop("data", None)
    pairs = [("source", before["source"], answer["source"])]
    pairs += [(one, theirs.get(one), ours.get(one)) for one in sorted({*theirs, *ours})]
    for name, then, now in pairs:
        if then != now:
            raise InputError(
                f"The runs that are there were made with {name} {then}, now it is {now}.",
                hint="Write to another file, or simulate as before.",
            )
    answer["runs"] = list(before["runs"])
    answer["notes"] += [one for one in before.get("notes", []) if one not in answer["notes"]]
    if data is not None:
        answer["settings"]["data"] = data


def _check_whole(before: Mapping[str, Any]) -> None:
    runs = before["runs"]
    if not isinstance(before["settings"], Mapping) or not isinstance(runs, list):
        raise FormatError("That was not written by a simulation.", hint=_ANOTHER)
    for number, one in enumerate(runs, 1):
        lacking = _OF_A_RUN.difference(one if isinstance(one, Mapping) else ())
        if lacking:
            raise FormatError(
                f"Run {number} of the runs that are there has no {min(lacking)}.", hint=_ANOTHER
            )


def check_same(answer: dict[str, Any], data: Data) -> None:
    """Refuse a source that is not what the runs that are there were made on.

    Raises
    ------
    InputError
        If its classes, groups or sides are others.
    """
    digest = hashlib.sha256(data.y.tobytes())
    for part in (data.groups, data.side):
        digest.update(b"" if part is None else "\n".join(part.tolist()).encode())
    now = digest.hexdigest()[:16]
    if answer["settings"].setdefault("data", now) != now:
        raise InputError(
            f"{answer['source']} has changed since the runs that are there were made.",
            hint="Write to another file.",
        )
