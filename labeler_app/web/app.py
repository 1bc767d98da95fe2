"""What Streamlit runs: the style, the frame, the page the address names, the error edge."""

import streamlit as st

from labeler_app.errors import LabelerError
from labeler_app.services import queues
from labeler_app.services.projects import Project
from labeler_app.web import links, state
from labeler_app.web.edge import calm
from labeler_app.web.screens import data, home, label, monitor, newproject, settings, synthesis
from labeler_app.web.theme import ASSETS
from labeler_app.web.views import frame
from labeler_app.web.views.mount import draw

STYLES = (
    "tokens.css",
    "pages.css",
    "views.css",
    "home.css",
    "data.css",
    "synthesis.css",
    "review.css",
)


def main() -> None:
    """Draw one run of one page."""
    st.set_page_config(page_title="labeler_app", layout="wide")
    for name in STYLES:
        st.html(ASSETS / name)
    pages = _pages()
    state.session().pages = pages
    page = st.navigation(list(pages.values()), position="hidden")
    name = page.url_path or links.HOME
    with calm():
        if name != links.LABEL:
            _bar(name)
        page.run()


def _bar(page: str) -> None:
    if page not in frame.PAGES:
        _frame(page, None)
        return
    try:
        _frame(page, state.project())
    except LabelerError:
        _frame(links.HOME, None)
        raise


def _pages() -> dict[str, st.Page]:
    return {
        links.HOME: st.Page(home.page, title="Projects", url_path=links.HOME, default=True),
        links.NEW: st.Page(newproject.page, title="New project", url_path=links.NEW),
        links.LABEL: st.Page(label.page, title="Label", url_path=links.LABEL),
        links.MONITOR: st.Page(monitor.page, title="Monitor", url_path=links.MONITOR),
        links.SYNTHESIS: st.Page(synthesis.page, title="Synthesis", url_path=links.SYNTHESIS),
        links.DATA: st.Page(data.page, title="Data", url_path=links.DATA),
        links.SETTINGS: st.Page(settings.page, title="Settings", url_path=links.SETTINGS),
    }


@st.fragment(run_every=3)
def _frame(page: str, project: Project | None) -> None:
    with calm("frame-problem"):
        if project is None:
            draw(frame.bar(page), "frame")
        else:
            queue = queues.queue_state(state.workspace(), project.id)
            chip = frame.queue_chip(queue.text, active=queue.state == "active")
            draw(frame.bar(page, project.id, project.name, chip), "frame")


main()
