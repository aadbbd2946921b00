"""Visits hour by hour over a few days: the mean, and the interval that holds eight in ten."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import altair as alt
import pandas as pd

from application.language import Translator
from dashboard.charts.style import TEAL, finished
from hospital.hourly_forecast import HourlyForecast

HOUR, LOW, MEAN, HIGH = "hour", "low", "mean", "high"
HEIGHT_PIXELS = 260


def hours_frame(forecast: HourlyForecast, days: int) -> pd.DataFrame:
    """One row for each real hour of the first days, by the clock on the wall; counts."""
    last_day = forecast.starts[0].date() + timedelta(days=days - 1)
    shown = [at for at, start in enumerate(forecast.starts) if start.date() <= last_day]
    return pd.DataFrame(
        {
            HOUR: pd.to_datetime([forecast.starts[at].replace(tzinfo=None) for at in shown]),
            LOW: forecast.quantile(0.1)[shown],
            MEAN: forecast.mean[shown],
            HIGH: forecast.quantile(0.9)[shown],
        }
    )


def hours(frame: pd.DataFrame, title: str, t: Translator) -> Any:
    """The interval as an area in steps, the mean as a line."""
    base = alt.Chart(frame).encode(
        x=alt.X(HOUR, type="temporal", axis=_axis()), tooltip=_tooltips(t)
    )
    area = base.mark_area(color=TEAL, opacity=0.25, interpolate="step-after").encode(
        y=alt.Y(LOW, type="quantitative", title=title), y2=HIGH
    )
    mean = base.mark_line(color=TEAL, strokeWidth=2, interpolate="monotone").encode(
        y=alt.Y(MEAN, type="quantitative")
    )
    return finished(alt.layer(area, mean).properties(height=HEIGHT_PIXELS), t)


def _axis() -> alt.Axis:
    """A line at each midnight, named by the day that begins."""
    days = {"interval": "day", "step": 1}
    return alt.Axis(title=None, format="%a %-d %b", tickCount=days, labelAlign="left", grid=True)


def _tooltips(t: Translator) -> list[alt.Tooltip]:
    return [
        alt.Tooltip(HOUR, type="temporal", title=t("Hour"), format="%A %-d %B %H:%M"),
        alt.Tooltip(MEAN, type="quantitative", title=t("Expected"), format=",.1f"),
        alt.Tooltip(LOW, type="quantitative", title=t("From"), format=",.0f"),
        alt.Tooltip(HIGH, type="quantitative", title=t("To"), format=",.0f"),
    ]
