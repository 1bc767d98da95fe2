"""Every transform of AugLy that a picture can be made with, and three of our own.

Lengths are shares of the longer side and noise is told as it looks at 128 pixels, so that a value
found on a small copy means the same on the whole picture.
"""

from collections.abc import Mapping

import numpy as np
from PIL import Image

from labeler_app.adapters.variants import Range, Transform, Values, light
from labeler_app.adapters.variants.lettering import caption, written
from labeler_app.adapters.variants.loading import asset, call, emojis
from labeler_app.errors import InputError

_NOISE_SIDE = 128
_STEPS = 2**31
_LEAST_ON_SCREEN = 8
# Pixels of a picture of 128, over which an edge is sharpened.
_EDGE = 0.7


def _side(picture: Image.Image) -> int:
    return max(picture.size)


def _rng(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed % _STEPS)


def _noise(picture: Image.Image, values: Values, seed: int) -> Image.Image:
    deviation = values["deviation"] * max(1.0, _side(picture) / _NOISE_SIDE)
    return call("random_noise", picture, mean=0.0, var=deviation**2, seed=seed % _STEPS)


def _blur(picture: Image.Image, values: Values, _seed: int) -> Image.Image:
    radius = values["radius"] / 100.0 * _side(picture)
    return call("blur", picture, radius=radius) if radius > 0 else picture


def _crisper(picture: Image.Image, values: Values, _seed: int) -> Image.Image:
    """Go away from its blurred copy: AugLy's own sharpens single pixels, of which little is seen
    once a large picture is shrunk."""
    radius = _EDGE * max(1.0, _side(picture) / _NOISE_SIDE)
    blurred = call("blur", picture, radius=radius)
    return Image.blend(blurred, picture, values["factor"])


def _jitter(picture: Image.Image, values: Values, _seed: int) -> Image.Image:
    return call("color_jitter", picture, **{f"{name}_factor": one for name, one in values.items()})


def _quality(picture: Image.Image, values: Values, _seed: int) -> Image.Image:
    return call("encoding_quality", picture, quality=int(values["quality"]))


def _opacity(picture: Image.Image, values: Values, _seed: int) -> Image.Image:
    return call("opacity", picture, level=values["level"])


def _scale(picture: Image.Image, values: Values, _seed: int) -> Image.Image:
    least = 4.0 / min(picture.size)
    return call("scale", picture, factor=min(1.0, max(least, values["factor"])))


def _ratio(picture: Image.Image, values: Values, _seed: int) -> Image.Image:
    width, height = picture.size
    return call("change_aspect_ratio", picture, ratio=width / height * values["stretch"])


def _rotate(picture: Image.Image, values: Values, _seed: int) -> Image.Image:
    return call("rotate", picture, degrees=values["degrees"])


def _pad(picture: Image.Image, values: Values, _seed: int) -> Image.Image:
    return call("pad", picture, w_factor=values["width"], h_factor=values["height"])


def _screenshot(picture: Image.Image, values: Values, _seed: int) -> Image.Image:
    if min(picture.size) < _LEAST_ON_SCREEN:  # It would fail with the template left open.
        raise InputError(
            f"A picture of {picture.width} x {picture.height} pixels fails on this template: "
            f"it needs {_LEAST_ON_SCREEN} a side."
        )
    template = asset("screenshot_templates", "mobile.png" if values["phone"] else "web.png")
    return call(
        "overlay_onto_screenshot",
        picture,
        template_filepath=template,
        crop_src_to_fit=bool(values["fill"]),
    )


def _emoji(picture: Image.Image, values: Values, seed: int) -> Image.Image:
    rng, every = _rng(seed), emojis()
    size = values["size"]
    x, y = rng.uniform(0.0, 1.0 - size, 2).tolist()
    path = every[int(rng.integers(len(every)))]
    return call("overlay_emoji", picture, emoji_path=path, emoji_size=size, x_pos=x, y_pos=y)


def _stripes(picture: Image.Image, values: Values, seed: int) -> Image.Image:
    return call(
        "overlay_stripes",
        picture,
        line_width=values["width"],
        line_density=values["density"],
        line_angle=float(_rng(seed).uniform(0.0, 90.0)),
        line_opacity=values["opacity"],
    )


def _meme(picture: Image.Image, values: Values, seed: int) -> Image.Image:
    height = max(24, round(values["height"] * picture.height))
    # It looks for a size that fits, and gives up below one pixel.
    words = caption(seed, letters=max(3, picture.width // 12))
    return call("meme_format", picture, text=words, caption_height=height)


def _text(picture: Image.Image, values: Values, seed: int) -> Image.Image:
    rng = _rng(seed)
    x, y = rng.uniform(0.0, 0.6), rng.uniform(0.0, 0.8)
    size = max(values["size"], 8.0 / min(picture.size))
    over = call(
        "overlay_text",
        picture,
        text=written(caption(seed, letters=24)),
        font_file=asset("fonts", "Raleway-ExtraBold.ttf"),
        font_size=min(1.0, size),
        color=tuple(rng.integers(0, 256, 3).tolist()),
        x_pos=float(x),
        y_pos=float(y),
    )
    # Its own opacity changes nothing on a picture without transparency.
    return Image.blend(picture, over, values["opacity"])


def _crop(picture: Image.Image, values: Values, seed: int) -> Image.Image:
    kept = values["kept"]
    x, y = _rng(seed).uniform(0.0, 1.0 - kept, 2).tolist()
    return call("crop", picture, x1=x, y1=y, x2=min(1.0, x + kept), y2=min(1.0, y + kept))


def _skew(picture: Image.Image, values: Values, seed: int) -> Image.Image:
    return call("skew", picture, skew_factor=values["factor"], axis=int(seed % 2))


def _perspective(picture: Image.Image, values: Values, seed: int) -> Image.Image:
    sigma = values["shift"] / 100.0 * _side(picture)
    return call("perspective_transform", picture, sigma=sigma, seed=seed % _STEPS)


def _onto(picture: Image.Image, values: Values, seed: int) -> Image.Image:
    """Lay it on a plain ground of a drawn colour."""
    rng = _rng(seed)
    ground = Image.new("RGB", picture.size, tuple(rng.integers(40, 216, 3).tolist()))
    size = values["size"]
    x, y = rng.uniform(0.0, 1.0 - size, 2).tolist()
    return call(
        "overlay_onto_background_image",
        picture,
        background_image=ground,
        overlay_size=size,
        x_pos=x,
        y_pos=y,
    )


def _over(picture: Image.Image, values: Values, seed: int) -> Image.Image:
    """Lay a plain patch over it, as a sticker or a finger would."""
    rng, size = _rng(seed), values["size"]
    patch = Image.new("RGB", picture.size, tuple(rng.integers(0, 256, 3).tolist()))
    x, y = rng.uniform(0.0, 1.0 - size, 2).tolist()
    more = {"overlay_size": size, "x_pos": x, "y_pos": y, "max_visible_opacity": 1.0}
    return call("overlay_image", picture, overlay=patch, **more)


def _shuffle(picture: Image.Image, values: Values, seed: int) -> Image.Image:
    return call("shuffle_pixels", picture, factor=values["share"], seed=seed % _STEPS)


def _masked(picture: Image.Image, values: Values, seed: int) -> Image.Image:
    """Blur all but a drawn ellipse."""
    rng = _rng(seed)
    middle, spread = rng.uniform(0.3, 0.7, 2), rng.uniform(0.2, 0.45, 2)
    y, x = np.mgrid[: picture.height, : picture.width]
    away = ((x / picture.width - middle[0]) / spread[0]) ** 2
    away += ((y / picture.height - middle[1]) / spread[1]) ** 2
    mask = Image.fromarray(np.where(away > 1.0, 255, 0).astype(np.uint8))
    return call(
        "masked_composite",
        picture,
        mask=mask,
        transform_function=lambda one: _blur(one, values, seed),
    )


def _factor(name: str, low: float, high: float) -> Transform:
    """Return a transform of AugLy that takes one factor, of which 1 changes nothing."""
    tells = {
        "brightness": "Lighter or darker.",
        "contrast": "More or less contrast.",
        "saturation": "More or less colourful.",
        "sharpen": "Edges are sharpened.",
    }
    return Transform(
        name,
        "A",
        tells[name],
        lambda picture, values, _seed: call(name, picture, factor=values["factor"]),
        {"factor": Range(low, high, 1.0, log=low > 0)},
    )


def _plainly(name: str, tier: str, sentence: str, **values: object) -> Transform:
    """Return a transform of AugLy without parameters."""
    return Transform(
        name, tier, sentence, lambda picture, _values, _seed: call(name, picture, **values)
    )


_PERCENT = "% of the longer side"

_ALL = (
    Transform(
        "light",
        "A",
        "Less light, with the grain that comes of it.",
        light.dimmed,
        {
            "light": Range(0.002, 1.0, 1.0, log=True),
            "grain": Range(0.0, 4.0, 0.0),
        },
    ),
    _factor("brightness", 0.02, 8.0),
    _factor("contrast", 0.05, 12.0),
    _factor("saturation", 0.0, 40.0),
    _factor("sharpen", 1.0, 20.0),
    Transform(
        "crisper",
        "A",
        "Edges are sharpened, as far as they are seen at 128 pixels.",
        _crisper,
        {"factor": Range(1.0, 60.0, 1.0, log=True)},
    ),
    Transform(
        "color_jitter",
        "A",
        "Light, contrast and colour a little off at once.",
        _jitter,
        {name: Range(0.6, 1.5, 1.0) for name in ("brightness", "contrast", "saturation")},
    ),
    _plainly("grayscale", "A", "No colour."),
    Transform("blur", "A", "Out of focus.", _blur, {"radius": Range(0.0, 4.0, 0.0, _PERCENT)}),
    Transform(
        "pixelization",
        "A",
        "Coarse pixels.",
        lambda picture, values, _seed: call("pixelization", picture, ratio=values["ratio"]),
        {"ratio": Range(0.4, 1.0, 1.0)},
    ),
    Transform(
        "random_noise",
        "A",
        "Noise of the same size everywhere.",
        _noise,
        {"deviation": Range(0.0, 0.25, 0.0, "of white, at 128 pixels")},
    ),
    Transform(
        "encoding_quality",
        "A",
        "JPEG artefacts.",
        _quality,
        {"quality": Range(5.0, 95.0, 95.0, whole=True)},
    ),
    Transform("scale", "A", "Fewer pixels.", _scale, {"factor": Range(0.05, 1.0, 1.0, log=True)}),
    Transform(
        "pad",
        "A",
        "Black borders.",
        _pad,
        {"width": Range(0.0, 0.5, 0.0), "height": Range(0.0, 0.5, 0.0)},
    ),
    _plainly("pad_square", "A", "Black borders, up to a square."),
    Transform(
        "change_aspect_ratio",
        "A",
        "Stretched or squeezed.",
        _ratio,
        {"stretch": Range(0.25, 4.0, 1.0, log=True)},
    ),
    Transform(
        "rotate", "A", "A little turned.", _rotate, {"degrees": Range(-15.0, 15.0, 0.0, "degrees")}
    ),
    Transform("opacity", "A", "Faded into white.", _opacity, {"level": Range(0.3, 1.0, 1.0)}),
    Transform(
        "overlay_onto_screenshot",
        "A",
        "Shown in an app on a screen.",
        _screenshot,
        {"phone": Range(0.0, 1.0, 0.0, whole=True), "fill": Range(0.0, 1.0, 0.0, whole=True)},
    ),
    Transform("overlay_emoji", "A", "An emoji on it.", _emoji, {"size": Range(0.05, 0.25, 0.1)}),
    Transform(
        "overlay_stripes",
        "A",
        "Stripes over it.",
        _stripes,
        {
            "width": Range(0.1, 0.5, 0.1),
            "density": Range(0.05, 0.5, 0.1),
            "opacity": Range(0.0, 0.8, 0.0),
        },
    ),
    Transform("meme_format", "A", "A caption above it.", _meme, {"height": Range(0.1, 0.4, 0.2)}),
    Transform(
        "overlay_text",
        "A",
        "Words on it.",
        _text,
        {"size": Range(0.05, 0.2, 0.1), "opacity": Range(0.0, 1.0, 0.0)},
    ),
    Transform("crop", "B", "A part of it.", _crop, {"kept": Range(0.3, 1.0, 1.0)}),
    _plainly("hflip", "B", "Mirrored."),
    Transform("skew", "B", "Slanted.", _skew, {"factor": Range(-0.5, 0.5, 0.0)}),
    Transform(
        "perspective_transform",
        "B",
        "Seen from aside.",
        _perspective,
        {"shift": Range(0.0, 8.0, 0.0, _PERCENT)},
    ),
    Transform(
        "rotate_far", "B", "Turned.", _rotate, {"degrees": Range(-180.0, 180.0, 0.0, "degrees")}
    ),
    Transform(
        "overlay_onto_background_image",
        "B",
        "Smaller, on a plain ground.",
        _onto,
        {"size": Range(0.3, 1.0, 1.0)},
    ),
    Transform("overlay_image", "B", "Partly covered.", _over, {"size": Range(0.05, 0.4, 0.05)}),
    Transform(
        "shuffle_pixels", "B", "Some pixels swapped.", _shuffle, {"share": Range(0.0, 0.1, 0.0)}
    ),
    Transform(
        "masked_composite",
        "B",
        "In focus in one place only.",
        _masked,
        {"radius": Range(0.0, 4.0, 0.0, _PERCENT)},
    ),
    _plainly("vflip", "C", "Upside down."),
    _plainly("apply_pil_filter", "C", "Edges enhanced."),
    _plainly("convert_color", "C", "Other colours.", mode="L"),
    _plainly("clip_image_size", "C", "Clipped to a size.", max_resolution=1_024),
    _plainly("resize", "C", "Another size.", width=256, height=256),
)

PICTURES: Mapping[str, Transform] = {one.name: one for one in _ALL}
"""By name; `light`, `crisper` and `rotate_far` are ours."""
