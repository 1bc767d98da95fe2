"""Tables of texts and rows, made in a few words; what a row is tells its class."""

import csv
import json
from collections.abc import Sequence
from pathlib import Path

GOOD = ("a wonderful film with great actors", "what a lovely and touching story")
BAD = ("a terrible bore with bad actors", "what an awful and stupid mess")
COUNTRIES = ("Peru", "Chile", "Kenya", "Norway", "Laos")


def reviews(count: int) -> list[dict[str, str]]:
    """Return reviews, good and bad by turns, each of its own words."""
    return [
        {
            "text": f"{(GOOD if number % 2 else BAD)[number % 4 // 2]} from"
            f" {COUNTRIES[number % 5]}, number {number} of scene{number * 7}",
            "label": "good" if number % 2 else "bad",
        }
        for number in range(count)
    ]


def shouted(count: int, *, quiet: int) -> list[dict[str, str]]:
    """Return reviews without labels, of which all after the quiet ones are in capitals."""
    texts = [one["text"].capitalize() + "." for one in reviews(count)]
    return [{"text": one if at < quiet else one.upper()} for at, one in enumerate(texts)]


def people(count: int) -> list[dict[str, str]]:
    """Return rows of mixed columns; who works long hours earns much."""
    return [
        {
            "age": str(20 + number * 7 % 50),
            "job": ("clerk", "pilot", "cook", "")[number % 4],
            "hours": str(20 + number % 40) if number % 9 else "?",
            "since": f"20{number % 20:02}-0{1 + number % 9}-15",
            "pay": "much" if number % 40 >= 20 else "little",
        }
        for number in range(count)
    ]


def written(path: Path, rows: Sequence[dict[str, str]]) -> Path:
    """Write rows as CSV or JSON Lines, as the name of the file says."""
    with path.open("w", encoding="utf-8", newline="") as out:
        if path.suffix == ".jsonl":
            out.writelines(json.dumps(row) + "\n" for row in rows)
        else:
            table = csv.DictWriter(out, list(rows[0]))
            table.writeheader()
            table.writerows(rows)
    return path
