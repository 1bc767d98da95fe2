"""How long do 1,000 variants of 512 pixels take, and how many land where they are wanted?

Photos of trashnet, enlarged to 512 pixels, imported and labeled as a person would. Speed: from what
is asked for to the last row, with the check for near-duplicates, the margins of the model and every
file written; bound for all recipes but grainy, another angle and screenshot. Landing: 60 photos
outside of each cell, by the recipe that leads there; measured on the file, as an import would.

Run:   python -m tests.benchmarks.synthesis_speed [--count 1000] [--each 60]
Last:  60 a cell: brightness 99.8 %, sharpness 99.8 %, noise and saturation 99.0 %, aspect and low
       contrast 100 %, contrast 84.5 %, orientation 91.1 %, size 66.7 %. 150 of each recipe on
       two cores: 14 to 40 s for 1,000 that land; not bound: grainy 58, screenshot 21, another angle
       18 s.
"""

import argparse
import io
import sys
import time
import zipfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from PIL import Image

from labeler_app.adapters.items import image as loader
from labeler_app.adapters.variants.recipes import RECIPES, for_axis
from labeler_app.core import conditions
from labeler_app.services import goals, making, people, setup, steered, worker
from labeler_app.services.exchange import ImportOptions
from labeler_app.services.steered import Wanted
from labeler_app.services.workspace import open_workspace
from labeler_app.settings import Settings
from tests.benchmarks import bench

PHOTOS = 400
SIDE = 512
LIMIT_SECONDS = 60.0
PRINTED = ("grainy", "another angle", "screenshot")
GAPS = {
    "low light": "brightness:0-1:all",
    "brighter": "brightness:5-6:all",
    "haze or glare": "contrast:0-1:all",
    "out of focus": "sharpness:0-0:all",
    "sharpened": "sharpness:4-5:all",
    "grainy": "noise:4-5:all",
    "smoothed": "noise:0-1:all",
    "paler or more colourful": "saturation:4-5:all",
    "stretched": "aspect:5-6:all",
    "turned": "orientation:3-3:all",
    "fewer pixels": "size:1-2:all",
}
FLOORS = {"brightness": 0.95, "sharpness": 0.95, "noise": 0.95, "saturation": 0.95, "aspect": 0.95}
LOW_CONTRAST = 0.90


def main(count: int, each: int) -> int:
    """Make variants, print how long each recipe took and what landed, and judge."""
    figures: list[tuple[str, float, float]] = []
    with bench.place() as folder:
        photos = enlarged(folder / "photos")
        if each:
            figures += landing(photos, each)
        if count:
            figures += speed(folder, count)
    return bench.verdict(figures)


def enlarged(folder: Path) -> list[Image.Image]:
    """Write 400 photos of 512 pixels into folders of their classes, and return them."""
    with zipfile.ZipFile(bench.data("photos_trashnet.zip")) as archive:
        names = sorted(one for one in archive.namelist() if one.lower().endswith(".jpg"))
        chosen = np.random.default_rng(0).choice(len(names), PHOTOS, replace=False)
        photos = []
        for name in (names[at] for at in sorted(chosen)):
            with Image.open(io.BytesIO(archive.read(name))) as opened:
                whole = opened.convert("RGB")
            side = SIDE / max(whole.size)
            size = round(whole.width * side), round(whole.height * side)
            photos.append(whole.resize(size, Image.Resampling.LANCZOS))
            path = folder / Path(name).parent.name / Path(name).name
            path.parent.mkdir(parents=True, exist_ok=True)
            photos[-1].save(path, quality=92)
    return photos


def speed(folder: Path, count: int) -> list[tuple[str, float, float]]:
    """Make so many variants with every recipe, and print what 1,000 of them take."""
    ws = open_workspace(Settings(folder / "workspace"))
    options = ImportOptions(labels_from="folders", labels="trust")
    project = setup.new_project(ws, "Photos", folder / "photos", options).project.id
    worker.loop(ws, alive=lambda: True, once=True)
    ada = people.join(ws, "Ada").id
    figures = []
    for way in goals.ways("image"):
        begun, cpu = time.perf_counter(), time.process_time()
        asked = {"recipe": way.name, "gap": GAPS.get(way.name, ""), "count": count}
        number = making.ask(ws, project, ada, **asked)
        made = making.finish(ws, project, number, lambda _made, _wanted: None)
        seconds = (time.perf_counter() - begun) / max(1, made.made) * 1_000
        cpu = (time.process_time() - cpu) / max(1, made.made) * 1_000
        bound = way.name not in PRINTED
        print(
            f"{way.name:24} {seconds:6.1f} s for 1,000 landed ({cpu:.1f} s of CPU); {made.made} of "
            f"{made.wanted} in {made.tried} tries, {made.near} near"
            f"{'' if bound else ' (not bound)'}",
            flush=True,
        )
        # Where most fall short of the gap a thousand that land are no measure of speed.
        if bound and made.made == count:
            figures.append((f"seconds for 1,000 of {way.name}", seconds, LIMIT_SECONDS))
    ws.store.close()
    return figures


def landing(photos: Sequence[Image.Image], each: int) -> list[tuple[str, float, float]]:
    """Steer photos into every cell, and print what lands."""
    before = np.stack([steered.measured(one) for one in photos])
    missed = []
    for place, axis in enumerate(conditions.AXES):
        cells = axis.cells(before[:, place])
        rates: dict[int, float] = {}
        for cell in range(len(axis.names)):
            outside = np.flatnonzero((cells >= 0) & (cells != cell))[:each]
            tries = [
                (
                    photos[at],
                    _recipe(axis.name, before[at, place], cell),
                    Wanted(place, cell, cell),
                    i,
                )
                for i, at in enumerate(outside)
            ]
            if tries:  # All photos of trashnet have one shape and, enlarged, one size.
                with ThreadPoolExecutor(2) as pool:
                    rates[cell] = float(np.mean(list(pool.map(_lands, tries))))
        told = "  ".join(f"{axis.names[cell]} {rate:.0%}" for cell, rate in rates.items())
        mean = float(np.mean(list(rates.values())))
        print(f"{axis.name:12} {mean:6.1%}   {told}", flush=True)
        if axis.name in FLOORS:
            missed.append((f"{axis.name}: missed", 1.0 - mean, 1.0 - FLOORS[axis.name]))
        if axis.name == "contrast":
            low = np.mean([rates[cell] for cell in range(3)])
            missed.append(("low contrast: missed", 1.0 - low, 1.0 - LOW_CONTRAST))
    return [(name, float(value), limit + 1e-9) for name, value, limit in missed]


def _recipe(axis: str, value: float, cell: int) -> str:
    """Return the recipe that leads from a value to a cell."""
    names = [one.name for one in for_axis(axis)]
    condition = next(one for one in conditions.AXES if one.name == axis)
    if len(names) == 1:
        return names[0]
    is_up = int(condition.cells(np.array([value]))[0]) < cell
    up = {"brightness": "brighter", "sharpness": "sharpened", "noise": "grainy"}[axis]
    return up if is_up else next(one for one in names if one != up)


def _lands(told: tuple[Image.Image, str, Wanted, int]) -> bool:
    photo, recipe, wanted, seed = told
    made = steered.make(photo, RECIPES[recipe], wanted, seed)
    content, _ = loader.screen(made.thing)
    with Image.open(io.BytesIO(content)) as opened:
        seen = steered.measured(opened.convert("RGB"))[wanted.axis : wanted.axis + 1]
    return bool(wanted.condition.cells(seen)[0] == wanted.first)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1_000)
    parser.add_argument("--each", type=int, default=60)
    told = parser.parse_args()
    sys.exit(main(told.count, told.each))
