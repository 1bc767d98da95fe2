"""Every file that a stranger's folder may hold: refused with a reason, never a crash or a wait."""

import os
import random
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from labeler_app.adapters.items.image import load_image
from labeler_app.errors import FormatError

posix_only = pytest.mark.skipif(os.name == "nt", reason="Windows has no such files.")


def reason(path: Path) -> str:
    with pytest.raises(FormatError) as refused:
        load_image(path, root=path.parent)
    return refused.value.problem


def put(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def encoded(folder: Path, form: str, **options) -> bytes:
    pixels = np.random.default_rng(0).integers(0, 256, (200, 300, 3), np.uint8)
    path = folder / "source"
    Image.fromarray(pixels).save(path, form, **options)
    return path.read_bytes()


def png_chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png_header(width: int, height: int) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", head) + png_chunk(b"IDAT", b"")


@posix_only
def test_a_pipe_is_refused_without_waiting(tmp_path):
    os.mkfifo(tmp_path / "pipe.jpg")

    assert reason(tmp_path / "pipe.jpg") == "not a regular file"


@posix_only
def test_links_are_refused_to_a_device_to_a_photo_and_to_themselves(tmp_path):
    put(tmp_path, "photo.png", encoded(tmp_path, "PNG"))
    for name, target in (("a", "/dev/zero"), ("b", "photo.png"), ("c", "c.jpg")):
        (tmp_path / f"{name}.jpg").symlink_to(target)

    reasons = {reason(tmp_path / f"{name}.jpg") for name in "abc"}

    assert reasons == {"a symbolic link"}


def test_a_folder_named_like_a_photo_is_refused(tmp_path):
    (tmp_path / "folder.jpg").mkdir()

    assert reason(tmp_path / "folder.jpg") == "not a regular file"


@posix_only
def test_what_lies_outside_is_refused_on_every_way(tmp_path):
    root = tmp_path / "root"
    (tmp_path / "other").mkdir()
    root.mkdir()
    put(tmp_path / "other", "photo.png", encoded(tmp_path, "PNG"))
    (root / "link").symlink_to(tmp_path / "other")

    for path in ("../other/photo.png", "link/photo.png", tmp_path / "other" / "photo.png"):
        with pytest.raises(FormatError, match="outside the folder"):
            load_image(Path(path), root=root)


def test_a_file_that_went_away_and_a_name_with_nul_are_refused(tmp_path):
    assert reason(tmp_path / "gone.jpg") == "no longer there"
    with pytest.raises(FormatError):
        load_image(Path("a\0.jpg"), root=tmp_path)


def test_an_empty_file_says_so(tmp_path):
    assert reason(put(tmp_path, "empty.jpg", b"")) == "empty file, 0 bytes"


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.jpg", b"%PDF-1.7\n...", "named .jpg but is a PDF"),
        ("a.JPG", b"%!PS-Adobe-3.0 EPSF-3.0\n", "named .jpg but is a PostScript file"),
        ("a.png", b"\xc5\xd0\xd3\xc6" + bytes(40), "named .png but is a PostScript file"),
        ("a.svg", b'<?xml version="1.0"?>\n<svg xmlns=""/>', "named .svg but is an SVG drawing"),
        ("a.jpg", b"\n<!DOCTYPE html><title>404", "named .jpg but is a web page"),
        ("a.heic", b"\0\0\0\x18ftypheic" + bytes(20), "named .heic but is a HEIC photo"),
        ("a.jpg", b"\0\0\0\x18ftypisom" + bytes(20), "named .jpg but is a video"),
        ("a.jpg", b"PK\x03\x04" + bytes(40), "named .jpg but is a zip"),
        ("a.gif", b"P6 1 1 255 abc", "named .gif but is text"),
        ("a.png", b"\x93NUMPY\x01\0" + bytes(80), "named .png but is of an unknown kind"),
        ("photo", b"\x7fELF" + bytes(40), "a program, not an image"),
        ("a.jpg", b"hello", "named .jpg but is text"),
        ("a.nef", b"II*\0" + bytes(40), "a raw file of a camera"),
    ],
)
def test_what_is_not_what_its_name_says_is_called_by_its_kind(tmp_path, name, content, expected):
    assert reason(put(tmp_path, name, content)) == expected


def test_a_photo_under_the_name_of_another_format_is_loaded(tmp_path):
    path = put(tmp_path, "really-a.jpg", encoded(tmp_path, "PNG"))

    assert load_image(path, root=tmp_path).width == 300


@pytest.mark.parametrize("form", ["JPEG", "PNG", "GIF", "TIFF", "BMP", "WEBP"])
def test_a_photo_broken_off_in_the_middle_says_how_much_is_there(tmp_path, form):
    whole = encoded(tmp_path, form)

    said = reason(put(tmp_path, "half.jpg", whole[: len(whole) // 2]))

    assert said.startswith(f"broken off after {len(whole) / 2000:.0f}")
    if form in ("BMP", "WEBP"):
        assert said.endswith(f" of {len(whole) / 1000:.0f} kB")


def test_a_photo_whose_end_is_zeros_says_how_much_of_it_is_there(tmp_path):
    whole = encoded(tmp_path, "JPEG", quality=95)
    kept = whole[:20_000]

    said = reason(put(tmp_path, "zeros.jpg", kept + bytes(len(whole) - len(kept))))

    assert said == f"broken off after 20 of {len(whole) / 1000:.0f} kB"


def test_zeros_after_a_whole_photo_are_harmless(tmp_path):
    path = put(tmp_path, "padded.jpg", encoded(tmp_path, "JPEG") + bytes(100_000))

    assert load_image(path, root=tmp_path).width == 300


def test_a_photo_damaged_in_the_middle_is_not_called_broken_off(tmp_path):
    whole = bytearray(encoded(tmp_path, "PNG"))
    whole[len(whole) // 2] ^= 0xFF

    said = reason(put(tmp_path, "scratched.png", bytes(whole)))

    assert said == "damaged: the picture cannot be decoded"


@pytest.mark.parametrize("size", [(12_000, 9_000), (20_000, 20_000), (65_000, 65_000)])
def test_a_bomb_is_refused_from_its_header(tmp_path, size):
    path = put(tmp_path, "bomb.png", png_header(*size))

    assert reason(path) == f"{size[0]:,} x {size[1]:,} pixels: above the limit of 50 million"


def test_a_bomb_of_webp_is_refused_before_its_decoder_takes_memory(tmp_path):
    canvas = (11_999).to_bytes(3, "little") + (8_999).to_bytes(3, "little")
    body = b"WEBPVP8X" + struct.pack("<I", 10) + bytes(4) + canvas
    path = put(tmp_path, "bomb.webp", b"RIFF" + struct.pack("<I", len(body)) + body)

    assert reason(path) == "12,000 x 9,000 pixels: above the limit of 50 million"


@pytest.mark.skipif(sys.platform != "linux", reason="Needs files with holes.")
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="Needs Linux to measure.")
def test_a_picture_of_nearly_50_million_pixels_takes_less_than_600_megabytes(tmp_path):
    side, pack = 7000, zlib.compressobj(1)
    row = b"\0" + bytes((200, 100, 50, 128)) * side
    data = b"".join(pack.compress(row) for _ in range(side)) + pack.flush()
    head = struct.pack(">IIBBBBB", side, side, 8, 6, 0, 0, 0)
    chunks = png_chunk(b"IHDR", head) + png_chunk(b"IDAT", data) + png_chunk(b"IEND", b"")
    path = put(tmp_path, "veiled.png", b"\x89PNG\r\n\x1a\n" + chunks)
    load = (
        "import sys; from pathlib import Path;"
        "from labeler_app.adapters.items.image import load_image, screen, thumb;"
        "path = Path(sys.argv[1]); loaded = load_image(path, root=path.parent);"
        "screen(loaded.image); thumb(loaded.image);"
        "status = Path('/proc/self/status').read_text();"
        "print(loaded.width, status.partition('VmHWM:')[2].split()[0])"
    )

    told = subprocess.run(
        [sys.executable, "-c", load, str(path)], capture_output=True, text=True, check=True
    ).stdout.split()

    assert int(told[0]) == side
    assert int(told[1]) < 600_000


def test_a_file_of_a_gigabyte_is_refused_unread(tmp_path):
    path = put(tmp_path, "huge.tif", b"II*\0")
    os.truncate(path, 10**9)

    assert reason(path) == "1.0 GB: above the limit of 512 MB"


def test_a_float_image_without_a_value_is_refused(tmp_path):
    Image.fromarray(np.full((8, 8), np.nan, np.float32)).save(tmp_path / "nan.tif")

    assert reason(tmp_path / "nan.tif") == "no pixel has a value"


@pytest.mark.parametrize("form", ["JPEG", "PNG", "GIF", "TIFF", "BMP", "WEBP"])
def test_random_damage_is_loaded_or_refused_but_never_a_crash(tmp_path, form):
    whole = encoded(tmp_path, form)
    draw = random.Random(form)

    for _ in range(60):
        hurt = bytearray(whole[: draw.randrange(1, len(whole))] if draw.random() < 0.3 else whole)
        for _ in range(draw.choice((1, 5, 20))):
            hurt[draw.randrange(min(len(hurt), draw.choice((64, 100_000))))] = draw.randrange(256)
        path = put(tmp_path, "hurt.jpg", bytes(hurt))
        try:
            assert load_image(path, root=tmp_path).image.mode in ("RGB", "L")
        except FormatError as refused:
            assert refused.problem
