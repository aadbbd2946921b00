"""How the forecasts of these series did from past days whose future they had not seen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING

from application.use_cases.asked_series import series_asked
from application.use_cases.forecast_demand import ForecastRequest, plan_of
from application.use_cases.session import Session
from hospital.errors import GstError, NotEnoughHistory, say
from hospital.forecast import BacktestCard, SeriesKey

if TYPE_CHECKING:
    from forecasting.backtest import OriginScore
    from forecasting.calendar_design import CalendarDesign
    from forecasting.plan import ForecastPlan
    from forecasting.series import Series

LEAST_ORIGINS = 6
LABEL = "backtest"


@dataclass(frozen=True, slots=True)
class SeriesRecord:
    """One series: each past day it was forecast from, with its scores, and the mean of all.

    A day has no score where the history before it is too short or nothing after it is known.
    """

    key: SeriesKey
    scores: tuple[tuple[date, OriginScore | None], ...]
    card: BacktestCard

    @property
    def wins(self) -> int:
        """Past days from which the forecast was nearer than repeating the last season."""
        return sum(score is not None and score.mase < score.naive_mase for _, score in self.scores)


@dataclass(frozen=True, slots=True)
class _Task:
    series: Series
    origin: date


def backtest_forecast(
    session: Session, request: ForecastRequest, origins: int = LEAST_ORIGINS
) -> tuple[SeriesRecord, ...]:
    """The record of every series that was asked for, in the order of the GST's tables.

    Origins lie one horizon apart, the last one horizon before the first day that is not known.

    Raises:
        GstError: ``too_few_origins``: fewer than six prove nothing.
        NotEnoughHistory: ``no_origin`` when not one forecast could be made and judged.
    """
    from forecasting.backtest import origins as past_days  # noqa: PLC0415 - loads pandas
    from forecasting.preparation import design_for  # noqa: PLC0415

    _require_origins(origins)
    plan = replace(plan_of(session, request), backtest_origins=origins)
    series = _hospitals(series_asked(session, request, plan.first_day))
    tasks = [_Task(one, day) for one in series for day in past_days(one, plan)]
    design = design_for(series, plan, session.calendar)
    scores = session.workers(partial(_score, plan=plan, design=design), tasks, LABEL)
    return _records(list(zip(tasks, scores, strict=True)))


def _hospitals(series: list[Series]) -> list[Series]:
    """Those that are forecast on their own; a total is the sum of them."""
    hospitals = [one for one in series if not one.key.is_total]
    if series and not hospitals:
        raise GstError(
            "total_without_record",
            say(
                "{series} is the sum of its hospitals: ask for the record of the hospitals.",
                series=str(series[0].key),
            ),
        )
    return hospitals


def _require_origins(origins: int) -> None:
    if origins < LEAST_ORIGINS:
        raise GstError(
            "too_few_origins",
            say(
                "{found} past days prove nothing: ask for {least} or more.",
                found=origins,
                least=LEAST_ORIGINS,
            ),
        )


def _score(task: _Task, plan: ForecastPlan, design: CalendarDesign) -> OriginScore | None:
    from forecasting.backtest import score_origin  # noqa: PLC0415 - in the worker

    return score_origin(task.series, plan, task.origin, design)


def _records(scored: list[tuple[_Task, OriginScore | None]]) -> tuple[SeriesRecord, ...]:
    from forecasting.backtest import card  # noqa: PLC0415

    records = []
    for key, own in groupby(scored, key=lambda pair: pair[0].series.key):
        scores = tuple((task.origin, score) for task, score in own)
        mean = card([score for _, score in scores])
        if mean is not None:
            records.append(SeriesRecord(key, scores, mean))
    if not records:
        raise NotEnoughHistory(
            "no_origin",
            say("The history is too short to forecast from a past day and see what came."),
        )
    return tuple(records)
