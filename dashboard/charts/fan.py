"""A forecast as a fan: what was seen, the median, and three intervals around it."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from application.language import Translator
from dashboard.charts.style import GREY, TEAL, day_axis, finished
from hospital.forecast import DemandForecast

BANDS = {"90": (0.05, 0.95), "80": (0.1, 0.9), "50": (0.25, 0.75)}
OPACITY = {"90": 0.2, "80": 0.35, "50": 0.6}
DAY, LOW, HIGH, MEDIAN, VALUE, BAND = "day", "low", "high", "median", "value", "band"
HEIGHT_PIXELS = 420


def band_frame(forecast: DemandForecast, t: Translator) -> pd.DataFrame:
    """One row for each period and band: day, low, high, median, name of the band."""
    frames = [
        pd.DataFrame(
            {
                DAY: pd.to_datetime(list(forecast.days())),
                LOW: forecast.quantile(low),
                HIGH: forecast.quantile(high),
                MEDIAN: forecast.quantile(0.5),
                BAND: band_name(percent, t),
            }
        )
        for percent, (low, high) in BANDS.items()
    ]
    return pd.concat(frames, ignore_index=True)


def band_name(percent: str, t: Translator) -> str:
    """The name of an interval in the legend."""
    return t("{percent} % interval", percent=percent)


def fan(history: pd.DataFrame, bands: pd.DataFrame, unit: str, t: Translator) -> Any:
    """History (columns day, value) and the bands of a forecast on one axis.

    ``unit`` names what is counted.
    """
    layers = [
        _bands(bands, unit, t),
        _line(bands.drop_duplicates(DAY), MEDIAN, TEAL, unit),
        _line(history, VALUE, GREY, unit),
        _today(bands[DAY].min()),
    ]
    return finished(alt.layer(*layers).properties(height=HEIGHT_PIXELS), t)


def _bands(bands: pd.DataFrame, unit: str, t: Translator) -> Any:
    names = [band_name(percent, t) for percent in BANDS]
    scale = alt.Scale(domain=names, range=list(OPACITY.values()))
    legend = alt.Legend(title=None, orient="top", symbolType="square", symbolSize=200)
    return (
        alt.Chart(bands)
        .mark_area(color=TEAL)
        .encode(
            x=alt.X(DAY, type="temporal", axis=day_axis()),
            y=alt.Y(LOW, type="quantitative", title=unit),
            y2=HIGH,
            opacity=alt.Opacity(BAND, type="nominal", scale=scale, legend=legend),
            tooltip=[
                alt.Tooltip(DAY, type="temporal", title=t("Day"), format="%A %-d %B"),
                alt.Tooltip(BAND, type="nominal", title=t("Interval")),
                alt.Tooltip(MEDIAN, type="quantitative", title=t("Median"), format=",.0f"),
                alt.Tooltip(LOW, type="quantitative", title=t("From"), format=",.0f"),
                alt.Tooltip(HIGH, type="quantitative", title=t("To"), format=",.0f"),
            ],
        )
    )


def _line(frame: pd.DataFrame, column: str, colour: str, unit: str) -> Any:
    return (
        alt.Chart(frame)
        .mark_line(color=colour, strokeWidth=2)
        .encode(
            x=alt.X(DAY, type="temporal"),
            y=alt.Y(column, type="quantitative", title=unit),
        )
    )


def _today(first_day: pd.Timestamp) -> Any:
    frame = pd.DataFrame({DAY: [first_day]})
    return (
        alt.Chart(frame)
        .mark_rule(color=GREY, strokeDash=[4, 4])
        .encode(x=alt.X(DAY, type="temporal"))
    )
