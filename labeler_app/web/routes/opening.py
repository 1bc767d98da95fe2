"""The frame Streamlit's pages come in: our name, and something calm to see while they load."""

from functools import cache
from pathlib import Path

import streamlit
from starlette.requests import Request
from starlette.responses import HTMLResponse

from labeler_app.web.theme import TOKENS

_INDEX = Path(streamlit.__file__).with_name("static") / "index.html"


def page(_request: Request) -> HTMLResponse:
    """Return the HTML of every page; Streamlit fills it."""
    return HTMLResponse(_framed(), headers={"Cache-Control": "no-cache"})


@cache
def _framed() -> str:
    text = _INDEX.read_text("utf-8").replace(
        "<title>Streamlit</title>", "<title>labeler_app</title>"
    )
    text = text.replace("<head>", _HEAD.replace("$TOKENS", TOKENS.read_text("utf-8")), 1)
    return text.replace('<div id="root">', f'{_BODY}<div id="root">', 1)


# Without the address of its server Streamlit searches for it below the address of the page first.
_HEAD = """<head>
<script>window.__streamlit={BACKEND_BASE_URL:location.origin}</script>
<style>$TOKENS
body{background:var(--paper)}
.opening{position:fixed;inset:0;z-index:1000;pointer-events:none;display:grid;place-items:center;
background:var(--paper) linear-gradient(var(--hair),var(--hair)) 0 47px/100% 1px no-repeat;
color:var(--ink-3);font:14px/20px var(--font)}
body:has(.lv>*,[data-labeler-desk],[role=dialog],[data-testid=stException]) .opening{display:none}
</style>"""
_BODY = '<div class="opening" role="status">Opening…</div>'
