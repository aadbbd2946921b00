"""What is expected day by day, with its 80 % interval, against a limit if there is one."""

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
HEIGHT_PIXELS = 260
DAY, LOW, MEAN, HIGH, LIMIT, LABEL = "day", "low", "mean", "high", "limit", "label"


def band_frame(
    first_day: date, mean: Sequence[float], low: Sequence[float], high: Sequence[float]
) -> pd.DataFrame:
    """One row for each day from the first on."""
    days = pd.date_range(first_day, periods=len(mean), freq="D")
    return pd.DataFrame({DAY: days, MEAN: mean, LOW: low, HIGH: high})


def occupancy_frame(result: TwinResult, units: Sequence[str], first_day: date) -> pd.DataFrame:
    """Occupied beds of these units together: means over the hours of a day of mean, p10, p90.

    Quantiles of units are added up, which is wider than the interval of the sum [beds].
    """
    frame = result.occupancy
    own = frame[frame[Col.UNIT].isin(units) & (frame[Col.HOUR] < DAYS_SHOWN * HOURS_PER_DAY)]
    hourly = own.groupby(Col.HOUR)[[Col.MEAN, Col.P10, Col.P90]].sum()
    daily = hourly.groupby(hourly.index // HOURS_PER_DAY).mean()
    return band_frame(
        first_day, daily[Col.MEAN].tolist(), daily[Col.P10].tolist(), daily[Col.P90].tolist()
    )


def band(frame: pd.DataFrame, title: str, limit: float | None, t: Translator) -> Any:
    """The interval as an area, the mean as a line with a point a day, and the limit."""
    base = alt.Chart(frame).encode(
        x=alt.X(DAY, type="temporal", axis=day_axis()), tooltip=_tooltips(t)
    )
    area = base.mark_area(color=TEAL, opacity=0.25, interpolate="monotone").encode(
        y=alt.Y(LOW, type="quantitative", title=title), y2=HIGH
    )
    mean = base.mark_line(
        color=TEAL,
        strokeWidth=2,
        interpolate="monotone",
        point=alt.OverlayMarkDef(color=TEAL, size=30),
    ).encode(y=alt.Y(MEAN, type="quantitative"))
    layers = [area, mean, *([] if limit is None else _limit(limit, t))]
    return finished(alt.layer(*layers).properties(height=HEIGHT_PIXELS), t)


def _limit(limit: float, t: Translator) -> tuple[Any, Any]:
    frame = pd.DataFrame({LIMIT: [limit], LABEL: [t("{count} beds", count=t.number(limit))]})
    base = alt.Chart(frame).encode(y=alt.Y(LIMIT, type="quantitative"))
    rule = base.mark_rule(color=VERMILLION, strokeDash=[6, 4], strokeWidth=2)
    text = base.mark_text(color=VERMILLION, align="left", dy=-8, dx=4, fontWeight="bold").encode(
        x=alt.value(0), text=LABEL
    )
    return rule, text


def _tooltips(t: Translator) -> list[alt.Tooltip]:
    return [
        alt.Tooltip(DAY, type="temporal", title=t("Day"), format="%A %-d %B"),
        alt.Tooltip(MEAN, type="quantitative", title=t("Expected"), format=",.1f"),
        alt.Tooltip(LOW, type="quantitative", title=t("From"), format=",.1f"),
        alt.Tooltip(HIGH, type="quantitative", title=t("To"), format=",.1f"),
    ]
