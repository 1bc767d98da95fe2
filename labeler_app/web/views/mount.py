"""Mounts pictures on the page and reports what a person pressed in them."""

import json
from dataclasses import dataclass
from functools import cache
from typing import Protocol, cast

import streamlit as st

from labeler_app.web.views.tree import Element


@dataclass(frozen=True, slots=True)
class Action:
    """What a person pressed: the name of the action and its value; ``go`` carries an address."""

    name: str
    value: str


def draw(picture: Element, key: str) -> Action | None:
    """Draw a picture; return the action pressed since the last run.

    Parameters
    ----------
    picture
        An element of `views.tree`.
    key
        Unique on the page and constant, so that the picture is changed in place.
    """
    # The tree travels as one string: a list inside the data would load pandas in the server.
    data = {"picture": json.dumps(picture.plain(), ensure_ascii=False)}
    result = _component()(key=key, data=data, on_act_change=_nothing)
    return _action(getattr(result, "act", None))


def leave(address: str) -> None:
    """Have the browser open one of our own addresses, as a link would."""
    _component()(
        key="leave", data={"picture": '["div",{},[]]', "leave": address}, on_act_change=_nothing
    )


class _Renderer(Protocol):
    def __call__(self, *, key: str, data: object, on_act_change: object) -> object: ...


@cache
def _component() -> _Renderer:
    component = st.components.v2.component(
        "labeler_app.views", js="views.js", html="<div></div>", isolate_styles=False
    )
    return cast(_Renderer, component)


def _nothing() -> None:
    """A trigger surfaces only when a callback is registered for it."""


def _action(pressed: object) -> Action | None:
    if not isinstance(pressed, dict):
        return None
    return Action(str(pressed.get("name", "")), str(pressed.get("value", "")))
