import io
import json

import pytest

from labeler_app.adapters.formats.jsonl import write
from labeler_app.errors import InputError


def test_values_come_back_exactly_with_their_types_one_row_a_line():
    texts = ["", '"', "\n", "\r", "\u2028", "\u2029", "\x85", "\x0b", "Zürich 猫 🦊", "=1+1"]
    rows = [{"text": text, "n": 1, "x": 0.1, "b": True, "none": None} for text in texts]
    out = io.StringIO(newline="")

    write(rows, out)

    lines = out.getvalue().splitlines()
    assert [json.loads(line) for line in lines] == rows


def test_letters_stay_readable():
    out = io.StringIO(newline="")

    write([{"label": "Käse"}], out)

    assert out.getvalue() == '{"label": "Käse"}\n'


def test_a_number_that_json_does_not_know_is_refused():
    with pytest.raises(InputError, match="Row 1 cannot be written as JSON"):
        write([{"x": float("nan")}], io.StringIO())
