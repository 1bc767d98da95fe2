"""The mix that the desk serves: how many audit items are in it, and the sentence that says so."""

from labeler_app.services import projects
from labeler_app.services.projects import Project
from labeler_app.services.workspace import Workspace
from labeler_app.store import ask_first, audit, probes, queue

_CHOSEN = {
    "representatives": "chosen to stand for the rest",
    "typical": "chosen to stand for the rest",
    "typicality": "chosen to stand for the rest",
    "k-center": "chosen to be unlike what is labeled",
    "k-means++": "chosen to be unlike what is labeled",
}
_FRACTIONS = {
    2: ("one in two", "one in two"),
    3: ("two in three", "one in three"),
    4: ("three in four", "one in four"),
    5: ("four in five", "one in five"),
    10: ("nine in ten", "one in ten"),
    20: ("nineteen in twenty", "one in twenty"),
}


def audit_share(project: Project, answered: int, waiting: int = 0) -> float:
    """Return the share of audit items in what is served now.

    Parameters
    ----------
    answered
        Labeled items of the sample; probe sets are none of it.
    waiting
        Items of probe sets to be labeled: while there are any, as many audit items come as at the
        beginning.
    """
    config = project.config
    if waiting:
        return max(config.audit_share_first, config.audit_share)
    return config.audit_share_first if answered < config.audit_first else config.audit_share


def sentence(ws: Workspace, project: int) -> str:
    """Say where the items on the desk come from; the same sentence for every item."""
    known = projects.get(ws, project)
    with ws.store.read() as tx:
        selection = queue.newest(tx, project)
        tests = probes.waiting(tx, project)
        share = audit_share(known, audit.answered(tx, project)[0], tests)
        is_first = bool(ask_first.waiting(tx, project))
    strategy = selection.strategy if selection is not None else "random"
    if is_first:
        return _mixed("asked first for a gap that somebody chose to fill", share, tests)
    if selection is None or strategy == "random":
        return f"Every item comes from the same mix: all of them {_drawn(tests)}."
    by_whom = "the model" if selection.version is not None else "imported predictions"
    chosen = _CHOSEN.get(strategy, f"chosen by {by_whom}")
    return _mixed(chosen, share, tests)


def _drawn(tests: int) -> str:
    return "at random, or brought as a test" if tests else "at random"


def _mixed(chosen: str, share: float, tests: int) -> str:
    if share == 0.0:
        return f"Every item comes from the same mix: all of them {chosen}."
    rest, part = _in_words(share)
    return f"Every item comes from the same mix: {rest} {chosen}, {part} {_drawn(tests)}."


def _in_words(share: float) -> tuple[str, str]:
    for whole, words in _FRACTIONS.items():
        if abs(share * whole - 1.0) < 0.01:
            return words
    return f"{round(100 * (1 - share))} %", f"{round(100 * share)} %"
