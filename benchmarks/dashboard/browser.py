"""Cold loads and clicks in Debian's Chromium: what a person waits, and what is transferred."""

from __future__ import annotations

from dataclasses import dataclass, field
from time import perf_counter
from typing import TYPE_CHECKING, Any

from playwright.sync_api import sync_playwright

from application.language import Language, Translator
from benchmarks.dashboard.server import Served
from dashboard.shell import VIEWS, View

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = "/usr/bin/chromium"
WAIT_MILLISECONDS = 60_000
LOADS, CLICKS = 2, 3
MEGABYTE = 1_000_000
MILLISECONDS = 1_000
NOTHING_LEFT = """() => !document.querySelector(
  '[data-stale=true], [data-testid=stStatusWidget], [data-testid=stSkeleton]')
  && document.querySelector('h1')"""
FRENCH, ENGLISH = Translator(Language.FRENCH), Translator(Language.ENGLISH)


@dataclass
class Seen:
    """Every cold load [s], its bytes [MB], and every click [ms], by page."""

    loads: dict[str, list[float]] = field(default_factory=dict)
    megabytes: dict[str, list[float]] = field(default_factory=dict)
    clicks: dict[str, list[float]] = field(default_factory=dict)


def look(served: Served) -> Seen:
    """Each page twice with an empty cache, then three changes of language on it."""
    seen = Seen()
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for view in VIEWS:
            for _ in range(LOADS):
                _visit(browser, served, view, seen)
        browser.close()
    return seen


def _visit(browser: Browser, served: Served, view: View, seen: Seen) -> None:
    context = browser.new_context(viewport={"width": 1360, "height": 900})
    page = context.new_page()
    page.set_default_timeout(WAIT_MILLISECONDS)
    counted = _count_bytes(page)
    start = perf_counter()
    page.goto(f"{served.address}/{path_of(view)}?lang=fr")
    _wait_for(page, FRENCH(view.title))
    seen.loads.setdefault(view.name, []).append(perf_counter() - start)
    page.wait_for_load_state("networkidle")
    seen.megabytes.setdefault(view.name, []).append(sum(counted) / MEGABYTE)
    for at in range(CLICKS):
        t, name = (ENGLISH, "English") if at % 2 == 0 else (FRENCH, "Français")
        start = perf_counter()
        page.get_by_role("radio", name=name).click()
        _wait_for(page, t(view.title))
        seen.clicks.setdefault(view.name, []).append(MILLISECONDS * (perf_counter() - start))
    context.close()


def path_of(view: View) -> str:
    """What stands in the address: nothing for the page that opens first."""
    return "" if view is VIEWS[0] else view.name


def _wait_for(page: Page, title: str) -> None:
    """The title of the page, and nothing that still waits to be drawn."""
    page.get_by_role("heading", name=title, level=1, exact=True).wait_for()
    page.wait_for_function(NOTHING_LEFT)


def _count_bytes(page: Page) -> list[float]:
    """Bytes on the wire as they arrive: files as they are zipped, and the messages of the page."""
    counted: list[float] = []
    wire: Any = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.on("Network.loadingFinished", lambda event: counted.append(event["encodedDataLength"]))
    wire.on(
        "Network.webSocketFrameReceived",
        lambda event: counted.append(len(event["response"]["payloadData"]) * 3 / 4),
    )
    return counted
