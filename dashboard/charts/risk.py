"""Risk of running out, medicine by medicine, without and with an order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from application.language import Translator
from dashboard.charts.style import GREY, TEAL, VERMILLION, finished, names_axis
from hospital.stock_plan import OrderLine

NAME, BEFORE, AFTER, UNAVOIDABLE = "name", "before", "after", "unavoidable"
ROW_PIXELS, MARGIN_PIXELS = 28, 60


def risk_frame(lines: Sequence[OrderLine], names: Sequence[str]) -> pd.DataFrame:
    """Name and risk [%] before, after, and the part that no order can prevent."""
    return pd.DataFrame(
        {
            NAME: list(names),
            BEFORE: [100 * line.stockout_probability_before for line in lines],
            AFTER: [100 * line.stockout_probability_after for line in lines],
            UNAVOIDABLE: [100 * line.stockout_probability_before_arrival for line in lines],
        }
    )


def risk(frame: pd.DataFrame, t: Translator) -> Any:
    """From the risk without an order to the risk with it, on one line for each medicine."""
    base = alt.Chart(frame).encode(
        y=alt.Y(NAME, type="nominal", sort=None, title=None, axis=names_axis(t))
    )
    link = base.mark_rule(color=GREY, strokeWidth=2).encode(
        x=alt.X(BEFORE, type="quantitative", title=t("Risk of running out [%]")), x2=AFTER
    )
    names = [t("Without an order"), t("With this order")]
    points = base.transform_fold([BEFORE, AFTER], as_=["which", "percent"]).transform_calculate(
        when=f"datum.which == '{BEFORE}' ? {names[0]!r} : {names[1]!r}"
    )
    marks = points.mark_point(filled=True, size=110, opacity=1).encode(
        x=alt.X("percent", type="quantitative", scale=alt.Scale(domain=[0, 100])),
        color=alt.Color(
            "when",
            type="nominal",
            scale=alt.Scale(domain=names, range=[VERMILLION, TEAL]),
            legend=alt.Legend(title=None, orient="top"),
        ),
        shape=alt.Shape(
            "when", type="nominal", scale=alt.Scale(domain=names, range=["circle", "diamond"])
        ),
        tooltip=_tooltips(t),
    )
    height = ROW_PIXELS * len(frame) + MARGIN_PIXELS
    return finished(alt.layer(link, marks).properties(height=height), t)


def _tooltips(t: Translator) -> list[alt.Tooltip]:
    return [
        alt.Tooltip(NAME, type="nominal", title=t("Medicine")),
        alt.Tooltip(BEFORE, type="quantitative", title=t("Risk before"), format=",.0f"),
        alt.Tooltip(AFTER, type="quantitative", title=t("Risk after"), format=",.0f"),
        alt.Tooltip(
            UNAVOIDABLE,
            type="quantitative",
            title=t("Before any order could arrive"),
            format=",.0f",
        ),
    ]
