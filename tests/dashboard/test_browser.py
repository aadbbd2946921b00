"""A manager in a real browser: compares more beds with today, accepts with a reason, in French."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from application.language import Language, Translator
from application.settings import load_settings
from application.store.decisions import decisions
from application.terms import RecommendationKind, Role, Verdict
from application.use_cases.read_results import read_comparison
from application.use_cases.session import open_session

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.e2e, pytest.mark.browser]

HOST = "127.0.0.1"
START_SECONDS, RUN_SECONDS = 90, 300
FRENCH, ARABIC = Translator(Language.FRENCH), Translator(Language.ARABIC)
NOTHING_STALE = "!document.querySelector('[data-stale=true], [data-testid=stStatusWidget]')"
"""The page is wholly of the last click: what is filled in now is not replaced."""
PHONE = {"width": 390, "height": 844}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def serving(home: Path) -> Iterator[str]:
    """The dashboard on this home as ``tadbir dashboard`` serves it; its address."""
    port = free_port()
    command = [sys.executable, "-m", "dashboard", "--port", str(port), "--headless"]
    environment = {**os.environ, "TADBIR_HOME": str(home), "TADBIR_PROCESSES": "1"}
    log = (home / "server.log").open("w")
    with log, subprocess.Popen(command, env=environment, stdout=log, stderr=log) as server:
        try:
            wait_until_healthy(f"http://{HOST}:{port}")
            yield f"http://{HOST}:{port}"
        finally:
            server.terminate()
            server.wait(timeout=30)


def wait_until_healthy(address: str) -> None:
    give_up = time.monotonic() + START_SECONDS
    while time.monotonic() < give_up:
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    pytest.fail("the dashboard did not start")


@pytest.fixture
def address(demo_home: Path) -> Iterator[str]:
    with serving(demo_home) as found:
        yield found


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A page that fails the test if anything was asked of another host than ours."""
    opened = chromium.new_page(viewport={"width": 1360, "height": 900})
    hosts: set[str] = set()
    opened.on("request", lambda request: hosts.add(request.url.split("/")[2].split(":")[0]))
    yield opened
    opened.close()
    assert hosts <= {HOST}


def test_a_manager_compares_more_beds_and_accepts(page: Page, address: str) -> None:
    page.goto(f"{address}/comparison?lang=fr")
    page.get_by_text(FRENCH("Try a change")).click()
    beds = page.get_by_label(FRENCH("Beds opened (below zero: closed)"))
    beds.fill("2")
    page.get_by_role("slider").press("Home")
    before = run_of(page.url)
    page.get_by_role("button", name=FRENCH("Compare with today")).click()
    page.get_by_text(FRENCH("Comparing the scenario with today")).first.wait_for()
    page.wait_for_url(lambda url: run_of(url) != before, timeout=1000 * RUN_SECONDS)
    run = run_of(page.url)
    page.get_by_text(FRENCH("Run {run}", run=run[:8])).wait_for()
    page.wait_for_function(NOTHING_STALE)
    accept(page, "Amina Test", "Les attentes en réanimation baissent.")
    with open_session(load_settings()) as session:
        (decision,) = decisions(session.database)
        (change,) = read_comparison(session, run).scenario.changes
    assert (decision.recommendation, decision.kind) == (run, RecommendationKind.SCENARIO)
    assert (decision.actor, decision.role) == ("Amina Test", Role.MANAGER)
    assert decision.verdict is Verdict.ACCEPTED
    assert decision.reason == "Les attentes en réanimation baissent."
    assert (change.kind, change.beds) == ("open_beds", 2)  # type: ignore[union-attr]


def run_of(address: str) -> str:
    """The run that an address shows."""
    return "".join(re.findall(r"run=([0-9a-f]{64})", address))


def accept(page: Page, name: str, reason: str) -> None:
    """Fills and sends the form of the decision, and waits for its record."""
    page.get_by_role("radio", name=FRENCH("Accept")).click()
    page.get_by_label(FRENCH("Your name")).fill(name)
    page.get_by_label(FRENCH("Reason (needed to modify or reject)")).fill(reason)
    page.get_by_role("button", name=FRENCH("Record my decision")).click()
    page.get_by_role("rowheader", name=FRENCH("Accepted")).wait_for()


def test_arabic_runs_from_the_right_also_on_a_phone(page: Page, address: str) -> None:
    page.goto(f"{address}/?lang=ar")
    title = page.get_by_role("heading", name=ARABIC("Overview"), level=1)
    title.wait_for()
    page.wait_for_function("document.documentElement.dir === 'rtl'")
    assert page.evaluate("document.documentElement.lang") == "ar"
    sidebar = page.get_by_test_id("stSidebar").bounding_box()
    assert sidebar is not None
    assert sidebar["x"] > 680
    page.set_viewport_size(PHONE)
    page.reload()
    title.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_a_link_opens_the_same_page_in_the_same_language(page: Page, address: str) -> None:
    page.goto(f"{address}/pharmacy?lang=ar")
    page.get_by_role("heading", name=ARABIC("Pharmacy"), level=1).wait_for()
    page.get_by_role("link", name=ARABIC("Staff roster")).click()
    page.get_by_role("heading", name=ARABIC("Staff roster"), level=1).wait_for()
    page.wait_for_url(re.compile(r"/roster\?.*lang=ar"))
