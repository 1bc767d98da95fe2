"""Pages without Streamlit, there at once and in the same colours: first name, closed door."""

from html import escape

from starlette.responses import HTMLResponse

from labeler_app.web.theme import TOKENS


def page(title: str, body: str, status: int = 200) -> HTMLResponse:
    """Return a page of one narrow column.

    Parameters
    ----------
    title
        Text of the browser's tab.
    body
        HTML of the column; what comes from outside is escaped already.
    status
        HTTP status of the answer.
    """
    head = _HEAD.replace("$TOKENS", TOKENS.read_text("utf-8")).replace("$TITLE", escape(title))
    text = f"{head}<body><main>{body}</main></body></html>"
    return HTMLResponse(text, status, {"Cache-Control": "no-store"})


_HEAD = """<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>$TITLE · labeler_app</title>
<style>$TOKENS
*{box-sizing:border-box;margin:0}
body{min-height:100dvh;display:grid;place-items:center;padding:24px;background:var(--paper);
color:var(--ink);font:14px/20px var(--font)}
main{width:min(440px,100%)}
h1{font-size:28px;line-height:36px;font-weight:600;text-wrap:balance}
p{margin-top:8px;color:var(--ink-2);font-size:16px;line-height:24px}
code{font:inherit;font-weight:600;color:var(--ink)}
form{margin-top:32px;display:grid;gap:8px}
label{font-weight:600}
input{font:16px/24px var(--font);min-height:44px;padding:8px 12px;border:1px solid var(--control);
border-radius:8px;background:var(--lift);color:var(--ink)}
button{margin-top:8px;min-height:44px;border:0;border-radius:8px;background:var(--accent);
color:var(--on-accent);font:600 16px/24px var(--font);cursor:pointer}
button:hover{background:var(--accent-hover)}
:focus-visible{outline:2px solid var(--focus);outline-offset:2px}
.problem{color:var(--danger)} small{font-size:14px;line-height:20px;color:var(--ink-3)}
</style></head>"""
