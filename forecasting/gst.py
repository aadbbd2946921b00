"""Every demand of a GST in one call: visits, admissions, weekly consumption of medicines."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from forecasting.backtest import OriginScore, card, origins, score_origin
from forecasting.calendar_design import Calendar, CalendarDesign
from forecasting.calibration import calibrated, factors
from forecasting.forecast import forecast_with
from forecasting.history_series import series_of
from forecasting.levels import part_series, with_parts
from forecasting.preparation import design_for, prepared
from forecasting.series import Series
from forecasting.total_records import total_scores
from forecasting.totals import with_totals
from hospital.compute import TaskMap
from hospital.errors import NotEnoughHistory, say
from hospital.forecast import DemandForecast, Period, SeriesKey, SeriesKind

if TYPE_CHECKING:
    from forecasting.plan import ForecastPlan
    from forecasting.series import Floats
    from hospital.gst import Gst
    from hospital.history import History

LABEL = "forecast"
CALIBRATED = frozenset({SeriesKind.VISITS})
"""Every run tests these on their past, so their widths do not depend on what else is asked."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A series that is too short to speak of, with the days it has."""

    key: SeriesKey
    code: str
    hint: str


@dataclass(frozen=True, slots=True)
class _Task:
    """One series to forecast, or to judge at one past origin."""

    series: Series
    origin: date | None = None


def forecast_gst(
    gst: Gst,
    history: History,
    plan: ForecastPlan,
    calendar: Calendar,
    task_map: TaskMap,
) -> tuple[DemandForecast, ...]:
    """Forecast every series of a GST that has eight weeks of history, and its totals.

    Daily emergency visits and admissions of each hospital, weekly units of each medicine in
    each hospital, in the order of the GST's tables; then what they add up to, and the parts of
    admissions that the plan asks for. Series that are too short are left out; ``refusals`` names
    them. Numbers depend neither on who does the work nor on the parts that are asked for.

    Raises:
        NotEnoughHistory: ``no_series`` when not one series can be forecast.
    """
    series = series_of(gst, history, plan.first_day)
    parts = part_series(gst, history.stays, plan.first_day, plan.levels)
    outcome = forecast_family([*series, *parts], plan, calendar, task_map)
    if not outcome:
        raise NotEnoughHistory(
            "no_series",
            say("No series of this GST has eight weeks of history before the first day."),
            first_day=plan.first_day.isoformat(),
        )
    return outcome


def forecast_family(
    series: Sequence[Series],
    plan: ForecastPlan,
    calendar: Calendar,
    task_map: TaskMap,
    judged: Container[SeriesKey] | None = None,
) -> tuple[DemandForecast, ...]:
    """Hospitals and their parts, and what hospitals add up to; all sums hold in every path.

    Each has the record that the plan asks for; that of a total is of what its hospitals said on
    past days, added up.
    """
    made, scores = _made(series, plan, calendar, task_map, judged)
    hospitals = [one for one in series if one.key.level is None]
    records = {
        total: card(list(own.values()))
        for total, own in total_scores(scores, hospitals, plan).items()
        if judged is None or total in judged
    }
    told = with_totals([one for one in made if one.key.level is None], hospitals, plan)
    wholes = [
        replace(one, backtest=records[one.key]) if one.key in records else one for one in told
    ]
    return with_parts(wholes, [one for one in made if one.key.level is not None], series, plan)


def refusals(series: Iterable[Series], first_day: date) -> tuple[Refusal, ...]:
    """Those of these series that ``forecast_gst`` leaves out because they are too short."""
    refused = []
    for one in series:
        try:
            prepared(one, first_day)
        except NotEnoughHistory as short:
            refused.append(Refusal(one.key, short.code, short.hint))
    return tuple(refused)


def forecast_all(
    series: Sequence[Series],
    plan: ForecastPlan,
    calendar: Calendar,
    task_map: TaskMap,
    judged: Container[SeriesKey] | None = None,
) -> tuple[DemandForecast, ...]:
    """Forecast these series in their order, with the record of those that the plan asks for.

    Where ``judged`` names series, the others have a record only if widths or that of a total
    depend on it.
    """
    return _made(series, plan, calendar, task_map, judged)[0]


def _made(
    series: Sequence[Series],
    plan: ForecastPlan,
    calendar: Calendar,
    task_map: TaskMap,
    judged: Container[SeriesKey] | None,
) -> tuple[tuple[DemandForecast, ...], dict[SeriesKey, list[OriginScore]]]:
    """The forecasts of ``forecast_all``, and the scores behind their records."""
    design = design_for(series, plan, calendar)
    tasks = [task for one in series for task in _tasks_of(one, plan, _is_judged(one.key, judged))]
    results = task_map(partial(_done, plan=plan, design=design), tasks, LABEL)
    forecasts: dict[SeriesKey, DemandForecast] = {}
    scores: dict[SeriesKey, list[OriginScore]] = {}
    for task, result in zip(tasks, results, strict=True):
        if isinstance(result, DemandForecast):
            forecasts[task.series.key] = result
        elif result is not None:
            scores.setdefault(task.series.key, []).append(result)
    judged = {
        key: replace(one, backtest=card(scores.get(key, []))) for key, one in forecasts.items()
    }
    return _with_right_widths(judged, scores), scores


def _with_right_widths(
    forecasts: Mapping[SeriesKey, DemandForecast], scores: Mapping[SeriesKey, list[OriginScore]]
) -> tuple[DemandForecast, ...]:
    """Widths corrected over all forecasts of one kind and one length of period together."""
    seen: dict[Period, list[Floats]] = {}
    for key, own in scores.items():
        if key in forecasts and key.kind in CALIBRATED:
            of_period = seen.setdefault(forecasts[key].period, [])
            of_period += [score.departures for score in own]
    widths = {period: factors(departures) for period, departures in seen.items()}
    return tuple(
        calibrated(one, widths[one.period])
        if key.kind in CALIBRATED and one.period in widths
        else one
        for key, one in forecasts.items()
    )


def _is_judged(key: SeriesKey, judged: Container[SeriesKey] | None) -> bool:
    """Whether a record is asked for: of the series, or of the total that it adds up to."""
    if judged is None or key in judged:
        return True
    return key.level is None and key.of_the_gst in judged


def _tasks_of(series: Series, plan: ForecastPlan, is_judged: bool) -> list[_Task]:
    tasks, kind = [_Task(series)], series.key.kind
    if kind in plan.backtest_kinds and (is_judged or kind in CALIBRATED):
        tasks += [_Task(series, origin) for origin in origins(series, plan)]
    return tasks


def _done(
    task: _Task, plan: ForecastPlan, design: CalendarDesign
) -> DemandForecast | OriginScore | None:
    """The forecast or the score of a task; None where the history is too short for it."""
    stated = plan.covariates.get(task.series.key, ())
    if task.origin is not None:
        known = tuple(one.as_known(task.origin) for one in stated)
        return score_origin(task.series, plan, task.origin, design.beside(known))
    try:
        return forecast_with(task.series, plan, design.beside(stated))
    except NotEnoughHistory:
        return None
