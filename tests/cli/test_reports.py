"""What the shell says of an import."""

from labeler_app.cli.exchange import report_lines
from labeler_app.services.exchange import ImportRow

REPORT = ImportRow(
    **{"id": 7, "source": "bad.jsonl", "state": "done", "done": 9, "total": 9, "new": 2},
    **{"duplicates": 0, "known": 0, "refused": 3_000_000, "ignored": 0, "labels": 0},
    **{"problem": "", "started_at": 0.0, "seconds": 1.0, "seconds_left": None, "person": ""},
)
PROBLEMS = [(f"bad.jsonl#{line}", "is no object") for line in range(1_000)]


def test_of_millions_of_refusals_all_are_counted_and_the_first_are_listed():
    lines = list(report_lines(REPORT, PROBLEMS, "text"))

    assert "3,000,000 could not be read" in lines[0]
    assert lines[-1] == "  and 2,999,980 more; the first 1,000 of them with --json"
    assert len(lines) == 22


def test_rows_are_not_said_to_be_no_tables():
    first = next(report_lines(REPORT, [], "table"))

    assert "tables" not in first
    assert "images" in next(report_lines(REPORT, [], "image"))
