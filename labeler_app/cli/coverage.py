"""``coverage``: which conditions the labels lack."""

import json
from typing import TYPE_CHECKING

import click

from labeler_app.cli import main
from labeler_app.web.views import words

if TYPE_CHECKING:
    from labeler_app.services.coverage import Coverage, Found
    from labeler_app.services.workspace import Workspace


@click.command()
@click.argument("project")
@click.option(
    "--ask", "gap", type=click.IntRange(min=1), help="Put real items of this gap first: 1 or more."
)
@click.option(
    "--expect",
    "wished",
    metavar="AXIS:FIRST-LAST=SHARE%",
    help="Expect a share of all to come in cells of a condition, by name or by number from 0: "
    "brightness:black-dark=15%.",
)
@click.option("--forget", type=click.IntRange(min=1), help="Expect this no more: its number.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@main.place
def coverage(
    project: str, gap: int | None, wished: str | None, forget: int | None, as_json: bool
) -> None:
    """Say which conditions the labels of PROJECT (name or number) lack.

    Of pictures these are light, focus and shape, of texts length, spelling and signs. With --ask
    the items of the pool that lie in a gap are asked first. What --expect says holds until
    --forget.
    """
    from labeler_app.services import asking_first, expecting, measuring
    from labeler_app.services import coverage as coverages

    ws = main.workspace()
    known = main.project(ws, project)
    if wished is not None:
        expecting.expect(ws, known, *expecting.parsed(wished))
    if forget is not None:
        _forget(ws, known, forget)
    measuring.catch_up(ws, known, main.progress("Measuring"))
    seen = coverages.of_project(ws, known)
    if gap is not None:
        if gap > len(seen.gaps):
            held = words.count(len(seen.gaps), "gap")
            raise click.UsageError(f"There is no gap {gap}: the labels of {project!r} have {held}.")
        count = asking_first.ask(ws, known, seen.gaps[gap - 1].key)
        waiting = asking_first.waiting(ws, known)
        if as_json:
            click.echo(json.dumps({"asked": count, "waiting": waiting}))
        else:
            click.echo(f"{words.count(count, 'item')} more come first, {waiting} in all.")
    elif as_json:
        click.echo(json.dumps(_told(seen)))
    else:
        click.echo("\n".join(_lines(seen)))


def _forget(ws: "Workspace", known: int, number: int) -> None:
    from labeler_app.services import expecting

    if number not in [one.id for one in expecting.of_project(ws, known)]:
        raise click.UsageError(f"Nothing with the number {number} is expected here.")
    expecting.forget(ws, known, number)


_VERDICTS = {
    "empty": "There are no items yet.",
    "unmeasured": "Nothing is measured yet: another process is at the project.",
    "unlabeled": "No labels yet: what they lack is seen once there are some.",
    "none": "No gap found: the labels look like the pool.",
}


def _lines(seen: "Coverage") -> list[str]:
    lines = [f"{seen.measured:,} of {words.count(seen.items, 'item')} measured."]
    if seen.verdict == "few":
        held = words.count(seen.labeled, "label")
        lines.append(f"Too few labels yet: {held}; about {seen.needed:,} show a large gap.")
    elif seen.verdict == "none" and seen.gaps:
        lines.append("No sure gap: the labels look like the pool. What follows may be none.")
    elif seen.verdict in _VERDICTS:
        lines.append(_VERDICTS[seen.verdict])
    for hope in seen.expected:
        share = words.percent(hope.share)
        lines.append(f"Expected ({hope.id}): {share} {hope.name}")
    for number, one in enumerate(seen.gaps, 1):
        doubt = "" if one.is_sure else " (perhaps; this class may never be so)"
        lines.append(f"{number:>3}  {one.name}, {_whose(one)}{doubt}")
        lines.append(
            f"     {_wanted(one)}, labels {words.percent(one.gap.held)} "
            f"({one.gap.labels:,} of {one.gap.of:,}); {one.right.right} of {one.right.of} audit "
            f"items there right; {words.count(one.real, 'real item')} to label"
        )
    return lines


def _told(seen: "Coverage") -> dict[str, object]:
    return {
        "verdict": seen.verdict,
        "measured": seen.measured,
        "items": seen.items,
        "axes": [
            {
                "name": axis.name,
                "cells": list(axis.names),
                "edges": list(axis.edges),
                "pool": pool.tolist(),
                "labels": {
                    one.name: row.tolist() for one, row in zip(seen.classes, own[:-1], strict=True)
                },
            }
            for axis, pool, own in zip(seen.axes, seen.pool, seen.labels, strict=True)
        ],
        "expected": [
            {
                "number": one.id,
                "axis": one.axis.name,
                "cells": list(one.axis.names[one.first : one.last + 1]),
                "share": one.share,
                "person": one.person,
            }
            for one in seen.expected
        ],
        "gaps": [
            {
                "gap": number,
                "key": one.key,
                "expected": one.expected,
                "axis": one.axis.name,
                "cells": list(one.axis.names[one.gap.first : one.gap.last + 1]),
                "sure": one.is_sure,
                "class": one.class_.name if one.class_ else None,
                "pool_share": one.pool,
                "wanted_share": one.gap.wanted,
                "label_share": one.gap.held,
                "labels": one.gap.labels,
                "of": one.gap.of,
                "real": one.real,
                "wanted": one.wanted,
                "audit_right": one.right.right,
                "audit_items": one.right.of,
            }
            for number, one in enumerate(seen.gaps, 1)
        ],
    }


def _wanted(one: "Found") -> str:
    if one.expected is None:
        return f"pool {words.percent(one.pool)}"
    return f"expected {words.percent(one.gap.wanted)}, pool {words.percent(one.pool)}"


def _whose(one: "Found") -> str:
    return one.class_.name if one.class_ else "all classes"
