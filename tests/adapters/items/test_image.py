import io
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from labeler_app.adapters.items import image as image_module
from labeler_app.adapters.items.image import load_image, luma16, screen, thumb

ORIENTATION = 0x0112


def saved(folder: Path, name: str, image: Image.Image, **options) -> Path:
    image.save(folder / name, **options)
    return folder / name


def load(path: Path):
    return load_image(path, root=path.parent)


def corner_marked(mode: str = "RGB") -> Image.Image:
    """A dark image, wider than high, with a white top left corner."""
    image = Image.new(mode, (60, 40), 0)
    image.paste(255 if mode == "L" else (255,) * len(mode), (0, 0, 20, 20))
    return image


def photo(width: int = 256, height: int = 192) -> Image.Image:
    rng = np.random.default_rng(0)
    return Image.fromarray(rng.integers(0, 256, (height, width, 3), np.uint8))


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


@pytest.mark.parametrize("suffix", ["jpg", "png", "gif", "tif", "bmp", "webp"])
def test_an_ordinary_image_is_loaded_with_its_size_and_no_notes(tmp_path, suffix):
    path = saved(tmp_path, f"photo.{suffix}", corner_marked())

    loaded = load(path)

    assert (loaded.image.mode, loaded.width, loaded.height) == ("RGB", 60, 40)
    assert (loaded.frames, loaded.notes) == (1, ())
    assert loaded.image.getpixel((5, 5)) > (200, 200, 200)
    assert loaded.image.getpixel((50, 30)) < (50, 50, 50)


def test_a_path_may_be_relative_to_the_root(tmp_path):
    saved(tmp_path, "photo.png", corner_marked())

    assert load_image(Path("photo.png"), root=tmp_path).width == 60


@pytest.mark.parametrize("suffix", ["jpg", "png", "tif", "webp"])
def test_an_image_is_turned_upright_once(tmp_path, suffix):
    exif = Image.Exif()
    exif[ORIENTATION] = 6  # The camera was held so that the picture must turn clockwise.
    path = saved(tmp_path, f"photo.{suffix}", corner_marked(), exif=exif)

    loaded = load(path)

    assert (loaded.width, loaded.height) == (40, 60)
    assert loaded.image.getpixel((35, 5)) > (200, 200, 200)
    assert loaded.image.getpixel((5, 5)) < (50, 50, 50)


@pytest.mark.parametrize("suffix", ["jpg", "png", "tif", "webp"])
def test_of_a_large_image_the_whole_size_is_told_and_no_more_is_kept_than_is_shown(
    tmp_path, suffix
):
    exif = Image.Exif()
    exif[ORIENTATION] = 8
    path = saved(tmp_path, f"photo.{suffix}", corner_marked().resize((4800, 3200)), exif=exif)

    loaded = load(path)

    assert (loaded.width, loaded.height) == (3200, 4800)
    assert loaded.image.size == (1067, 1600)
    assert loaded.image.getpixel((100, 1500)) > (200, 200, 200)
    assert loaded.image.getpixel((1000, 100)) < (50, 50, 50)


def test_a_jpeg_that_is_decoded_at_half_its_size_looks_like_the_whole_one(tmp_path):
    image = photo(4000, 3000).resize((8000, 6000), Image.Resampling.BICUBIC)
    path = saved(tmp_path, "photo.jpg", image, quality=95)
    whole = opened(path.read_bytes()).resize((1600, 1200), Image.Resampling.LANCZOS)

    shown = load(path).image

    difference = np.asarray(shown, dtype=float) - np.asarray(whole, dtype=float)
    assert shown.size == (1600, 1200)
    assert np.abs(difference).mean() < 2.0


@pytest.mark.parametrize(
    ("mode", "turn", "corner"),
    [(mode, turn, corner) for mode in ("LA", "I;16") for turn, corner in ((1, 0), (3, 3), (6, 1))],
)
def test_every_kind_of_pixel_is_turned(tmp_path, mode, turn, corner):
    exif = Image.Exif()
    exif[ORIENTATION] = turn
    path = saved(tmp_path, "photo.png", corner_marked().convert("L").convert(mode), exif=exif)

    image = load(path).image

    right, bottom = image.width - 3, image.height - 3
    corners = [(2, 2), (right, 2), (2, bottom), (right, bottom)]
    assert [image.getpixel(at) > 100 for at in corners] == [at == corner for at in range(4)]


def test_bands_of_a_large_image_join_without_a_seam(tmp_path):
    ramp = Image.linear_gradient("L").resize((1200, 1500))
    veiled = ramp.convert("RGB")
    veiled.putalpha(Image.new("L", veiled.size, 255))
    deep = Image.fromarray(np.asarray(ramp, dtype=np.uint16) * 100)

    whole = np.asarray(load(saved(tmp_path, "veiled.png", veiled)).image)
    tones = np.asarray(load(saved(tmp_path, "deep.png", deep)).image, dtype=int)

    np.testing.assert_array_equal(whole, np.asarray(ramp.convert("RGB")))
    assert np.abs(np.diff(tones[:, 0])).max() <= 2


def test_large_images_are_decoded_one_at_a_time_and_small_ones_meanwhile(tmp_path, monkeypatch):
    large = saved(tmp_path, "large.png", Image.new("L", (500, 500)))
    small = saved(tmp_path, "small.png", Image.new("L", (50, 50)))
    monkeypatch.setattr(image_module, "_LARGE_PIXELS", 10_000)
    inside, most, order = [], [], []
    really = image_module.plain

    def watched(image):
        if image.width == 50:
            order.append("small")
            return really(image)
        inside.append(1)
        most.append(len(inside))
        if not order:
            load(small)
        inside.pop()
        return really(image)

    monkeypatch.setattr(image_module, "plain", watched)
    with ThreadPoolExecutor(4) as readers:
        list(readers.map(lambda _: load(large), range(8)))

    assert max(most) == 1
    assert order


def test_damaged_exif_does_not_cost_the_photo(tmp_path):
    path = saved(tmp_path, "photo.jpg", corner_marked(), exif=b"Exif\0\0II*\0\x08\0\0\0\xff\xff")

    assert load(path).width == 60


def test_grey_images_stay_grey(tmp_path):
    assert load(saved(tmp_path, "l.png", corner_marked("L"))).image.mode == "L"
    assert load(saved(tmp_path, "one.png", corner_marked("L").convert("1"))).image.mode == "L"


@pytest.mark.parametrize("mode", ["CMYK", "YCbCr", "P"])
def test_other_colour_modes_become_rgb(tmp_path, mode):
    image = corner_marked().convert(mode)
    path = saved(tmp_path, "photo.png" if mode == "P" else "photo.tif", image)

    loaded = load(path)

    assert loaded.image.mode == "RGB"
    assert min(loaded.image.getpixel((5, 5))) > 200


def test_transparent_parts_lie_on_a_fixed_grey(tmp_path):
    clear = Image.new("RGBA", (20, 20), (255, 0, 0, 0))
    path = saved(tmp_path, "clear.png", clear)

    loaded = load(path)

    assert loaded.image.getpixel((5, 5)) == (128, 128, 128)
    assert loaded.notes == ("transparent parts are shown grey",)


def test_transparency_in_a_palette_or_beside_grey_is_seen_too(tmp_path):
    palette = saved(tmp_path, "p.png", corner_marked().convert("P"), transparency=0)
    grey = saved(tmp_path, "la.png", Image.new("LA", (20, 20), (0, 0)))

    assert load(palette).image.getpixel((50, 30)) == (128, 128, 128)
    assert load(grey).image.getpixel((5, 5)) == 128


def test_an_alpha_channel_that_hides_nothing_is_dropped_without_a_note(tmp_path):
    path = saved(tmp_path, "solid.png", corner_marked("RGBA"))
    corner_marked().convert("RGBA").save(path)

    loaded = load(path)

    assert (loaded.image.mode, loaded.notes) == ("RGB", ())


def test_a_twelve_bit_ramp_keeps_its_tones(tmp_path):
    ramp = np.tile(np.linspace(0, 4095, 256).astype(np.uint16), (10, 1))
    path = saved(tmp_path, "ramp.png", Image.fromarray(ramp))

    loaded = load(path)

    tones = np.asarray(loaded.image)
    assert loaded.image.mode == "L"
    assert len(np.unique(tones)) > 240
    assert (np.diff(tones[0].astype(int)) >= 0).all()
    assert "shown from black to white" in loaded.notes[0]


def test_holes_in_float_images_are_black_and_the_rest_keeps_its_tones(tmp_path):
    values = np.linspace(-5.0, 5.0, 400, dtype=np.float32).reshape(20, 20)
    values[0, 0], values[0, 1], values[0, 2] = np.nan, np.inf, -np.inf
    path = saved(tmp_path, "field.tif", Image.fromarray(values))

    tones = np.asarray(load(path).image)

    assert tones[0, :3].tolist() == [0, 255, 0]
    assert 120 < tones[10, 0] < 136
    assert tones[19, 19] == 255


def test_a_float_image_of_one_value_is_middle_grey(tmp_path):
    path = saved(tmp_path, "flat.tif", Image.fromarray(np.full((9, 9), 7.0, np.float32)))

    assert np.unique(np.asarray(load(path).image)).tolist() == [128]


def test_one_bright_pixel_does_not_darken_a_deep_image(tmp_path):
    values = np.random.default_rng(0).integers(100, 200, (100, 100)).astype(np.uint16)
    values[0, 0] = 65_535
    path = saved(tmp_path, "hot.tif", Image.fromarray(values))

    assert np.asarray(load(path).image).std() > 50


@pytest.mark.parametrize(
    ("name", "note"),
    [
        ("moving.gif", "first of several frames"),
        ("pages.tif", "first of several frames"),
        ("moving.webp", "first of 3 frames"),
        ("moving.png", "first of 3 frames"),
    ],
)
def test_of_many_frames_the_first_is_shown_and_said(tmp_path, name, note):
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "lime", "blue")]
    path = saved(tmp_path, name, frames[0], save_all=True, append_images=frames[1:])

    loaded = load(path)

    red, green, blue = loaded.image.getpixel((4, 4))
    assert red > 200 > 60 > max(green, blue)
    assert loaded.frames > 1
    assert loaded.notes == (note,)


@pytest.mark.parametrize("size", [(1, 20_000), (20_000, 1), (1, 1)])
def test_extreme_shapes_keep_at_least_one_pixel(tmp_path, size):
    loaded = load(saved(tmp_path, "line.png", Image.new("RGB", size, "red")))

    assert min(opened(screen(loaded.image)[0]).size) == 1
    assert min(opened(thumb(loaded.image)[0]).size) == 1
    assert luma16(loaded.image).shape == (256,)


def test_the_screen_picture_fits_1600_pixels_and_the_thumbnail_160():
    wide = photo(3200, 1000)

    assert opened(screen(wide)[0]).size == (1600, 500)
    assert opened(thumb(wide)[0]).size == (160, 50)


def test_photos_become_jpeg_and_small_or_drawn_images_png():
    drawing = Image.new("RGB", (900, 900), "white")

    assert screen(photo())[1] == ".jpg"
    assert screen(photo(128, 128))[1] == ".png"
    assert screen(drawing)[1] == thumb(drawing)[1] == ".png"
    assert [opened(screen(image)[0]).format for image in (photo(), drawing)] == ["JPEG", "PNG"]


def test_a_small_image_is_rendered_without_loss():
    image = photo(64, 48)

    assert np.array_equal(np.asarray(opened(screen(image)[0])), np.asarray(image))


@pytest.mark.parametrize("name", ["photo.jpg", "photo.png", "photo.webp", "photo.tif"])
def test_no_metadata_reach_what_is_shown(tmp_path, name):
    exif = Image.Exif()
    exif[0x010E] = "SECRET place"
    exif.get_ifd(0x8825)[1] = "N"
    options = {"comment": b"SECRET comment"} if name.endswith("jpg") else {}
    options |= {"icc_profile": b"SECRET profile" * 20} if name.endswith("png") else {}
    path = saved(tmp_path, name, photo(), exif=exif, **options)

    loaded = load(path)

    assert loaded.image.info == {}
    for content, _ in (screen(loaded.image), thumb(loaded.image)):
        assert b"SECRET" not in content
        assert b"Exif" not in content
        assert not opened(content).getexif()


def test_rendering_leaves_the_image_as_it_is_and_gives_the_same_bytes_again():
    image = photo(2000, 1500)

    first = screen(image)
    second = screen(image)

    assert first == second
    assert image.size == (2000, 1500)


def test_near_duplicates_have_a_small_difference_of_luma_and_others_a_large_one(tmp_path):
    gradient = Image.linear_gradient("L").convert("RGB")
    path = saved(tmp_path, "again.jpg", gradient.resize((200, 200)), quality=40)
    again = load(path).image

    same = np.abs(luma16(gradient) - luma16(again)).mean()
    other = np.abs(luma16(gradient) - luma16(gradient.rotate(90))).mean()

    assert same < 0.05
    assert other > 0.5


def test_luma_has_mean_0_and_deviation_1_and_is_0_for_a_flat_image():
    luma = luma16(photo())

    assert luma.dtype == np.float32
    assert luma.mean() == pytest.approx(0.0, abs=1e-5)
    assert luma.std() == pytest.approx(1.0, abs=1e-5)
    assert not luma16(Image.new("RGB", (50, 50), "red")).any()


def test_the_process_keeps_its_filters_of_warnings(tmp_path):
    path = saved(tmp_path, "photo.png", corner_marked())
    before = list(warnings.filters)

    load(path)

    assert warnings.filters == before
