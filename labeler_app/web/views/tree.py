"""A picture of a page as plain values: what views make and `views/assets/views.js` draws.

Text becomes text nodes only, tags and attributes come from fixed lists, so nothing a person
typed or imported can ever become markup.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Element:
    """One element of a picture."""

    tag: str
    attributes: dict[str, object]
    parts: "tuple[Node, ...]"

    def plain(self) -> list[object]:
        """Return the element as the component reads it: tag, attributes, parts."""
        parts = [part if isinstance(part, str) else part.plain() for part in self.parts]
        return [self.tag, self.attributes, parts]


Node: TypeAlias = str | Element
Part: TypeAlias = "Node | bool | Iterable[Part] | None"


def h(tag: str, *parts: Part, **attributes: object) -> Element:
    """Make an element.

    Parameters
    ----------
    tag
        Name and classes, as in a style sheet: ``"p.mut"``.
    parts
        Text, elements, or lists of them; None and False are left out.
    attributes
        Attributes; an underscore stands for a dash. ``act`` and ``value`` make a button an
        action, ``w`` and ``x`` are a width and a left edge in percent.
    """
    name, *classes = tag.split(".")
    given = {key.replace("_", "-"): value for key, value in attributes.items() if _is_set(value)}
    if classes:
        given["class"] = " ".join(classes)
    return Element(name, given, tuple(_flat(parts)))


def text_of(node: Node) -> str:
    """Return the words of a picture."""
    return node if isinstance(node, str) else "".join(text_of(part) for part in node.parts)


def _is_set(value: object) -> bool:
    return value is not None and value is not False


def _flat(part: Part) -> Iterator[Node]:
    if isinstance(part, str | Element):
        yield part
    elif part is not None and not isinstance(part, bool):
        for one in part:
            yield from _flat(one)
