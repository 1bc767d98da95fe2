"""Lists of what was refused: the first of many are drawn, and the number of all is told."""

from dataclasses import replace

from labeler_app.adapters.files import Refused
from labeler_app.services.exchange import ImportRow
from labeler_app.services.preview import Look
from labeler_app.web.views import data, look
from labeler_app.web.views.tree import Element, text_of

REPORT = ImportRow(
    **{"id": 7, "source": "bad.jsonl", "state": "reading", "done": 20, "total": 40, "new": 2},
    **{"duplicates": 0, "known": 0, "refused": 3_000_000, "ignored": 0, "labels": 0},
    **{"problem": "", "started_at": 0.0, "seconds": 1.0, "seconds_left": None, "person": ""},
)
LOOK = Look(
    **{"name": "bad.jsonl", "kind": "table", "files": 3_000_002, "photos": 2, "ignored": 0},
    refused=tuple(Refused(f"bad.jsonl#{line}", "is no object") for line in range(1_000)),
    **{"unread": 3_000_000, "labels_from": None, "labels": {}, "labeled": 0, "reserve": 0},
    **{"reserve_share": 0.0, "seconds": 1.0, "samples": (), "items": "text"},
)
KEPT = [(f"bad.jsonl#{line}", "is no object") for line in range(1_000)]


def size(picture: Element) -> int:
    """Return of how many elements a picture is made."""
    return 1 + sum(size(part) for part in picture.parts if isinstance(part, Element))


def test_a_look_draws_the_first_refusals_and_tells_how_many_there_are():
    picture = look.found(LOOK)

    assert "Why 3,000,000 could not be read" in text_of(picture)
    assert "and 2,999,994 more" in text_of(picture)
    assert size(picture) < 100


def test_a_report_draws_the_first_refusals_and_leads_to_those_that_are_kept():
    picture = data.problems(REPORT, KEPT)

    assert "and 2,999,900 more. The first 1,000 as CSV" in text_of(picture)
    assert size(picture) < 500


def test_a_report_of_which_all_is_kept_says_so_and_a_short_one_needs_no_more():
    long = data.problems(replace(REPORT, refused=1_000), KEPT)
    short = data.problems(replace(REPORT, refused=2), KEPT[:2])

    assert "and 900 more. All as CSV" in text_of(long)
    assert "more" not in text_of(short)


def test_rows_at_work_are_not_called_files():
    assert "20 of 40 rows read" in text_of(look.reading(REPORT, 1, "row"))


def test_a_table_is_among_what_can_be_dropped():
    for small in (True, False):
        assert "Drop a zip, images or a table here" in text_of(look.drop(200, small=small))
