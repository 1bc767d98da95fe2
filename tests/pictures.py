"""Small pictures whose class a person and a model can both tell by its colour."""

import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

COLOURS = {"amber": (224, 156, 36), "blue": (44, 92, 204), "green": (42, 150, 72)}
SIZE = (96, 72)


def class_folders(
    root: Path,
    *,
    each: int,
    classes: Sequence[str] = tuple(COLOURS),
    size: tuple[int, int] = SIZE,
) -> Path:
    """Write `each` pictures of every class into a folder of its name; no two look alike."""
    rng = np.random.default_rng(7)
    for name in classes:
        (root / name).mkdir(parents=True, exist_ok=True)
        for number in range(each):
            picture(name, rng, size).save(
                root / name / f"{name}-{number:03d}.png", compress_level=1
            )
    return root


def burst(folder: Path, count: int, rng: np.random.Generator) -> Path:
    """Write so many pictures of one moment into a folder named like their class."""
    folder.mkdir(parents=True, exist_ok=True)
    shot = np.asarray(picture(folder.name, rng), dtype=np.int16)
    for number in range(count):
        seen = (shot + rng.integers(-4, 5, shot.shape)).clip(0, 255).astype(np.uint8)
        name = f"burst-{folder.name}-{number:02d}.png"
        Image.fromarray(seen).save(folder / name, compress_level=1)
    return folder


def picture(name: str, rng: np.random.Generator, size: tuple[int, int] = SIZE) -> Image.Image:
    """Return a picture of a class: its colour, under clouds of light and shade."""
    coarse = rng.normal(0.0, 45.0, (6, 8)).astype(np.float32)
    clouds = np.asarray(Image.fromarray(coarse).resize(size, Image.Resampling.BICUBIC))
    tinted = np.asarray(COLOURS[name], dtype=np.float32) + clouds[:, :, None]
    return Image.fromarray(tinted.clip(0, 255).astype(np.uint8))


def zipped(folder: Path) -> Path:
    """Return a zip of a folder, beside it."""
    path = folder.with_suffix(".zip")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for one in sorted(folder.rglob("*")):
            if one.is_file():
                archive.write(one, one.relative_to(folder).as_posix())
    return path


def truth(path: str) -> str:
    """Return the class of an item by its path: the folder it lies in."""
    return Path(path).parent.name


def night(image: Image.Image, light: float, rng: np.random.Generator) -> Image.Image:
    """Return what a camera sees of a picture with so little light: linear, with shot noise."""
    linear = (np.asarray(image, dtype=np.float64) / 255.0) ** 2.2 * light
    seen = rng.poisson(linear * 2_000) / 2_000 + rng.normal(0.0, 0.002, linear.shape)
    return Image.fromarray((255 * seen.clip(0.0, 1.0) ** (1 / 2.2)).astype(np.uint8))


def nights(root: Path, *, each: int, size: tuple[int, int] = SIZE) -> Path:
    """Write `each` pictures of every class at night into folders of their names."""
    rng = np.random.default_rng(11)
    for name in COLOURS:
        (root / name).mkdir(parents=True, exist_ok=True)
        for number in range(each):
            seen = night(picture(name, rng, size), rng.uniform(0.01, 0.05), rng)
            seen.save(root / name / f"night-{number:03d}.png", compress_level=1)
    return root
