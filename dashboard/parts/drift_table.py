"""The state of the demand of every series: where a forecast may no longer be trusted."""

from __future__ import annotations

from collections import Counter

import streamlit as st

from application.forecast_words import DRIFT_STATES, SERIES
from application.jobs import works
from application.use_cases.drift_states import SeriesState, newest_drift, read_drift
from dashboard import workroom
from dashboard.parts.empty import offer
from dashboard.parts.html_table import Cell, Column, Tone, show_table
from dashboard.parts.series_name import item_name
from dashboard.session import Session
from hospital.drift import DriftState
from hospital.errors import say

MOST_SHOWN = 20
PERCENT = 100
TONES: dict[DriftState, Tone] = {
    DriftState.BREAK: "bad",
    DriftState.WATCH: "bad",
    DriftState.NORMAL: "quiet",
}


def show_drift_states(session: Session) -> None:
    """The gravest first, or the button that watches."""
    t = session.t
    st.subheader(t("Drift of demand"), anchor=False)
    run = newest_drift(session.work)
    if run is None:
        missing = t("The demand of this group was not watched for drift yet.")
        offer(session, missing, say("Watch every series"), works.watch_drift())
        return
    states = workroom.kept(session.work, run.run, read_drift)
    counts = Counter(row.state for row in states)
    st.caption(
        t(
            "{total} series: {broken} broken, {watched} to watch. A break means that demand is no "
            "longer the one that the forecast learnt.",
            total=len(states),
            broken=counts[DriftState.BREAK],
            watched=counts[DriftState.WATCH],
        )
    )
    _table(session, states[:MOST_SHOWN])


def _table(session: Session, states: tuple[SeriesState, ...]) -> None:
    t = session.t
    heads = (t("Series"), t("What"), t("Hospital"), t("State"), t("Since"))
    show_table(
        t("The {count} series that need a look first", count=len(states)),
        [
            *(Column(head) for head in heads),
            Column(t("Alarms"), is_figure=True),
            Column(t("Inside 80 % lately"), is_figure=True),
        ],
        [
            [
                t(SERIES[row.key.kind]),
                item_name(session, row.key),
                row.key.hospital or "–",
                Cell(t(DRIFT_STATES[row.state]), TONES[row.state]),
                "–" if row.since is None else t.day(row.since),
                t.number(row.alarms),
                "–" if row.coverage is None else f"{t.number(PERCENT * row.coverage)} %",
            ]
            for row in states
        ],
    )
