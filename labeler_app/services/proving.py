"""Proof of lift: what kept variants change on real items, as the worker measures it."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from labeler_app.core import lift, synthesis
from labeler_app.core.arrays import Array, FloatArray, Head, IndexArray
from labeler_app.core.gated import MadeRows
from labeler_app.core.lift import Lift, Made, Real, Unseen
from labeler_app.errors import InputError
from labeler_app.log import line, logger
from labeler_app.services import (
    claims,
    features,
    fitting,
    kinds,
    measured_axes,
    measuring,
    projects,
    training,
    variant_features,
    variant_kinds,
)
from labeler_app.services import snapshot as snapshots
from labeler_app.services.claims import Claim
from labeler_app.services.fillings import Kept
from labeler_app.services.projects import Project
from labeler_app.services.snapshot import Snapshot
from labeler_app.services.workspace import Workspace
from labeler_app.settings import ProjectConfig
from labeler_app.store import audit, class_changes, events, lifts, models, variants
from labeler_app.store.lifts import LiftRow
from labeler_app.store.variants import Filling

LEAST = 5
"""Variants kept; of fewer nothing is measured."""
GROWN = 1.2
"""Labels, or tested items, grown by so much since: measured again, so that a lift that has gone is
found."""

log = logger(__name__)


def due(ws: Workspace, project: int) -> Filling | None:
    """Return a filling whose variants are to be measured, or measured again, now."""
    known = projects.get(ws, project)
    with ws.store.read() as tx:
        newest = variants.newest_review(tx, project)
        if newest is None or known.config.multi_label:
            return None
        shards = features.shards(ws, project)
        revision = shards[0].revision if shards else ""
        measured = models.shards(tx, project, measured_axes.of_kind(known.kind).revision)
        key: tuple[int | str, ...] = (
            newest[0],
            events.newest_seq(tx, project),
            class_changes.newest(tx, project),
            audit.count_apart(tx, project),
            *lifts.counts(tx, project),
            f"{revision} {_learner(known.config)}",
            *(one.sha256 for one in (*shards, *measured)),
        )
        place = (str(ws.folder), project)
    if not revision or ws.clock() - newest[1] < training.REST_SECONDS:
        return None
    if place not in _known or _known[place][0] != key:
        every = _candidates(ws, project)
        learner = _learner(known.config)
        found = next((one for one in every if _is_due(one, revision, learner)), None)
        _known[place] = key, found.filling if found else None
    return _known[place][1]


# What was due at which state of things: the worker asks several times a second.
_known: dict[tuple[str, int], tuple[tuple[int | str, ...], Filling | None]] = {}


def go_on(ws: Workspace, project: int, claim: Claim, tell: Callable[[int, int], None]) -> None:
    """Measure what is due of one filling, and put it down.

    Parameters
    ----------
    tell
        Called with (repeats done, all).

    Raises
    ------
    StateError
        If the project went to another worker meanwhile.
    """
    filling = due(ws, project)
    if filling is None:
        return
    begun, snapshot = ws.clock(), snapshots.read(ws, project)
    with ws.store.read() as tx:
        newest = variants.newest_review(tx, project)
    kept = [one for one in snapshot.kept if one.filling == filling]
    inside = _inside(ws, snapshot, filling)
    if not kept or not inside:
        # Gone since it was due: looked at anew, or it would be due for ever.
        _known.pop((str(ws.folder), project), None)
        return
    found, problem, used = Lift(lift.UNPROVABLE, []), "", list[Kept]()
    try:
        found, used = _measured(ws, snapshot, kept, inside, tell)
    except InputError as error:
        problem = str(error)
    except (TypeError, ValueError) as error:
        # A learner of others may know no weights; it must not be asked again and again.
        problem = f"The learner {snapshot.project.config.learner} cannot weigh: {error}"
    row = LiftRow(
        filling=filling,
        verdict=found.verdict,
        kept=len(kept),
        reviews=newest[0] if newest else 0,
        up_to_seq=snapshot.up_to_seq,
        revision=snapshot.shards[0].revision,
        detail=json.dumps(
            {
                "figures": [asdict(one) for one in found.figures],
                "problem": problem,
                "ids": sorted(one.id for one in used),
                "learner": _learner(snapshot.project.config),
                "beside": sum(one in snapshot.probed and not inside[one] for one in inside),
                **asdict(_seen(snapshot.labels, inside)),
            }
        ),
        created_at=ws.clock(),
    )
    with claims.writing(ws, claim) as tx:
        lifts.add(tx, project, row)
    seconds = ws.clock() - begun
    log.info(line("lift-measured", project=project, verdict=row.verdict, seconds=seconds))


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a measurement has seen: grown far beyond it, it is done again."""

    labels: int
    tested: int
    inside: int


@dataclass(frozen=True, slots=True)
class _Candidate:
    filling: Filling
    newest: LiftRow | None
    kept: int
    seen: _Seen


def _candidates(ws: Workspace, project: int) -> Iterator[_Candidate]:
    snapshot = snapshots.read(ws, project)
    with ws.store.read() as tx:
        past = {one.filling: one for one in lifts.every(tx, project)}
    for filling in dict.fromkeys(one.filling for one in snapshot.kept):
        kept = [one for one in snapshot.kept if one.filling == filling]
        seen = _seen(snapshot.labels, _inside(ws, snapshot, filling))
        yield _Candidate(filling, past.get(filling), len(kept), seen)


def _is_due(one: _Candidate, revision: str, learner: str) -> bool:
    """Tell whether so much has changed since: who looks at every change finds what is not there."""
    if one.kept < LEAST or not one.seen.tested:
        return False
    if one.newest is None or one.newest.revision != revision:
        return True
    told = json.loads(one.newest.detail)
    grown = [_has_grown(one.kept, one.newest.kept)]
    grown += [
        _has_grown(getattr(one.seen, name), told.get(name, 0))
        for name in ("labels", "tested", "inside")
    ]
    return any(grown) or told.get("learner", learner) != learner


def _learner(config: ProjectConfig) -> str:
    return f"{config.learner} {config.class_weight} {synthesis.HOW}"


def _has_grown(now: int, then: int) -> bool:
    return now >= then * GROWN + 1 or now * GROWN + 1 <= then


def _seen(labels: Mapping[int, int], inside: Mapping[int, bool]) -> _Seen:
    return _Seen(len(labels), len(inside), sum(inside.values()))


def _inside(ws: Workspace, snapshot: Snapshot, filling: Filling) -> dict[int, bool]:
    """Return the positions of what is tested, rising, and whether each is in the condition.

    Where no axis tells, the probe sets are the condition.
    """
    count = sum(one.count for one in snapshot.shards)
    known = (snapshot.decided.keys() | snapshot.probed.keys()) - snapshot.stand_ins
    tested = sorted(at for at in known if at < count)
    axes = measured_axes.of_kind(snapshot.project.kind).axes
    names = [axis.name for axis in axes]
    if filling.axis not in names:
        return {at: at in snapshot.probed for at in tested}
    cells = measuring.cells(ws, snapshot.project.id)
    own = cells[:, names.index(filling.axis)]
    here = range(filling.first, filling.last + 1)
    return {at: at < len(own) and int(own[at]) in here for at in tested}


def _measured(
    ws: Workspace,
    snapshot: Snapshot,
    kept: Sequence[Kept],
    inside: Mapping[int, bool],
    tell: Callable[[int, int], None],
) -> tuple[Lift, list[Kept]]:
    """Measure what the variants of a filling change beside the labels, whatever else is used.

    Returns
    -------
    Lift, list of Kept
        Those it was measured with: no variant that can hardly be told from a tested item.
    """
    project, shards = snapshot.project, snapshot.shards
    count = sum(one.count for one in shards)
    at = np.array(sorted(one for one in snapshot.labels if one < count), dtype=np.int64)
    tested = np.array(sorted(inside), dtype=np.int64)
    truth = {**snapshot.decided, **snapshot.probed}
    kind = variant_kinds.of(project.kind)
    signatures = _signatures(ws, project, tested)
    apart = variant_features.apart(ws, kind, kept, signatures)
    rows = variant_features.of(ws, project.id, shards[0].revision, apart) if apart else None
    if rows is None or not np.isfinite(rows).all(axis=1).any():
        raise InputError(
            "Of these variants none can be used: their files are lost, or they are nearly the same "
            f"as {kind.noun}s that test.",
            hint="Make others.",
        )
    known = np.asarray(np.isfinite(rows).all(axis=1))
    made = [one for one, there in zip(apart, known.tolist(), strict=True) if there]

    def fit(x: FloatArray, y: IndexArray, more: MadeRows | None, turn: int) -> Head:
        tell(turn + 1, lift.REPEATS)
        return fitting.fit_on(project.config, x, y, more, turn)

    found = lift.measure(
        fit,
        Real(_rows(ws, snapshot, at), _numbers(snapshot.labels, at), at),
        Made(
            rows[known],
            np.array([one.class_id for one in made], dtype=np.int64),
            np.array([one.root for one in made], dtype=np.int64),
            np.array([one.other for one in made], dtype=np.int64),
            np.array([one.cell for one in made], dtype=np.int64),
        ),
        Unseen(
            _rows(ws, snapshot, tested),
            _numbers(truth, tested),
            np.array([inside[one] for one in tested.tolist()], dtype=bool),
            np.array([one in snapshot.decided for one in tested.tolist()], dtype=bool),
            lift.grouped(signatures, kind.away, kind.near),
        ),
        seed=project.config.seed,
    )
    return found, made


def _signatures(ws: Workspace, project: Project, at: IndexArray) -> Array:
    """Return what near-duplicates of items are found by, a row each."""
    with ws.store.read() as tx:
        files = models.shards(tx, project.id, kinds.of(project.kind).signatures)
    return np.asarray(ws.arrays.take(tuple(files), at))


def _rows(ws: Workspace, snapshot: Snapshot, at: IndexArray) -> FloatArray:
    return np.asarray(ws.arrays.take(tuple(snapshot.shards), at), dtype=np.float64)


def _numbers(classes: Mapping[int, int], at: IndexArray) -> IndexArray:
    return np.array([classes[int(one)] for one in at], dtype=np.int64)
