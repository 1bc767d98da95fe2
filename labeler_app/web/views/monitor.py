"""The Monitor page: the answer, what it rests on, and the panel of advice."""

from labeler_app.core.evaluation import Accuracy
from labeler_app.services.quality import Monitor, WorkerState
from labeler_app.web import links
from labeler_app.web.views import signs, tables, words
from labeler_app.web.views.tree import Element, Part, h

STATES = ("keep going", "diminishing", "done")


def head(seen: Monitor) -> Element:
    """Draw the answer: the accuracy with its interval, or why there is none yet."""
    if seen.accuracy is None:
        return h("div.head", _not_yet(seen))
    known = seen.accuracy
    right = f"{words.number(known.correct)} of {words.number(known.total)} right. "
    return h(
        "div.head",
        h(
            "h1.plain",
            h("b", f"Accuracy {words.percent(known.point)}"),
            h("span.nw", f" ({words.between(known.low, known.high)})"),
            f" on {words.count(known.total, 'audit item')} ",
            _help(seen, known),
        ),
        h("p.t20.sec", f"Target {words.percent(seen.project.config.target, 0)}. {_so_far(seen)}"),
        h("p.mut.sub", right, _drawn(seen), _unresolved(known)),
    )


def advice(seen: Monitor) -> Element:
    """Draw the panel: the advice, the queue, how far the audit is."""
    lead = seen.advice_title.lower()
    states = [h("b.on" if lead.startswith(name) else "b", name) for name in STATES]
    go = h("a.btn.p.full", "Go on labeling", href=links.href(links.LABEL, seen.project.id))
    return h(
        "aside.panel.advice",
        h("div.states", states, aria_hidden="true"),
        h("h2", seen.advice_title),
        h("p.t16.sec", seen.advice),
        go,
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


def labeled(seen: Monitor) -> Element:
    """Draw how many labels each class has, and what they cost."""
    rows = [(one.key, one.colour, one.name, one.count_training) for one in seen.classes]
    fewest = min(seen.classes, key=lambda one: one.count_training, default=None)
    strong = fewest.name if seen.missing and seen.training_labels and fewest else ""
    lead = h("p.lead", _work(seen)) if seen.labels else None
    given = words.count(seen.training_labels, "training label")
    title = f"What was labeled: {given if seen.training_labels else 'nothing yet'}"
    none = h("p.mut", "Classes appear here with the first label.")
    return h("section", signs.head(title), lead, tables.bars(rows, strong=strong) if rows else none)


def how(seen: Monitor) -> Element:
    """Draw how the audit works, with this project's numbers."""
    audit, items = seen.audit, seen.project.items
    share = words.percent(audit.reserved / items, 0) if items else ""
    steps = [
        (
            "Set apart first.",
            f"{words.number(audit.reserved)} of {words.count(items, 'image')} ({share}) were "
            "drawn at random before the first label. No model ever learns from them or from "
            "their near-duplicates.",
        ),
        (
            "Mixed in, unmarked.",
            f"{words.percent(audit.share_now, 0)} of what is asked now comes from them, in among "
            f"the others; {_so_many(audit.answered)} answered so far. While you answer, nobody "
            "can tell which they are.",
        ),
        (
            "Two thirds report, one third decides.",
            f"Every figure on this page is made of the first ({_so_many(audit.report)}). The "
            f"others ({_so_many(audit.decide)}) settle choices between models, and are never "
            "shown as results.",
        ),
    ]
    listed = [h("li", h("b", strong), " ", text) for strong, text in steps]
    return h("section", signs.head("How the audit works"), h("ol.how.m8", listed))


def _not_yet(seen: Monitor) -> list[Element]:
    n = seen.audit.report
    report = words.count(n, "audit item") if n else "no audit items yet"
    mark = signs.ask(
        "Accuracy",
        f"nothing yet: a figure needs {seen.audit.needed} answered audit items and a model.",
        f"the {words.number(seen.audit.reserved)} items set apart at random.",
        "the drawn items stand for all of them, and the answers given are right.",
        "fewer items would make an interval too wide to mean anything.",
    )
    title = h("h1.plain", h("b", "Accuracy: not yet known"), f", {report} ", mark)
    return [title, h("p.t20.sec", _first(seen)), h("p.mut.sub", _why_wait(seen))]


def _first(seen: Monitor) -> list[Part]:
    if not seen.audit.is_enough:
        few = f"{words.count(seen.audit.reserved, 'image')} of {seen.project.items:,}"
        return [f"{few} are set apart, too few for a figure: add images on the Data page."]
    if seen.labels_to_first is None:
        return [seen.missing or "The first figure comes with the next model."]
    time = seen.minutes_to_first
    after = f", {words.duration(60 * time)}." if time is not None else "."
    more = words.count(seen.labels_to_first, "more label")
    return [
        f"A first figure comes at {seen.audit.needed} audit items: about ",
        h("b.ink", more),
        after,
    ]


def _why_wait(seen: Monitor) -> str:
    n = seen.audit.report
    if n == 0:
        return "Audit items are mixed into the queue from the first label on; none is answered yet."
    if n >= seen.audit.needed:
        return f"{words.count(n, 'audit item')} are answered; a model to measure is still missing."
    low = words.bare(seen.low_if_all_right, 0)
    return (
        f"With {n} items even {n} right would only say “somewhere between {low} and "
        f"100{words.SPACE}%”. So nothing is shown rather than a number that means nothing."
    )


def _answered(seen: Monitor) -> list[Element]:
    audit = seen.audit
    if seen.accuracy is None:
        ticks = [h("i.on" if n < audit.report else "i") for n in range(audit.needed)]
        said = f"{audit.report} of {audit.needed} for a first figure"
        return [h("div.ticks", ticks, aria_hidden="true"), h("p.mut", said)]
    said = f"{words.number(audit.answered)} of {words.number(audit.reserved)} set apart"
    parts = f"{words.number(audit.report)} report, {words.number(audit.decide)} decide"
    return [signs.share(audit.answered, audit.reserved), h("p.mut.m8", f"{said}: {parts}.")]


def _so_many(n: int) -> str:
    return words.number(n) if n else "none"


def _so_far(seen: Monitor) -> str:
    spent = f", {words.duration(60 * seen.minutes)} of labeling" if seen.minutes else ""
    cost = f", EUR{words.SPACE}{seen.cost:,.0f}" if seen.cost else ""
    return f"{words.count(seen.labels, 'label')} so far{spent}{cost}."


def _work(seen: Monitor) -> str:
    said = f"{words.count(seen.labels, 'label')} with the audit's"
    if seen.pace_s is not None and seen.minutes is not None:
        said += f", {seen.pace_s:.1f} s each, {words.duration(60 * seen.minutes)} in all"
    if seen.cost:
        said += f": EUR{words.SPACE}{seen.cost:,.0f}"
    return f"{said}; budget {words.count(seen.project.config.budget, 'label')}."


def _drawn(seen: Monitor) -> str:
    images = words.count(seen.project.items, "image")
    return (
        f"The items were drawn at random from all {images} before labeling began, "
        f"{_blind(seen.audit.suggested)}, never trained on. Accuracy with its 95\u00a0% interval."
    )


def _blind(suggested: int) -> str:
    if not suggested:
        return "answered blind"
    return f"answered blind but for {suggested:,} where the suggestion was on screen"


def _unresolved(known: Accuracy) -> str:
    if not known.unresolved:
        return ""
    bounds = words.between(known.worst, known.best)
    few = words.count(known.unresolved, "audit item")
    return f" {few} without an answer: between {bounds}{words.SPACE}% whatever they are."


def _help(seen: Monitor, known: Accuracy) -> Element:
    return signs.ask(
        f"Accuracy, {words.percent(known.point)}",
        f"{words.number(known.correct)} right answers of model v{seen.model_version} in "
        f"{words.number(known.total)}; Wilson interval, 95\u00a0%.",
        "the answered items of the audit sample that report; "
        f"{words.number(seen.audit.reserved)} are set apart.",
        f"they are a fair draw from the {words.count(seen.project.items, 'image')} (drawn before "
        "the first label), and the answers given are right.",
        "a third of the sample decides between models and is never counted here, so that no "
        "choice flatters the figure.",
    )


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + "."
