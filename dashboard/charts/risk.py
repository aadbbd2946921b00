"""Risk of running out, medicine by medicine, without and with an order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from application.language import Translator
from dashboard.charts.style import GREY, TEAL, VERMILLION, finished, names_axis
from hospital.stock_plan import OrderLine

NAME, BEFORE, AFTER = "name", "before", "after"
WHICH, PERCENT = "which", "percent"
ROW_PIXELS, MARGIN_PIXELS = 28, 110


def risk_frame(lines: Sequence[OrderLine], names: Sequence[str]) -> pd.DataFrame:
    """Name and risk [%] before and after the order."""
    return pd.DataFrame(
        {
            NAME: list(names),
            BEFORE: [100 * line.stockout_probability_before for line in lines],
            AFTER: [100 * line.stockout_probability_after for line in lines],
        }
    )


def risk(frame: pd.DataFrame, t: Translator) -> Any:
    """From the risk without an order to the risk with it, on one line for each medicine."""
    names = {BEFORE: t("Without an order"), AFTER: t("With this order")}
    y = alt.Y(NAME, type="nominal", sort=list(frame[NAME]), title=None, axis=names_axis(t))
    link = (
        alt.Chart(frame)
        .mark_rule(color=GREY, strokeWidth=2)
        .encode(y=y, x=alt.X(BEFORE, type="quantitative", title=_title(t)), x2=AFTER)
    )
    long = frame.melt(NAME, list(names), WHICH, PERCENT).replace({WHICH: names})
    marks = (
        alt.Chart(long)
        .mark_point(filled=True, size=110, opacity=1)
        .encode(
            y=y,
            x=alt.X(PERCENT, type="quantitative", scale=alt.Scale(domain=[0, 100])),
            color=_by_which(alt.Color, list(names.values()), [VERMILLION, TEAL]),
            shape=_by_which(alt.Shape, list(names.values()), ["circle", "diamond"]),
            tooltip=_tooltips(t),
        )
    )
    height = ROW_PIXELS * len(frame) + MARGIN_PIXELS
    return finished(alt.layer(link, marks).properties(height=height), t)


def _by_which(channel: Any, domain: list[str], values: list[str]) -> Any:
    scale = alt.Scale(domain=domain, range=values)
    return channel(WHICH, type="nominal", scale=scale, legend=alt.Legend(title=None, orient="top"))


def _title(t: Translator) -> str:
    return t("Risk of running out [%]")


def _tooltips(t: Translator) -> list[alt.Tooltip]:
    return [
        alt.Tooltip(NAME, type="nominal", title=t("Medicine")),
        alt.Tooltip(WHICH, type="nominal", title=t("When")),
        alt.Tooltip(PERCENT, type="quantitative", title=_title(t), format=",.0f"),
    ]
