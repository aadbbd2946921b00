"""A home where each person has something to decide, served as ``tadbir dashboard`` serves it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from application.folder.reading import GstData
from application.settings import load_settings
from application.use_cases.build_roster import RosterRequest, build_roster
from application.use_cases.compare_scenario import compare_scenario
from application.use_cases.folders import import_data
from application.use_cases.plan_theatre import default_hospital, plan_theatre
from application.use_cases.propose_order import propose_order
from application.use_cases.run_demo import more_intensive_care
from application.use_cases.session import open_session
from tests.application.jobs.waiting import end_workers
from tests.browser.serving import HOST, serving
from tests.dashboard.conftest import DESIGN, SMALLEST_WARD, cut_demo
from tests.homes import work_in

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, ViewportSize

PLENTY = 20
PATIENCE_MILLISECONDS = 180_000
DESKTOP: ViewportSize = {"width": 1360, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}


def uneven_demo() -> GstData:
    """The cut demo, one hospital holding all that there is of a medicine, and far too much."""
    data = cut_demo()
    giver = data.gst.hospitals[0].hospital
    medicine = next(row.medicine for row in data.gst.medicines if not row.controlled)
    lots = tuple(
        lot.but(hospital=giver, lot=f"{lot.lot}.{lot.hospital}", units=PLENTY * lot.units)
        if lot.medicine == medicine
        else lot
        for lot in data.gst.lots
    )
    return replace(data, gst=data.gst.but(lots=lots))


def work_waits(home: Path) -> None:
    """The loop on that GST: a comparison, a roster, a theatre list and an order wait."""
    settings = load_settings({"TADBIR_HOME": str(home), "TADBIR_PROCESSES": "1"})
    with open_session(settings) as session:
        import_data(session, uneven_demo())
        compare_scenario(session, more_intensive_care(session.gst), DESIGN)
        build_roster(session, RosterRequest(SMALLEST_WARD))
        plan_theatre(session, default_hospital(session), DESIGN)
        propose_order(session, DESIGN.horizon_days, DESIGN.seed)


@pytest.fixture(scope="session")
def waiting_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with work that waits, made once; no test writes into it."""
    home = tmp_path_factory.mktemp("waiting") / "home"
    work_waits(home)
    return home


@pytest.fixture
def home(waiting_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of that home for one test, which it may write into; no worker outlives it."""
    copy = tmp_path / "home"
    shutil.copytree(waiting_home, copy)
    work_in(copy, monkeypatch)
    yield copy
    end_workers(copy)


@pytest.fixture
def address(home: Path) -> Iterator[str]:
    """Where the dashboard on that copy answers."""
    with serving(home) as found:
        yield found


@pytest.fixture(scope="session")
def served(waiting_home: Path) -> Iterator[str]:
    """Where the dashboard on the home itself answers, for tests that only look."""
    with serving(waiting_home) as found:
        yield found


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A page as a person has it at a desk, watched."""
    opened = chromium.new_page(viewport=DESKTOP, locale="fr-FR", accept_downloads=True)
    with watched(opened):
        yield opened


@contextmanager
def watched(page: Page) -> Iterator[None]:
    """Fails the test if the page asks anything of another host than ours; closes the page."""
    page.set_default_timeout(PATIENCE_MILLISECONDS)
    hosts: set[str] = set()
    page.on("request", lambda request: hosts.add(host_of(request.url)))
    page.on("websocket", lambda socket: hosts.add(host_of(socket.url)))
    try:
        yield
    finally:
        page.context.close()
    assert hosts <= {HOST}


def host_of(url: str) -> str:
    """The host of an address; ours for what the page holds itself (data:, blob:)."""
    return urlsplit(url).hostname or HOST
