"""What is asked next: leases of items for an annotator."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from labeler_app.core import audit as sample
from labeler_app.services import projects
from labeler_app.services.projects import Project
from labeler_app.services.workspace import Workspace
from labeler_app.store import audit, events, items, leases, models, queue
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
_CHOSEN = {
    "representatives": "chosen to stand for the rest",
    "typical": "chosen to stand for the rest",
    "typicality": "chosen to stand for the rest",
    "k-center": "chosen to be unlike what is labeled",
    "k-means++": "chosen to be unlike what is labeled",
}


@dataclass(frozen=True, slots=True)
class Offer:
    """One leased item, as the desk gets it; nothing in it tells an audit item apart."""

    id: int
    sha256: str
    width: int | None
    height: int | None
    version: int | None
    shares: Mapping[int, float] | None
    """The model's probability of each class it knows, by class id."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What the newest model thinks of one item."""

    id: int
    version: int
    shares: Mapping[int, float]
    """Probability of each class it knows, by class id."""


def suggestions(ws: Workspace, project: int, wanted: Sequence[int]) -> list[Suggestion]:
    """Return what the newest model thinks of items that lie on a desk already.

    Items it has not scored, and those of other projects, are left out.
    """
    known = projects.get(ws, project)
    with ws.store.read() as tx:
        model = models.newest(tx, project)
        found = items.many(tx, wanted)
    if model is None:
        return []
    rows = [found[one] for one in wanted if one in found and found[one].project == project]
    shares = _shares(ws, known, model, [row.position for row in rows])
    return [
        Suggestion(row.id, model.version, shares[row.position])
        for row in rows
        if row.position in shares
    ]


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
    asker = _asker(known, annotator, ws.clock(), desk, keep)
    n = min(want, MOST_WANTED) - len(keep)
    # Labels wait while leases are written, so the choice is made before, and made again only if
    # somebody else took one of the items meanwhile.
    for at in range(TRIES):
        with ws.store.read() as tx:
            model, chosen = models.newest(tx, project), _choose(tx, known, asker, n)
        with ws.store.write() as tx:
            project_rows.hold(tx, project)
            if not leases.are_free(tx, asker, chosen):
                if at < TRIES - 1:
                    continue
                model, chosen = models.newest(tx, project), _choose(tx, known, asker, n)
            _take(tx, asker, chosen, model)
            break
    with ws.store.read() as tx:
        rows = items.many(tx, [one.item for one in chosen])
    ordered = [rows[one.item] for one in chosen]
    shares = _shares(ws, known, model, [row.position for row in ordered])
    version = model.version if model else None
    return [
        Offer(row.id, row.sha256, row.width, row.height, version, shares.get(row.position))
        for row in ordered
    ]


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
        return leases.lost(tx, _asker(known, annotator, ws.clock(), desk, keep))


def audit_share(project: Project, answered: int) -> float:
    """Return the share of audit items in what is served now."""
    config = project.config
    return config.audit_share_first if answered < config.audit_first else config.audit_share


def mix_sentence(ws: Workspace, project: int) -> str:
    """Say where the items on the desk come from; the same sentence for every item."""
    known = projects.get(ws, project)
    with ws.store.read() as tx:
        selection = queue.newest(tx, project)
        share = audit_share(known, audit.answered(tx, project)[0])
    strategy = selection.strategy if selection is not None else "random"
    if selection is None or strategy == "random":
        return "Every item comes from the same mix: all of them at random."
    by_whom = "the model" if selection.version is not None else "imported predictions"
    chosen = _CHOSEN.get(strategy, f"chosen by {by_whom}")
    if share == 0.0:
        return f"Every item comes from the same mix: all of them {chosen}."
    rest, part = _in_words(share)
    return f"Every item comes from the same mix: {rest} {chosen}, {part} at random."


def _why_scattered(has_model: bool) -> str:
    if has_model:
        return "Drawn at random: the ranking had no more items."
    return "Drawn at random: there is no model yet."


def _asker(known: Project, annotator: int, now: float, desk: str, keep: Sequence[int]) -> Asker:
    open_until = now + LEASE_SECONDS - SILENT_SECONDS
    return Asker(known.id, annotator, now, known.config.wanted, desk, tuple(keep), open_until)


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
        before = leases.of_item(tx, item, asker.annotator) or events.previous_choice(
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
    left = known.config.budget - answered - kept
    fair = max(FEWEST, (known.items - answered) // 2) - kept
    n = max(0, min(n, left, fair))
    ordinary = leases.ranked(tx, asker, n)
    if len(ordinary) < n:
        without = [one.item for one in ordinary]
        # Two who ask at the same moment are offered different items.
        seed = known.config.seed + asker.annotator
        why = _why_scattered(models.newest(tx, known.id) is not None)
        ordinary += leases.scattered(tx, asker, n - len(ordinary), seed, without, why)
    share = audit_share(known, audit.answered(tx, known.id)[0])
    first = events.answered_by(tx, known.id, asker.annotator) + kept
    slots = [
        sample.serve_slot(known.config.seed, asker.annotator, slot, share)
        for slot in range(first, first + n)
    ]
    reserved = leases.audit(tx, asker, n, _inclusion(known, audit.size(tx, known.id)))
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


def _inclusion(project: Project, reserved: int) -> float:
    return reserved / project.items if project.items else 0.0


def _shares(
    ws: Workspace, project: Project, model: ModelRow | None, positions: Sequence[int]
) -> dict[int, dict[int, float]]:
    if model is None or not model.scores:
        return {}
    with ws.store.read() as tx:
        files = models.shards(tx, project.id, model.scores)
        classes = [row.id for row in project_rows.classes(tx, project.id)]
    head = ws.arrays.read_named(model.head)
    column = {int(class_id): place for place, class_id in enumerate(head["classes"])}
    found = ws.arrays.pick(files, positions)
    return {
        position: {one: round(float(row[column[one]]), 4) for one in classes if one in column}
        for position, row in found.items()
    }


_FRACTIONS = {
    2: ("one in two", "one in two"),
    3: ("two in three", "one in three"),
    4: ("three in four", "one in four"),
    5: ("four in five", "one in five"),
    10: ("nine in ten", "one in ten"),
    20: ("nineteen in twenty", "one in twenty"),
}


def _in_words(share: float) -> tuple[str, str]:
    for whole, words in _FRACTIONS.items():
        if abs(share * whole - 1.0) < 0.01:
            return words
    return f"{round(100 * (1 - share))} %", f"{round(100 * share)} %"
