"""Probe sets: real items of a condition that a person brings, to test what training never saw."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sqlalchemy import Connection

from labeler_app.services import (
    exchange,
    meanings,
    measured_axes,
    measuring,
    projects,
    set_apart,
    snapshot,
)
from labeler_app.services.exchange import ImportOptions
from labeler_app.services.names import checked_name
from labeler_app.services.workspace import Workspace
from labeler_app.store import events, people, probes

LONGEST_NAME = 60
check_pool = set_apart.check_pool


@dataclass(frozen=True, slots=True)
class ProbeSet:
    """One probe set.

    Attributes
    ----------
    labeled
        Items that have a label, given here or brought along.
    person
        Who brought it; "" for a command.
    measured
        Of how many items the conditions are known.
    medians
        By name of a condition, where it is known of any item; of angles none is told.
    """

    name: str
    items: int
    labeled: int
    person: str
    at: float
    measured: int
    medians: Mapping[str, float]


def options(
    name: str, *, labels: bool = True, labels_from: str | None = None, copy: bool = False
) -> ImportOptions:
    """Return how a probe set is imported.

    Parameters
    ----------
    labels
        Whether labels that come along are answers: those that name classes in use.
    labels_from
        As `ImportOptions` has it; None takes what there is.

    Raises
    ------
    InputError
        If the name is none.
    """
    clean = checked_name(name, what="name of the probe set", longest=LONGEST_NAME)
    treated = "trust" if labels else "ignore"
    return ImportOptions(labels_from if labels else None, treated, copy, probe=clean)


def bring(
    ws: Workspace, project: int, path: Path, wish: ImportOptions, *, person: int | None = None
) -> int:
    """Ask for a probe set to be imported and return the number of the import.

    Its items are audit items from the moment they are added: they are labeled on the desk like any
    other, before what was drawn for the audit, and no model ever learns from them, nor from what
    is nearly the same.

    Raises
    ------
    InputError
        If the path is no folder, zip or table, or the project has no items.
    """
    check_pool(ws, project)
    return exchange.request_import(ws, project, path, wish, person=person)


def of_project(ws: Workspace, project: int) -> list[ProbeSet]:
    """Return the probe sets of a project, the oldest first."""
    with ws.store.read() as tx:
        rows = probes.of_project(tx, project)
        places = probes.positions(tx, project)
        who = {row.person: people.get(tx, row.person) for row in rows}
    about = measured_axes.MEASURED.get(projects.get(ws, project).kind)
    axes = about.axes if about is not None else ()
    found = []
    for row in rows:
        there = places[row.name]
        values = measuring.values(ws, project, there) if axes else np.zeros((len(there), 0))
        known = np.isfinite(values)
        medians = {
            axis.name: float(np.median(values[known[:, at], at]))
            for at, axis in enumerate(axes)
            if not axis.turn and known[:, at].any()
        }
        one = who[row.person]
        person = one.name if one is not None and one.kind == "human" else ""
        measured = int(known.any(axis=1).sum())
        found.append(ProbeSet(row.name, row.items, row.labeled, person, row.at, measured, medians))
    return found


def pending(ws: Workspace, project: int) -> list[exchange.ImportRow]:
    """Return the probe sets that are still being read, and the newest import if it was refused."""
    rows = [one for one in exchange.import_rows(ws, project) if one.probe]
    open_ = [one for one in rows if one.state in ("requested", "reading")]
    return open_ or [one for one in rows[-1:] if one.state == "refused"]


def answered(tx: Connection, project: int) -> dict[int, int]:
    """Return the class, or set of classes, of the labeled items of probe sets, by position."""
    labels = [one for one in events.audit_answers(tx, project, probes.PART) if one.kind == "label"]
    return snapshot.resolved(labels, meanings.read(tx, project))


def positions(tx: Connection, project: int) -> Mapping[str, Sequence[int]]:
    """Return by name of a probe set the positions of its items, rising."""
    return probes.positions(tx, project)


def count(ws: Workspace, project: int) -> int:
    """Return how many items of a project are of probe sets."""
    with ws.store.read() as tx:
        return probes.count(tx, project)
