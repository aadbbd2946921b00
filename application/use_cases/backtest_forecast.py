"""How the forecasts of these series did from past days whose future they had not seen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from application.use_cases.access import needs
from application.use_cases.asked_series import known_series, series_asked
from application.use_cases.forecast_demand import ForecastRequest, plan_of
from application.use_cases.session import Session
from governance.access import Action
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


_Scored: TypeAlias = "tuple[SeriesKey, date, OriginScore | None]"


@needs(Action.FORECAST)
def backtest_forecast(
    session: Session, request: ForecastRequest, origins: int = LEAST_ORIGINS
) -> tuple[SeriesRecord, ...]:
    """The record of every series that was asked for, in the order of the GST's tables; totals last.

    Origins lie one horizon apart, the last one horizon before the first day that is not known.

    Raises:
        GstError: ``too_few_origins``: fewer than six prove nothing.
        NotEnoughHistory: ``no_origin`` when not one forecast could be made and judged.
    """
    from forecasting.backtest import origins as past_days  # noqa: PLC0415 - loads pandas
    from forecasting.preparation import design_for  # noqa: PLC0415

    _require_origins(origins)
    plan = replace(plan_of(session, request), backtest_origins=origins)
    asked = series_asked(session, request, plan.first_day)
    series = _on_their_own(session, plan, asked)
    tasks = [_Task(one, day) for one in series for day in past_days(one, plan)]
    design = design_for(series, plan, session.calendar)
    scores = session.workers(partial(_score, plan=plan, design=design), tasks, LABEL)
    scored = [
        (task.series.key, task.origin, score) for task, score in zip(tasks, scores, strict=True)
    ]
    return _records([*scored, *_totals(scored, series, plan)], [one.key for one in asked])


def _on_their_own(session: Session, plan: ForecastPlan, asked: list[Series]) -> list[Series]:
    """The series that are asked for, and the hospitals of the totals that are: a total is a sum."""
    totals = {one.key for one in asked if one.key.is_total}
    hospitals = [
        one for one in known_series(session, plan.first_day) if one.key.of_the_gst in totals
    ]
    found = {one.key: one for one in (*hospitals, *asked) if not one.key.is_total}
    return list(found.values())


def _totals(scored: list[_Scored], series: list[Series], plan: ForecastPlan) -> list[_Scored]:
    """What the totals of these series would have said on the same days."""
    from forecasting.total_records import total_scores  # noqa: PLC0415 - loads numpy

    hospitals = [one for one in series if one.key.level is None]
    of_series: dict[SeriesKey, list[OriginScore]] = {}
    for key, _, score in scored:
        if score is not None:
            of_series.setdefault(key, []).append(score)
    return [
        (total, day, score)
        for total, own in total_scores(of_series, hospitals, plan).items()
        for day, score in own.items()
    ]


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


def _records(scored: list[_Scored], asked: list[SeriesKey]) -> tuple[SeriesRecord, ...]:
    from forecasting.backtest import card  # noqa: PLC0415

    records = []
    for wanted in asked:
        scores = tuple((day, score) for key, day, score in scored if key == wanted)
        mean = card([score for _, score in scores])
        if mean is not None:
            records.append(SeriesRecord(wanted, scores, mean))
    if not records:
        raise NotEnoughHistory(
            "no_origin",
            say("The history is too short to forecast from a past day and see what came."),
        )
    return tuple(records)
