"""The Monitor page: the answer, what it rests on, and what labels took."""

from labeler_app.core.evaluation import Accuracy
from labeler_app.services import budget
from labeler_app.services.quality import SPLIT, WHOLE_SETS, AuditState, Monitor
from labeler_app.web.views import signs, tables, words
from labeler_app.web.views.tree import Element, Part, h


def head(seen: Monitor) -> Element:
    """Draw the answer: the accuracy with its interval, or why there is none yet."""
    if seen.accuracy is None:
        return h("div.head", _not_yet(seen))
    known = seen.accuracy
    all_of_it = ", each with all its classes" if seen.project.config.multi_label else ""
    right = f"{words.number(known.correct)} of {words.number(known.total)} right{all_of_it}. "
    return h(
        "div.head",
        h(
            "h1.plain",
            h("b", f"Accuracy {words.percent(known.point)}"),
            h("span.nw", f" ({words.between(known.low, known.high)})"),
            f" on {words.count(known.total, 'audit item')} ",
            _help(seen, known),
        ),
        h("p.t20.sec", f"Target {words.percent(seen.project.config.target, 0)}. {so_far(seen)}"),
        h("p.mut.sub", right, _drawn(seen), _unresolved(known), f" {_answered(seen)}"),
    )


def curve_head(seen: Monitor) -> Element:
    """Draw the head of the curve; before there is one, when it begins."""
    title = signs.head("What labels have bought")
    if seen.accuracy is not None:
        return h("section", title)
    more = "." if seen.audit.is_enough else "; there are too few items for one."
    return h("section", title, h("p.lead", f"The curve begins with the first figure{more}"))


def labeled(seen: Monitor) -> Element:
    """Draw how many labels each class has, and what they cost."""
    trained = seen.spent.by_class
    rows = [(one.key, one.colour, one.name, trained.get(one.id, 0)) for one in seen.classes]
    fewest = min(rows, key=lambda row: row[3])[2] if rows else ""
    strong = fewest if seen.missing and seen.training_labels else ""
    lead = h("p.lead", _work(seen)) if seen.labels else None
    given = words.count(seen.training_labels, "training label")
    title = f"What was labeled: {given if seen.training_labels else 'nothing yet'}"
    none = h("p.mut", "Classes appear here with the first label.")
    return h("section", signs.head(title), lead, tables.bars(rows, strong=strong) if rows else none)


def how(seen: Monitor) -> Element:
    """Draw how the audit works, with this project's numbers."""
    audit, items = seen.audit, seen.audit.drawn_from
    share = words.percent(audit.reserved / items, 0) if items else ""
    steps = [
        (
            "Set apart first.",
            f"{words.number(audit.reserved)} of {words.count(items, seen.project.noun)} ({share}) "
            "were drawn at random before the first label. No model ever learns from them or "
            "from their near-duplicates.",
        ),
        (
            "Mixed in, unmarked.",
            f"{_mixed_in(seen)}; {_so_many(audit.answered)} answered so far{_came(seen)}. While "
            "you answer, nobody can tell which they are.",
        ),
        (
            f"{SPLIT[:1].upper()}{SPLIT[1:]}.",
            f"Every figure on this page is made of the first ({_so_many(audit.report)}). The "
            f"others ({_so_many(audit.decide)}) settle choices between models, and prove "
            "what variants change; no accuracy is made of them.",
        ),
    ]
    listed = [h("li", h("b", strong), " ", text) for strong, text in steps]
    return h("section", signs.head("How the audit works"), h("ol.how.m8", listed))


def _not_yet(seen: Monitor) -> list[Element]:
    n = seen.audit.report
    few = n < seen.audit.needed
    report = f"{n} of {seen.audit.needed} audit items" if few else words.count(n, "audit item")
    mark = signs.ask(
        "Accuracy",
        f"nothing yet: a figure needs {seen.audit.needed} answered audit items and a model.",
        f"the {words.number(seen.audit.reserved)} items set apart at random.",
        "the drawn items stand for all of them, and the answers given are right.",
        "fewer items would make an interval too wide to mean anything.",
    )
    title = h("h1.plain", h("b", "Accuracy: not yet known"), f", {report} ", mark)
    return [
        title,
        h("p.t20.sec", _first(seen)),
        h("p.mut.sub", _answered(seen), " ", _why_wait(seen)),
    ]


def _first(seen: Monitor) -> list[Part]:
    audit, ended = seen.audit, seen.spent.left.ended
    if not audit.is_enough:
        noun = seen.project.noun
        few = f"{words.count(audit.reserved, noun)} of {audit.drawn_from:,}"
        return [f"{few} are set apart, too few for a figure: add {noun}s on the Data page."]
    if ended and audit.report < audit.needed:
        why = "Everything is answered" if ended == budget.ALL_ANSWERED else "The budget is spent"
        return [f"{why}; a first figure needs {audit.needed} audit items with a label."]
    if seen.first.labels is None:
        return [seen.missing or "The first figure comes with the next model."]
    time = seen.first.minutes
    after = f", {words.duration(60 * time)}." if time is not None else "."
    more = words.count(seen.first.labels, "more label")
    return [
        f"A first figure comes at {seen.audit.needed} audit items: about ",
        h("b.ink", more),
        after,
    ]


def _why_wait(seen: Monitor) -> str:
    n = seen.audit.report
    if n == 0:
        none = "none for the figures" if seen.audit.answered else "none"
        return f"They are mixed into the queue from the first label on; {none} is answered yet."
    if n >= seen.audit.needed:
        return f"{words.count(n, 'audit item')} are answered; a model to measure is still missing."
    low = words.bare(seen.first.low_if_all_right, 0)
    return (
        f"With {n} items even {n} right would only say “somewhere between {low} and "
        f"100{words.SPACE}%”. So nothing is shown rather than a number that means nothing."
    )


def _answered(seen: Monitor) -> str:
    audit = seen.audit
    if not audit.answered:
        return f"Of the audit items {SPLIT}."
    return f"Of {words.count(audit.answered, 'answered audit item')} {audit.split}."


def _so_many(n: int) -> str:
    return words.number(n) if n else "none"


def so_far(seen: Monitor) -> str:
    """Say what labeling took so far."""
    spent = seen.spent
    time = f", {words.duration(60 * spent.minutes)} in all" if spent.minutes else ""
    cost = f", EUR{words.SPACE}{spent.cost:,.0f}" if spent.cost else ""
    return f"{words.count(spent.labels, 'label')} so far{time}{cost}."


def _work(seen: Monitor) -> str:
    spent = seen.spent
    said = f"{words.count(spent.labels, 'label')} given, the audit's included"
    if spent.pace_s is not None and spent.minutes is not None:
        said += f", {spent.pace_s:.1f} s each, {words.duration(60 * spent.minutes)} in all"
    if spent.cost:
        said += f": EUR{words.SPACE}{spent.cost:,.0f}"
    return f"{said}; budget {words.count(seen.project.config.budget, 'label')}."


def _mixed_in(seen: Monitor) -> str:
    if seen.spent.left.ended:
        return "They are asked in among the others"
    share = words.percent(seen.audit.share_now, 0)
    return f"{share} of what is asked now comes from them, in among the others"


def _came(seen: Monitor) -> str:
    return ", labels that came with the data among them" if seen.audit.blind.imported else ""


def _drawn(seen: Monitor) -> str:
    every = words.count(seen.audit.drawn_from, seen.project.noun)
    return (
        f"The items were drawn at random from all {every} before labeling began, "
        f"{_blind(seen.audit)}, never trained on. Accuracy with its 95\u00a0% interval."
    )


def _blind(sample: AuditState) -> str:
    seen = sample.blind
    if seen.imported and seen.imported == seen.answered:
        return "with the labels that came with the data, which nobody here looked at"
    came = f"; {seen.imported:,} of the labels came with the data" if seen.imported else ""
    if not seen.not_blind:
        return f"answered blind{came}"
    ways = [
        (seen.suggested, "answered after a look at the suggestion"),
        (seen.again, "answered more than once"),
    ]
    told = " and ".join(f"{count:,} {how}" for count, how in ways if count)
    return f"answered blind but for {seen.not_blind:,} of {seen.answered:,} ({told}){came}"


def _unresolved(known: Accuracy) -> str:
    if not known.unresolved:
        return ""
    bounds = words.between(known.worst, known.best)
    few = words.count(known.unresolved, "audit item")
    return f" {few} without a class: between {bounds}{words.SPACE}% whatever they are."


def _help(seen: Monitor, known: Accuracy) -> Element:
    whole = f" Here {WHOLE_SETS}." if seen.project.config.multi_label else ""
    return signs.ask(
        f"Accuracy, {words.percent(known.point)}",
        f"{words.number(known.correct)} right answers of model v{seen.queue.version} in "
        f"{words.number(known.total)}; Wilson interval, 95\u00a0%.{whole}",
        "the answered items of the audit sample that report; "
        f"{words.number(seen.audit.reserved)} are set apart.",
        f"they are a fair draw from the {words.count(seen.audit.drawn_from, seen.project.noun)} "
        "(drawn before the first label), and the answers given are right.",
        "a third of the sample decides between models and is never counted here, so that no "
        "choice flatters the figure.",
    )
