"""Scenario comparison: what would this change do, and do we want it?"""

from __future__ import annotations

from functools import partial

import streamlit as st

from application.change_words import describe
from application.summaries import headline_rows, local_rows
from application.terms import RecommendationKind
from application.use_cases.read_results import StoredComparison, runs_of
from dashboard import workroom
from dashboard.charts.differences import differences
from dashboard.charts.provinces import PROVINCE, province_frame, provinces
from dashboard.findings import Finding, findings_of, verdict
from dashboard.parts.address import RUN_IN_ADDRESS
from dashboard.parts.chart import show_chart
from dashboard.parts.decision_form import show_decision
from dashboard.parts.findings_table import show_findings
from dashboard.parts.head import SHORT_RUN, show_head, show_run
from dashboard.parts.money_and_equity import show_money_and_equity
from dashboard.parts.preset_form import PRESET_IN_ADDRESS, show_presets
from dashboard.parts.scenario_form import show_form
from dashboard.session import Session
from hospital.gst import Gst


def draw(session: Session) -> None:
    """The form of a scenario, the chosen comparison, and the decision on it."""
    t = session.t
    show_head(
        session,
        t("Scenario comparison"),
        t("What would this change do to waits, beds, staff and money, and do we want it?"),
    )
    runs = [run.run for run in runs_of(session.work, RecommendationKind.SCENARIO)]
    with st.expander(t("Try a change"), expanded=not runs or PRESET_IN_ADDRESS in st.query_params):
        titles = t("Beds, physicians, demand"), t("Ready-made scenarios")
        own, ready = st.tabs(list(titles), default=titles[PRESET_IN_ADDRESS in st.query_params])
        with own:
            show_form(session)
        with ready:
            show_presets(session)
    if not runs:
        st.info(t("No scenario was compared on this group yet."))
        return
    stored = workroom.comparison(session.work, _chosen(session, runs))
    _results(session, stored)
    show_decision(session, stored.run.run)


def _chosen(session: Session, runs: list[str]) -> str:
    """The comparison of the address, or the newest; choosing another writes the address."""
    asked = st.query_params.get(RUN_IN_ADDRESS, "")
    index = runs.index(asked) if asked in runs else 0
    names = {run: _name(session, run) for run in runs}
    chosen = st.selectbox(
        session.t("Comparison"),
        runs,
        index=index,
        format_func=names.__getitem__,
        key=f"comparison-of-{runs[index]}",
    )
    if chosen != asked:
        st.query_params[RUN_IN_ADDRESS] = chosen
    return chosen


def _name(session: Session, run: str) -> str:
    """With its run: a list answers by the name, and one change may be compared more than once."""
    scenario = workroom.comparison(session.work, run).scenario
    return f"{describe(session.t, session.work.gst, scenario)} · {run[:SHORT_RUN]}"


def _results(session: Session, stored: StoredComparison) -> None:
    t = session.t
    findings, local = workroom.worked_out(
        stored.run.run, "findings", partial(_findings, stored, session.work.gst)
    )
    sentences = verdict(t, findings, stored.comparison.replications)
    with st.container(border=True):
        st.subheader(t("What it does"), anchor=False)
        _warn_overloaded(session, stored)
        st.markdown("\n".join(f"- {sentence}" for sentence in sentences))
        show_chart(session, differences, findings, alt=" ".join(sentences))
        st.caption(
            t(
                "Each line is the 95 % interval of the paired difference, in percent of today. "
                "Where it crosses zero, the difference cannot be told from chance."
            )
            + " "
            + t("What is almost zero today is in the table only.")
        )
    with st.container(border=True):
        st.subheader(t("The figures"), anchor=False)
        if local:
            st.markdown(t("**Where the change is made**"))
            show_findings(session, local)
            st.markdown(t("**The whole group**"))
        show_findings(session, findings)
    show_money_and_equity(session, findings)
    _equity(session, stored)
    show_run(t, stored.run.run)


def _findings(stored: StoredComparison, gst: Gst) -> tuple[tuple[Finding, ...], ...]:
    """Of the whole group, then of where the change is made."""
    local = local_rows(stored.comparison, gst, stored.scenario)
    return findings_of(headline_rows(stored.comparison)), findings_of(local)


def _warn_overloaded(session: Session, stored: StoredComparison) -> None:
    t = session.t
    units = {unit.unit: unit.name for unit in session.work.gst.units}
    overloaded = [units.get(unit, unit) for unit in stored.changed.overloaded]
    if overloaded:
        st.warning(
            t(
                "More patients are expected than these units can take, so their waits keep "
                "growing and their figures depend on the length of the run: {units}.",
                units=", ".join(overloaded),
            )
        )


def _equity(session: Session, stored: StoredComparison) -> None:
    t = session.t
    frame = workroom.worked_out(
        stored.run.run, f"provinces {t.language}", partial(province_frame, stored.comparison, t)
    )
    if frame[PROVINCE].nunique() < 2:  # noqa: PLR2004 - one province has nobody to be unequal to
        return
    with st.container(border=True):
        st.subheader(t("Equity between provinces"), anchor=False)
        summary = t(
            "Mean boarding of admitted patients by province of residence, today and under the "
            "scenario, with 95 % intervals of the difference on hover [h]."
        )
        st.caption(summary)
        show_chart(session, provinces, frame, alt=summary)
