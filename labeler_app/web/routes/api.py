"""The HTTP API below /api: the desk's routes, images and contents, downloads."""

import csv
import io
from collections.abc import Iterator
from dataclasses import asdict
from typing import Annotated, Literal

from fastapi import FastAPI, Path, Query
from fastapi.responses import Response, StreamingResponse

from labeler_app import __version__
from labeler_app.errors import InputError
from labeler_app.services import (
    copy_piles,
    desk,
    exchange,
    export,
    images,
    keys,
    labeling,
    mix,
    pool,
    projects,
    quality,
    suggestions,
    telling,
)
from labeler_app.services.workspace import Workspace
from labeler_app.web.routes import (
    chosen_keys,
    contents,
    fields,
    guidelines,
    picking,
    piles,
    refusals,
    shapes,
    variants,
    words,
)
from labeler_app.web.routes.callers import Who, Writer, Ws

ProjectId = Annotated[int, Query(ge=1, le=2**31 - 1)]
RunId = Annotated[int, Path(ge=1, le=2**31 - 1)]


def build(ws: Workspace) -> FastAPI:
    """Return the API of a workspace, to be mounted at /api."""
    api = FastAPI(
        title="labeler_app",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        responses={400: {"model": shapes.Problem}, 403: {"model": shapes.Problem}},
    )
    api.state.workspace = ws
    refusals.answer_in_sentences(api)
    api.get("/desk")(open_desk)
    api.post("/queue")(take_queue)
    api.post("/queue/leave", status_code=204)(leave_queue)
    api.post("/picking")(picking.tiles)
    api.post("/piles")(piles.look)
    api.post("/labels")(record_labels)
    api.post("/classes")(add_class)
    api.post("/keys")(chosen_keys.choose)
    api.post("/budget")(add_budget)
    api.get("/examples")(guidelines.read_examples)
    api.post("/examples")(guidelines.choose_example)
    api.post("/examples/away")(guidelines.take_example_away)
    api.get("/similar")(guidelines.similar_to)
    api.get("/images/{item}", response_class=Response)(image)
    api.get("/contents/{item}", response_model=contents.ContentOut)(contents.content)
    api.get("/words/{item}", response_model=words.MarkedOut)(words.marked)
    api.get("/variants")(variants.look)
    api.post("/reviews")(variants.record)
    api.get("/variants/{variant}/picture", response_class=Response)(variants.picture)
    api.get("/variants/{variant}/text", response_model=variants.MadeTextOut)(variants.text)
    api.get("/health")(health)
    api.get("/export")(download_export)
    api.get("/imports/{run}/problems.csv")(download_problems)
    api.get("/curve.csv")(download_curve)
    return api


def open_desk(ws: Ws, who: Who, project: ProjectId) -> shapes.DeskOut:
    """Return all the desk needs when it opens."""
    found = desk.open_desk(ws, project, who.id)
    return shapes.DeskOut(
        project=shapes.ProjectOut(
            id=found.project.id,
            name=found.project.name,
            kind=found.project.kind,
            multi_label=found.project.config.multi_label,
        ),
        person=shapes.Named(id=who.id, name=who.name),
        classes=[shapes.ClassOut.of(one) for one in found.classes],
        class_version=found.class_version,
        keys=found.keys,
        progress=_progress(found.progress),
        queue=shapes.Queue.of(found.queue),
        mix=found.mix,
        last=[
            shapes.PastOut(
                seq=one.seq,
                event_id=one.event_id,
                item=one.item,
                kind=one.kind,
                class_id=one.class_id,
                class_ids=one.class_ids,
                url=shapes.shown_url(one.item, one.sha256, found.project.kind, found.project.items),
                thumb=shapes.image_url(one.item, one.sha256, "thumb"),
                seconds=one.seconds,
                suggestion=one.suggestion,
                why=one.why,
                together=[
                    shapes.GivenOut(
                        event_id=given.event_id,
                        item=given.item,
                        class_id=given.class_id,
                        suggestion=given.suggestion,
                    )
                    for given in one.together
                ],
                under=[
                    shapes.StandOut(
                        seq=low.seq,
                        event_id=low.event_id,
                        kind=low.kind,
                        class_id=low.class_id,
                        class_ids=low.class_ids,
                    )
                    for low in one.under
                ],
            )
            for one in found.last
        ],
        columns=found.columns,
        end=shapes.EndOut.of(found.end),
    )


def take_queue(ws: Ws, who: Writer, wish: shapes.QueueIn) -> shapes.QueueOut:
    """Lease items to the annotator: what to show after the kept ones."""
    offers = pool.lease(ws, wish.project, who.id, keep=wish.keep, want=wish.want, desk=wish.desk)
    end = desk.end(ws, wish.project)
    if end is None and wish.want and not offers and not wish.keep:
        end = desk.nothing_left(ws, wish.project)
    kept = suggestions.of_items(ws, wish.project, wish.keep)
    lost = pool.lost(ws, wish.project, who.id, keep=wish.keep, desk=wish.desk)
    news = desk.news(ws, wish.project)
    return shapes.QueueOut(
        items=[shapes.ItemOut.of(one) for one in offers],
        kept=[shapes.SuggestionOut.of(one) for one in kept],
        lost=lost,
        queue=shapes.Queue.of(news.queue),
        progress=_progress(news.progress),
        counts=_counts(news),
        class_version=news.class_version,
        mix=mix.sentence(ws, wish.project),
        columns=telling.first(ws, wish.project),
        end=shapes.EndOut.of(end),
    )


def leave_queue(ws: Ws, who: Writer, gone: shapes.LeaveIn) -> None:
    """Give back what a page holds that is closed."""
    pool.leave(ws, gone.project, who.id, keep=gone.keep, desk=gone.desk)


def record_labels(ws: Ws, who: Writer, sent: shapes.LabelsIn) -> shapes.LabelsOut:
    """Store answers; acknowledged only after COMMIT, each stored once."""
    batch = [one.answer() for one in sent.events]
    receipt = labeling.record(ws, sent.project, who.id, batch)
    copies = copy_piles.offer(ws, sent.project, who.id, batch, receipt.acknowledged, sent.desk)
    news = desk.news(ws, sent.project)
    return shapes.LabelsOut(
        acknowledged=list(receipt.acknowledged),
        refused=[
            shapes.RefusedOut(event_id=one.event_id, problem=one.problem, hint=one.hint)
            for one in receipt.refused
        ],
        why=receipt.why,
        copies=shapes.CopiesOut.model_validate(asdict(copies)) if copies else None,
        progress=_progress(news.progress),
        counts=_counts(news),
        class_version=news.class_version,
        queue=shapes.Queue.of(news.queue),
    )


def add_class(ws: Ws, who: Writer, new: shapes.ClassIn) -> shapes.ClassOut:
    """Add a class."""
    made = projects.add_class(ws, new.project, new.name)
    mine = keys.of(ws, who.id, new.project).classes
    return shapes.ClassOut.of(next(one for one in mine if one.id == made.id))


def add_budget(ws: Ws, who: Writer, more: shapes.BudgetIn) -> shapes.BudgetOut:
    """Let the project pay for more labels."""
    projects.add_budget(ws, more.project, more.more)
    return shapes.BudgetOut(progress=_progress(desk.progress(ws, more.project)))


def image(
    ws: Ws, item: Annotated[fields.Id, Path()], size: Literal["screen", "thumb"] = "screen"
) -> Response:
    """Return an item's picture, re-encoded; its address changes with its content.

    One that does not exist or cannot be read is "not found": the desk sets it aside at once.
    """
    try:
        path, media_type = images.copy_of(ws, item, size)
    except InputError as error:
        return refusals.problem(error, 404)
    # Read here: a file response would change threads for each step, while labels wait for one.
    return Response(path.read_bytes(), media_type=media_type, headers=contents.KEPT)


def health(ws: Ws) -> shapes.Health:
    """Say that the server answers and its database, too."""
    return shapes.Health(ok=True, version=__version__, project_count=len(projects.every(ws)))


def download_export(
    ws: Ws,
    who: Who,
    project: ProjectId,
    format: Annotated[str, Query(max_length=40)] = "csv",  # noqa: A002
    origins: Annotated[str, Query(max_length=200)] = ",".join(export.ORIGINS),
    for_people: bool = False,
    as_of: Annotated[str | None, Query(max_length=40)] = None,
) -> Response:
    """Download the labels with their provenance, of now or as of an earlier moment."""
    out = io.StringIO(newline="")
    export.export(
        ws,
        project,
        format,
        out,
        origins=[one for one in origins.split(",") if one],
        for_people=for_people,
        as_of=as_of,
        person=who.id,
    )
    kind = "text/csv" if format == "csv" else "application/x-ndjson"
    return _attachment(out.getvalue(), f"labels-{project}.{format}", kind)


def download_problems(ws: Ws, who: Who, run: RunId) -> Response:
    """Download the files an import refused, each with its reason."""
    return _csv(["path", "reason"], iter(exchange.problems(ws, run)), f"import-{run}-problems.csv")


def download_curve(ws: Ws, who: Who, project: ProjectId) -> Response:
    """Download the learning curve."""
    rows = (
        (
            one.version,
            one.labels,
            figure.correct,
            figure.total,
            figure.point,
            figure.low,
            figure.high,
        )
        for one in quality.curve(ws, project)
        if (figure := one.accuracy) is not None
    )
    header = ["version", "labels", "correct", "audit_items", "accuracy", "low", "high"]
    return _csv(header, rows, f"curve-{project}.csv")


def _csv(header: list[str], rows: "Iterator[tuple[object, ...]]", name: str) -> Response:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(header)
    writer.writerows(rows)
    return _attachment(out.getvalue(), name, "text/csv")


def _attachment(text: str, name: str, kind: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return StreamingResponse(iter([text.encode("utf-8")]), media_type=kind, headers=headers)


def _progress(one: desk.Progress) -> shapes.Progress:
    return shapes.Progress(labeled=one.labeled, goal=one.goal)


def _counts(news: desk.News) -> dict[str, int]:
    return {str(one): count for one, count in news.counts.items()}
