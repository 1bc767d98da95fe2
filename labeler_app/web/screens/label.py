"""Label: the desk fills the page and does everything else by itself."""

from labeler_app.web import state
from labeler_app.web.desk.desk import desk


def page() -> None:
    """Show the desk of the project to the person."""
    project, person = state.project(), state.person()
    wanted = desk(project.id, person.id, place=state.place())
    if wanted:
        state.switch(wanted, project.id)
