"""Forecasts emergency visits, admissions and the consumption of medicines of the current GST."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from application.federated.kept import digest_of, priors
from application.identity import run_identity
from application.store.frames import forecast_result, forecasts_from
from application.store.runs import Run, find_run, load_result, save_run
from application.use_cases.access import needs
from application.use_cases.asked_series import family_of, series_asked, short_series
from application.use_cases.session import Session
from governance.access import Action
from hospital.base import Frozen
from hospital.errors import GstError, NotEnoughHistory, Sentence, say
from hospital.forecast import DemandForecast, Level, SeriesKind

if TYPE_CHECKING:
    from forecasting.plan import ForecastPlan
    from forecasting.series import Series

KIND = "forecast"
DEFAULT_HORIZON_DAYS = 28
SAMPLE_PATHS = 200
PARTIAL = frozenset({"series", "as_of"})
"""Inputs that only a question about some series or a past day has."""
LATEST_START_DAYS = 366
"""A forecast may start at most so many days after the last day of the history."""

UNDIVIDED: dict[Level, Sentence] = {
    Level.SERVICES: say("Admissions are not divided by service: no hospital has two with a past."),
    Level.ORIGINS: say(
        "Admissions are not divided by origin: all patients come from one province, or the GST "
        "has no total."
    ),
}
"""Why nothing is told at a level that was asked for."""


class ForecastRequest(Frozen):
    """Which series, how far, from which day; without a day, from the GST's ``as_of`` on.

    ``as_of`` is the first day that is not known: nothing from it on is read. ``series`` are keys
    as ``tadbir forecast`` shows them, with ``*`` for any text; none means all. Admissions are
    divided into ``levels``: by service, by origin.
    """

    horizon_days: int = DEFAULT_HORIZON_DAYS
    seed: int = 1
    series: tuple[str, ...] = ()
    as_of: date | None = None
    levels: tuple[Level, ...] = ()


@dataclass(frozen=True)
class ForecastSet:
    """All forecasts of one run."""

    run: str
    forecasts: tuple[DemandForecast, ...]

    def visits_by_hospital(self) -> dict[str, DemandForecast]:
        """The daily forecast of visits of each hospital."""
        return {
            forecast.key.hospital: forecast
            for forecast in self.forecasts
            if forecast.key.kind is SeriesKind.VISITS and forecast.key.hospital
        }

    def of_kind(self, kind: SeriesKind) -> tuple[DemandForecast, ...]:
        """The forecasts of visits, admissions or consumption."""
        return tuple(forecast for forecast in self.forecasts if forecast.key.kind is kind)


@needs(Action.FORECAST)
def forecast_demand(
    session: Session, horizon_days: int = DEFAULT_HORIZON_DAYS, seed: int = 1
) -> ForecastSet:
    """Every series from the GST's ``as_of`` on; a run done before is read, not repeated."""
    return forecast_chosen(session, ForecastRequest(horizon_days=horizon_days, seed=seed))


@needs(Action.FORECAST)
def forecast_chosen(session: Session, request: ForecastRequest) -> ForecastSet:
    """The forecasts that were asked for; a run that was done before is read, not repeated.

    Raises:
        UnknownPlace: ``unknown_series``, with the nearest keys.
        NotEnoughHistory: no series that was asked for has eight weeks of history.
    """
    inputs = _inputs(session, request)
    run = run_identity(KIND, session.snapshot.snapshot, request.seed, inputs)
    if find_run(session.database, run):
        return ForecastSet(run, forecasts_from(load_result(session.database, run, "forecasts")))
    forecasts = _forecast(session, request)
    save_run(
        session.database,
        Run(run, KIND, session.snapshot.snapshot, request.seed, inputs),
        [forecast_result(forecasts)],
    )
    return ForecastSet(run, forecasts)


def _inputs(session: Session, request: ForecastRequest) -> dict[str, Any]:
    """What the numbers depend on besides the GST and the seed."""
    inputs: dict[str, Any] = {"horizon_days": request.horizon_days, "paths": SAMPLE_PATHS}
    if request.series:
        inputs["series"] = sorted(request.series)
    if request.levels:
        inputs["levels"] = [level.value for level in Level if level in request.levels]
    if request.as_of is not None:
        inputs["as_of"] = request.as_of.isoformat()
    if session.events:
        inputs["events"] = [event.model_dump(mode="json") for event in session.events]
    if told := digest_of(session.settings):
        inputs["shared_parameters"] = told
    return inputs


def first_day_of(session: Session, request: ForecastRequest) -> date:
    """The first day that is not known.

    Raises:
        GstError: ``as_of_too_late``, more than a year after the end of the history.
    """
    end = session.gst.identity.as_of
    day = request.as_of or end
    if day > end + timedelta(days=LATEST_START_DAYS):
        raise GstError(
            "as_of_too_late",
            say(
                "The history ends before {end}, more than a year before {day}: choose an earlier "
                "day, or import what came since.",
                end=end,
                day=day,
            ),
        )
    return day


def plan_of(session: Session, request: ForecastRequest) -> ForecastPlan:
    """The engine's plan for a request."""
    from forecasting.plan import ForecastPlan  # noqa: PLC0415 - loads numpy

    return ForecastPlan(
        first_day=first_day_of(session, request),
        horizon_days=request.horizon_days,
        seed=request.seed,
        paths=SAMPLE_PATHS,
        levels=frozenset(request.levels),
        priors=priors(session.settings),
    )


def left_out(session: Session, request: ForecastRequest, found: ForecastSet) -> tuple[str, ...]:
    """Why a series that was asked for is not told, or a level has no part."""
    told = {one.key for one in found.forecasts}
    too_short = short_series(session, request, first_day_of(session, request), told)
    levels = set(request.levels) - {key.level for key in told}
    return (
        *(one.hint for one in too_short),
        *(UNDIVIDED[level] for level in Level if level in levels and not request.series),
    )


def _forecast(session: Session, request: ForecastRequest) -> tuple[DemandForecast, ...]:
    from forecasting.gst import forecast_family, forecast_gst  # noqa: PLC0415 - Prophet takes seconds

    plan = plan_of(session, request)
    if not request.series:
        gst, history = session.gst, session.data.history
        return forecast_gst(gst, history, plan, session.calendar, session.workers)
    series = series_asked(session, request, plan.first_day)
    asked = {one.key for one in series}
    tested = replace(plan, backtest_kinds=frozenset(key.kind for key in asked))
    family = family_of(session, asked, plan.first_day)
    made = forecast_family(family, tested, session.calendar, session.workers, asked)
    found = tuple(one for one in made if one.key in asked)
    if not found:
        _refuse(series[0], plan)
    return found


def _refuse(series: Series, plan: ForecastPlan) -> None:
    """Says why a series cannot be forecast."""
    from forecasting.preparation import prepared  # noqa: PLC0415

    prepared(series, plan.first_period(series.period))
    raise NotEnoughHistory("no_series", say("{series} has no history.", series=str(series.key)))
