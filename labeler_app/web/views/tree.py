"""A picture of a page as plain values: what views make and `views/assets/views.js` draws.

Text becomes text nodes only, tags and attributes come from fixed lists, so nothing a person
typed or imported can ever become markup.
"""

from collections.abc import Iterable
from typing import TypeAlias

Node: TypeAlias = str | list[object]
Part: TypeAlias = Node | None | bool


def h(tag: str, *parts: Part | Iterable[Part], **attributes: object) -> Node:
    """Make an element.

    Parameters
    ----------
    tag
        Name and classes, as in a style sheet: ``"p.mut"``; without a name it is a ``div``.
    parts
        Text, elements, or lists of them; None and False are left out.
    attributes
        Attributes; an underscore stands for a dash. ``act`` and ``value`` make a button an
        action, ``w`` is a width in percent.
    """
    name, *classes = tag.split(".")
    given = {key.replace("_", "-"): value for key, value in attributes.items() if _is_set(value)}
    if classes:
        given["class"] = " ".join(classes)
    return [name or "div", given, list(_flat(parts))]


def text_of(node: Part | Iterable[Part]) -> str:
    """Return the words of a picture, for tests and text alternatives."""
    if isinstance(node, str):
        return node
    if isinstance(node, list):
        return _words(node)
    return ""


def _words(node: list[object]) -> str:
    if len(node) == 3 and isinstance(node[1], dict) and isinstance(node[2], list):
        return "".join(text_of(part) for part in node[2])
    return "".join(text_of(part) for part in node if isinstance(part, (str, list)))


def _is_set(value: object) -> bool:
    return value is not None and value is not False


def _flat(parts: Iterable[object]) -> Iterable[Node]:
    for part in parts:
        if isinstance(part, str):
            yield part
        elif isinstance(part, list) and part and isinstance(part[0], str) and _is_element(part):
            yield part
        elif isinstance(part, Iterable):
            yield from _flat(part)


def _is_element(part: list[object]) -> bool:
    return len(part) == 3 and isinstance(part[1], dict)
