"""The addresses of the pages: real links, so that a page can be bookmarked and opened in a tab."""

from urllib.parse import urlencode

HOME = "home"
LABEL, MONITOR, DATA, SETTINGS = "label", "monitor", "data", "settings"
NEW = "new"
PAGES = (HOME, NEW, LABEL, MONITOR, DATA, SETTINGS)


def href(page: str, project: int | None = None, **more: int | str) -> str:
    """Return the address of a page, of one project."""
    path = "/" if page == HOME else f"/{page}"
    query = {**({} if project is None else {"project": project}), **more}
    return f"{path}?{urlencode(query)}" if query else path
