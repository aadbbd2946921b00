"""The territory as a whole: what its hospitals add up to, in every sample path.

A total is the sum of its hospitals. Forecast on its own it was never better, and worse in ordinary
years: measured on the health boards of Scotland and the regions of an ambulance Trust
(``docs/forecast-benchmark.md``).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from forecasting.coherence import coherent, total_of
from hospital.streams import stream_key

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Sequence

    from forecasting.plan import ForecastPlan
    from forecasting.series import Series
    from hospital.forecast import DemandForecast, SeriesKey

FEWEST_PARTS = 2  # one hospital is its own total


def totals_of(keys: Iterable[SeriesKey]) -> dict[SeriesKey, list[SeriesKey]]:
    """The parts of each total that series of hospitals make, in their order."""
    parts: dict[SeriesKey, list[SeriesKey]] = {}
    for key in keys:
        parts.setdefault(key.of_the_gst, []).append(key)
    return {total: own for total, own in parts.items() if len(own) >= FEWEST_PARTS}


def total_series(series: Sequence[Series]) -> list[Series]:
    """The past of each total, from the day on that all its hospitals are known."""
    known = {one.key: one for one in series}
    return [
        _summed(total, [known[key] for key in parts]) for total, parts in totals_of(known).items()
    ]


def with_totals(
    forecasts: Sequence[DemandForecast], series: Sequence[Series], plan: ForecastPlan
) -> tuple[DemandForecast, ...]:
    """The forecasts of hospitals, and after them the totals, which are their sums in every path.

    Every path of a hospital keeps its values of each period and joins those of the others that
    belong to it, as their past moved together. A total of which one hospital has too short a
    past has no forecast: it would be the total of something else.
    """
    history = {one.key: one for one in series}
    found = {one.key: one for one in forecasts}
    sums: dict[SeriesKey, DemandForecast] = {}
    for total, parts in totals_of(history).items():
        if all(key in found for key in parts):
            seed = stream_key(plan.seed, "total", str(total), plan.first_day.isoformat())
            own = {key: found[key] for key in parts}
            joined = coherent({total: parts}, own, history, np.random.default_rng(seed))
            sums[total] = joined.pop(total)
            found |= joined
    return (*found.values(), *sums.values())


def added_up_again(
    forecasts: Sequence[DemandForecast], changed: Container[SeriesKey]
) -> tuple[DemandForecast, ...]:
    """The forecasts, with these totals as their hospitals now add up to."""
    parts: dict[SeriesKey, list[DemandForecast]] = {}
    for one in forecasts:
        if not one.key.is_total and one.key.level is None:
            parts.setdefault(one.key.of_the_gst, []).append(one)
    return tuple(
        total_of(one.key, parts[one.key]) if one.key in changed else one for one in forecasts
    )


def _summed(total: SeriesKey, parts: Sequence[Series]) -> Series:
    """Unknown where any part is unknown."""
    first, end = max(one.first_day for one in parts), min(one.end_day for one in parts)
    rows = [one.before(end).counts[one.period_of(first) :] for one in parts]
    return replace(
        parts[0],
        key=total,
        first_day=first,
        counts=np.sum(rows, axis=0) if first < end else np.empty(0),
        stockout_days=None,
        findings=(),
    )
