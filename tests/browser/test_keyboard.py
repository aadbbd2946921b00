"""The manager's job without a mouse: every step is reached with Tab and seen to be reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from application.language import Language, Translator
from application.settings import load_settings
from application.store.decisions import decisions
from application.terms import OpenBeds, RecommendationKind, Verdict
from application.use_cases.read_results import read_comparison
from application.use_cases.session import open_session
from tests.browser.driving import decision_form, next_run, open_page, settled, shown_run

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.e2e, pytest.mark.browser]

FRENCH = Translator(Language.FRENCH)
MOST_TABS = 120
REASON = "Au clavier seulement."
BEDS = 3

NAME_OF_FOCUS = """() => {
  const found = document.activeElement;
  const label = found.getAttribute('aria-label')
    || (found.labels && found.labels.length && found.labels[0].innerText)
    || (found.getAttribute('aria-labelledby') || '').split(' ')
         .map(id => document.getElementById(id)?.innerText || '').join(' ').trim()
    || found.innerText || '';
  return label.trim();
}"""
"""What the element that has the focus is called."""

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

    tab_to(page, FRENCH("Accept"))
    page.keyboard.press("Space")
    settled(page)
    tab_to(page, FRENCH("Your name"))
    page.keyboard.type("Amina T")
    tab_to(page, FRENCH("Reason (needed to modify or reject)"))
    page.keyboard.type(REASON)
    tab_to(page, FRENCH("Record my decision"))
    page.keyboard.press("Enter")
    form = decision_form(page, FRENCH, RecommendationKind.SCENARIO)
    form.get_by_role("rowheader", name=FRENCH("Accepted")).wait_for()

    with open_session(load_settings()) as session:
        (decision,) = decisions(session.database)
        (change,) = read_comparison(session, run).scenario.changes
    assert (decision.recommendation, decision.verdict) == (run, Verdict.ACCEPTED)
    assert (decision.actor, decision.reason) == ("Amina T", REASON)
    assert isinstance(change, OpenBeds)
    assert change.beds == BEDS


def tab_to(page: Page, name: str) -> None:
    """Presses Tab until the element of this name has the focus, and looks whether one sees it."""
    met = []
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        met.append(page.evaluate(NAME_OF_FOCUS))
        if met[-1].rpartition("\n")[2] == name:  # before it may stand the name of a sign
            assert page.evaluate(FOCUS_IS_SEEN), f"nobody sees that {name} has the focus"
            return
    pytest.fail(f"Tab never comes to {name}; it came to {met}")
