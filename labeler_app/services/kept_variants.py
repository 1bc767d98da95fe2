"""What a block of variants leaves behind: files, then rows in one transaction, or nothing."""

from contextlib import suppress

from labeler_app.errors import LabelerError, StateError, StoreError
from labeler_app.log import line, logger
from labeler_app.services import claims, variant_files
from labeler_app.services.claims import Claim
from labeler_app.services.making_block import Block
from labeler_app.services.workspace import Workspace
from labeler_app.store import variants
from labeler_app.store.variants import MakingRow

TOLD = 12
"""Sentences that a making keeps, at most."""
_MORE = "More was left out; these are the first."

log = logger(__name__)


class _CancelledError(Exception):
    """Somebody cancelled it in between, so nothing of the block is kept."""


def publish(ws: Workspace, making: MakingRow, claim: Claim, block: Block) -> None:
    """Keep a block, or nothing of it: where the disk fails, the making ends with its sentence.

    Raises
    ------
    StateError
        If the project went to another process meanwhile. Its heir removes the files, which it may
        be writing itself by now.
    """
    try:
        problem = block.problem or _written(ws, block)
        _put_down(ws, making, claim, block, problem)
    except _CancelledError:
        variant_files.clear(ws, making.project)
    except StateError:
        raise
    except BaseException:
        with suppress(LabelerError):
            variant_files.clear(ws, making.project)
        raise


def _written(ws: Workspace, block: Block) -> str:
    """Write the files; return what is wrong with the disk, "" if nothing is."""
    try:
        for one in block.kept:
            variant_files.write(ws, one.row.path, one.content)
    except StoreError as error:
        return str(error)
    return ""


def _put_down(ws: Workspace, making: MakingRow, claim: Claim, block: Block, problem: str) -> None:
    told = dict.fromkeys([*making.told.splitlines(), *block.told])
    with claims.writing(ws, claim) as tx:
        rows = [] if problem else [one.row for one in block.kept]
        made = making.made + variants.add(tx, making.project, rows, at=ws.clock())
        state = "failed" if problem else _state(making, block, made)
        last = problem or _short(making, made, block.tried) if state != "working" else ""
        is_open = variants.advance(
            tx,
            making.id,
            made=made,
            tried=block.tried,
            told="\n".join(_bounded([*told], last)),
            state=state,
            at=None if state == "working" else ws.clock(),
        )
        if not is_open:
            raise _CancelledError
    if problem:
        variant_files.clear(ws, making.project)
    told_ = {"made": made, "tried": block.tried, "state": state}
    log.info(line("variants-made", project=making.project, making=making.id, **told_))


def _state(making: MakingRow, block: Block, made: int) -> str:
    return "done" if made >= making.wanted or block.ended else "working"


def _short(making: MakingRow, made: int, tried: int) -> str:
    """Return the sentence that ends a making which fell short; "" if it did not."""
    if made >= making.wanted:
        return ""
    tries = f"{tried:,} {'try' if tried == 1 else 'tries'}"
    return f"Only {made:,} of {making.wanted:,} were made, in {tries}."


def _bounded(told: list[str], last: str) -> list[str]:
    """Return so many sentences as are kept; the last one always is."""
    own = [" ".join(one.split()) for one in told if one != _MORE]
    if len(own) > TOLD - 2:
        own = [*own[: TOLD - 2], _MORE]
    return [*own, " ".join(last.split())] if last else own
