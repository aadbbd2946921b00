"""Paired differences: how much each indicator changes, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from application.language import Translator
from dashboard.charts.style import GREY, TEAL, VERMILLION, finished, names_axis
from dashboard.findings import Finding, Judgement

NAME, PERCENT, LOW, HIGH, JUDGEMENT = "name", "percent", "low", "high", "judgement"
ROW_PIXELS, MARGIN_PIXELS = 34, 110
MOST_PERCENT = 200
"""Beyond this an indicator is almost zero today, and percentages of it say nothing."""

COLOURS = {
    Judgement.BETTER: TEAL,
    Judgement.WORSE: VERMILLION,
    Judgement.CHANGED: "#4C6FB1",
    Judgement.UNCHANGED: GREY,
    Judgement.UNCLEAR: GREY,
}
SHAPES = {
    Judgement.BETTER: "triangle-down",
    Judgement.WORSE: "triangle-up",
    Judgement.CHANGED: "diamond",
    Judgement.UNCHANGED: "square",
    Judgement.UNCLEAR: "circle",
}


def differences_frame(findings: Sequence[Finding], t: Translator) -> pd.DataFrame:
    """Relative change and its 95 % interval, of the indicators that are drawn."""
    rows = [
        {
            NAME: t(finding.name),
            PERCENT: 100 * finding.row.difference / finding.row.baseline,
            LOW: 100 * finding.row.low / finding.row.baseline,
            HIGH: 100 * finding.row.high / finding.row.baseline,
            JUDGEMENT: t(finding.judgement.sentence),
        }
        for finding in findings
    ]
    return pd.DataFrame(rows, columns=[NAME, PERCENT, LOW, HIGH, JUDGEMENT])


def drawable(findings: Sequence[Finding]) -> list[Finding]:
    """Those that are not almost zero today: their interval can be said in percent."""
    return [finding for finding in findings if _is_drawable(finding)]


def _is_drawable(finding: Finding) -> bool:
    row = finding.row
    if row.baseline <= 0:
        return False
    return 100 * max(abs(row.low), abs(row.high)) / row.baseline <= MOST_PERCENT


def differences(findings: Sequence[Finding], t: Translator) -> Any:
    """One line for each indicator: the change in percent of the baseline with its interval."""
    shown = drawable(findings)
    frame = differences_frame(shown, t)
    judged = [each for each in Judgement if any(f.judgement is each for f in shown)]
    names = [t(each.sentence) for each in judged]
    base = alt.Chart(frame).encode(
        y=alt.Y(NAME, type="nominal", sort=None, title=None, axis=names_axis(t)),
        color=alt.Color(
            JUDGEMENT,
            type="nominal",
            scale=alt.Scale(domain=names, range=[COLOURS[each] for each in judged]),
            legend=alt.Legend(title=None, orient="top"),
        ),
    )
    interval = base.mark_rule(strokeWidth=3).encode(
        x=alt.X(LOW, type="quantitative", title=t("Change against today [%]")), x2=HIGH
    )
    point = base.mark_point(filled=True, size=110, opacity=1).encode(
        x=alt.X(PERCENT, type="quantitative"),
        shape=alt.Shape(
            JUDGEMENT,
            type="nominal",
            scale=alt.Scale(domain=names, range=[SHAPES[each] for each in judged]),
            legend=alt.Legend(title=None, orient="top"),
        ),
        tooltip=_tooltips(t),
    )
    height = ROW_PIXELS * len(frame) + MARGIN_PIXELS
    return finished(alt.layer(_zero(), interval, point).properties(height=height), t)


def _zero() -> Any:
    frame = pd.DataFrame({PERCENT: [0.0]})
    return alt.Chart(frame).mark_rule(color=GREY).encode(x=alt.X(PERCENT, type="quantitative"))


def _tooltips(t: Translator) -> list[alt.Tooltip]:
    return [
        alt.Tooltip(NAME, type="nominal", title=t("Indicator")),
        alt.Tooltip(PERCENT, type="quantitative", title=t("Change [%]"), format="+,.1f"),
        alt.Tooltip(LOW, type="quantitative", title=t("From"), format="+,.1f"),
        alt.Tooltip(HIGH, type="quantitative", title=t("To"), format="+,.1f"),
    ]
