"""Where the program works (`Settings`) and how a project works (`ProjectConfig`)."""

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from labeler_app.errors import InputError

WORKSPACE_VARIABLE = "LABELER_WORKSPACE"
DATABASE_VARIABLE = "LABELER_DATABASE"
IDLE_VARIABLE = "LABELER_IDLE"
DEFAULT_PORT = 8501
CLASS_WEIGHTS = ("none", "balanced")


@dataclass(frozen=True, slots=True)
class Settings:
    """Where: read once at the door.

    Attributes
    ----------
    workspace
        Folder of everything that is not in the database (and of SQLite's file).
    database
        SQLAlchemy URL, or None for SQLite inside the workspace.
    host, port
        Address the web server binds to.
    idle
        Seconds without an answer after which even a few new ones are worth a model.
    """

    workspace: Path
    database: str | None = None
    host: str = "127.0.0.1"
    port: int = DEFAULT_PORT
    idle: float = 30.0

    def __post_init__(self) -> None:
        if not 0.0 <= self.idle < float("inf"):
            raise InputError(f"{IDLE_VARIABLE} is {self.idle}; it is a number of seconds.")
        if not 1 <= self.port <= 65535:
            raise InputError(f"Port {self.port} is not between 1 and 65535.", hint="Try 8501.")


def same_program(settings: Settings, *arguments: str) -> tuple[list[str], dict[str, str]]:
    """Return command and environment that run a command of ours for the same workspace.

    The database is told by the environment: on the command line every user of the machine could
    read its password.
    """
    command = [sys.executable, "-m", "labeler_app", "--workspace", str(settings.workspace)]
    environment = dict(os.environ)
    if settings.database:
        environment[DATABASE_VARIABLE] = settings.database
    return [*command, *arguments], environment


def default_workspace() -> Path:
    """Return the folder used when nobody names one: the variable's, or the user's data folder."""
    from platformdirs import user_data_path

    named = os.environ.get(WORKSPACE_VARIABLE)
    return Path(named).expanduser() if named else Path(user_data_path("labeler_app"))


@dataclass(frozen=True, slots=True)
class ProjectConfig:
    """How one project works; a row of the project.

    Attributes
    ----------
    strategy
        Query strategy, or ``auto``.
    batch
        Items picked at once by the strategy.
    retrain_every
        New labels after which the model is trained again, at least.
    cold_start
        How the first items are chosen, before there is a model.
    hold_outliers
        Whether items far from everything are held back from the batches.
    learner, embedder
        Names of plug-ins.
    class_weight
        ``none``: every label counts the same; ``balanced``: every class does.
    multi_label
        Whether an item may have several classes, or none; each class is learned by itself.
    self_training
        Whether items that the model is sure of may help to train, where that proves better on the
        part of the audit sample that decisions may look at.
    audit_share_first, audit_first, audit_share
        Share of audit items in the queue until `audit_first` are labeled, and after.
    audit_reserve, audit_cap
        Share of all items set apart for the audit sample, and its largest size.
    budget
        Labels the project can pay for.
    synthesis_budget
        Decisions about variants it can pay for, apart from labels.
    target
        Accuracy wanted, in (0.5, 1).
    hourly_rate
        Cost of an hour of labeling; 0 leaves costs out.
    wanted
        Annotators asked per item.
    seed
        Seed of every random choice of the project.
    """

    strategy: str = "auto"
    batch: int = 20
    retrain_every: int = 10
    cold_start: str = "representatives"
    hold_outliers: bool = True
    learner: str = "logistic"
    embedder: str = "patches"
    audit_share_first: float = 0.25
    audit_first: int = 40
    audit_share: float = 0.10
    audit_reserve: float = 0.20
    audit_cap: int = 2000
    budget: int = 500
    synthesis_budget: int = 1000
    target: float = 0.95
    hourly_rate: float = 0.0
    wanted: int = 1
    seed: int = 1
    class_weight: str = "none"
    self_training: bool = False
    multi_label: bool = False

    def __post_init__(self) -> None:
        if self.class_weight not in CLASS_WEIGHTS:
            raise InputError(
                f"class_weight is {self.class_weight!r}.",
                hint=f"It is one of {', '.join(CLASS_WEIGHTS)}.",
            )
        if not isinstance(self.self_training, bool):
            raise InputError(f"self_training is {self.self_training!r}, which is not yes or no.")
        if not isinstance(self.multi_label, bool):
            raise InputError(f"multi_label is {self.multi_label!r}, which is not yes or no.")
        if self.multi_label and self.self_training:
            raise InputError(
                "Self-training needs one class an item, and this project gives several.",
                hint="Switch self_training off.",
            )
        if not isinstance(self.hold_outliers, bool):
            raise InputError(f"hold_outliers is {self.hold_outliers!r}; it must be true or false.")
        for name, (low, high) in _RANGES.items():
            value = getattr(self, name)
            whole = isinstance(low, int)
            if isinstance(value, bool) or not isinstance(value, int if whole else (int, float)):
                raise InputError(f"{name} is {value!r}, which is not a {_noun(whole)}.")
            if not low <= value <= high:
                raise InputError(f"{name} is {value}; it must lie between {low} and {high}.")

    def to_json(self) -> str:
        """Return the configuration as one JSON object."""
        return json.dumps(asdict(self), sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> "ProjectConfig":
        """Read what `to_json` wrote; unknown keys are refused."""
        return cls.from_mapping(json.loads(text))

    @classmethod
    def from_mapping(cls, values: Mapping[str, object]) -> "ProjectConfig":
        """Build from names and values; unknown names are refused."""
        known = {field.name for field in fields(cls)}
        unknown = sorted(set(values) - known)
        if unknown:
            raise InputError(
                f"Unknown setting {unknown[0]!r}.", hint=f"Known: {', '.join(sorted(known))}."
            )
        return cls(**values)  # type: ignore[arg-type]


_RANGES: dict[str, tuple[float, float]] = {
    "batch": (1, 500),
    "retrain_every": (1, 10_000),
    "audit_share_first": (0.0, 0.9),
    "audit_first": (0, 10_000),
    "audit_share": (0.0, 0.9),
    "audit_reserve": (0.0, 0.5),
    "audit_cap": (0, 100_000),
    "budget": (1, 10_000_000),
    "synthesis_budget": (0, 10_000_000),
    "target": (0.5, 0.999),
    "hourly_rate": (0.0, 100_000.0),
    "wanted": (1, 20),
    "seed": (0, 2**31 - 1),
}


def _noun(whole: bool) -> str:
    return "whole number" if whole else "number"
