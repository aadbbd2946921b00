"""What admissions are made of: the services of each hospital, the provinces patients come from."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from forecasting.division import divided
from forecasting.forecast import SHORT_HISTORY, quantiles_of
from forecasting.futures import Window
from forecasting.history_series import origin_series, service_series
from forecasting.intermittent import intermittent_futures
from forecasting.preparation import prepared
from forecasting.totals import FEWEST_PARTS
from hospital.errors import NotEnoughHistory
from hospital.forecast import REST, DemandForecast, Level, SeriesKey, SeriesKind
from hospital.streams import stream_key

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import date

    import pandas as pd

    from forecasting.plan import ForecastPlan
    from forecasting.series import Series
    from hospital.gst import Gst

TOO_YOUNG = "parts_too_young"


def part_series(
    gst: Gst, stays: pd.DataFrame, first_day: date, levels: Collection[Level]
) -> list[Series]:
    """The parts of admissions at these levels, as they were known before a day.

    Those too young to be forecast are one series together, the rest, so that parts add up to
    their whole. What has one part is that part: it is not given twice.
    """
    found: list[Series] = []
    for parts in _divisions(gst, stays, first_day, levels):
        young = [one for one in parts if _is_young(one, first_day)]
        keys = {one.key for one in young}
        told = [one for one in parts if one.key not in keys]
        if told:
            found += [*told, *([_rest(young)] if young else [])]
    return found


def young_parts(
    gst: Gst, stays: pd.DataFrame, first_day: date, levels: Collection[Level]
) -> list[Series]:
    """The services and origins that are too young to be forecast by themselves."""
    return [
        one
        for parts in _divisions(gst, stays, first_day, levels)
        for one in parts
        if _is_young(one, first_day)
    ]


def with_parts(
    wholes: Sequence[DemandForecast],
    parts: Iterable[DemandForecast],
    series: Sequence[Series],
    plan: ForecastPlan,
) -> tuple[DemandForecast, ...]:
    """The forecasts of hospitals and totals as they are, and after them their parts.

    ``series`` are those of the hospitals and of the parts. Parts of a whole that has no forecast
    have none.
    """
    by_key = {one.key: one for one in wholes}
    own = {one.key: one for one in parts}
    hospitals = [one.key for one in series if one.key.level is None]
    found = list(wholes)
    for whole, ends in _by_whole(one for one in series if one.key.level is not None).items():
        forecast = by_key.get(_told_as(whole, hospitals))
        if forecast is not None:
            found += divided(forecast, [own.get(one.key) or _of_rest(one, plan) for one in ends])
    return tuple(found)


def whole_of(part: SeriesKey) -> SeriesKey:
    """What a service or an origin is a part of: its hospital, the GST."""
    return SeriesKey(part.kind, part.hospital)


def _told_as(whole: SeriesKey, hospitals: Sequence[SeriesKey]) -> SeriesKey:
    """The series that speaks for a whole: for a GST of one hospital, this hospital."""
    alike = [one for one in hospitals if one.of_the_gst == whole.of_the_gst]
    return alike[0] if whole.is_total and len(alike) < FEWEST_PARTS and alike else whole


def _divisions(
    gst: Gst, stays: pd.DataFrame, first_day: date, levels: Collection[Level]
) -> list[list[Series]]:
    """The parts of each whole that has two or more."""
    series: list[Series] = []
    if Level.SERVICES in levels:
        series += service_series(gst, stays, first_day)
    if Level.ORIGINS in levels:
        series += origin_series(gst, stays, first_day)
    return [parts for parts in _by_whole(series).values() if len(parts) >= FEWEST_PARTS]


def _by_whole(parts: Iterable[Series]) -> dict[SeriesKey, list[Series]]:
    found: dict[SeriesKey, list[Series]] = {}
    for one in parts:
        found.setdefault(whole_of(one.key), []).append(one)
    return found


def _is_young(series: Series, first_day: date) -> bool:
    try:
        prepared(series, first_day)
    except NotEnoughHistory:
        return True
    return False


def _rest(parts: Sequence[Series]) -> Series:
    """These parts in one series, from the day on which the first of them opened."""
    eldest = min(parts, key=lambda one: one.first_day)
    counts = np.zeros(len(eldest))
    for one in parts:
        counts[len(eldest) - len(one) :] += one.counts
    return replace(
        eldest, key=SeriesKey(SeriesKind.ADMISSIONS, eldest.key.hospital, REST), counts=counts
    )


def _of_rest(rest: Series, plan: ForecastPlan) -> DemandForecast:
    """What the few weeks of the youngest parts say, to be brought in line with the others."""
    first = plan.first_period(rest.period)
    window = Window(rest.period_of(first) - len(rest), plan.periods(rest.period))
    key = stream_key(plan.seed, "forecast", str(rest.key), first.isoformat())
    futures = intermittent_futures(rest, window, np.random.default_rng(key))
    return DemandForecast(
        key=rest.key,
        first_day=first,
        period=rest.period,
        mean=futures.mean,
        quantiles=quantiles_of(futures.paths),
        sample_paths=futures.paths[: plan.paths].copy(),
        model=futures.model,
        components=futures.parts,
        warnings=(SHORT_HISTORY, TOO_YOUNG),
    )
