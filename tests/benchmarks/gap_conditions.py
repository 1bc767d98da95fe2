"""What light, lens and packing do to a picture: models that share nothing with the recipes.

A grey picture stays one: what took it sees no colours, and the noise has none.
"""

import io

import numpy as np
from PIL import Image
from scipy.signal import fftconvolve

# Electrons that a pixel holds at full white, and what reading it adds to them.
_FULL_WELL, _READ = 4_000.0, 4.0


def darkened(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Return what a sensor sees of a scene in 1 to 6 % of its light."""
    light = rng.uniform(0.01, 0.06)
    electrons = rng.poisson(_linear(picture) * light * _FULL_WELL)
    read = electrons + rng.normal(0.0, _READ, electrons.shape)
    return _shown(read / _FULL_WELL)


def defocused(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Return what a lens sees out of focus: every point a disk, of 1.5 to 4 % of the side."""
    radius = rng.uniform(0.015, 0.04) * max(picture.size)
    reach = int(np.ceil(radius))
    rows, columns = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    disk = np.clip(radius + 0.5 - np.hypot(rows, columns), 0.0, 1.0)
    seen = _linear(picture)
    kernel = (disk / disk.sum()).reshape(*disk.shape, *[1] * (seen.ndim - 2))
    around = ((reach, reach), (reach, reach), (0, 0))[: seen.ndim]
    padded = np.pad(seen, around, mode="edge")
    return _shown(fftconvolve(padded, kernel, mode="valid", axes=(0, 1)))


def packed(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Return a picture that was sent on: made smaller, packed at quality 5 to 15, enlarged."""
    share, quality = rng.uniform(0.5, 0.9), int(rng.integers(5, 16))
    size = tuple(max(8, round(side * share)) for side in picture.size)
    sent = io.BytesIO()
    picture.resize(size, Image.Resampling.BILINEAR).save(sent, "JPEG", quality=quality)
    with Image.open(sent) as opened:
        return opened.resize(picture.size, Image.Resampling.BICUBIC)


def _linear(picture: Image.Image) -> np.ndarray:
    """Return the light of a picture, by the two pieces of sRGB's curve."""
    shown = np.asarray(picture, dtype=np.float64) / 255.0
    return np.where(shown <= 0.04045, shown / 12.92, ((shown + 0.055) / 1.055) ** 2.4)


def _shown(light: np.ndarray) -> Image.Image:
    clipped = light.clip(0.0, 1.0)
    curve = np.where(clipped <= 0.0031308, 12.92 * clipped, 1.055 * clipped ** (1 / 2.4) - 0.055)
    return Image.fromarray(np.rint(255.0 * curve).astype(np.uint8))
