"""The three jobs without a mouse: every step is reached with Tab and seen to be reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from application.language import Language, Translator
from application.settings import load_settings
from application.store.decisions import decisions
from application.terms import OpenBeds, RecommendationKind, Verdict
from application.use_cases.decide import find_recommendation
from application.use_cases.publishing import order_in_force, roster_in_force
from application.use_cases.read_results import read_comparison
from application.use_cases.session import open_session
from tests.browser.driving import (
    decision_form,
    next_run,
    open_page,
    run_of,
    settled,
    shown_run,
    wait_for_the_job,
)
from tests.browser.test_pharmacist import MORE, first_line, lines_of, shipped
from tests.browser.test_scheduler import name_of, night_that_breaks_a_rest, stored

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = [pytest.mark.e2e, pytest.mark.browser]

FRENCH = Translator(Language.FRENCH)
MOST_TABS = 160
VERDICTS = 3
REASON = "Au clavier seulement."
BEDS = 3

HOLDS_FOCUS = "form => form.contains(document.activeElement)"

NAME_OF_FOCUS = """() => {
  const found = document.activeElement;
  if (found.getAttribute('data-testid') === 'stTooltipHoverTarget'
    || found.closest('[data-testid="stTooltipIcon"]')) return '';
  const label = found.getAttribute('aria-label')
    || (found.labels && found.labels.length && found.labels[0].innerText)
    || (found.getAttribute('aria-labelledby') || '').split(' ')
         .map(id => document.getElementById(id)?.innerText || '').join(' ').trim()
    || found.innerText || '';
  return label.trim();
}"""
"""What the element that has the focus is called; the sign of a help beside a field has no name."""

FOCUS_IS_SEEN = """async () => {
  const found = document.activeElement;
  const shown = () => {
    const looks = [];
    for (let part = found, up = 0; part && up < 5; part = part.parentElement, up++) {
      for (const layer of [null, '::before', '::after']) {
        const style = getComputedStyle(part, layer);
        looks.push([style.outline, style.boxShadow, style.borderColor, style.backgroundColor,
          style.textDecoration].join());
      }
    }
    return looks.join('|');
  };
  const settle = () => new Promise(done => setTimeout(done, 400));
  await settle();
  const focused = shown();
  found.blur();
  await settle();
  const plain = shown();
  found.focus({focusVisible: true});
  return focused !== plain;
}"""
"""Whether the element looks otherwise while it has the focus than without it."""


def test_a_manager_compares_and_accepts_by_keyboard_alone(page: Page, address: str) -> None:
    open_page(page, f"{address}/comparison?lang=fr", "Scenario comparison", FRENCH)
    before = shown_run(page)
    tab_to(page, FRENCH("Try a change"))
    page.keyboard.press("Enter")
    tab_to(page, FRENCH("Beds opened (below zero: closed)"))
    page.keyboard.press("Control+A")
    page.keyboard.type(str(BEDS))
    tab_to(page, FRENCH("Replications"))
    page.keyboard.press("Home")
    tab_to(page, FRENCH("Compare with today"))
    page.keyboard.press("Enter")
    page.get_by_text(FRENCH("Comparing the scenario with today")).first.wait_for()
    run = next_run(page, FRENCH, before)

    form = decision_form(page, FRENCH, RecommendationKind.SCENARIO)
    sign(form, "Accept", "Amina T")
    form.get_by_role("rowheader", name=FRENCH("Accepted")).wait_for()

    with open_session(load_settings()) as session:
        (decision,) = decisions(session.database)
        (change,) = read_comparison(session, run).scenario.changes
    assert (decision.recommendation, decision.verdict) == (run, Verdict.ACCEPTED)
    assert (decision.actor, decision.reason) == ("Amina T", REASON)
    assert isinstance(change, OpenBeds)
    assert change.beds == BEDS


def test_a_scheduler_mends_moves_and_publishes_by_keyboard_alone(page: Page, address: str) -> None:
    before = stored()
    away = [person.staff for person in before.problem.staff][:2]
    open_page(page, f"{address}/roster?lang=fr", "Staff roster", FRENCH)
    first = run_of(page.url)
    tab_to(page, FRENCH("Who is away"))
    for staff in away:
        page.keyboard.type(name_of(before, staff))
        page.keyboard.press("Enter")
        settled(page)
    page.keyboard.press("Escape")
    tab_to(page, FRENCH("Mend the roster"))
    page.keyboard.press("Enter")
    mended = stored(next_run(page, FRENCH, first))
    day = mended.problem.first_day
    assert all(day in mended.problem.leave_days(staff) for staff in away)

    night, taker = night_that_breaks_a_rest(mended)
    turn_to_tab(page, FRENCH("Move a duty by hand"))
    take(page, FRENCH("Who gives the duty"), name_of(mended, night.staff))
    take(page, FRENCH("Who takes it"), name_of(mended, taker))
    tab_to(page, FRENCH("Move the duty"))
    page.keyboard.press("Enter")
    run = next_run(page, FRENCH, run_of(page.url))
    page.get_by_role("alert").filter(has_text=FRENCH("This roster breaks rules:")).wait_for()
    form = decision_form(page, FRENCH, RecommendationKind.ROSTER)
    sign(form, "Accept", "Youssef A")
    form.get_by_role("rowheader", name=FRENCH("Accepted")).wait_for()

    with open_session(load_settings()) as session:
        (decision,) = decisions(session.database)
        published = roster_in_force(session, find_recommendation(session, run))
    assert (decision.recommendation, decision.verdict) == (run, Verdict.ACCEPTED)
    duties = {(row.staff, row.day): row.shift for row in published.assignments}
    assert duties[taker, night.day] == night.shift


def test_a_pharmacist_changes_accepts_and_takes_away_by_keyboard_alone(
    page: Page, address: str
) -> None:
    line, name = first_line()
    open_page(page, f"{address}/pharmacy?lang=fr", "Pharmacy", FRENCH)
    form = decision_form(page, FRENCH, RecommendationKind.STOCK_ORDER)
    say_verdict(form, "Modify")
    take(page, FRENCH("Lines that you change"), name)
    page.keyboard.press("Escape")
    tab_to(page, FRENCH("Boxes of {medicine}", medicine=name), form)
    page.keyboard.press("Control+A")
    page.keyboard.type(str(line.packs + MORE))
    sign_with_name(form, "Salma I")
    form.get_by_role("rowheader", name=FRENCH("Modified")).wait_for()

    tab_to(page, FRENCH("Look for transfers"))
    page.keyboard.press("Enter")
    wait_for_the_job(page, FRENCH, "Looking for transfers")
    moves = decision_form(page, FRENCH, RecommendationKind.STOCK_TRANSFERS)
    sign(moves, "Accept", "Salma I")
    moves.get_by_role("rowheader", name=FRENCH("Accepted")).wait_for()
    tab_to(page, FRENCH("Every line (CSV)"))
    with page.expect_download() as download:
        page.keyboard.press("Enter")

    with open_session(load_settings()) as session:
        said = {row.kind: row for row in decisions(session.database)}
        order = find_recommendation(session, said[RecommendationKind.STOCK_ORDER].recommendation)
        changed = order_in_force(session, order).lines[0]
    assert {row.kind: (row.verdict, row.reason) for row in said.values()} == {
        RecommendationKind.STOCK_ORDER: (Verdict.MODIFIED, REASON),
        RecommendationKind.STOCK_TRANSFERS: (Verdict.ACCEPTED, REASON),
    }
    assert changed.packs == line.packs + MORE
    assert shipped(lines_of(download.value), line) == line.packs + MORE


def sign(form: Locator, verdict: str, name: str) -> None:
    """A verdict with a name and a reason, recorded."""
    say_verdict(form, verdict)
    sign_with_name(form, name)


def say_verdict(form: Locator, verdict: str) -> None:
    """Tab comes to the verdicts as one; arrows go from one to the next, Space takes it."""
    page = form.page
    tab_to(page, FRENCH("Accept"), form)
    for _ in range(VERDICTS):
        if page.evaluate(NAME_OF_FOCUS) == FRENCH(verdict):
            page.keyboard.press("Space")
            settled(page)
            return
        page.keyboard.press("ArrowRight")
    pytest.fail(f"the arrows never come to {verdict}")


def sign_with_name(form: Locator, name: str) -> None:
    """The name, the reason, and the button that records them."""
    page = form.page
    tab_to(page, FRENCH("Your name"), form)
    page.keyboard.type(name)
    tab_to(page, FRENCH("Reason (needed to modify or reject)"), form)
    page.keyboard.type(REASON)
    tab_to(page, FRENCH("Record my decision"), form)
    page.keyboard.press("Enter")


def take(page: Page, label: str, option: str) -> None:
    """Writes the option of a list and takes it."""
    tab_to(page, label)
    page.keyboard.type(option)
    page.get_by_role("option", name=option).first.wait_for()
    page.keyboard.press("Enter")
    settled(page)


def turn_to_tab(page: Page, name: str) -> None:
    """Tab comes to the tabs as one; the arrows go from one to the next."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.getAttribute('role')") == "tab":
            break
    for _ in range(MOST_TABS):
        if page.evaluate(NAME_OF_FOCUS) == name:
            page.keyboard.press("Enter")
            settled(page)
            return
        page.keyboard.press("ArrowRight")
    pytest.fail(f"the arrows never come to the tab {name}")


def tab_to(page: Page, name: str, within: Locator | None = None) -> None:
    """Presses Tab until the element of this name has the focus, and looks whether one sees it."""
    met = []
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        met.append(page.evaluate(NAME_OF_FOCUS))
        # Before it may stand the name of a sign, or what a list has taken already.
        if met[-1].endswith(name) and (within is None or within.evaluate(HOLDS_FOCUS)):
            assert page.evaluate(FOCUS_IS_SEEN), f"nobody sees that {name} has the focus"
            return
    pytest.fail(f"Tab never comes to {name}; it came to {met}")
