"""The panel of advice: whether to go on, the queue, how far the audit is."""

from labeler_app.services import budget
from labeler_app.services.quality import Monitor, WorkerState
from labeler_app.web import links
from labeler_app.web.views import monitor, signs, words
from labeler_app.web.views.tree import Element, h

STATES = ("keep going", "diminishing", "done")


def panel(seen: Monitor) -> Element:
    """Draw the panel: the advice, the queue, how far the audit is."""
    lead = seen.advice.title.lower()
    states = [h("b.on" if lead.startswith(name) else "b", name) for name in STATES]
    return h(
        "aside.panel.advice",
        h("div.states", states, aria_hidden="true"),
        h("h2", seen.advice.title),
        h("p.t16.sec", f"{monitor.so_far(seen)} {seen.advice.text}"),
        _next(seen, done=lead.startswith("done")),
        h("h3", "Queue"),
        h("p.sec", _sentence(seen.queue.text), " ", seen.queue.sentence),
        h("p.sec", h("b.ink", seen.missing)) if seen.missing else None,
        h("p.mut", worker(seen.worker)),
        h("h3", "Audit items answered"),
        _answered(seen),
        aria_label="Advice",
    )


def worker(state: WorkerState) -> str:
    """Say what the background process does, and when it was last heard."""
    if state.error:
        return f"The worker stopped: {state.error}"
    if not state.alive or state.heartbeat_age_s is None:
        return "The worker is not running; labels are kept, and used when it comes back."
    heard = f"heard {words.duration(state.heartbeat_age_s)} ago, no error"
    if state.phase in ("", "waiting"):
        return f"The worker waits for labels; {heard}."
    return f"The worker is at work: {state.phase} ({words.percent(state.done, 0)}); {heard}."


def _next(seen: Monitor, *, done: bool) -> list[Element]:
    """Draw the one thing to do, and below it what may be done besides."""
    label = links.href(links.LABEL, seen.project.id)
    if not done:
        return [h("a.btn.p.full", "Go on labeling", href=label)]
    export = h("a.btn.p.full", "Export", href=links.href(links.DATA, seen.project.id))
    if seen.spent.left.ended == budget.ALL_ANSWERED:
        return [export]
    besides = ("Go on labeling", label)
    if seen.spent.left.ended == budget.SPENT:
        besides = ("Raise the budget", links.href(links.SETTINGS, seen.project.id))
    return [export, h("p.c.m24", h("a.lk", besides[0], href=besides[1]))]


def _answered(seen: Monitor) -> list[Element]:
    audit = seen.audit
    if seen.accuracy is None:
        ticks = [h("i.on" if n < audit.report else "i") for n in range(audit.needed)]
        said = f"{audit.report} of {audit.needed} for a first figure"
        said += f", and {audit.decide} kept for decisions." if audit.decide else "."
        if not audit.is_enough:
            said += f" Only {audit.reserved} are set apart, and a third of them decides."
        return [h("div.ticks", ticks, aria_hidden="true"), h("p.mut", said)]
    said = f"{words.number(audit.answered)} of {words.number(audit.reserved)} set apart"
    parts = f"{words.number(audit.report)} make the figures, {words.number(audit.decide)} are kept"
    all_parts = h("p.mut.m8", f"{said}: {parts} for decisions.")
    return [signs.share(audit.answered, audit.reserved), all_parts]


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + "."
