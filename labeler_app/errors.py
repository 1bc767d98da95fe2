"""Errors a person can act on.

LabelerError            exit 1    never raised itself
├── InputError          exit 2    what was given cannot be used
│   └── FormatError     exit 2    a file is not what it should be
├── StateError          exit 3    not possible as things stand now
├── StoreError          exit 4    the database cannot be read or written
├── MissingExtraError   exit 5    an optional package is not installed
└── AccessError         exit 6    not allowed

They are caught at the doors (web, cli) and in the worker's loop only. Anything else is a bug.
"""


class LabelerError(Exception):
    """A problem in one sentence, and what to do about it.

    Parameters
    ----------
    problem
        What happened, with the value seen.
    hint
        What to do; may be empty.
    """

    exit_code = 1

    def __init__(self, problem: str, *, hint: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.problem} {self.hint}".strip()


class InputError(LabelerError):
    """What was given cannot be used."""

    exit_code = 2


class FormatError(InputError):
    """A file is not what it should be."""


class StateError(LabelerError):
    """Not possible as things stand now."""

    exit_code = 3


class StoreError(LabelerError):
    """The database cannot be read or written."""

    exit_code = 4


class MissingExtraError(LabelerError):
    """An optional package is not installed."""

    exit_code = 5


class AccessError(LabelerError):
    """Not allowed."""

    exit_code = 6
