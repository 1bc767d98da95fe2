"""``synthesize``: variants of labeled pictures or texts, asked for and made."""

import json
from typing import TYPE_CHECKING, Any

import click

from labeler_app.cli import main
from labeler_app.web.views import words

if TYPE_CHECKING:
    from labeler_app.services.making import Asked
    from labeler_app.services.workspace import Workspace


@click.command()
@click.argument("project")
@click.option("--recipe", help="What makes them: a name that --list tells.")
@click.option(
    "--gap", default="", help="Where they are to land, as --list tells: brightness:0-1:all."
)
@click.option(
    "--class", "class_name", help="Only of items of this class; all by turns if not given."
)
@click.option("--count", type=click.IntRange(1, 1_000), default=24, show_default=True)
@click.option("--hardest", is_flag=True, help="Make three times as many, keep the least sure ones.")
@click.option(
    "--taken-for",
    help="With --class: make three times as many, keep those least told from this class.",
)
@click.option("--person", default="Command line", show_default=True, help="Who asks for them.")
@click.option("--list", "only_list", is_flag=True, help="Name the recipes and the gaps, and end.")
@click.option("--cancel", is_flag=True, help="Cancel what is not finished, and end.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@main.place
def synthesize(project: str, only_list: bool, cancel: bool, as_json: bool, **told: Any) -> None:
    """Make variants of labeled pictures or texts of PROJECT (name or number) for a gap.

    A person keeps or rejects them under Synthesis; until then no model learns from them.
    """
    from labeler_app.services import making

    ws = main.workspace()
    known = main.project(ws, project)
    if only_list:
        _list(ws, known, as_json)
    elif cancel:
        count = making.cancel(ws, known)
        click.echo(
            json.dumps({"cancelled": count})
            if as_json
            else f"Cancelled: {count:,}. What is made already stays."
        )
    else:
        _make(ws, known, as_json, **told)


def _make(
    ws: "Workspace",
    project: int,
    as_json: bool,
    *,
    recipe: str | None,
    gap: str,
    class_name: str | None,
    count: int,
    hardest: bool,
    taken_for: str | None,
    person: str,
) -> None:
    from labeler_app.services import making, measuring, people

    if recipe is None:
        raise click.UsageError("Name a recipe with --recipe; --list tells which there are.")
    measuring.catch_up(ws, project, main.progress("Measuring"))
    number = making.ask(
        ws,
        project,
        people.join(ws, person).id,
        recipe=recipe,
        gap=gap,
        count=count,
        class_id=_class(ws, project, class_name),
        hardest=hardest,
        toward=_class(ws, project, taken_for),
    )
    try:
        made = making.finish(ws, project, number, main.progress("Making variants"))
    except KeyboardInterrupt:
        making.cancel(ws, project, number)
        raise
    if as_json:
        click.echo(json.dumps(_told(made)))
    else:
        click.echo("\n".join(_lines(made)))
    if made.state == "failed":
        click.get_current_context().exit(4)


def _class(ws: "Workspace", project: int, name: str | None) -> int | None:
    from labeler_app.errors import InputError
    from labeler_app.services import projects

    if name is None:
        return None
    known = {one.name: one.id for one in projects.classes(ws, project)}
    if name not in known:
        raise InputError(f"There is no class {name!r}.", hint=f"Classes: {', '.join(known)}.")
    return known[name]


def _lines(made: "Asked") -> list[str]:
    begun = {"cancelled": "Cancelled: ", "failed": "Given up: "}.get(made.state, "")
    held = words.count(made.made, "variant")
    lines = [f"{begun}{held} of {made.wanted:,} made, in {made.tried:,} tries."]
    if made.near:
        lines.append(f"{made.near:,} of them can hardly be told from something else.")
    lines += [f"  {one}" for one in made.told]
    return lines


def _told(made: "Asked") -> dict[str, object]:
    return {
        "making": made.id,
        "state": made.state,
        "made": made.made,
        "wanted": made.wanted,
        "tried": made.tried,
        "near": made.near,
        "told": list(made.told),
    }


def _list(ws: "Workspace", project: int, as_json: bool) -> None:
    from labeler_app.services import coverage, goals, measuring, projects

    ways = goals.ways(projects.get(ws, project).kind)
    measuring.catch_up(ws, project, main.progress("Measuring"))
    seen = coverage.of_project(ws, project)
    gaps = seen.gaps
    if as_json:
        recipes = [
            {"name": one.name, "tier": one.tier, "axis": one.axis, "sentence": one.sentence}
            for one in ways
        ]
        found = [
            {
                "key": one.key,
                "name": one.name,
                "class": one.class_.name if one.class_ else None,
                "real": one.real,
            }
            for one in gaps
        ]
        click.echo(json.dumps({"recipes": recipes, "gaps": found}))
        return
    for way in ways:
        steered = f"steered by {way.axis}" if way.axis else "drawn"
        click.echo(f"{way.name} ({way.tier}, {steered}): {way.sentence}")
    click.echo("")
    for gap in gaps:
        whose = gap.class_.name if gap.class_ else "all classes"
        click.echo(f"{gap.key}  {gap.name}, {whose}; {words.count(gap.real, 'real item')} to label")
    if not gaps:
        axis = seen.axes[0].name
        click.echo(f"No gap is known; any cells can be filled, such as {axis}:0-1:all.")
