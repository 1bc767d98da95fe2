"""What a command answered: data for machines, or a sentence and an exit code."""

import json
from subprocess import CompletedProcess
from typing import Any


def told(done: "CompletedProcess[str]") -> Any:
    """Return what a command printed for machines."""
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def refused(done: "CompletedProcess[str]", code: int) -> str:
    """Return the sentence a command gave up with."""
    assert done.returncode == code, (done.returncode, done.stdout, done.stderr)
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    return done.stderr
