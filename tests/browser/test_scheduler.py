"""A scheduler: two absences, a mended roster, one night moved by hand, a warning, published."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from application.language import Language, Translator
from application.settings import load_settings
from application.store.decisions import decisions
from application.terms import RecommendationKind, Role, Verdict
from application.use_cases.decide import find_recommendation
from application.use_cases.publishing import roster_in_force
from application.use_cases.read_results import read_roster, runs_of
from application.use_cases.session import open_session
from application.words import ROLES
from hospital.roster import Assignment, Roster
from tests.browser.driving import (
    choose,
    decide,
    decision_form,
    next_run,
    open_page,
    run_of,
)

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.e2e, pytest.mark.browser]

FRENCH = Translator(Language.FRENCH)


def test_a_scheduler_mends_moves_a_night_is_warned_and_publishes(page: Page, address: str) -> None:
    before = stored()
    away = [person.staff for person in before.problem.staff][:2]
    open_page(page, f"{address}/roster?lang=fr", "Staff roster", FRENCH)
    mend(page, [name_of(before, staff) for staff in away])
    mended = stored(run_of(page.url))
    first = before.problem.first_day
    assert all(first in mended.problem.leave_days(staff) for staff in away)
    assert not mended.violations()
    assert not page.get_by_text(FRENCH("This roster breaks rules:")).count()

    night, taker = night_that_breaks_a_rest(mended)
    move(page, name_of(mended, night.staff), name_of(mended, taker))
    page.get_by_role("alert").filter(has_text=FRENCH("This roster breaks rules:")).wait_for()
    run = run_of(page.url)
    form = decision_form(page, FRENCH, RecommendationKind.ROSTER)
    choose(form, FRENCH("You decide as"), FRENCH(ROLES[Role.SCHEDULER]))
    decide(form, FRENCH, ("Accept", "Accepted"), ("Youssef A", "Accord de la surveillante"))

    with open_session(load_settings()) as session:
        (decision,) = decisions(session.database)
        published = roster_in_force(session, find_recommendation(session, run))
    assert (decision.recommendation, decision.kind) == (run, RecommendationKind.ROSTER)
    assert (decision.actor, decision.role) == ("Youssef A", Role.SCHEDULER)
    assert decision.verdict is Verdict.ACCEPTED
    duties = {(row.staff, row.day): row.shift for row in published.assignments}
    assert duties[taker, night.day] == night.shift
    assert (night.staff, night.day) not in duties
    assert published.violations()
    assert not {(staff, first) for staff in away} & set(duties)


def mend(page: Page, names: list[str]) -> None:
    """Tells who is away for the first week and waits for the mended roster."""
    before = run_of(page.url)
    for name in names:
        choose(page.locator("body"), FRENCH("Who is away"), name)
    page.keyboard.press("Escape")
    page.get_by_role("button", name=FRENCH("Mend the roster")).click()
    page.get_by_text(FRENCH("Mending a roster")).first.wait_for()
    next_run(page, FRENCH, before)


def move(page: Page, giver: str, taker: str) -> None:
    """Moves a duty of the first day by hand."""
    before = run_of(page.url)
    page.get_by_role("tab", name=FRENCH("Move a duty by hand")).click()
    panel = page.get_by_role("tabpanel").filter(
        has=page.get_by_role("button", name=FRENCH("Move the duty"))
    )
    choose(panel, FRENCH("Who gives the duty"), giver)
    choose(panel, FRENCH("Who takes it"), taker)
    panel.get_by_role("button", name=FRENCH("Move the duty")).click()
    next_run(page, FRENCH, before)


def stored(run: str = "") -> Roster:
    """A roster of the database; the newest unless one is named."""
    with open_session(load_settings()) as session:
        return read_roster(session, run or runs_of(session, RecommendationKind.ROSTER)[0].run)


def name_of(roster: Roster, staff: str) -> str:
    return roster.problem.names()[staff]


def night_that_breaks_a_rest(roster: Roster) -> tuple[Assignment, str]:
    """A night of the first day, and somebody else who works on the next morning."""
    first = roster.problem.first_day
    nights = {shift.shift for shift in roster.problem.shifts if shift.is_night}
    night = next(row for row in roster.assignments if row.day == first and row.shift in nights)
    morning = min(
        (row for row in roster.problem.shifts if not row.is_night), key=lambda row: row.start_hour
    )
    taker = next(
        row.staff
        for row in roster.assignments
        if row.day == first + timedelta(days=1)
        and row.shift == morning.shift
        and row.staff != night.staff
    )
    return night, taker
