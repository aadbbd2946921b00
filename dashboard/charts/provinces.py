"""Equity: how long patients of each province wait for a bed, today and under a scenario."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from application.language import Translator
from application.terms import PROVINCE_PREFIX, Comparison
from dashboard.charts.style import GREY, TEAL, finished, names_axis
from hospital.tables import Col
from hospital.twin_result import Indicator

PROVINCE, WHICH, HOURS, LOW, HIGH = "province", "which", "hours", "low", "high"
ROW_PIXELS, MARGIN_PIXELS = 36, 110


def province_frame(comparison: Comparison, t: Translator) -> pd.DataFrame:
    """Province, today or scenario, mean boarding [h], interval of the difference [h]."""
    frame = comparison.differences
    own = frame[
        (frame[Col.INDICATOR] == Indicator.BOARDING)
        & (frame[Col.PLACE] == "")
        & frame[Col.GROUP].str.startswith(PROVINCE_PREFIX)
    ]
    rows = [
        {
            PROVINCE: group.removeprefix(PROVINCE_PREFIX),
            WHICH: which,
            HOURS: hours,
            LOW: low,
            HIGH: high,
        }
        for group, baseline, scenario, low, high in own[
            [Col.GROUP, "baseline", "scenario", "low", "high"]
        ].itertuples(index=False)
        for which, hours in ((t("Today"), baseline), (t("Scenario"), scenario))
    ]
    return pd.DataFrame(rows, columns=[PROVINCE, WHICH, HOURS, LOW, HIGH])


def provinces(frame: pd.DataFrame, t: Translator) -> Any:
    """One line for each province, from today to the scenario."""
    names = [t("Today"), t("Scenario")]
    base = alt.Chart(frame).encode(
        y=alt.Y(PROVINCE, type="nominal", title=None, axis=names_axis(t)),
        x=alt.X(HOURS, type="quantitative", title=t("Boarding: admitted, waiting for a bed [h]")),
    )
    link = base.mark_line(color=GREY, strokeWidth=2).encode(detail=PROVINCE)
    points = base.mark_point(filled=True, size=120, opacity=1).encode(
        color=alt.Color(
            WHICH,
            type="nominal",
            scale=alt.Scale(domain=names, range=[GREY, TEAL]),
            legend=alt.Legend(title=None, orient="top"),
        ),
        shape=alt.Shape(
            WHICH, type="nominal", scale=alt.Scale(domain=names, range=["circle", "diamond"])
        ),
        tooltip=[
            alt.Tooltip(PROVINCE, type="nominal", title=t("Province")),
            alt.Tooltip(HOURS, type="quantitative", title=t("Hours"), format=",.2f"),
            alt.Tooltip(LOW, type="quantitative", title=t("Difference from"), format="+,.2f"),
            alt.Tooltip(HIGH, type="quantitative", title=t("Difference to"), format="+,.2f"),
        ],
    )
    height = ROW_PIXELS * frame[PROVINCE].nunique() + MARGIN_PIXELS
    return finished(alt.layer(link, points).properties(height=height), t)
