"""``doctor``: what this machine has, and whether the workspace is sound."""

import json
import os
import platform
import shutil
import sqlite3
import sys
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import click

from labeler_app import __version__
from labeler_app.cli import main
from labeler_app.errors import LabelerError

_PACKAGES = (
    "streamlit",
    "pandas",
    "numpy",
    "scikit-learn",
    "pillow",
    "augly",
    "sqlalchemy",
    "alembic",
    "fastapi",
    "psycopg",
    "psutil",
)
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "firefox", "safari")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@main.place
def doctor(as_json: bool) -> None:
    """Describe this machine and check the workspace."""
    import psutil

    settings = main.settings()
    report: dict[str, Any] = {
        "labeler_app": __version__,
        "python": platform.python_version(),
        "system": platform.platform(),
        "cores": os.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 1e9, 1),
        "sqlite": sqlite3.sqlite_version,
        "sqlite_note": _sqlite_note(),
        "packages": {name: _version(name) for name in _PACKAGES},
        "browser": next((name for name in _BROWSERS if shutil.which(name)), "none on the path"),
        "workspace": str(settings.workspace),
        "disk_free_gb": _free_gb(settings.workspace),
        **_database(),
    }
    for line in [json.dumps(report)] if as_json else _lines(report):
        click.echo(line)
    if report["problem"]:
        sys.exit(4)


def _lines(report: Mapping[str, Any]) -> Iterator[str]:
    for key, value in report.items():
        several = isinstance(value, dict)
        shown = ", ".join(f"{name} {found}" for name, found in value.items()) if several else value
        yield f"{key:>13}: {shown or 'none'}"


def _database() -> dict[str, str]:
    settings = main.settings()
    if settings.database is None and not settings.workspace.is_dir():
        return {"database": "none yet", "problem": ""}
    try:
        from labeler_app.services import health

        return {"database": health.check(main.workspace()), "problem": ""}
    except LabelerError as error:
        return {"database": "cannot be used", "problem": str(error)}


def _sqlite_note() -> str:
    if sqlite3.sqlite_version_info >= (3, 51, 3):
        return "fine"
    return "older than 3.51.3: the log is folded only while nobody else writes (done by us)"


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def _free_gb(folder: Any) -> float:
    there = next(one for one in (folder, *folder.parents) if one.exists())
    return round(shutil.disk_usage(there).free / 1e9, 1)
