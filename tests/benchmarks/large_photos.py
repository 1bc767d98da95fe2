"""Photos as large as a camera's, made of the small ones of trashnet; no two of them are equal."""

import functools
import io
import zipfile
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from PIL import Image, ImageChops, ImageOps

from tests.benchmarks import bench

SIZE = (2000, 1500)
NOISE, QUALITY = 6.0, 85
AT_ONCE = 40


def large_photos(folder: Path, count: int) -> Path:
    """Write so many JPEG files into folders of their classes; all classes from the start.

    Photos are enlarged and get noise of their own, so that they weigh what photos weigh. Beyond
    the number of the small ones each comes again, mirrored, under other noise.
    """
    with zipfile.ZipFile(bench.data("photos_trashnet.zip")) as archive:
        names = sorted(name for name in archive.namelist() if name.endswith(".jpg"))
    mixed = np.random.default_rng(5).permutation(len(names))
    chosen = [(number, names[mixed[number % len(names)]]) for number in range(count)]
    for name in {name.partition("/")[0] for _, name in chosen}:
        (folder / name).mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as workers:
        make = functools.partial(_enlarge, folder, len(names))
        parts = [chosen[start : start + AT_ONCE] for start in range(0, count, AT_ONCE)]
        list(workers.map(make, parts))
    return folder


def _enlarge(folder: Path, round_of: int, chosen: list[tuple[int, str]]) -> None:
    width, height = SIZE
    grain = np.random.default_rng(0).normal(128.0, NOISE, (2 * height, 2 * width))
    noise = Image.fromarray(grain.clip(0, 255).astype(np.uint8))
    with zipfile.ZipFile(bench.data("photos_trashnet.zip")) as archive:
        for number, name in chosen:
            small = Image.open(io.BytesIO(archive.read(name))).convert("RGB")
            if number // round_of % 2:
                small = ImageOps.mirror(small)
            large = small.resize(SIZE, Image.Resampling.BICUBIC)
            left, top = np.random.default_rng(number).integers(0, [width, height])
            own = noise.crop((left, top, left + width, top + height))
            grained = ImageChops.add(large, Image.merge("RGB", (own, own, own)), offset=-128)
            path = folder / Path(name).parent / f"{Path(name).stem}-{number:05d}.jpg"
            grained.save(path, quality=QUALITY)
