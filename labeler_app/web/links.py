"""The addresses of the pages: real links, so that a page can be bookmarked and opened in a tab."""

from urllib.parse import urlencode

HOME = "home"
LABEL, MONITOR, SYNTHESIS, DATA, SETTINGS = "label", "monitor", "synthesis", "data", "settings"
NEW = "new"
PAGES = (HOME, NEW, LABEL, MONITOR, SYNTHESIS, DATA, SETTINGS)
# Every number of so many digits can be one of a row.
_LONGEST_NUMBER = 9


def href(page: str, project: int | None = None, **more: int | str) -> str:
    """Return the address of a page, of one project."""
    path = "/" if page == HOME else f"/{page}"
    query = {**({} if project is None else {"project": project}), **more}
    return f"{path}?{urlencode(query)}" if query else path


def number(named: str) -> int | None:
    """Return the number of a row that an address, a cookie or a header names; None if it is none.

    Parameters
    ----------
    named
        Whatever somebody wrote there.
    """
    return int(named) if named.isdecimal() and len(named) <= _LONGEST_NUMBER else None
