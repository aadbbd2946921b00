"""Forecasts emergency visits and the consumption of medicines of the current GST."""

from __future__ import annotations

from dataclasses import dataclass

from application.identity import run_identity
from application.store.frames import forecast_result, forecasts_from
from application.store.runs import Run, find_run, load_result, save_run
from application.use_cases.session import Session
from hospital.forecast import DemandForecast, SeriesKind

KIND = "forecast"
DEFAULT_HORIZON_DAYS = 28
SAMPLE_PATHS = 200


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


def forecast_demand(
    session: Session, horizon_days: int = DEFAULT_HORIZON_DAYS, seed: int = 1
) -> ForecastSet:
    """Forecasts from the GST's ``as_of`` on; a run that was done before is read, not repeated."""
    inputs = {"horizon_days": horizon_days, "paths": SAMPLE_PATHS}
    run = run_identity(KIND, session.snapshot.snapshot, seed, inputs)
    if find_run(session.database, run):
        return ForecastSet(run, forecasts_from(load_result(session.database, run, "forecasts")))
    forecasts = _forecast(session, horizon_days, seed)
    save_run(
        session.database,
        Run(run, KIND, session.snapshot.snapshot, seed, inputs),
        [forecast_result(forecasts)],
    )
    return ForecastSet(run, forecasts)


def _forecast(session: Session, horizon_days: int, seed: int) -> tuple[DemandForecast, ...]:
    from forecasting.gst import forecast_gst  # noqa: PLC0415 - Prophet takes seconds to import
    from forecasting.plan import ForecastPlan  # noqa: PLC0415

    plan = ForecastPlan(
        first_day=session.gst.identity.as_of,
        horizon_days=horizon_days,
        seed=seed,
        paths=SAMPLE_PATHS,
    )
    return forecast_gst(session.gst, session.data.history, plan, session.calendar, session.workers)
