"""Long work outlives a reload, a kill and a restart; any browser finds it, and may stop it."""

from __future__ import annotations

import os
import re
import signal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from application.language import Language, Translator
from application.settings import load_settings
from application.store.database import Database
from application.store.jobs import Job, JobState, find_job
from application.terms import RecommendationKind
from application.use_cases.read_results import runs_of
from application.use_cases.session import open_session
from tests.application.jobs.waiting import until, workers_of
from tests.browser.driving import open_page, run_of
from tests.browser.serving import free_port, server_on

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.e2e, pytest.mark.browser]

FRENCH = Translator(Language.FRENCH)
TITLE = FRENCH("Comparing the scenario with today")
LONG = 200
"""Replications that nobody waits for in a test."""


def test_another_browser_finds_the_job_by_its_address_and_stops_it(
    page: Page, address: str, chromium: Browser
) -> None:
    before = comparisons()
    job = compare(page, address, LONG)
    page.reload()
    page.get_by_text(TITLE).first.wait_for()
    other = chromium.new_page()
    other.goto(page.url)
    other.get_by_role("button", name=FRENCH("Stop")).click()
    page.get_by_text(FRENCH("Stopped; what was not finished was not stored.")).wait_for()
    other.context.close()
    assert stored(job).state is JobState.STOPPED
    assert comparisons() == before


def test_work_goes_on_while_the_server_is_killed_and_begun_again(page: Page, home: Path) -> None:
    port = free_port()
    with server_on(home, port) as (server, address):
        job = compare(page, address)
        server.kill()
        server.wait()
    with server_on(home, port) as (_, address):
        page.goto(f"{address}/comparison?lang=fr&job={job}")
        until(lambda: stored(job).is_over)
        page.wait_for_url(lambda url: run_of(url) == stored(job).run)
        page.get_by_text(FRENCH("Run {run}", run=stored(job).run[:8])).wait_for()
    assert stored(job).state is JobState.DONE


@pytest.mark.parametrize("victim", [b"application.jobs.worker", b"application.jobs.doing"])
def test_work_that_is_killed_begins_again_and_ends_as_if_nothing_had_been(
    page: Page, address: str, home: Path, victim: bytes
) -> None:
    job = compare(page, address)
    until(lambda: bool(workers_of(home, b"application.jobs.doing")))
    for process in workers_of(home, victim):
        os.kill(process, signal.SIGKILL)
    until(lambda: stored(job).is_over)
    assert stored(job).state is JobState.DONE
    assert stored(job).times_begun == 2
    page.wait_for_url(lambda url: run_of(url) == stored(job).run)


def compare(page: Page, address: str, replications: int | None = None) -> str:
    """Asks for a comparison and returns its job, which then runs."""
    open_page(page, f"{address}/comparison?lang=fr", "Scenario comparison", FRENCH)
    page.get_by_text(FRENCH("Try a change")).click()
    page.get_by_label(FRENCH("Beds opened (below zero: closed)")).fill("2")
    page.get_by_role("slider").press("End" if replications == LONG else "Home")
    page.get_by_role("button", name=FRENCH("Compare with today")).click()
    page.get_by_text(TITLE).first.wait_for()
    page.wait_for_url(re.compile(r"[?&]job=[0-9a-f]+"))
    return "".join(re.findall(r"[?&]job=([0-9a-f]+)", page.url))


def stored(job: str) -> Job:
    """The job as the database has it."""
    database = Database(load_settings().database_url)
    try:
        found = find_job(database, job)
    finally:
        database.close()
    assert found is not None
    return found


def comparisons() -> int:
    """How many comparisons are stored."""
    with open_session(load_settings()) as session:
        return len(runs_of(session, RecommendationKind.SCENARIO))
