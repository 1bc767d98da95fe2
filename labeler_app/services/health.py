"""Is the database sound?"""

from labeler_app.errors import StoreError
from labeler_app.services.workspace import Workspace
from labeler_app.store import engine


def check(ws: Workspace) -> str:
    """Return which database this is, after checking it.

    Raises
    ------
    StoreError
        If SQLite finds its file damaged.
    """
    found = engine.integrity(ws.store)
    if found != "ok":
        raise StoreError(f"The database is damaged: {found}.", hint="Restore it from a backup.")
    return f"{ws.store.dialect}, sound"
