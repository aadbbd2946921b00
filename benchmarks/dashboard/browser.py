"""Cold loads and clicks in Debian's Chromium: what a person waits, and what is transferred.

The page itself holds the clock: a driver that asks for roles and names from outside keeps the
browser busy, for as long again on a page with a large table.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from playwright.sync_api import sync_playwright

from application.language import Language, Translator
from benchmarks.dashboard.server import Served
from dashboard.shell import VIEWS, View

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = "/usr/bin/chromium"
WAIT_MILLISECONDS = 60_000
LOADS, CLICKS, ROUNDS, READING_MILLISECONDS = 2, 2, 3, 500
MEGABYTE = 1_000_000
MILLISECONDS = 1_000
IS_AT_REST = """document.querySelector('[data-testid=stApp][data-test-script-state=notRunning]')
  && !document.querySelector(
    '[data-stale=true], [data-testid=stStatusWidget], [data-testid=stSkeleton]')"""
"""The script of the page at its end, and nothing that still waits to be drawn."""
IS_DRAWN = f"""title => document.querySelector('h1')?.innerText.trim() === title
  && {IS_AT_REST}"""
"""The same, and the title of the page."""
LOADED = f"title => !!({IS_DRAWN})(title) && performance.now()"
"""Milliseconds since the address was asked for, once the page is drawn."""
CLICK = f"""([title, links, at]) => new Promise(done => {{
  const isDrawn = {IS_DRAWN};
  const start = performance.now();
  const look = () => isDrawn(title) ? done(performance.now() - start) : requestAnimationFrame(look);
  document.querySelectorAll(links)[at].click();
  requestAnimationFrame(look);
}})"""
"""Clicks on one of these and gives the milliseconds until the page of this title is drawn."""
LANGUAGES = "[data-testid=stSidebar] [role=radio]"
PAGES = "[data-testid=stSidebarNavLink]"
FRENCH, ENGLISH = Translator(Language.FRENCH), Translator(Language.ENGLISH)


@dataclass
class Seen:
    """Every cold load [s], its bytes [MB], and every click [ms], by page.

    The first clicks of a page change its language, the last open it from another one.
    """

    loads: dict[str, list[float]] = field(default_factory=dict)
    megabytes: dict[str, list[float]] = field(default_factory=dict)
    clicks: dict[str, list[float]] = field(default_factory=dict)


def look(served: Served) -> Seen:
    """Each page thrice with an empty cache and a change of language; then from page to page."""
    seen = Seen()
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for view in VIEWS:
            seen.megabytes[view.name] = [_weight_mb(browser, served, view)]
            for _ in range(LOADS):
                _visit(browser, served, view, seen)
        _turn_pages(browser, served, seen)
        browser.close()
    return seen


def _weight_mb(browser: Browser, served: Served, view: View) -> float:
    """Megabytes of a cold load: on a visit of its own, for the counting takes the browser time."""
    page = _new_page(browser)
    counted = _count_bytes(page)
    _open(page, served, view)
    page.wait_for_load_state("networkidle")
    page.context.close()
    return sum(counted) / MEGABYTE


def _visit(browser: Browser, served: Served, view: View, seen: Seen) -> None:
    page = _new_page(browser)
    seen.loads.setdefault(view.name, []).append(_open(page, served, view) / MILLISECONDS)
    page.wait_for_load_state("networkidle")
    for at in range(CLICKS):
        t = ENGLISH if at % 2 == 0 else FRENCH
        asked = [t(view.title), LANGUAGES, list(Language).index(t.language)]
        seen.clicks.setdefault(view.name, []).append(page.evaluate(CLICK, asked))
        page.wait_for_timeout(READING_MILLISECONDS)
    page.context.close()


def _turn_pages(browser: Browser, served: Served, seen: Seen) -> None:
    """Opens every page from the navigation, one after another, three times over."""
    page = _new_page(browser)
    _open(page, served, VIEWS[0])
    for _ in range(ROUNDS):
        for at in [*range(1, len(VIEWS)), 0]:
            page.wait_for_timeout(READING_MILLISECONDS)
            asked = [FRENCH(VIEWS[at].title), PAGES, at]
            seen.clicks.setdefault(VIEWS[at].name, []).append(page.evaluate(CLICK, asked))
    page.context.close()


def _new_page(browser: Browser) -> Page:
    """A browser that was never here: its cache is empty."""
    page = browser.new_context(viewport={"width": 1360, "height": 900}).new_page()
    page.set_default_timeout(WAIT_MILLISECONDS)
    return page


def _open(page: Page, served: Served, view: View) -> float:
    """Milliseconds until the page is drawn."""
    page.goto(f"{served.address}/{path_of(view)}?lang=fr", wait_until="commit")
    loaded: float = page.wait_for_function(LOADED, arg=FRENCH(view.title)).json_value()
    return loaded


def path_of(view: View) -> str:
    """What stands in the address: nothing for the page that opens first."""
    return "" if view is VIEWS[0] else view.name


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
