"""``lift``: what kept variants change on real items, and using them without a proof."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from labeler_app.cli import main
from labeler_app.web.views import words

if TYPE_CHECKING:
    from labeler_app.services.fillings import Standing


@click.command()
@click.argument("project")
@click.option("--use", "let_in", metavar="KEY", help="Learn from these without a proof.")
@click.option("--note", default="", help="Why, for --use; the Monitor shows it.")
@click.option("--out", metavar="KEY", help="Keep these out of training.")
@click.option("--person", default="Command line", show_default=True, help="Who decides.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@main.place
def lift(
    project: str, let_in: str | None, note: str, out: str | None, person: str, as_json: bool
) -> None:
    """Say what the kept variants of PROJECT change on real items, and whether they are used.

    The worker measures it: with and without the variants, ten times, on the part of the audit
    sample that is kept for decisions and on probe sets.
    """
    from labeler_app.services import lifts, people, projects

    if note and not let_in:
        raise click.UsageError("A note goes with --use KEY.")

    ws = main.workspace()
    number = main.project(ws, project)
    if let_in or out:
        who = people.join(ws, person)
        lifts.use(ws, number, who.id, let_in or out or "", used=bool(let_in), note=note)
    found = lifts.of_project(ws, number)
    names = {one.id: one.name for one in projects.classes(ws, number)}
    for one in [json.dumps([_told(one) for one in found])] if as_json else _lines(found, names):
        click.echo(one)


def _told(one: "Standing") -> dict[str, Any]:
    measured = one.measured
    return {
        "key": one.filling.key,
        "kept": one.kept,
        "rejected": one.rejected,
        "open": one.open,
        "verdict": measured.verdict if measured else None,
        "used": one.is_used,
        "note": one.use.note if one.use and one.is_used else "",
        "problem": measured.problem if measured else "",
        "figures": [asdict(figure) for figure in measured.figures] if measured else [],
    }


def _lines(found: "list[Standing]", names: Mapping[int, str]) -> Iterator[str]:
    if not found:
        yield "No variants yet. Make some: labeler synthesize NAME --list"
    for one in found:
        measured = one.measured
        verdict = measured.verdict if measured else "not measured yet"
        used = "used" if one.is_used else "not used"
        yield f"{one.filling.key}: {verdict}, {used}; {one.kept} kept, {one.open} to decide."
        for figure in measured.figures if measured else ():
            if figure.of != "class" or figure.high < 0.0:
                share = f"{words.percent(figure.without)} to {words.percent(figure.with_)}"
                change = f"{100 * figure.change:+.1f}"
                reach = f"{100 * figure.low:+.1f} to {100 * figure.high:+.1f}"
                of = names.get(figure.class_ or 0, figure.of)
                yield f"  {of}: {share}, {change} points ({reach}) on {figure.items} items"
        if measured and measured.problem:
            yield f"  {measured.problem}"
