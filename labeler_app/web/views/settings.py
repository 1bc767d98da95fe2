"""The Settings page: the words of every setting."""

from collections.abc import Sequence
from dataclasses import dataclass

from labeler_app.settings import CLASS_WEIGHTS
from labeler_app.web.views.tree import Element, h

EMBEDDER = "embedder"


@dataclass(frozen=True, slots=True)
class Field:
    """One setting: its field of `ProjectConfig`, its words, how it is typed."""

    name: str
    title: str
    does: str
    worth: str
    plugins: str = ""
    """Kind of plug-in it names."""
    extra: tuple[str, ...] = ()
    """Names besides the plug-ins'."""
    choices: tuple[str, ...] = ()
    """What it may be, if that is neither a number nor a plug-in."""
    share: bool = False
    """Whether it is a share, typed in percent."""


@dataclass(frozen=True, slots=True)
class Group:
    """Settings that are thought about together."""

    key: str
    title: str
    fields: tuple[Field, ...]


GROUPS = (
    Group(
        "goal",
        "Goal and cost",
        (
            Field(
                "target",
                "Target accuracy, %",
                "The accuracy the advice measures against.",
                "Default 95: Done is said when a bound that holds at every look is above it.",
                share=True,
            ),
            Field(
                "budget",
                "Budget, labels",
                "Labels the project can pay for; the desk stops there and asks.",
                "Default 500: raise it any time, nothing is lost.",
            ),
            Field(
                "synthesis_budget",
                "Synthesis budget, decisions",
                "Variants that people may keep or reject, counted apart from labels.",
                "Default 1,000: raise it any time, nothing is lost.",
            ),
            Field(
                "hourly_rate",
                "Cost of an hour, EUR",
                "Turns the minutes of labeling into money.",
                "Default 0: costs are left out.",
            ),
        ),
    ),
    Group(
        "choice",
        "What is asked next",
        (
            Field(
                "strategy",
                "Query strategy",
                "How a model picks the items worth a label.",
                "Default auto: chooses by where the project stands, and says which and why. "
                "Single strategies can do worse than random where they do not fit.",
                plugins="strategies",
                extra=("auto",),
            ),
            Field(
                "cold_start",
                "First items",
                "How items are picked before there is a model.",
                "Default representatives: items that stand for a group of look-alikes, so that "
                "every class is met early.",
                plugins="coldstarts",
            ),
            Field(
                "batch",
                "Batch, items",
                "Items picked at once after a training.",
                "Default 20: smaller follows the model closer, larger spreads wider.",
            ),
            Field(
                "retrain_every",
                "Train again after, labels",
                "New labels that make a training due.",
                "Default 10: a training of small projects takes seconds, beside your work.",
            ),
            Field(
                "hold_outliers",
                "Hold outliers back",
                "Items far from all others are asked later: often they are broken or belong "
                "nowhere.",
                "Default yes: no for a project whose rare items matter most.",
            ),
        ),
    ),
    Group(
        "learning",
        "What the model sees, and how it learns",
        (
            Field(
                EMBEDDER,
                "Features",
                "What turns an item into numbers.",
                "Default patches for images, tfidf for texts, table for rows. A change computes "
                "all features anew, in the background; no label is lost.",
            ),
            Field(
                "learner",
                "Learner",
                "What is fitted to features and labels.",
                "Default logistic: trained in no time, and its probabilities can be trusted.",
                plugins="learners",
            ),
            Field(
                "class_weight",
                "Weight of classes",
                "Whether every label counts the same, or every class.",
                "Default none: balanced finds more of rare classes, and is wrong more often on "
                "frequent ones.",
                choices=CLASS_WEIGHTS,
            ),
            Field(
                "self_training",
                "Self-training",
                "Lets items the model is sure of train it too.",
                "Default no: yes is tried at each training, and used where it proves better on "
                "audit items kept for decisions.",
            ),
        ),
    ),
    Group(
        "audit",
        "The audit sample",
        (
            Field(
                "audit_share_first",
                "Audit share at first, %",
                "Part of what is asked that comes from the audit sample in the beginning.",
                "Default 25: the first figure, at 20 reporting items, comes after 120 labels.",
                share=True,
            ),
            Field(
                "audit_first",
                "Until, audit items",
                "Answered audit items after which the share falls.",
                "Default 40: at 90\u00a0% right, 40 reporting items say 76.9\u2013"
                "96.0\u00a0%, 400 say 86.7\u201392.6\u00a0%.",
            ),
            Field(
                "audit_share",
                "Audit share after that, %",
                "Part of what is asked that comes from the audit sample later.",
                "Default 10: the price of a true figure. More narrows the interval sooner.",
                share=True,
            ),
        ),
    ),
)


WHEN = "Shares and budget take effect at once, the rest with the next training."


def head(project: str) -> Element:
    """Draw the answer: what these settings are for."""
    return h("div.head", h("h1", "Settings"), h("p.t20.sec", f"How {project} works. {WHEN}"))


def group(one: Group) -> Element:
    """Draw the head of a group."""
    return h("section.m24", h("h2", one.title))


def words_of(one: Field) -> Element:
    """Draw what a setting does and what its default is worth."""
    return h("div", h("h3", one.title), h("p.sec", one.does), h("p.mut", one.worth))


def embedders(one: Field, names: Sequence[str], doubts: Sequence[str]) -> Element:
    """Draw the words of the embedder: which there are, and what is to be said of the present one.

    Parameters
    ----------
    names
        Those that read the items of the project; ``onnx:FILE`` stands for many.
    doubts
        Whole sentences.
    """
    notes = [h("p.note.m8", doubt) for doubt in doubts]
    does = f"{one.does} Type one of: {', '.join(names)}."
    return h("div", h("h3", one.title), h("p.sec", does), h("p.mut", one.worth), *notes)


def note() -> Element:
    """Draw what cannot be changed any more."""
    return h(
        "p.note.m24",
        "The size of the audit reserve is fixed by the first import: a sample that is drawn again "
        "would not be blind.",
    )
