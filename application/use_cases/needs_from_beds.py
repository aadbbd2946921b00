"""What the beds that the twin foresees mean for a ward's roster."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from application.use_cases.access import needs
from application.use_cases.beds_now import BedDesign, beds_now
from application.use_cases.session import Session
from governance.access import Action
from hospital.errors import GstError, say
from hospital.roster_limits import DayNeed

if TYPE_CHECKING:
    from hospital.bed_forecast import BedForecast
    from hospital.roster import Roster, RosterProblem

MOST_DAYS_AHEAD = 28
MEDIAN, HIGH = 50, 90
PERCENT = 100


@dataclass(frozen=True)
class ForeseenCover:
    """Nurses whom a roster lacks if beds fill as at the median, and as one time in ten."""

    short_at_median: int
    short_at_high: int


@needs(Action.READ)
def needs_from_beds(session: Session, problem: RosterProblem, percent: int) -> tuple[DayNeed, ...]:
    """Needs by day and shift at this quantile [%] of the forecast of occupied beds.

    Raises:
        GstError: ``beyond_the_forecast`` for a roster that begins later than beds are foreseen,
            ``unit_without_beds`` for a unit whose beds the twin does not count.
    """
    from scheduling.rosters.bed_needs import bed_needs  # noqa: PLC0415 - with the engine

    unit = session.gst.unit(problem.unit)
    return bed_needs(problem, unit, _beds(session, problem), percent / PERCENT)


@needs(Action.READ)
def foreseen_cover(session: Session, roster: Roster) -> ForeseenCover:
    """What the roster would lack at the median and at the ninth decile of the forecast."""
    from scheduling.rosters.bed_needs import nurses_short  # noqa: PLC0415 - with the engine

    median, high = (
        nurses_short(roster, needs_from_beds(session, roster.problem, percent))
        for percent in (MEDIAN, HIGH)
    )
    return ForeseenCover(median, high)


def _beds(session: Session, problem: RosterProblem) -> dict[int, BedForecast]:
    """A forecast for each clock hour at which a shift of nurses has its middle."""
    from scheduling.rosters.bed_needs import middle, nursed_shifts  # noqa: PLC0415

    days = _days_ahead(session.gst.identity.as_of, problem)
    hours = sorted({middle(shift).hour for shift in nursed_shifts(problem)})
    designs = {hour: BedDesign(days=days, hour=hour, past_days=0) for hour in hours}
    found = {hour: beds_now(session, design).forecast for hour, design in designs.items()}
    if any(problem.unit not in forecast.units for forecast in found.values()):
        raise GstError(
            "unit_without_beds",
            say("{unit} has no beds in which patients stay; use its table.", unit=problem.unit),
        )
    return found


def _days_ahead(today: date, problem: RosterProblem) -> int:
    latest = today + timedelta(days=MOST_DAYS_AHEAD - 1)
    if not today <= problem.first_day <= latest:
        raise GstError(
            "beyond_the_forecast",
            say(
                "Beds are foreseen from {today} to {latest}; begin the roster in these days.",
                today=today,
                latest=latest,
            ),
        )
    return min(MOST_DAYS_AHEAD, (problem.calendar()[-1] - today).days + 2)
