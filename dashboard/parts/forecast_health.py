"""How far a forecast may be trusted: drift of its demand, and what was odd in its history."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from application.forecast_words import (
    DRIFT_STATES,
    FINDINGS,
    REMEDIES,
    drift_sentence,
    findings_by_kind,
    severity_name,
)
from dashboard.parts.html_table import Cell, Column, Tone, show_table
from dashboard.session import Session
from hospital.drift import DriftReport, DriftState
from hospital.forecast import DataFinding, Severity

PERCENT = 100
TONES: dict[Severity, Tone] = {
    Severity.ERROR: "bad",
    Severity.WARNING: "bad",
    Severity.NOTE: "quiet",
}


def show_drift(session: Session, report: DriftReport) -> None:
    """A banner where demand is no longer the one that was learnt, a line where it is."""
    t = session.t
    state = t("State of the demand: {state}", state=t(DRIFT_STATES[report.state]))
    said = f"**{state}.** "
    said += drift_sentence(t, report)
    if report.state is DriftState.BREAK:
        st.error(said, icon=":material/warning:")
    elif report.state is DriftState.WATCH:
        st.warning(said, icon=":material/visibility:")
    else:
        st.caption(said)


def show_findings(session: Session, findings: Sequence[DataFinding]) -> None:
    """What was odd, how often, where it was last, and what to do, the gravest first."""
    t = session.t
    kinds = findings_by_kind(findings)
    grave = [alike for alike in kinds if alike[0].severity is not Severity.NOTE]
    title = t("What was odd in the history: {count} kinds", count=len(kinds))
    with st.expander(title, expanded=bool(grave)):
        if not kinds:
            st.caption(t("Nothing: every period was counted, and none is far from the others."))
            return
        columns = [
            Column(t("What")),
            Column(t("Weight")),
            Column(t("Times"), is_figure=True),
            Column(t("Last place")),
            Column(t("What to do")),
        ]
        show_table(title, columns, [_row(session, alike) for alike in kinds])


def _row(session: Session, alike: Sequence[DataFinding]) -> list[str | Cell]:
    t, last = session.t, alike[-1]
    where = t.day(last.first_day)
    if last.last_day > last.first_day:
        where = t("{first} to {last}", first=where, last=t.day(last.last_day))
    return [
        t(FINDINGS.get(last.code, last.code)),
        Cell(severity_name(t, last.severity), TONES[last.severity]),
        t.number(len(alike)),
        where,
        t(REMEDIES.get(last.remedy, last.remedy)),
    ]
