"""In words: what stands on lines of a labels.csv and gives no label."""

from collections.abc import Iterable, Mapping, Sequence

from labeler_app.services.guesses import TABLE_NAME

MOST_TOLD = 6
# Characters: a line of a table may have any number.
LONGEST_LABEL_TOLD = 60
LONGEST_PATH_TOLD = 200


def told(path: str, reason: str, line: int | None) -> tuple[str, str]:
    """Return what has a label that cannot be used, and why; with its line, if it has one."""
    where = f"{TABLE_NAME}, line {line}: " if line is not None else ""
    return cut(path, f"{where}{reason}")


def cut(path: str, reason: str) -> tuple[str, str]:
    """Return a path no longer than anybody reads, and a reason."""
    return path[:LONGEST_PATH_TOLD], reason


def clash(lines: Mapping[str, int]) -> str:
    """Return that lines contradict each other.

    Parameters
    ----------
    lines
        By label, at least two.
    """
    count = "two" if len(lines) == 2 else f"{len(lines):,}"
    labels = _listed([repr(one[:LONGEST_LABEL_TOLD]) for one in lines])
    return f"{_at(lines.values())} give it {count} labels: {labels}"


def spoiled(lines: Iterable[int]) -> str:
    """Return that lines are good, but not taken: what their path is to have is not whole."""
    numbers = list(lines)
    are = "is" if len(numbers) == 1 else "are"
    return f"{_at(numbers)} {are} not taken: another line of this path cannot be used"


def _at(lines: Iterable[int]) -> str:
    numbers = [str(one) for one in lines]
    noun = "line" if len(numbers) == 1 else "lines"
    return f"{TABLE_NAME}, {noun} {_listed(numbers)}"


def _listed(parts: Sequence[str]) -> str:
    rest = len(parts) - MOST_TOLD
    shown = [*parts[:MOST_TOLD], f"{rest:,} more"] if rest > 0 else list(parts)
    return " and ".join(filter(None, [", ".join(shown[:-1]), shown[-1]]))
