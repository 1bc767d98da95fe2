"""What the shell says of an import."""

from dataclasses import replace

from labeler_app.cli.exchange import prediction_lines, report_lines
from labeler_app.services.exchange import ImportRow
from labeler_app.services.predictions import Imported

REPORT = ImportRow(
    **{"id": 7, "source": "bad.jsonl", "state": "done", "done": 9, "total": 9, "new": 2},
    **{"duplicates": 0, "known": 0, "refused": 3_000_000, "ignored": 0, "labels": 0},
    **{"problem": "", "started_at": 0.0, "seconds": 1.0, "seconds_left": None, "person": ""},
)
PROBLEMS = [(f"bad.jsonl#{line}", "is no object") for line in range(1_000)]


def test_of_millions_of_refusals_all_are_counted_and_the_first_are_listed():
    lines = list(report_lines(REPORT, PROBLEMS, "text"))

    assert "3,000,000 could not be read" in lines[0]
    assert lines[-1] == "  and 2,999,980 more; 1,000 of all 3,000,000 with --json"
    assert len(lines) == 22


def test_all_is_said_only_where_every_refusal_was_kept():
    clashes = [(f"{number}.jpg", "is labeled 'cat' at another path") for number in range(50)]
    some = replace(REPORT, refused=1_020)

    *_, last = report_lines(some, PROBLEMS + clashes)
    *_, all_kept = report_lines(replace(some, refused=1_000), PROBLEMS + clashes)

    assert last == "  and 1,050 more; 1,050 of all 1,070 with --json"
    assert all_kept == "  and 1,030 more; all of them with --json"


def test_labels_of_nothing_that_is_there_are_no_refusals_and_counted_by_themselves():
    strangers = [(f"a/{number}.png", "is not here") for number in range(100)]
    some = replace(REPORT, refused=1_000, strangers=100)
    more = replace(REPORT, refused=1_000, strangers=300)

    first, *_, all_kept = report_lines(some, PROBLEMS + strangers)
    *_, last = report_lines(more, PROBLEMS + strangers)
    one = next(report_lines(replace(REPORT, refused=0, strangers=1), strangers[:1], "text"))

    said = "1,000 could not be read, 100 paths in labels.csv name no image here"
    assert first == f"2 new, {said}; 1 s."
    assert all_kept == "  and 1,080 more; all of them with --json"
    assert last == "  and 1,280 more; 1,100 of all 1,300 with --json"
    assert one == "2 new, 1 path in labels.csv names no text here; 1 s."


def test_labels_that_can_be_no_class_are_counted_and_spellings_taken_as_one_are_said():
    note = "2 spellings of one class are taken as one: 'Cat', 'cat'. Its name is 'cat'."
    bad = [("a.png", "labels.csv, line 3: the label has more than 100 characters")]
    some = replace(REPORT, refused=0, labels=4, unusable=1, notes=(note,))
    more = replace(some, unusable=130)

    assert list(report_lines(some, bad)) == [
        "2 new, 4 labels imported, 1 label cannot be used; 1 s.",
        note,
        "  'a.png': labels.csv, line 3: the label has more than 100 characters",
    ]
    *_, last = report_lines(more, bad * 100)
    assert last == "  and 110 more; 100 of all 130 with --json"


def test_rows_are_not_said_to_be_no_tables():
    first = next(report_lines(REPORT, [], "table"))

    assert "tables" not in first
    assert "3 are not images" in next(report_lines(replace(REPORT, ignored=3), [], "image"))
    assert "1 is not an image" in next(report_lines(replace(REPORT, ignored=1), [], "image"))
    assert "1 is not a text" in next(report_lines(replace(REPORT, ignored=1), [], "text"))


def test_only_what_is_there_is_said():
    quiet = replace(REPORT, refused=0)

    assert list(report_lines(quiet, [])) == ["2 new; 1 s."]
    assert list(report_lines(replace(quiet, new=0), [])) == ["0 new; 1 s."]
    assert list(report_lines(replace(quiet, known=4, labels=2_000), [])) == [
        "2 new, 4 known already, 2,000 labels imported; 1 s."
    ]


def test_one_of_a_kind_is_told_in_the_singular():
    one = replace(REPORT, refused=0, duplicates=1, labels=1)

    assert list(report_lines(one, [])) == ["2 new, 1 duplicate, 1 label imported; 1 s."]
    assert list(prediction_lines(Imported(1, 1, ("a.jpg",)))) == [
        "1 item has a prediction now, 1 has none; 1 row is of no item.",
        "  'a.jpg': no item of the project has this path",
    ]
