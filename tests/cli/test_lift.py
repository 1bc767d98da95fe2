"""``labeler lift``: what kept variants change, and using them with a note."""

import json
from pathlib import Path

from click.testing import CliRunner

from labeler_app.cli.main import cli
from labeler_app.services import people
from tests.builders import label, make_project, rows
from tests.records import opened
from tests.variants import DARK, decide, make


def lift(folder: Path, *more: str):
    return CliRunner().invoke(cli, ["--workspace", str(folder), "lift", "Colours", *more])


def test_variants_are_used_without_a_proof_only_with_a_note(tmp_path: Path):
    folder = tmp_path / "workspace"
    with opened(folder) as ws:
        project = make_project(ws, tmp_path / "photos")
        ada = people.join(ws, "Ada")
        label(ws, project.id, ada, [row.id for row in rows(ws, project.id)])
        nothing = lift(folder)
        decide(ws, project.id, ada.id, make(ws, project.id, ada.id, count=4)[:3])

    before = lift(folder)
    refused = lift(folder, "--use", DARK.key)
    strange = lift(folder, "--use", "fog", "--note", "why")
    used = json.loads(lift(folder, "--use", DARK.key, "--note", "They help.", "--json").stdout)
    out = json.loads(lift(folder, "--out", DARK.key, "--json").stdout)

    assert "No variants yet" in nothing.stdout
    assert before.stdout == f"{DARK.key}: not measured yet, not used; 3 kept, 1 to decide.\n"
    assert (refused.exit_code, strange.exit_code) == (2, 2)
    assert "needs a note" in refused.stderr
    assert "There are no variants 'fog'" in strange.stderr
    assert [(one["used"], one["note"], one["kept"]) for one in used] == [(True, "They help.", 3)]
    assert [(one["used"], one["note"]) for one in out] == [(False, "")]


def test_an_export_says_how_many_of_its_labels_are_of_variants(tmp_path: Path):
    folder, out = tmp_path / "workspace", tmp_path / "out.csv"
    with opened(folder) as ws:
        project = make_project(ws, tmp_path / "photos")
        ada = people.join(ws, "Ada")
        label(ws, project.id, ada, [row.id for row in rows(ws, project.id)][:5])

        def told(*more: str) -> str:
            command = ["--workspace", str(folder), "export", "Colours", "--out", str(out), *more]
            return CliRunner().invoke(cli, command).stderr

        without = told()
        decide(ws, project.id, ada.id, make(ws, project.id, ada.id, count=3))

    assert without == f"5 labels written to {out}.\n"
    assert told() == f"8 labels written to {out}, 3 of them of variants.\n"
    assert told("--origin", "human") == f"5 labels written to {out}.\n"
