"""The theatre page on the day itself: an emergency comes, the day is planned again around it."""

from __future__ import annotations

import time

import pytest
from streamlit.testing.v1 import AppTest

from application.language import Language
from application.settings import load_settings
from application.terms import RecommendationKind
from application.use_cases.read_results import read_theatre_plan, runs_of
from application.use_cases.session import open_session
from hospital.theatre import Priority

pytestmark = [pytest.mark.integration, pytest.mark.slow]

SECONDS = 120


def opened() -> AppTest:
    app = AppTest.from_string(
        "from dashboard.shell import draw\ndraw('theatre')", default_timeout=SECONDS
    )
    app.query_params["lang"] = Language.ENGLISH.value
    return app.run()


def wait(app: AppTest) -> str:
    """Until the job of the page is over; the newest theatre plan then."""
    give_up = time.monotonic() + SECONDS
    while "job" in app.query_params and time.monotonic() < give_up:
        time.sleep(0.1)
        app.run()
    with open_session(load_settings()) as session:
        return runs_of(session, RecommendationKind.THEATRE_PLAN)[0].run


@pytest.mark.usefixtures("demo_home")
def test_an_emergency_is_asked_for_by_operation_and_planned_the_same_day() -> None:
    app = opened()
    with open_session(load_settings()) as session:
        before = runs_of(session, RecommendationKind.THEATRE_PLAN)[0]
        plan = read_theatre_plan(session, before.run)
    known = {row.surgeon: row.specialty for row in plan.problem.surgeons}
    busiest = next(row for row in plan.cases if row.day == plan.problem.first_day)
    procedure = next(
        row for row in session.gst.procedures if row.specialty == known[busiest.surgeon]
    )
    app.selectbox("emergency-procedure").set_value(procedure).run()
    offered = set(app.selectbox("emergency-surgeon").options)
    able = {
        row.name
        for row in session.gst.surgeons
        if row.hospital == plan.problem.hospital and row.specialty == procedure.specialty
    }
    assert offered == able
    app.selectbox("emergency-surgeon").set_value(busiest.surgeon)
    code = app.text_input("emergency-patient").value
    next(b for b in app.button if b.label == "Plan the day again").click().run()
    assert not app.exception
    run = wait(app)
    assert run != before.run
    with open_session(load_settings()) as session:
        after = read_theatre_plan(session, run)
    (come,) = [row for row in after.problem.waiting_list if row.patient == code]
    assert come.priority is Priority.URGENT
    places = {row.patient: row.day for row in after.cases}
    left_out = {row.patient for row in after.unplanned}
    assert places.get(code) == plan.problem.first_day or code in left_out


@pytest.mark.usefixtures("demo_home")
def test_a_day_without_news_is_not_planned_again() -> None:
    app = opened()
    with open_session(load_settings()) as session:
        before = runs_of(session, RecommendationKind.THEATRE_PLAN)[0]
    next(b for b in app.button if b.label == "Plan the day again").click().run()
    assert not app.exception
    assert wait(app) == before.run
    assert any("nothing_new" in error.value for error in app.error)
