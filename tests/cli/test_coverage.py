import json
from pathlib import Path

from click.testing import CliRunner

from labeler_app.cli.main import cli
from labeler_app.services import people, setup
from labeler_app.services.exchange import ImportOptions
from tests.builders import SMALL, label, label_quiet, make_project, rows, work
from tests.pictures import nights
from tests.records import opened
from tests.tables import people as table_rows
from tests.tables import shouted, written


def project(folder: Path, photos: Path) -> None:
    """Make a project with pictures by day and at night, of which those by day are labeled."""
    with opened(folder) as ws:
        nights(photos, each=8, size=SMALL)
        made = make_project(ws, photos, each=16, embedded=False)
        ada = people.join(ws, "Ada")
        label(ws, made.id, ada, [row.id for row in rows(ws, made.id) if "night" not in row.path])


def coverage(folder: Path, *more: str):
    return CliRunner().invoke(cli, ["--workspace", str(folder), "coverage", "Colours", *more])


def test_gaps_are_told_after_what_lacks_is_measured_and_real_items_come_first(tmp_path: Path):
    folder = tmp_path / "workspace"
    project(folder, tmp_path / "photos")

    told = coverage(folder)
    seen = json.loads(coverage(folder, "--json").stdout)
    asked = json.loads(coverage(folder, "--ask", "1", "--json").stdout)

    assert told.exit_code == 0
    assert told.stdout.startswith("72 of 72 items measured.")
    assert "  brightness: " in told.stdout
    assert seen["measured"] == 72
    dark = next(one for one in seen["gaps"] if one["axis"] == "brightness")
    assert (dark["labels"], dark["class"], dark["sure"]) == (0, None, True)
    light = seen["axes"][0]
    held = dict(zip(light["cells"], light["pool"], strict=True))
    assert dark["real"] == sum(held[one] for one in dark["cells"]) > 10
    assert sum(seen["axes"][0]["pool"]) == 72
    assert asked["asked"] == asked["waiting"] == seen["gaps"][0]["wanted"]


def test_a_gap_that_there_is_not_is_one_sentence(tmp_path: Path):
    folder = tmp_path / "workspace"
    project(folder, tmp_path / "photos")

    refused = coverage(folder, "--ask", "99")

    assert refused.exit_code == 2
    assert "There is no gap 99" in refused.stderr


def test_what_is_expected_is_told_first_and_holds_until_it_is_forgotten(tmp_path: Path):
    folder = tmp_path / "workspace"
    project(folder, tmp_path / "photos")

    told = coverage(folder, "--expect", "saturation:grey-pale=30%")
    seen = json.loads(coverage(folder, "--json").stdout)
    [hope] = seen["expected"]
    after = json.loads(coverage(folder, "--forget", str(hope["number"]), "--json").stdout)

    assert "Expected (1): 30.0" in told.stdout
    assert "     expected 30.0" in told.stdout
    assert (hope["axis"], hope["cells"], hope["share"]) == ("saturation", ["grey", "pale"], 0.3)
    first = seen["gaps"][0]
    assert (first["key"], first["expected"]) == ("saturation:0-1:all", hope["number"])
    assert (first["wanted_share"], first["pool_share"], first["labels"]) == (0.3, 0.0, 0)
    assert after["expected"] == []
    assert all(one["expected"] is None for one in after["gaps"])


def test_a_range_that_cannot_be_expected_is_one_sentence(tmp_path: Path):
    folder = tmp_path / "workspace"
    project(folder, tmp_path / "photos")

    for told, why in (
        ("brightness=15%", "not a range"),
        ("nonsense", "'nonsense' is not a range"),
        ("warmth:0-1=15%", "no condition 'warmth'"),
        ("brightness:0-1=99%", "not between 1 and 95"),
    ):
        refused = coverage(folder, "--expect", told)
        assert refused.exit_code != 0
        assert why in refused.stderr
    nothing = coverage(folder, "--forget", "7")
    assert nothing.exit_code == 2
    assert "Nothing with the number 7 is expected" in nothing.stderr


def test_gaps_of_texts_are_told_too_and_rows_of_a_table_are_refused(tmp_path: Path):
    folder = tmp_path / "workspace"
    with opened(folder) as ws:
        films = written(tmp_path / "films.csv", shouted(120, quiet=90))
        made = setup.new_project(ws, "Films", films, ImportOptions(), classes=("bad", "good"))
        pay = written(tmp_path / "pay.csv", table_rows(12))
        setup.new_project(ws, "Pay", pay, ImportOptions())
        work(ws)
        label_quiet(ws, made.project.id, people.join(ws, "Ada"))

    def told(name: str, *more: str):
        return CliRunner().invoke(cli, ["--workspace", str(folder), "coverage", name, *more])

    seen = json.loads(told("Films", "--json").stdout)
    loud = next(one for one in seen["gaps"] if one["axis"] == "capitals")
    asked = json.loads(told("Films", "--ask", str(loud["gap"]), "--json").stdout)
    refused = told("Pay")

    assert told("Films").stdout.startswith("120 of 120 items measured.")
    assert [one["name"] for one in seen["axes"]] == [
        "length",
        "typos",
        "capitals",
        "punctuation",
        "look-alikes",
    ]
    assert (loud["cells"], loud["labels"], loud["class"]) == (["all capitals"], 0, None)
    assert asked["asked"] == asked["waiting"] == loud["wanted"] > 0
    assert refused.exit_code == 2
    assert "Conditions are not measured of rows." in refused.stderr
