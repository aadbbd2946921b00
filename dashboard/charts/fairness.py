"""What each person carries of a burden against the personal fair share."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from application.language import Translator
from dashboard.charts.style import TEAL, VERMILLION, finished, names_axis
from hospital.roster import Burden, Roster

PERSON, WORKED, FAIR = "person", "worked", "fair"
ROW_PIXELS, MARGIN_PIXELS = 22, 110


def fairness_frame(roster: Roster, burden: Burden) -> pd.DataFrame:
    """Person, worked and fair share [hours or duties], the most burdened first."""
    names = roster.problem.names()
    rows = [
        {
            PERSON: names.get(person.staff, person.staff),
            WORKED: person.shares[burden].worked,
            FAIR: person.shares[burden].entitled,
        }
        for person in roster.fairness().people
    ]
    frame = pd.DataFrame(rows, columns=[PERSON, WORKED, FAIR])
    order = (frame[WORKED] - frame[FAIR]).sort_values(ascending=False, kind="stable").index
    return frame.loc[order].reset_index(drop=True)


def fairness(frame: pd.DataFrame, burden: str, t: Translator) -> Any:
    """Bars for what is worked, ticks for what would be fair."""
    base = alt.Chart(frame).encode(
        y=alt.Y(PERSON, type="nominal", sort=None, title=None, axis=names_axis(t)),
        tooltip=[
            alt.Tooltip(PERSON, type="nominal", title=t("Person")),
            alt.Tooltip(WORKED, type="quantitative", title=t("Worked"), format=",.1f"),
            alt.Tooltip(FAIR, type="quantitative", title=t("Fair share"), format=",.1f"),
        ],
    )
    bars = base.mark_bar(color=TEAL, cornerRadiusEnd=3, opacity=0.8).encode(
        x=alt.X(WORKED, type="quantitative", title=burden)
    )
    ticks = base.mark_tick(color=VERMILLION, thickness=3, size=16).encode(
        x=alt.X(FAIR, type="quantitative")
    )
    height = ROW_PIXELS * len(frame) + MARGIN_PIXELS
    return finished(alt.layer(bars, ticks).properties(height=height), t)
