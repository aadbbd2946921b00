"""Pictures of every page in three languages, taken from a fresh small demo: ``make screens``."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image
from playwright.sync_api import sync_playwright

from application.language import Language
from application.settings import load_settings
from application.use_cases.beds_now import BedDesign, beds_now
from application.use_cases.run_demo import run_demo
from application.use_cases.session import open_session
from application.use_cases.simulate import TwinDesign
from benchmarks.dashboard.browser import CHROMIUM, IS_AT_REST
from benchmarks.dashboard.server import serving
from dashboard.shell import VIEWS

if TYPE_CHECKING:
    from playwright.sync_api import Page

FOLDER = Path(__file__).with_name("screens")
WIDTH, HEIGHT, TALLEST = 1280, 900, 4000
COLOURS = 256
SETTLED_MILLISECONDS = 1500
HAS_ITS_CHARTS = """[...document.querySelectorAll('[data-testid=stVegaLiteChart]')]
  .every(chart => chart.querySelector('canvas, svg'))"""


def main() -> None:
    """Builds the demo in a temporary home, serves it, and takes every picture."""
    FOLDER.mkdir(exist_ok=True)
    with TemporaryDirectory(prefix="tadbir-screens-") as folder:
        empty, planned = Path(folder) / "empty", Path(folder) / "planned"
        empty.mkdir()
        with open_session(load_settings({"TADBIR_HOME": str(planned)})) as session:
            run_demo(session, "small", TwinDesign())
            beds_now(session, BedDesign())
        take(empty, {"empty": ""})
        take(planned, {view.name: "" if view is VIEWS[0] else view.name for view in VIEWS})


def take(home: Path, pages: dict[str, str]) -> None:
    """Pictures of these pages (name of the picture, path in the address) of one home."""
    with serving(home) as served, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        for language in Language:
            for name, path in pages.items():
                page.goto(f"{served.address}/{path}?lang={language.value}")
                save(picture_of(page), FOLDER / f"{name}-{language.value}.png")
        browser.close()


def picture_of(page: Page) -> bytes:
    """The whole page once nothing moves any more."""
    page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
    page.get_by_role("heading").first.wait_for()
    settle(page)
    main_block = "document.querySelector('[data-testid=stMainBlockContainer]').scrollHeight"
    height = min(max(int(page.evaluate(main_block)) + 20, HEIGHT), TALLEST)
    page.set_viewport_size({"width": WIDTH, "height": height})
    settle(page)
    return page.screenshot()


def settle(page: Page) -> None:
    """Waits for the end of the script, the skeletons and every chart."""
    page.wait_for_function(f"{IS_AT_REST} && {HAS_ITS_CHARTS}")
    page.wait_for_timeout(SETTLED_MILLISECONDS)
    page.wait_for_function(f"{IS_AT_REST} && {HAS_ITS_CHARTS}")


def save(picture: bytes, file: Path) -> None:
    """A PNG of the colours that fill most of the page: a quarter of the size, and flat as drawn."""
    image = Image.open(BytesIO(picture)).convert("RGB")
    found, counts = np.unique(np.asarray(image).reshape(-1, 3), axis=0, return_counts=True)
    palette = Image.new("P", (1, 1))
    palette.putpalette(found[counts.argsort()[-COLOURS:]].ravel().tolist())
    image.quantize(palette=palette, dither=Image.Dither.NONE).save(file, optimize=True)


if __name__ == "__main__":
    main()
