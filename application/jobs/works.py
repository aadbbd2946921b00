"""What the pages let a worker do: each calls one use case and names the run that shows its result.

An answer beside an order names the order: its page shows both.
"""

from __future__ import annotations

from datetime import date

from application.jobs.work import work
from application.use_cases import beds_now as beds
from application.use_cases import drift_states, stock_answers
from application.use_cases.build_roster import RosterRequest, build_roster
from application.use_cases.change_roster import MendRequest, absence, mend
from application.use_cases.change_theatre import TodaysNews, replan
from application.use_cases.compare_scenario import compare_scenario
from application.use_cases.forecast_demand import (
    DEFAULT_HORIZON_DAYS,
    ForecastRequest,
    forecast_chosen,
)
from application.use_cases.plan_theatre import plan_theatre
from application.use_cases.propose_order import propose_order
from application.use_cases.run_demo import run_demo, run_loop
from application.use_cases.session import Session
from application.use_cases.simulate import TwinDesign, simulate
from application.use_cases.smallest_beds import SmallestBedsDesign, find_smallest_beds
from scenarios.language import Scenario

SMALL_DEMO = "small"


@work
def load_demo(gst: Session) -> str:
    """Generates the small demo and runs the whole loop on it."""
    run_demo(gst, SMALL_DEMO, TwinDesign())
    return ""


@work
def plan_everything(gst: Session) -> str:
    """Runs the whole loop on the current GST."""
    run_loop(gst, TwinDesign())
    return ""


@work
def forecast(gst: Session, asked: ForecastRequest) -> str:
    """Forecasts the series that are asked for."""
    return forecast_chosen(gst, asked).run


@work
def forecast_beds(gst: Session) -> str:
    """Forecasts tonight's beds."""
    return beds.beds_now(gst, beds.BedDesign()).run


@work
def watch_drift(gst: Session) -> str:
    """Watches every series for drift."""
    return drift_states.find_drift(gst)


@work
def compare(gst: Session, scenario: Scenario, design: TwinDesign) -> str:
    """Compares a scenario with today."""
    return compare_scenario(gst, scenario, design).run


@work
def smallest_beds(gst: Session, design: SmallestBedsDesign) -> str:
    """Looks for the smallest number of beds."""
    return find_smallest_beds(gst, design).run


@work
def roster(gst: Session, asked: RosterRequest) -> str:
    """Builds a roster."""
    return build_roster(gst, asked).run


@work
def mended_roster(gst: Session, run: str, people: tuple[str, ...], first: date, days: int) -> str:
    """Mends a roster after people are away from a day on, for so many days."""
    absences = tuple(absence(person, first, days) for person in people)
    return mend(gst, run, MendRequest(absences)).draft.run


@work
def twin_run(gst: Session, design: TwinDesign) -> str:
    """Simulates the current GST."""
    return simulate(gst, design).run


@work
def theatre_week(
    gst: Session, hospital: str, design: TwinDesign | None = None, first_day: date | None = None
) -> str:
    """Plans a week of surgery of a hospital, by default the coming one."""
    return plan_theatre(gst, hospital, design or TwinDesign(), first_day).run


@work
def theatre_day(gst: Session, run: str, news: TodaysNews) -> str:
    """Plans a day again."""
    return replan(gst, run, news).run


@work
def order(gst: Session, horizon_days: int = DEFAULT_HORIZON_DAYS, seed: int = 1) -> str:
    """Proposes what to order today."""
    return propose_order(gst, horizon_days, seed).run


@work
def transfers(gst: Session, order: str, days: int, approved: tuple[str, ...]) -> str:
    """Proposes what to move between hospitals."""
    stock_answers.find_transfers(gst, order, days, approved)
    return order


@work
def emergency(gst: Session, order: str, terms: dict[str, str | int | float]) -> str:
    """Looks for what to buy at once."""
    stock_answers.find_emergency(gst, order, terms)
    return order


@work
def substitutes(gst: Session, order: str) -> str:
    """Looks for what to issue in place of what runs out."""
    stock_answers.find_substitutes(gst, order)
    return order


@work
def tender(gst: Session, order: str, service: float, deliveries: int) -> str:
    """Prepares the tender of a year."""
    stock_answers.find_tender(gst, order, service, deliveries)
    return order
