"""The addresses of the pages: real links, so that a page can be bookmarked and opened in a tab."""

from urllib.parse import parse_qsl, urlencode, urlsplit

HOME = "home"
LABEL, MONITOR, DATA, SETTINGS = "label", "monitor", "data", "settings"
NEW = "new"


def href(page: str, project: int | None = None) -> str:
    """Return the address of a page, of one project."""
    path = "/" if page == HOME else f"/{page}"
    return path if project is None else f"{path}?{urlencode({'project': project})}"


def parse(address: str) -> tuple[str, dict[str, str]]:
    """Split an address into the name of the page and its query; the reverse of `href`."""
    parts = urlsplit(address)
    return parts.path.strip("/") or HOME, dict(parse_qsl(parts.query))
