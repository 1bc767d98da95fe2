"""Lists of what was refused: the first of many are drawn, and the number of all is told."""

from dataclasses import replace

from labeler_app.adapters.files import Refused
from labeler_app.services.exchange import ImportRow
from labeler_app.services.preview import Look
from labeler_app.services.projects import Project
from labeler_app.settings import ProjectConfig
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
PETS = Project(1, "Pets", "image", ProjectConfig(), items=1, created_at=0.0)
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
    picture = data.problems(REPORT, KEPT, "image")

    assert "and 2,999,900 more. 1,000 of 3,000,000 as CSV" in text_of(picture)
    assert size(picture) < 500


def test_a_report_says_all_only_where_every_refusal_was_kept():
    clashes = [(f"{number}.jpg", "is labeled 'cat' at another path") for number in range(50)]

    picture = data.problems(replace(REPORT, refused=1_020), KEPT + clashes, "image")

    assert "and 970 more. 1,050 of 1,070 as CSV" in text_of(picture)


def test_a_report_of_which_all_is_kept_says_so_and_a_short_one_needs_no_more():
    long = data.problems(replace(REPORT, refused=1_000), KEPT, "image")
    short = data.problems(replace(REPORT, refused=2), KEPT[:2], "image")

    assert "and 900 more. All as CSV" in text_of(long)
    assert "more" not in text_of(short)


def test_labels_of_nothing_that_is_there_are_told_beside_what_was_refused():
    strangers = [(f"a/{number}.png", "is not here") for number in range(100)]
    made = replace(REPORT, state="done", refused=0, strangers=300)
    told = "300 paths in labels.csv name no image here"

    head = text_of(data.head(PETS, 0, 0, 1, [made]))
    rows = text_of(data.imports([made, made], PETS))
    report = text_of(data.problems(made, strangers, "image"))

    assert "everything was read; labels.csv names images that are not here." in head
    assert f"{told}." in rows
    assert f"{told}." in report
    assert "and 200 more. 100 of 300 as CSV" in report
    assert "labels.csv" not in text_of(data.imports([REPORT], PETS))


def test_a_look_tells_labels_of_nothing_that_is_there_by_their_number_and_the_first():
    few = (("<b>.png", "labels.csv, line 3, labels it 'cat', but no such image is here"),)

    drawn = text_of(look.strangers(replace(LOOK, strangers=300, first_strangers=few)))

    assert "300 paths in labels.csv name no text here" in drawn
    assert "<b>.png: labels.csv, line 3, labels it 'cat', but" in drawn
    assert "and 299 more" in drawn


def test_labels_that_can_be_no_class_and_spellings_are_told_wherever_labels_are():
    note = "2 spellings of one class are taken as one: 'Cat', 'cat'. Its name is 'cat'."
    bad = [("<b>.png", "labels.csv, line 3: the label has more than 100 characters")] * 100
    made = replace(REPORT, state="done", refused=0, unusable=300, notes=(note,))
    looked = replace(LOOK, labels={"cat": 2}, notes=(note,), unusable=300, first_unusable=bad)

    assert "everything was read; some labels cannot be used." in text_of(
        data.head(PETS, 0, 0, 1, [made])
    )
    for drawn in (data.imports([made], PETS), data.problems(made, bad, "image")):
        assert "300 labels cannot be used." in text_of(drawn)
    assert "Some classes are spelled in several ways." in text_of(data.imports([made], PETS))
    assert "spelled" not in text_of(data.imports([REPORT], PETS))
    assert note in text_of(data.problems(made, bad, "image"))
    assert "and 200 more. 100 of 300 as CSV" in text_of(data.problems(made, bad, "image"))
    assert note in text_of(data.problems(replace(made, unusable=0), [], "image"))
    assert note in text_of(look.labels(looked))
    told = text_of(look.unusable(looked))
    assert told.startswith("300 labels cannot be used<b>.png: labels.csv, line 3: the label has")
    assert "and 297 more" in told


def test_a_look_says_what_becomes_of_several_labels_of_one_path():
    one = replace(LOOK, labels={"cat": 4, "dog": 0}, labeled=4, several=1, labels_from="table")

    drawn = text_of(look.labels(one))
    many = text_of(look.labels(replace(one, several=30)))

    assert "labels.csv gives 4 of the" in drawn
    assert "texts one label" in drawn
    assert "1 text has several labels in labels.csv, each on a line of its own" in drawn
    assert "30 texts have several labels in labels.csv" in many
    assert "If texts may have several classes, each gets all of its labels; otherwise" in many
    assert "several labels" not in text_of(look.labels(replace(one, several=0)))


def test_a_look_promises_no_digit_to_one_of_many_classes():
    named = {f"class {letter}": 1 for letter in "abcdefghijkl"}

    ten = text_of(look.labels(replace(LOOK, labels=dict(list(named.items())[:10]))))
    twelve = text_of(look.labels(replace(LOOK, labels=named)))

    assert "0class j" in ten
    assert "0class j" not in twelve
    assert "Dclass k" in twelve


def test_rows_at_work_are_not_called_files():
    assert "20 of 40 rows read" in text_of(look.reading(REPORT, 1, "row"))


def test_a_table_is_among_what_can_be_dropped():
    for small in (True, False):
        assert "Drop a zip, images or a table here" in text_of(look.drop(200, small=small))


def test_the_first_rows_of_an_export_show_several_classes_as_the_file_does():
    row = dict.fromkeys(data.PREVIEW, "")
    drawn = str(data.preview([{**row, "label": ["cold", "leafy"], "time": "", "model": 3}]))
    assert '["cold", "leafy"]' in drawn


def test_an_import_that_failed_is_told_above_all_of_them():
    fine = replace(REPORT, state="done", refused=0)
    failed = replace(fine, new=0, problem="bad.jsonl holds no images.")
    some = replace(fine, refused=3)

    def told(*rows):
        return text_of(data.head(PETS, 0, 0, 1, list(rows)))

    assert "From 2 imports; 1 of them failed." in told(fine, failed)
    assert "From 2 imports; 1 of them failed; 3 could not be read." in told(some, failed)
    assert "From 1 import; everything was read." in told(fine)
