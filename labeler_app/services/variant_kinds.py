"""What differs between variants of pictures and of texts, in one table."""

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic

from PIL import Image

from labeler_app.adapters.items import image as loader
from labeler_app.adapters.items import text as texts
from labeler_app.adapters.variants import Thing
from labeler_app.adapters.variants.recipes import RECIPES
from labeler_app.adapters.variants.steps import Composed
from labeler_app.adapters.variants.text_recipes import TEXT_RECIPES, TextRecipe
from labeler_app.core import audit, resemblance, text_conditions
from labeler_app.core.arrays import Array, FloatArray
from labeler_app.errors import InputError
from labeler_app.services import contents, images, measured_axes, steered, steered_texts
from labeler_app.services.steered import Made, Wanted
from labeler_app.services.steered_texts import WantedText
from labeler_app.services.workspace import Workspace
from labeler_app.store.items import ItemRow


@dataclass(frozen=True, slots=True)
class VariantKind(Generic[Thing]):
    """How variants of one kind of item are made, kept and compared.

    Attributes
    ----------
    noun
        What one is called: "picture".
    recipes
        By name.
    blends
        Whether two of a class can be laid over each other.
    wanted
        Where a variant is to land: axis, first and last cell, and what real items have there.
    open, cut
        An original, and as much of it as a variant is made of.
    make
        From an original, a recipe, where it is to land (None: anywhere) and a seed to a variant.
    packed
        Its file, and how the name of that ends.
    unpacked
        What a file holds, as an import would read it.
    read
        The same, of a file below the workspace that may be lost or damaged: FormatError.
    measured
        In the order of the axes.
    blank
        Stands in for one whose file is lost.
    signature
        What near-duplicates are found by, as of items (`kinds.Kind.signatures`).
    away, near
        How far each of some signatures is from one; nearer than `near` they count as the same.
    """

    noun: str
    recipes: Mapping[str, Composed[Thing]]
    blends: bool
    wanted: Callable[[int, int, int, tuple[float, ...]], Wanted]
    open: Callable[[Workspace, ItemRow], Thing]
    cut: Callable[[Thing], Thing]
    make: Callable[[Workspace, int, Thing, Any, Wanted | None, int], Made[Thing]]
    packed: Callable[[Thing], tuple[bytes, str]]
    unpacked: Callable[[bytes], Thing]
    read: Callable[[Workspace, str], Thing]
    measured: Callable[[Workspace, int, Thing], FloatArray]
    blank: Thing
    signature: Callable[[Thing], Array]
    away: Callable[[Array, Array], FloatArray]
    near: float


def of(kind: str) -> VariantKind[Any]:
    """Return how variants of a kind of item are made.

    Raises
    ------
    InputError
        If none are.
    """
    if kind not in VARIANT_KINDS:
        raise InputError(
            "Variants of rows cannot be made.",
            hint="They are made in projects of images and of texts.",
        )
    return VARIANT_KINDS[kind]


def _picture_in(content: bytes) -> Image.Image:
    with Image.open(io.BytesIO(content)) as opened:
        return opened.convert("RGB")


def _made_text(
    ws: Workspace, project: int, original: str, recipe: TextRecipe, wanted: Wanted | None, seed: int
) -> Made[str]:
    known = measured_axes.spelling_of(ws, project)
    made = steered_texts.make(original, recipe, wanted, seed, known)
    if wanted is None and made.thing == original[: steered_texts.MOST]:
        raise InputError(f"{recipe.name!r} changes nothing in this text.")
    return made


VARIANT_KINDS: Mapping[str, VariantKind[Any]] = {
    "image": VariantKind(
        noun="picture",
        recipes=RECIPES,
        blends=True,
        wanted=Wanted,
        open=images.open_screen,
        cut=lambda picture: loader.at_most(picture.convert("RGB"), steered.SIDE),
        make=lambda _ws, _project, *told: steered.make(*told),
        packed=loader.screen,
        unpacked=_picture_in,
        read=lambda ws, path: loader.load_image(ws.folder / path, root=ws.folder).image,
        measured=lambda _ws, _project, picture: steered.measured(picture),
        blank=Image.new("L", (16, 16), 128),
        signature=images.luma,
        away=audit.luma_away,
        near=audit.NEAR,
    ),
    "text": VariantKind(
        noun="text",
        recipes=TEXT_RECIPES,
        blends=False,
        wanted=WantedText,
        open=lambda ws, row: str(contents.of_item(ws, row)),
        cut=lambda text: text[: steered_texts.MOST],
        make=_made_text,
        packed=lambda text: (texts.checked_text(text).encode("utf-8"), ".txt"),
        unpacked=lambda content: texts.checked_text(content.decode("utf-8-sig")),
        read=lambda ws, path: texts.load_text(ws.folder / path, root=ws.folder).text,
        measured=lambda ws, project, text: text_conditions.measure(
            text, measured_axes.spelling_of(ws, project)
        ),
        blank="",
        signature=texts.signature,
        away=resemblance.away,
        # As items are: of 20 words one is another.
        near=0.2,
    ),
}
"""By kind; of rows of a table there are none."""
