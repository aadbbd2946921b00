"""Pictures of every page in three languages, taken from a fresh small demo: ``make screens``."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
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
from dashboard.shell import VIEWS

if TYPE_CHECKING:
    from playwright.sync_api import Page

FOLDER = Path(__file__).with_name("screens")
CHROMIUM = "/usr/bin/chromium"
HOST, START_SECONDS = "127.0.0.1", 90
WIDTH, HEIGHT, TALLEST = 1280, 900, 4000
COLOURS = 256
SETTLED_MILLISECONDS = 1500
IS_DRAWN = """() =>
  document.querySelector('[data-testid=stApp][data-test-script-state=notRunning]')
  && !document.querySelector(
    '[data-stale=true], [data-testid=stStatusWidget], [data-testid=stSkeleton]')
  && [...document.querySelectorAll('[data-testid=stVegaLiteChart]')]
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
    with serving(home) as address, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        for language in Language:
            for name, path in pages.items():
                page.goto(f"{address}/{path}?lang={language.value}")
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
    page.wait_for_function(IS_DRAWN)
    page.wait_for_timeout(SETTLED_MILLISECONDS)
    page.wait_for_function(IS_DRAWN)


def save(picture: bytes, file: Path) -> None:
    """A PNG of the colours that fill most of the page: a quarter of the size, and flat as drawn."""
    image = Image.open(BytesIO(picture)).convert("RGB")
    found, counts = np.unique(np.asarray(image).reshape(-1, 3), axis=0, return_counts=True)
    palette = Image.new("P", (1, 1))
    palette.putpalette(found[counts.argsort()[-COLOURS:]].ravel().tolist())
    image.quantize(palette=palette, dither=Image.Dither.NONE).save(file, optimize=True)


@contextmanager
def serving(home: Path) -> Iterator[str]:
    """The dashboard on this home; its address."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "dashboard", "--port", str(port), "--headless"]
    environment = {**os.environ, "TADBIR_HOME": str(home)}
    with subprocess.Popen(  # noqa: S603 - our own module on a port that was found free
        command, env=environment, stdout=subprocess.DEVNULL
    ) as server:
        try:
            wait_until_healthy(f"http://{HOST}:{port}/_stcore/health")
            yield f"http://{HOST}:{port}"
        finally:
            server.terminate()


def wait_until_healthy(address: str) -> None:
    """Until the server answers. Raises ``TimeoutError`` if it never does."""
    give_up = time.monotonic() + START_SECONDS
    while time.monotonic() < give_up:
        try:
            with urllib.request.urlopen(address, timeout=5):  # noqa: S310 - on this machine
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise TimeoutError(f"nothing answers at {address}")


if __name__ == "__main__":
    main()
