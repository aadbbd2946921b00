"""The two lines of a comparison that a council asks for: what it costs, and whom it helps."""

from __future__ import annotations

import streamlit as st

from application.terms import BOARDING_GAP, NURSE_HOURS, TOTAL_COST
from dashboard.findings import Finding, Judgement
from dashboard.session import Session

SHOWN = (TOTAL_COST, NURSE_HOURS, BOARDING_GAP)
TENTHS_BELOW = 100


def show_money_and_equity(session: Session, findings: tuple[Finding, ...]) -> None:
    """Money, nurse hours and the gap between provinces, each with its 95 % interval."""
    by_indicator = {finding.row.indicator: finding for finding in findings}
    shown = [by_indicator[code] for code in SHOWN if code in by_indicator]
    for column, finding in zip(st.columns(len(SHOWN)), shown, strict=False):
        with column:
            _tile(session, finding)


def _tile(session: Session, finding: Finding) -> None:
    t, row = session.t, finding.row
    decimals = 0 if abs(row.difference) >= TENTHS_BELOW else 2
    sign = "+" if row.difference > 0 else ""
    unclear = finding.judgement is Judgement.UNCLEAR
    st.metric(
        t(finding.name),
        t.isolated(sign + t.number(row.difference, decimals)),
        delta=t(
            "95 %: {low} to {high}",
            low=t.number(row.low, decimals),
            high=t.number(row.high, decimals),
        )
        + (f" · {t('not clear')}" if unclear else ""),
        delta_color="off",
        delta_arrow="off",
        border=True,
        height="stretch",
    )
