import numpy as np
import pytest

from labeler_app.core import conditions
from labeler_app.core.conditions import AXES, measure

NAMES = [axis.name for axis in AXES]


def scene(seed=0, side=128):
    """Return a picture of soft shapes in colour, with a little noise, uint8."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:side, :side] / side
    waves = [np.sin(2 * np.pi * (a * x + b * y) + c) for a, b, c in rng.uniform(0, 4, (3, 3))]
    made = 0.5 + 0.2 * np.stack(waves, axis=2) + rng.normal(0, 0.01, (side, side, 3))
    return as_bytes(made)


def as_bytes(made):
    return (np.clip(made, 0, 1) * 255).round().astype(np.uint8)


def told(picture, width=400, height=300):
    return dict(zip(NAMES, measure(picture, width, height).tolist(), strict=True))


def test_a_plain_grey_picture_is_half_as_bright_as_white_and_has_nothing_else():
    seen = told(np.full((40, 60), 128, dtype=np.uint8), 600, 400)

    assert seen["brightness"] == pytest.approx(128 / 255)
    assert (seen["contrast"], seen["noise"], seen["saturation"]) == (0, 0, 0)
    assert np.isnan([seen["sharpness"], seen["orientation"]]).all()
    assert seen["aspect"] == pytest.approx(np.log2(1.5))
    assert seen["size"] == pytest.approx(np.log2(np.sqrt(600 * 400)))


@pytest.mark.parametrize("light", [0.8, 0.5, 0.3])
def test_less_light_changes_brightness_and_hardly_anything_else(light):
    usual, dim = told(scene()), told(as_bytes(scene() / 255.0 * light))

    assert dim["brightness"] == pytest.approx(light * usual["brightness"], rel=0.02)
    for name in ("contrast", "sharpness", "noise", "saturation", "orientation"):
        assert dim[name] == pytest.approx(usual[name], rel=0.1, abs=0.02), name


def test_blur_lowers_sharpness_noise_raises_noise_and_grey_has_no_saturation():
    picture = scene() / 255.0
    blurred = sum(np.roll(picture, (a, b), (0, 1)) for a in range(-3, 4) for b in range(-3, 4)) / 49
    noisy = picture + np.random.default_rng(1).normal(0, 0.05, picture.shape)
    grey = np.repeat(picture.mean(axis=2, keepdims=True), 3, axis=2)
    usual = told(scene())

    assert told(as_bytes(blurred))["sharpness"] < usual["sharpness"] - 0.3
    # Each colour has its own noise: the luma has sqrt(.299**2 + .587**2 + .114**2) of it.
    expected = np.hypot(0.05, 0.01) * np.sqrt((conditions.LUMA**2).sum()) / 0.5
    assert told(as_bytes(noisy))["noise"] == pytest.approx(expected, rel=0.1)
    assert told(as_bytes(grey))["saturation"] < 0.02 < usual["saturation"]


@pytest.mark.parametrize("degrees", [0, 30, 60, 90, 120, 150])
def test_orientation_is_the_way_that_edges_run_above_the_horizontal(degrees):
    y, x = np.mgrid[:128, :128].astype(float)
    angle = np.radians(degrees)
    stripes = np.sin((x * np.sin(angle) + y * np.cos(angle)) / 4.0)

    seen = told(as_bytes(0.5 + 0.4 * stripes))["orientation"]

    assert abs((seen - degrees + 90) % 180 - 90) < 3


def test_a_picture_without_a_prevailing_direction_has_none():
    noise = np.random.default_rng(0).uniform(0, 1, (128, 128))
    assert np.isnan(told(as_bytes(noise))["orientation"])


@pytest.mark.parametrize("shape", [(1, 1), (1, 128), (128, 1), (2, 2), (1, 1, 3), (2, 128, 3)])
def test_pictures_of_a_few_pixels_say_what_they_can(shape):
    seen = told(np.full(shape, 200, dtype=np.uint8), 1, 20_000)

    assert seen["brightness"] == pytest.approx(200 / 255, abs=1e-3)
    assert seen["aspect"] == pytest.approx(-np.log2(20_000), abs=1e-3)
    assert np.isnan([seen["sharpness"], seen["orientation"]]).all()


@pytest.mark.parametrize("value", [0, 255])
def test_black_and_white_pictures_are_measured_without_a_division_by_nothing(value):
    with np.errstate(all="raise"):
        seen = told(np.full((128, 128, 3), value, dtype=np.uint8))

    assert (seen["brightness"], seen["contrast"]) == (value / 255, 0)


def test_every_axis_has_a_name_for_each_of_its_cells():
    for axis in AXES:
        assert len(set(axis.names)) == len(axis.names)
        assert axis.turn or len(axis.names) == len(axis.edges) + 1
        assert list(axis.edges) == sorted(axis.edges)
