"""Mount the keep/reject grid: the browser component that asks about variants.

As labels do, decisions travel from the browser straight to the API, never through Streamlit.
"""

import streamlit as st

_REVIEW = st.components.v2.component(
    "labeler_app.review", js="review.js", html="<div></div>", isolate_styles=False
)


def review(project: int, person: int, place: str = "") -> None:
    """Mount the grid of a project for a person; it looks for variants by itself.

    Parameters
    ----------
    project, person
        Ids of the project, and of whom the browser's cookie belongs to.
    place
        Name of the workspace, as for the desk.
    """
    # A constant key and scalars only: otherwise each change would mount the grid anew.
    _REVIEW(key="review", data={"project": project, "person": person, "place": place})
