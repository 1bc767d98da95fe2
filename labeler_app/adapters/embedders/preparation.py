"""How a picture becomes the numbers a network was trained on.

A network answers any numbers; only the right ones give good vectors. So every step has a name and
is part of the embedder's name. By default the whole picture is squeezed into the network's square:
what is cut off at the edge cannot be told apart (trashnet, MobileNetV2, 300 labels: .77 squeezed,
.75 after the customary cut to the middle 87.5 %).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from PIL import Image

from labeler_app.core.arrays import FloatArray
from labeler_app.errors import InputError

OPTIONS = ("preset", "size", "crop", "scale", "mean", "std", "channels", "layout", "filter")
LAYOUTS = ("nchw", "nhwc")
_CHANNELS = ("rgb", "bgr")
_FILTERS = {
    "nearest": Image.Resampling.NEAREST,
    "bilinear": Image.Resampling.BILINEAR,
    "bicubic": Image.Resampling.BICUBIC,
    "lanczos": Image.Resampling.LANCZOS,
}
_LARGEST_SIDE = 2_048


@dataclass(frozen=True, slots=True)
class Preparation:
    """The steps, in the order in which they are done; value = (pixel * scale - mean) / std."""

    size: tuple[int, int] | None = None
    """Height and width in pixels; None takes the network's own, or 224."""
    crop: float = 0.0
    """Share of the shorter side that is kept, from the middle; 0 squeezes the whole picture."""
    scale: float = 1 / 255
    """Pixels are 0 .. 255 before."""
    mean: tuple[float, ...] = (0.485, 0.456, 0.406)
    """Of red, green and blue, or one for all."""
    std: tuple[float, ...] = (0.229, 0.224, 0.225)
    channels: str = "rgb"
    """The order the network wants."""
    layout: str = ""
    """``nchw`` or ``nhwc``; empty reads it off the network's shape."""
    filter: str = "bilinear"


IMAGENET = Preparation()
_INCEPTION = Preparation(scale=1 / 127.5, mean=(1.0,), std=(1.0,))
_CAFFE = Preparation(scale=1.0, mean=(123.68, 116.779, 103.939), std=(1.0,), channels="bgr")
_CLIP = Preparation(
    mean=(0.48145466, 0.4578275, 0.40821073),
    std=(0.26862954, 0.26130258, 0.27577711),
    filter="bicubic",
)

PRESETS: Mapping[str, Preparation] = {
    "imagenet": IMAGENET,
    "mobilenetv2": _INCEPTION,
    "squeezenet": _CAFFE,
    "resnet": IMAGENET,
    "efficientnet": IMAGENET,
    "dinov2": replace(IMAGENET, filter="bicubic"),
    "clip": _CLIP,
    "caffe": _CAFFE,
    "inception": _INCEPTION,
}
"""By backbone, as it is usually exported: MobileNetV2 by TensorFlow, SqueezeNet by Caffe2, the rest
by PyTorch; ``imagenet``, ``inception`` and ``caffe`` are the scalings themselves."""


def chosen(options: Mapping[str, str], base: Preparation) -> Preparation:
    """Return a preset with what the options say otherwise.

    Raises
    ------
    InputError
        If a value cannot be used.
    """
    preset = options.get("preset")
    if preset is not None:
        base = PRESETS[_one_of("preset", preset, PRESETS)]
    changes: dict[str, Any] = {}
    for name in ("crop", "scale"):
        if name in options:
            changes[name] = _number(name, options[name])
    for name in ("mean", "std"):
        if name in options:
            changes[name] = _three(name, options[name])
    for name, known in (("channels", _CHANNELS), ("layout", LAYOUTS), ("filter", _FILTERS)):
        if name in options:
            changes[name] = _one_of(name, options[name].lower(), known)
    if "size" in options:
        changes["size"] = _size(options["size"])
    return _checked(replace(base, **changes))


def prepared(image: Image.Image, how: Preparation, sides: tuple[int, int, int]) -> FloatArray:
    """Return one picture as the network wants it.

    Parameters
    ----------
    image
        RGB or L, of any size.
    how
        The steps.
    sides
        Channels (1 or 3), height and width.

    Returns
    -------
    array of shape (channels, height, width), or (height, width, channels) for ``nhwc``; float32
    """
    count, height, width = sides
    box = _middle(image, how.crop, height, width)
    sampling = _FILTERS[how.filter]
    whole = image if image.mode in ("RGB", "L") else image.convert("RGB")
    small = whole.resize((width, height), sampling, box=box)
    rgb = np.asarray(small.convert("RGB" if count == 3 else "L"), np.float32)
    rgb = rgb.reshape(height, width, count)
    mean, std = (np.asarray(_per_channel(one, count), np.float32) for one in (how.mean, how.std))
    scaled = (rgb * np.float32(how.scale) - mean) / std
    ordered = scaled[:, :, ::-1] if how.channels == "bgr" else scaled
    return np.ascontiguousarray(ordered if how.layout == "nhwc" else ordered.transpose(2, 0, 1))


def _middle(
    image: Image.Image, crop: float, height: int, width: int
) -> tuple[float, float, float, float]:
    wide, high = image.size
    if not crop:
        return 0.0, 0.0, float(wide), float(high)
    grown = max(height / (crop * high), width / (crop * wide))
    left, top = (wide - width / grown) / 2, (high - height / grown) / 2
    return max(left, 0.0), max(top, 0.0), min(wide - left, wide), min(high - top, high)


def _per_channel(values: tuple[float, ...], count: int) -> tuple[float, ...]:
    return values if count == len(values) or len(values) == 1 else (sum(values) / len(values),)


def _number(name: str, text: str) -> float:
    above, _, below = text.partition("/")
    try:
        return float(above) / (float(below) if below else 1.0)
    except (ValueError, ZeroDivisionError) as error:
        raise InputError(
            f"The option {name} is {text!r}, which is not a number.",
            hint=f"Write for example {name}=0.5 or {name}=1/255.",
        ) from error


def _three(name: str, text: str) -> tuple[float, ...]:
    values = tuple(_number(name, part) for part in text.split(","))
    if len(values) not in (1, 3):
        raise InputError(
            f"The option {name} holds {len(values)} numbers.",
            hint="Give one, or three in the order red, green, blue, with commas between.",
        )
    return values


def _size(text: str) -> tuple[int, int]:
    parts = text.lower().split("x")
    if len(parts) > 2 or not all(part.isdigit() for part in parts):
        raise InputError(
            f"The option size is {text!r}.", hint="Write size=224, or size=HEIGHTxWIDTH."
        )
    height, width = int(parts[0]), int(parts[-1])
    if not (1 <= height <= _LARGEST_SIDE and 1 <= width <= _LARGEST_SIDE):
        raise InputError(
            f"The option size is {text!r}.", hint=f"Sides lie between 1 and {_LARGEST_SIDE}."
        )
    return height, width


def _one_of(name: str, value: str, known: Mapping[str, object] | tuple[str, ...]) -> str:
    if value not in known:
        raise InputError(
            f"The option {name} is {value!r}, which is unknown.", hint=f"Known: {', '.join(known)}."
        )
    return value


def _checked(how: Preparation) -> Preparation:
    numbers = (how.crop, how.scale, *how.mean, *how.std)
    if not np.isfinite(numbers).all() or how.scale == 0 or 0 in how.std:
        raise InputError(
            "Pictures cannot be prepared with these numbers.",
            hint="All are finite; scale and std are not 0.",
        )
    if not 0.0 <= how.crop <= 1.0:
        raise InputError(
            f"The option crop is {how.crop:g}.",
            hint="It is the share of the shorter side that is kept, or 0 for the whole picture.",
        )
    return how
