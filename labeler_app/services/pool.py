"""What is asked next: leases of items for an annotator."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from labeler_app.core import audit as sample
from labeler_app.services import mix, projects, suggestions
from labeler_app.services.projects import Project
from labeler_app.services.workspace import Workspace
from labeler_app.store import audit, events, items, leases, models, past_answers, probes
from labeler_app.store import projects as project_rows
from labeler_app.store.engine import AnyRow
from labeler_app.store.leases import Asker, Candidate
from labeler_app.store.models import ModelRow

# Longer than anybody stays offline with the desk open; the desk renews every 20 s.
LEASE_SECONDS = 30 * 60
# An open page renews its leases every 20 s while it is seen; after this the annotator's other
# pages may have its items, for a browser that crashed gives nothing back.
SILENT_SECONDS = 3 * 60
# Others may take an item while one is chosen; after so many tries it is chosen while they wait.
TRIES = 3
MOST_WANTED = 300
# Nobody holds more than half of what is left, so that a second annotator finds something, too;
# but this many always.
FEWEST = 12

Choose = Callable[[Connection, ModelRow | None], list[Candidate]]
"""What is wanted, given the newest model; items that the asker may have."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One leased item, as the desk gets it; nothing in it tells an audit item apart."""

    id: int
    kind: str
    sha256: str
    width: int | None
    height: int | None
    of: int
    """How many items the project has."""
    version: int | None
    shares: Mapping[int, float] | None
    """The model's probability of each class it knows, by class id."""


def lease(
    ws: Workspace, project: int, annotator: int, *, keep: Sequence[int], want: int, desk: str = ""
) -> list[Offer]:
    """Lease the next items to an annotator; items this desk holds and does not keep go back.

    Parameters
    ----------
    keep
        Items the annotator still holds and will show first, in order.
    want
        How many to hold in all, at most 300.
    desk
        Name of the open page, so that two tabs of one annotator get different items.

    Returns
    -------
    list of Offer
        The items to show after the kept ones.

    Raises
    ------
    InputError
        If there is no such project.
    """
    known = projects.get(ws, project)
    who = asking(ws, known, annotator, keep=keep, desk=desk)
    n = min(want, MOST_WANTED) - len(keep)
    model, chosen = take(ws, who, lambda tx, _model: _choose(tx, known, who, n))
    with ws.store.read() as tx:
        rows = items.many(tx, [one.item for one in chosen])
    ordered = [rows[one.item] for one in chosen]
    shares = suggestions.shares(ws, known, model, [row.position for row in ordered])
    version = model.version if model else None
    return [
        Offer(
            id=row.id,
            kind=row.kind,
            sha256=row.sha256,
            width=row.width,
            height=row.height,
            of=known.items,
            version=version,
            shares=shares.get(row.position),
        )
        for row in ordered
    ]


def leave(ws: Workspace, project: int, annotator: int, *, keep: Sequence[int], desk: str) -> None:
    """Give back what a page holds, because it is closed; whatever it asked before gets nothing.

    Parameters
    ----------
    keep
        Items whose answers are still on the way: their leases say why they were shown.
    desk
        Name of the page, which is never opened again.

    Raises
    ------
    InputError
        If there is no such project.
    """
    asker = asking(ws, projects.get(ws, project), annotator, keep=keep, desk=desk)
    with ws.store.write() as tx:
        project_rows.hold(tx, project)
        leases.release(tx, asker)
        leases.leave(tx, asker, forget=asker.now - LEASE_SECONDS)


def take(
    ws: Workspace, asker: Asker, choose: Choose, ahead: Sequence[int] = ()
) -> tuple[ModelRow | None, list[Candidate]]:
    """Lease what `choose` returns, renew what the desk keeps, and give back all else it holds.

    Labels wait while leases are written, so the choice is made before, and made again only if
    somebody else took one of the items meanwhile.

    Parameters
    ----------
    ahead
        Items the desk keeps, too, though they may be chosen: they keep the reason they have.

    Returns
    -------
    model
        The newest one when the choice was made.
    candidates
        What was chosen; nothing for a page that was closed meanwhile.
    """
    for at in range(TRIES):
        with ws.store.read() as tx:
            model = models.newest(tx, asker.project)
            chosen = choose(tx, model)
        with ws.store.write() as tx:
            project_rows.hold(tx, asker.project)
            if leases.has_left(tx, asker):
                return model, []
            if not leases.are_free(tx, asker, chosen):
                if at < TRIES - 1:
                    continue
                model = models.newest(tx, asker.project)
                chosen = choose(tx, model)
            here = replace(asker, keep=(*asker.keep, *ahead))
            _take(tx, here, [one for one in chosen if one.item not in ahead], model)
            break
    return model, chosen


def asking(
    ws: Workspace, known: Project, annotator: int, *, keep: Sequence[int], desk: str
) -> Asker:
    """Return who asks for items of a project now."""
    now = ws.clock()
    open_until = now + LEASE_SECONDS - SILENT_SECONDS
    return Asker(known.id, annotator, now, known.config.wanted, desk, tuple(keep), open_until)


def lost(
    ws: Workspace, project: int, annotator: int, *, keep: Sequence[int], desk: str = ""
) -> list[int]:
    """Return the kept items that this desk does not hold any more, after it asked for leases.

    Others have answered or hold them, since its leases ran out while the computer slept.

    Raises
    ------
    InputError
        If there is no such project.
    """
    known = projects.get(ws, project)
    with ws.store.read() as tx:
        return leases.lost(tx, asking(ws, known, annotator, keep=keep, desk=desk))


def _why_scattered(has_model: bool) -> str:
    if has_model:
        return "Drawn at random: the ranking had no more items."
    return "Drawn at random, before there was a model."


def _take(
    tx: Connection, asker: Asker, chosen: Sequence[Candidate], model: ModelRow | None
) -> None:
    until, version = asker.now + LEASE_SECONDS, model.version if model else None
    leases.release(tx, asker)
    leases.take(tx, asker, [*_lapsed(tx, asker), *chosen], version, until=until)
    leases.renew(tx, asker, until=until)


def _lapsed(tx: Connection, asker: Asker) -> list[Candidate]:
    """Return kept items that are on the desk again, with the reason they once were shown for."""
    again = []
    for item in leases.lapsed(tx, asker):
        before = leases.of_item(tx, item, asker.annotator) or past_answers.previous_choice(
            tx, item, asker.annotator
        )
        again.append(
            Candidate(item, before.selection, before.selected_as, _chance(before), before.why)
            if before is not None
            else Candidate(item, None, "kept", 1.0, "")
        )
    return again


def _chance(before: AnyRow) -> float:
    """Return the probability of being shown again: what was picked by hand comes back for sure."""
    return 1.0 if before.propensity is None else float(before.propensity)


def _choose(tx: Connection, known: Project, asker: Asker, n: int) -> list[Candidate]:
    """Choose at most n items, and no more than the budget pays for, audit items mixed in."""
    kept = len(asker.keep)
    answered = events.answered(tx, known.id)
    chance = _inclusion(tx, known)
    # What is asked again was paid for before.
    again = leases.again(tx, asker, max(0, n), chance)
    n -= len(again)
    left = known.config.budget - answered - kept
    fair = max(FEWEST, (known.items - answered) // 2) - kept
    n = max(0, min(n, left, fair))
    here = replace(asker, keep=(*asker.keep, *(one.item for one in again)))
    return [*again, *_anew(tx, known, here, n, chance)]


def _anew(tx: Connection, known: Project, asker: Asker, n: int, chance: float) -> list[Candidate]:
    """Choose n items that this annotator was not asked yet, audit items mixed in.

    Parameters
    ----------
    asker
        Keeps whatever is chosen for other reasons.
    chance
        Of an item to be in the audit sample.
    """
    ordinary = leases.first(tx, asker, n)
    here = replace(asker, keep=(*asker.keep, *(one.item for one in ordinary)))
    ordinary += leases.ranked(tx, here, n - len(ordinary))
    if len(ordinary) < n:
        without = [one.item for one in ordinary]
        # Two who ask at the same moment are offered different items.
        seed = known.config.seed + asker.annotator
        why = _why_scattered(models.newest(tx, known.id) is not None)
        ordinary += leases.scattered(tx, asker, n - len(ordinary), seed, without, why)
    share = mix.audit_share(known, audit.answered(tx, known.id)[0], probes.waiting(tx, known.id))
    first = events.answered_by(tx, known.id, asker.annotator) + len(asker.keep)
    slots = [
        sample.serve_slot(known.config.seed, asker.annotator, slot, share)
        for slot in range(first, first + n)
    ]
    reserved = leases.audit(tx, asker, n, chance)
    return list(_mix(slots, ordinary, reserved))


def _mix(
    slots: Sequence[bool], ordinary: Sequence[Candidate], reserved: Sequence[Candidate]
) -> Iterator[Candidate]:
    """Fill audit slots with reserved items and the others with ranked ones, while there are any."""
    waiting = {True: iter(reserved), False: iter(ordinary)}
    for slot in slots:
        found = next(waiting[slot], None) or next(waiting[not slot], None)
        if found is not None:
            yield found


def _inclusion(tx: Connection, project: Project) -> float:
    """Return the chance of an item of the pool, without probe sets, to be drawn for the audit."""
    pool = project.items - probes.count(tx, project.id)
    return audit.size(tx, project.id) / pool if pool > 0 else 0.0
