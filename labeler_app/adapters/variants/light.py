"""Less light on a scene: every pixel dimmed as light is, and the grain of the few photons left."""

import numpy as np
from PIL import Image

from labeler_app.adapters.variants import Values
from labeler_app.core.arrays import FloatArray

_SIDE = 128
# Of a pixel of a picture of that side: photons at full white, and electrons that reading it adds,
# at grain 1.
_PHOTONS, _READ = 4_000.0, 3.0
_SEEDS = 2**31


def dimmed(picture: Image.Image, values: Values, seed: int) -> Image.Image:
    """Return an RGB picture in less light.

    Parameters
    ----------
    values
        ``light``: the share of it that is left, in (0, 1]. ``grain``: by how much fewer photons
        tell of it than at grain 1, as a ratio of deviations; 0 for none. Of a picture without
        colours the grain has none either: nor had the camera.
    """
    linear = _LINEAR[np.asarray(picture)] * np.float32(values["light"])
    if values["grain"] > 0:
        shape = (*linear.shape[:2], 1) if _is_grey(linear) else linear.shape
        drawn = np.random.default_rng(seed % _SEEDS).standard_normal(shape, dtype=np.float32)
        linear = linear + drawn * _grain(linear, values["grain"], max(picture.size))
    # Between two tones lies the light at which the nearer one changes.
    return Image.fromarray(np.searchsorted(_BETWEEN, linear, side="right").astype(np.uint8))


def _grain(linear: FloatArray, grain: float, side: int) -> FloatArray:
    """Return the deviation of the noise of each pixel, as shares of full white."""
    more = np.float32(max(1.0, side / _SIDE))
    # As Poisson's, for so many photons; and much faster.
    shot = linear * np.float32(grain * more) ** 2 / _PHOTONS
    read = np.float32(_READ * grain**2 * more) / _PHOTONS
    deviation: FloatArray = np.sqrt(shot + read**2)
    return deviation


def _is_grey(colours: FloatArray) -> bool:
    return bool((colours == colours[..., :1]).all())


def _light_of(tones: FloatArray) -> FloatArray:
    """Return the light, in [0, 1], that tones from 0 to 255 stand for."""
    shown = tones / 255.0
    light: FloatArray = np.where(shown <= 0.04045, shown / 12.92, ((shown + 0.055) / 1.055) ** 2.4)
    return light


# sRGB's curve, IEC 61966-2-1: nearly straight in the dark, where a plain power would make noise of
# the least light.
_LINEAR = _light_of(np.arange(256.0)).astype(np.float32)
_BETWEEN = _light_of(np.arange(255.0) + 0.5).astype(np.float32)
