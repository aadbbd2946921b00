"""How the totals of a GST would have done: what its hospitals said on past days, added up."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from forecasting.backtest import score_of
from forecasting.totals import total_series, totals_of, with_totals

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from forecasting.backtest import OriginScore
    from forecasting.plan import ForecastPlan
    from forecasting.series import Series
    from hospital.forecast import DemandForecast, SeriesKey


def total_scores(
    scores: Mapping[SeriesKey, Iterable[OriginScore]], series: Sequence[Series], plan: ForecastPlan
) -> dict[SeriesKey, dict[date, OriginScore]]:
    """The score of each total on each past day on which all its hospitals were judged.

    A total of that day is the sum that would have been said on it: the same paths, joined as the
    past before that day moved together. ``series`` are those of the hospitals.
    """
    known = {one.key: one for one in series}
    wholes = {one.key: one for one in total_series(series)}
    said = {
        key: {one.forecast.first_day: one.forecast for one in own if one.forecast is not None}
        for key, own in scores.items()
    }
    found: dict[SeriesKey, dict[date, OriginScore]] = {}
    for total, parts in totals_of(known).items():
        days = set.intersection(*(set(said.get(key, ())) for key in parts))
        for day in sorted(days):
            forecasts = [said[key][day] for key in parts]
            past = [known[key].before(day) for key in parts]
            score = score_of(_total_on(day, forecasts, past, plan), wholes[total])
            if score is not None:
                found.setdefault(total, {})[day] = score
    return found


def _total_on(
    day: date, forecasts: Sequence[DemandForecast], past: Sequence[Series], plan: ForecastPlan
) -> DemandForecast:
    """The sum of what hospitals said on a day, as it would have been said on it."""
    return with_totals(forecasts, past, replace(plan, first_day=day))[-1]
