"""Patients of a unit, day by day, as a distribution: how likely is each number of them?"""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from application.language import Translator
from dashboard.charts.style import GREY, TEAL, VERMILLION, finished
from hospital.bed_forecast import BedForecast

DAY, PATIENTS, SHARE, LIMIT, LOW, MEDIAN, HIGH = (
    "day",
    "patients",
    "share",
    "limit",
    "low",
    "median",
    "high",
)
HEIGHT_PIXELS = 340
LEAST_SHARE_PERCENT = 0.5
"""What is rarer is not drawn."""
TAIL, HALF = 0.1, 0.5
BELOW, ABOVE = "below", "above"


def counts_frame(forecast: BedForecast, units: tuple[str, ...]) -> pd.DataFrame:
    """Day, number of patients in these units together, and how probable that is [%].

    A number is drawn from half below to half above it. Sums of members, so that the distribution
    is that of the sum.
    """
    own = _members(forecast, units)
    rows = [
        {
            DAY: pd.Timestamp(day),
            PATIENTS: int(count),
            BELOW: count - HALF,
            ABOVE: count + HALF,
            SHARE: 100 * times / len(own),
        }
        for at, day in enumerate(forecast.days)
        for count, times in zip(*np.unique(own[:, at], return_counts=True), strict=True)
    ]
    return pd.DataFrame(rows, columns=[DAY, PATIENTS, BELOW, ABOVE, SHARE])


def interval_frame(forecast: BedForecast, units: tuple[str, ...]) -> pd.DataFrame:
    """Day, median and the central 80 % of the patients of these units together."""
    own = np.sort(_members(forecast, units), axis=0)
    at = [int(np.ceil(len(own) * level)) - 1 for level in (TAIL, 0.5, 1 - TAIL)]
    low, median, high = (own[max(place, 0)] for place in at)
    return pd.DataFrame(
        {DAY: pd.to_datetime(list(forecast.days)), LOW: low, MEDIAN: median, HIGH: high}
    )


def _members(forecast: BedForecast, units: tuple[str, ...]) -> Any:
    chosen = [forecast.units.index(unit) for unit in units]
    return forecast.members[:, chosen, :].sum(axis=1)


def beds(counts: pd.DataFrame, interval: pd.DataFrame, limit: int, t: Translator) -> Any:
    """A cell for each number of patients, darker the likelier; the interval; the beds."""
    likely = counts[counts[SHARE] >= LEAST_SHARE_PERCENT]
    days = alt.X(DAY, type="ordinal", timeUnit="yearmonthdate", axis=_axis())
    cells = (
        alt.Chart(likely)
        .mark_rect(color=TEAL)
        .encode(
            x=days,
            y=alt.Y(
                BELOW,
                type="quantitative",
                title=t("Patients at midnight"),
                scale=alt.Scale(zero=False),
                axis=alt.Axis(format=",.0f", tickMinStep=1),
            ),
            y2=ABOVE,
            opacity=alt.Opacity(
                SHARE, type="quantitative", scale=alt.Scale(range=[0.12, 1]), legend=None
            ),
            tooltip=[
                alt.Tooltip(DAY, type="temporal", title=t("Day"), format="%A %-d %B"),
                alt.Tooltip(PATIENTS, type="quantitative", title=t("Patients")),
                alt.Tooltip(SHARE, type="quantitative", title=t("Probability [%]"), format=".0f"),
            ],
        )
    )
    base = alt.Chart(interval).encode(x=days)
    spread = base.mark_rule(color=GREY, strokeWidth=2).encode(
        y=alt.Y(LOW, type="quantitative"), y2=HIGH
    )
    middle = base.mark_point(color=GREY, filled=True, size=45, opacity=1).encode(
        y=alt.Y(MEDIAN, type="quantitative")
    )
    full = alt.Chart(pd.DataFrame({LIMIT: [limit]})).mark_rule(
        color=VERMILLION, strokeDash=[6, 4], strokeWidth=2
    )
    layers = alt.layer(cells, spread, middle, full.encode(y=alt.Y(LIMIT, type="quantitative")))
    return finished(layers.properties(height=HEIGHT_PIXELS), t)


def _axis() -> alt.Axis:
    return alt.Axis(title=None, format="%-d %b", labelOverlap=True, labelAngle=0)
