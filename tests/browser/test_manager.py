"""A manager compares four more intensive-care beds with today and accepts, with a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from application.language import Language, Translator
from application.settings import load_settings
from application.store.decisions import decisions
from application.terms import OpenBeds, RecommendationKind, Role, State, Verdict
from application.use_cases.decide import find_recommendation
from application.use_cases.read_results import read_comparison
from application.use_cases.session import open_session
from hospital.places import UnitKind
from tests.browser.driving import (
    decide,
    decision_form,
    next_run,
    open_page,
    shown_run,
)

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.e2e, pytest.mark.browser]

FRENCH = Translator(Language.FRENCH)
REASON = "Les attentes en réanimation baissent."


def test_a_manager_compares_four_more_beds_and_accepts(page: Page, address: str) -> None:
    open_page(page, f"{address}/comparison?lang=fr", "Scenario comparison", FRENCH)
    before = shown_run(page)
    page.get_by_text(FRENCH("Try a change")).click()
    page.get_by_label(FRENCH("Beds opened (below zero: closed)")).fill("4")
    page.get_by_role("slider").press("Home")
    page.get_by_role("button", name=FRENCH("Compare with today")).click()
    page.get_by_text(FRENCH("Comparing the scenario with today")).first.wait_for()
    run = next_run(page, FRENCH, before)
    form = decision_form(page, FRENCH, RecommendationKind.SCENARIO)
    decide(form, FRENCH, ("Accept", "Accepted"), ("Amina T", REASON))
    with open_session(load_settings()) as session:
        (decision,) = decisions(session.database)
        (change,) = read_comparison(session, run).scenario.changes
        state = find_recommendation(session, run).state
        kinds = {unit.unit: unit.kind for unit in session.gst.units}
    assert (decision.recommendation, decision.kind) == (run, RecommendationKind.SCENARIO)
    assert (decision.actor, decision.role) == ("Amina T", Role.MANAGER)
    assert (decision.verdict, decision.reason) == (Verdict.ACCEPTED, REASON)
    assert state is State.ACCEPTED
    assert isinstance(change, OpenBeds)
    assert (change.beds, kinds[change.unit]) == (4, UnitKind.INTENSIVE_CARE)
