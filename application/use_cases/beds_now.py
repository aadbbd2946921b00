"""Occupied beds from tonight on, from today's census, and how the forecasts of the last days did.

The forecasts of the last days are made again with what was known then: parameters, census and
visits know nothing later, so that they are what this command would have said on those days.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from pydantic import Field

from application.identity import run_identity
from application.store.bed_frames import forecast_from, forecast_results, scores_from
from application.store.runs import Run, find_run, load_result, save_run
from application.use_cases.access import needs
from application.use_cases.forecast_demand import ForecastSet, forecast_demand
from application.use_cases.session import Session
from governance.access import Action
from hospital.base import Frozen
from hospital.bed_forecast import MIDNIGHT, BedForecast, BedForecastRecord, BedForecastScore
from hospital.errors import GstError, NotEnoughHistory, say
from hospital.forecast import DemandForecast, SeriesKind

if TYPE_CHECKING:
    from twin.bed_forecast import BedPlan

KIND = "beds"
SCORED_REPLICATIONS = 20
"""Replications of a past forecast: its scores do not depend on their number on average."""


class BedDesign(Frozen):
    """How far to look and back, at which clock hour (24: midnight), with how many replications.

    Each of the last ``past_days`` days is forecast again and scored; 0 scores nothing.
    """

    days: int = Field(default=14, ge=1, le=28)
    hour: int = Field(default=MIDNIGHT, ge=1, le=MIDNIGHT)
    past_days: int = Field(default=7, ge=0, le=28)
    replications: int = Field(default=50, ge=2, le=10_000)
    seed: int = Field(default=1, ge=0)


@dataclass(frozen=True)
class BedsNow:
    """The forecast from today on, and the scores of the last days' forecasts, newest first."""

    run: str
    forecast_run: str
    forecast: BedForecast
    scores: tuple[BedForecastScore, ...]

    @property
    def record(self) -> BedForecastRecord | None:
        """All scored forecasts together; None where nothing could be scored."""
        return BedForecastRecord.of(self.scores) if self.scores else None


@needs(Action.SIMULATE)
def beds_now(session: Session, design: BedDesign) -> BedsNow:
    """Tonight's beds and the next days', by unit; a run done before is read, not repeated.

    Raises:
        GstError: ``nobody_present`` when the stays have nobody in a bed today.
    """
    visits = forecast_demand(session, design.days, design.seed)
    inputs = {"design": design.model_dump(mode="json"), "forecast": visits.run}
    run = run_identity(KIND, session.snapshot.snapshot, design.seed, inputs)
    if find_run(session.database, run):
        return read_beds(session, run, visits.run)
    plan = _plan(design, session.gst.identity.as_of)
    forecast = _forecast(session, plan, visits)
    scores = tuple(_scores(session, design))
    save_run(
        session.database,
        Run(run, KIND, session.snapshot.snapshot, design.seed, inputs),
        forecast_results(forecast, scores),
    )
    return BedsNow(run, visits.run, forecast, scores)


def read_beds(session: Session, run: str, forecast_run: str) -> BedsNow:
    """A stored run."""
    beds, scores = (load_result(session.database, run, part) for part in ("beds", "scores"))
    return BedsNow(run, forecast_run, forecast_from(beds), scores_from(scores))


def _forecast(session: Session, plan: BedPlan, visits: ForecastSet) -> BedForecast:
    from twin.bed_forecast import forecast_beds  # noqa: PLC0415 - loads SimPy and SciPy
    from twin.calibration import calibrate  # noqa: PLC0415

    parameters = calibrate(session.gst, session.data.history)
    if parameters.census is None or not parameters.census.inpatients:
        raise GstError(
            "nobody_present",
            say(
                "The stays have nobody in a bed at midnight before {day}: leave left_at empty for "
                "the patients who are present.",
                day=session.gst.identity.as_of,
            ),
        )
    by_hospital = visits.visits_by_hospital()
    return forecast_beds(session.gst, parameters, plan, by_hospital, session.workers)


def _plan(design: BedDesign, first_day: date) -> BedPlan:
    from twin.bed_forecast import BedPlan  # noqa: PLC0415

    return BedPlan(first_day, design.days, design.replications, design.seed, design.hour)


def _scores(session: Session, design: BedDesign) -> list[BedForecastScore]:
    """Yesterday's forecast, the day before's, ... as far as the history allows."""
    from twin.bed_forecast import forecast_at, known_at, score  # noqa: PLC0415

    gst, history, today = session.gst, session.data.history, session.gst.identity.as_of
    members = min(design.replications, SCORED_REPLICATIONS)
    scores: list[BedForecastScore] = []
    try:
        visits = _past_visits(session, design) if design.past_days else {}
        for back in range(1, design.past_days + 1):
            day = today - timedelta(days=back)
            plan = replace(_plan(design, day), days=min(back, design.days), replications=members)
            forecast = forecast_at(known_at(gst, history, day, visits), plan, session.workers)
            scores.append(score(forecast, history, today))
    except NotEnoughHistory:
        return scores
    return scores


def _past_visits(session: Session, design: BedDesign) -> dict[str, DemandForecast]:
    """Visits of the last days, forecast once, before the first of them."""
    from forecasting.gst import forecast_all  # noqa: PLC0415 - Prophet takes seconds to import
    from forecasting.history_series import series_of  # noqa: PLC0415
    from forecasting.plan import ForecastPlan  # noqa: PLC0415
    from twin.bed_forecast import known_at  # noqa: PLC0415

    first = session.gst.identity.as_of - timedelta(days=design.past_days)
    past = known_at(session.gst, session.data.history, first)
    plan = ForecastPlan(
        first_day=first, horizon_days=design.past_days, seed=design.seed, backtest_origins=0
    )
    series = [
        one for one in series_of(past.gst, past.history, first) if one.key.kind is SeriesKind.VISITS
    ]
    forecasts = forecast_all(series, plan, session.calendar, session.workers)
    return {one.key.hospital: one for one in forecasts}
