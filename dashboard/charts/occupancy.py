"""Occupied beds over the next days: expected, with an interval, against the beds there are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import altair as alt
import pandas as pd

from application.language import Translator
from dashboard.charts.style import TEAL, VERMILLION, day_axis, finished
from hospital.base import HOURS_PER_DAY
from hospital.tables import Col
from hospital.twin_result import TwinResult

DAYS_SHOWN = 14
HEIGHT_PIXELS = 300
TIME, BEDS = "time", "beds"


def occupancy_frame(result: TwinResult, units: Sequence[str], first_day: date) -> pd.DataFrame:
    """Mean, p10 and p90 of the occupied beds of these units together, for each hour.

    Quantiles of units are added up, which is wider than the interval of the sum [beds].
    """
    frame = result.occupancy
    own = frame[frame[Col.UNIT].isin(units) & (frame[Col.HOUR] < DAYS_SHOWN * HOURS_PER_DAY)]
    hourly = own.groupby(Col.HOUR)[[Col.MEAN, Col.P10, Col.P90]].sum().reset_index()
    start = pd.Timestamp(first_day)
    hourly[TIME] = start + pd.to_timedelta(hourly[Col.HOUR], unit="h")
    return hourly


def occupancy(frame: pd.DataFrame, beds: int, t: Translator) -> Any:
    """The band, the mean, and a line at the number of beds."""
    band = (
        alt.Chart(frame)
        .mark_area(color=TEAL, opacity=0.25, interpolate="monotone")
        .encode(
            x=alt.X(TIME, type="temporal", axis=day_axis()),
            y=alt.Y(Col.P10, type="quantitative", title=t("Occupied beds")),
            y2=Col.P90,
            tooltip=_tooltips(t),
        )
    )
    mean = (
        alt.Chart(frame)
        .mark_line(color=TEAL, strokeWidth=2, interpolate="monotone")
        .encode(x=alt.X(TIME, type="temporal"), y=alt.Y(Col.MEAN, type="quantitative"))
    )
    return finished(alt.layer(band, mean, *_limit(beds, t)).properties(height=HEIGHT_PIXELS), t)


def _limit(beds: int, t: Translator) -> tuple[alt.Chart, alt.Chart]:
    frame = pd.DataFrame({BEDS: [beds], "label": [t("{count} beds", count=beds)]})
    base = alt.Chart(frame).encode(y=alt.Y(BEDS, type="quantitative"))
    rule = base.mark_rule(color=VERMILLION, strokeDash=[6, 4], strokeWidth=2)
    text = base.mark_text(color=VERMILLION, align="left", dy=-8, dx=4, fontWeight="bold").encode(
        x=alt.value(0), text="label"
    )
    return rule, text


def _tooltips(t: Translator) -> list[alt.Tooltip]:
    return [
        alt.Tooltip(TIME, type="temporal", title=t("When"), format="%A %-d %B %H:%M"),
        alt.Tooltip(Col.MEAN, type="quantitative", title=t("Expected"), format=",.1f"),
        alt.Tooltip(Col.P10, type="quantitative", title=t("From"), format=",.0f"),
        alt.Tooltip(Col.P90, type="quantitative", title=t("To"), format=",.0f"),
    ]
