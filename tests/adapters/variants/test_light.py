import numpy as np
import pytest
from PIL import Image

from labeler_app.adapters.variants.light import dimmed


def plain(*tone, side=128):
    return Image.new("RGB", (side, side), tone)


def seen(picture, light, grain, seed=5):
    return np.asarray(dimmed(picture, {"light": light, "grain": grain}, seed), dtype=float)


def test_all_of_the_light_changes_no_tone():
    tones = np.arange(256, dtype=np.uint8).reshape(16, 16)
    picture = Image.fromarray(tones).convert("RGB")

    assert (seen(picture, 1.0, 0.0) == np.asarray(picture)).all()


# By IEC 61966-2-1, light .5 is tone 187.5 and light .001 is tone 3.3.
@pytest.mark.parametrize(("light", "tone"), [(0.5, 188), (0.001, 3)])
def test_white_in_less_light_is_the_tone_of_that_light(light, tone):
    assert (seen(plain(255, 255, 255), light, 0.0) == tone).all()


@pytest.mark.parametrize(("tone", "coloured"), [((200, 200, 200), False), ((200, 180, 90), True)])
def test_the_grain_has_colours_only_where_the_picture_has(tone, coloured):
    added = seen(plain(*tone), 0.03, 1.0) - seen(plain(*tone), 0.03, 0.0)

    assert (added != 0).mean() > 0.5
    assert bool(np.ptp(added, axis=2).any()) is coloured


def test_the_grain_looks_as_strong_at_128_pixels_on_a_large_picture_as_on_a_small_one():
    small, large = (
        Image.fromarray(seen(plain(200, 180, 90, side=side), 0.1, 1.0).astype(np.uint8))
        for side in (128, 512)
    )

    shrunk = large.resize((128, 128), Image.Resampling.BOX)

    assert np.asarray(shrunk)[..., 0].std() == pytest.approx(
        np.asarray(small)[..., 0].std(), rel=0.1
    )


def test_where_hardly_any_light_is_left_reading_adds_grain():
    black = seen(plain(2, 2, 2), 0.05, 1.5)

    assert 0 < black.std() < 5
