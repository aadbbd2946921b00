"""Forecasts of visits, admissions and consumption: begin one, list them, read their series."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import Field

from application.api.doors import Guarded
from application.api.paging import Page, PageLimit, RunCursor, page_of
from application.api.problems import documented
from application.api.resources.jobs import JobView, started
from application.api.runs import HorizonDays, RunName, RunView, Seed, one, page, view
from application.api.visit import Here
from application.jobs import works
from application.summaries import forecast_row
from application.use_cases.forecast_demand import KIND, ForecastRequest, forecast_chosen
from application.use_cases.read_results import read_forecast
from hospital.base import Frozen
from hospital.errors import GstError, say
from hospital.forecast import DemandForecast, Level, Period

MOST_SERIES, LONGEST_KEY = 200, 200
SeriesName = Annotated[str, Field(min_length=1, max_length=LONGEST_KEY)]
SeriesCursor = Annotated[
    str | None,
    Query(max_length=LONGEST_KEY, description="`next` of the page before: its last series."),
]


class WantedForecast(Frozen):
    """Which series (none: all), how far, from which day, divided into which levels."""

    horizon_days: HorizonDays = 28
    seed: Seed = 1
    series: Annotated[tuple[SeriesName, ...], Field(max_length=MOST_SERIES)] = ()
    as_of: date | None = None
    levels: Annotated[tuple[Level, ...], Field(max_length=len(Level))] = ()


class SeriesView(Frozen):
    """One series: mean and 80 % interval of each period, the totals, and its record.

    ``mase`` and ``naive_mase`` are of the backtest; ``low`` and ``high`` bound the total.
    """

    series: str
    first_day: date
    period: Period
    model: str
    mean: list[float]
    p10: list[float]
    p90: list[float]
    total: float
    low: float
    high: float
    mase: float | None
    naive_mase: float | None
    warnings: list[str]


router = APIRouter(tags=["forecasts"], route_class=Guarded)


@router.get("/forecasts")
def list_all(here: Here, limit: PageLimit = 50, cursor: RunCursor = None) -> Page[RunView]:
    """Stored forecasts on any GST of this database, newest first."""
    return page(here, KIND, limit, cursor)


@router.post("/forecasts", status_code=202, responses=documented(400))
def begin(here: Here, wanted: WantedForecast, response: Response) -> JobView:
    """Forecasts as a job; a forecast that was made before is there at once."""
    request = ForecastRequest(**dict(wanted))
    work = works.forecast(request)
    return started(
        here, here.start(say("Forecasting"), "forecasts", forecast_chosen, work), response
    )


@router.get("/forecasts/{run}")
def show(here: Here, run: RunName) -> RunView:
    """One forecast: what was asked, on which GST."""
    return view(one(here, KIND, run))


@router.get("/forecasts/{run}/series")
def series(
    here: Here, run: RunName, limit: PageLimit = 50, cursor: SeriesCursor = None
) -> Page[SeriesView]:
    """Its series, page by page."""
    found = read_forecast(here.session, one(here, KIND, run).run).forecasts
    if cursor is not None:
        keys = [str(forecast.key) for forecast in found]
        if cursor not in keys:
            raise GstError(
                "unknown_series", say("This forecast has no series {name}.", name=cursor)
            )
        found = found[keys.index(cursor) + 1 :]
    return page_of(found[: limit + 1], limit, _view, lambda forecast: str(forecast.key))


def _view(forecast: DemandForecast) -> SeriesView:
    row = forecast_row(forecast)
    return SeriesView(
        series=row.series,
        first_day=forecast.first_day,
        period=forecast.period,
        model=row.model,
        mean=forecast.mean.tolist(),
        p10=forecast.quantile(0.1).tolist(),
        p90=forecast.quantile(0.9).tolist(),
        total=row.total,
        low=row.low,
        high=row.high,
        mase=row.mase,
        naive_mase=row.naive_mase,
        warnings=list(forecast.warnings),
    )
