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

from collections.abc import Sequence

TOLD_OF_A_KIND = 5


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


def together(wrong: Sequence[InputError]) -> InputError:
    """Return one error that tells several: those with one hint side by side, the hint after them.

    Parameters
    ----------
    wrong
        At least one. A sentence that is there again is told once; of many with one hint the first
        five are told, and how many more there are.
    """
    if len(wrong) == 1:
        return wrong[0]
    groups: dict[str, dict[str, None]] = {}
    for one in wrong:
        groups.setdefault(one.hint, {})[one.problem] = None
    *told, (last, problems) = groups.items()
    before = [f"{_first_of(list(some))} {hint}".strip() for hint, some in told]
    return InputError(" ".join([*before, _first_of(list(problems))]), hint=last)


def _first_of(problems: Sequence[str]) -> str:
    more = len(problems) - TOLD_OF_A_KIND
    rest = [f"{more:,} more {'is' if more == 1 else 'are'} like these."] if more > 0 else []
    return " ".join([*problems[:TOLD_OF_A_KIND], *rest])
