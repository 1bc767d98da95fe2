"""Small pictures of items."""

from base64 import b64encode
from collections.abc import Iterable

from labeler_app.services.home import Thumb
from labeler_app.services.preview import Sample
from labeler_app.web.views.tree import Element, h


def pictures(items: Iterable[int], *, size: int) -> list[Element]:
    """Draw thumbs of stored items.

    Parameters
    ----------
    items
        Ids of items.
    size
        Side of the square in pixels.
    """
    return [
        h("img.th", src=f"/api/images/{item}?size=thumb", alt="", width=size, height=size)
        for item in items
    ]


def thumbs(shown: Iterable[Thumb], *, size: int) -> list[Element]:
    """Draw pictures of a project; the hash in the address lets the browser keep them."""
    return [
        h(
            "img.th",
            src=f"/api/images/{one.item}?size=thumb&v={one.sha256}",
            alt="",
            width=size,
            height=size,
        )
        for one in shown
    ]


def samples(shown: Iterable[Sample]) -> Element:
    """Draw thumbs of files that are not stored yet; their bytes travel with the picture."""
    return h("div.g20", [_sample(one) for one in shown])


def _sample(one: Sample) -> Element:
    source = f"data:{one.media_type};base64,{b64encode(one.thumb).decode()}"
    return h("img.th", src=source, alt=one.path, title=one.path, width=104, height=104)
