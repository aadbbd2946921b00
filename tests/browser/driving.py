"""What a person does on a page, in words: open, choose, wait, decide."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from application.language import Translator
from application.terms import RecommendationKind
from dashboard.wording import KINDS

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

NOTHING_STALE = (
    "!document.querySelector("
    "'[data-stale=true], [data-testid=stStatusWidget], [data-testid=stSkeleton]')"
)
"""The page is wholly of the last click: what is filled in now is not replaced."""
RUN_MILLISECONDS = 600_000


def settled(page: Page) -> None:
    """Waits until the page is wholly of the last click."""
    page.wait_for_function(NOTHING_STALE)


def open_page(page: Page, address: str, title: str, t: Translator) -> None:
    """Opens a page of the dashboard and waits until it is drawn."""
    page.goto(address)
    page.get_by_role("heading", name=t(title), level=1).wait_for()
    settled(page)


def choose(within: Locator, label: str, option: str) -> None:
    """Takes an option of a list; while the list is open, all else is hidden from the roles."""
    within.get_by_role("combobox", name=label).click()
    within.page.keyboard.type(option)
    within.page.get_by_role("option", name=option).first.click()


def run_of(address: str) -> str:
    """The run that an address shows."""
    return "".join(re.findall(r"[?&]run=([0-9a-f]{64})", address))


def shown_run(page: Page) -> str:
    """The run that a page shows once it has written it into its address."""
    page.wait_for_url(lambda url: bool(run_of(url)))
    return run_of(page.url)


def next_run(page: Page, t: Translator, before: str) -> str:
    """The run that a job has made: waits until the page shows it in place of the one before."""
    page.wait_for_url(lambda url: run_of(url) not in {"", before}, timeout=RUN_MILLISECONDS)
    run = run_of(page.url)
    page.get_by_text(t("Run {run}", run=run[:8])).wait_for()
    settled(page)
    return run


def wait_for_the_job(page: Page, t: Translator, title: str) -> None:
    """Waits until a job of this title has come and gone."""
    panel = page.get_by_text(t(title), exact=True)
    panel.first.wait_for()
    page.get_by_role("progressbar").first.wait_for(state="detached", timeout=RUN_MILLISECONDS)
    settled(page)


def decide(form: Locator, t: Translator, said: tuple[str, str], signed: tuple[str, str]) -> None:
    """Says ``said[0]``, signed with a name and a reason; ``said[1]`` is then on record."""
    pick(form, t(said[0]))
    name, reason = signed
    form.get_by_label(t("Your name")).fill(name)
    form.get_by_label(t("Reason (needed to modify or reject)")).fill(reason)
    send(form, t, said[1])


def pick(form: Locator, verdict: str) -> None:
    """The verdict first: what else is asked depends on it."""
    form.get_by_role("radio", name=verdict, exact=True).click()
    settled(form.page)


def send(form: Locator, t: Translator, on_record: str) -> None:
    """Records the decision and waits for its line."""
    form.get_by_role("button", name=t("Record my decision")).click()
    form.get_by_role("rowheader", name=t(on_record)).wait_for()
    settled(form.page)


def decision_form(page: Page, t: Translator, kind: RecommendationKind) -> Locator:
    """The box in which the recommendation of this kind is decided on."""
    heading = page.get_by_role("heading", name=f"{t('Your decision')} · {t(KINDS[kind])}")
    return heading.locator("xpath=ancestor::*[@data-testid='stVerticalBlock'][1]")
