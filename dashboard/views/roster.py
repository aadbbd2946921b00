"""Staff roster: who works when, is every duty covered, and is it fair?"""

from __future__ import annotations

from functools import partial

import streamlit as st

from application.roster_legend import legend
from application.roster_reasons import BURDENS
from application.terms import RecommendationKind
from application.use_cases.read_results import runs_of
from dashboard import workroom
from dashboard.charts.fairness import fairness, fairness_frame
from dashboard.parts.address import run_to_show
from dashboard.parts.chart import show_chart
from dashboard.parts.decision_form import show_decision
from dashboard.parts.figures import show_figures
from dashboard.parts.head import show_head, show_run
from dashboard.parts.roster_changes import show_broken_rules, show_changes, show_ledger
from dashboard.parts.roster_files import show_files
from dashboard.parts.roster_grid import grid_html
from dashboard.parts.roster_question import ask_roster
from dashboard.session import Session
from hospital.roster import Burden, Roster
from hospital.roster_fairness import shared_burdens


def draw(session: Session) -> None:
    """Choose a unit, see its newest roster, and decide on it."""
    t = session.t
    show_head(
        session, t("Staff roster"), t("Who works when, is every duty covered, and is it fair?")
    )
    runs = runs_of(session.work, RecommendationKind.ROSTER)
    unit = ask_roster(session, runs)
    if unit is None:
        st.info(t("No unit of this group has staff. Fill in the staff table."))
        return
    run = run_to_show(runs, "unit", unit)
    if run is None:
        st.info(t("No roster was built for this unit yet."))
        return
    roster = workroom.roster(session.work, run)
    broken = workroom.worked_out(run, "broken rules", roster.violations)
    _facts(session, run, roster, len(broken))
    show_broken_rules(session, broken)
    with st.container(border=True):
        st.subheader(t("The roster"), anchor=False)
        grid = partial(grid_html, roster, t)
        st.html(workroom.worked_out(run, f"grid {t.language}", grid))
        st.caption(legend(roster, t))
        show_files(session, run)
        show_changes(session, run, roster)
    _fairness(session, run, roster)
    show_run(t, run)
    show_decision(session, run)


def _facts(session: Session, run: str, roster: Roster, broken: int) -> None:
    t = session.t
    needed = sum(need.staff_needed for _, need in roster.problem.needs())
    short = workroom.worked_out(run, "shortfall", roster.shortfall)
    missing = sum(row.missing for row in short)
    share = 100 * (needed - missing) / needed if needed else 100.0
    shares = workroom.worked_out(run, "fairness", roster.fairness)
    figures = (
        (
            t("Duties covered"),
            f"{t.number(share, 1)} %",
            t("{count} of {total} have nobody", count=missing, total=needed),
        ),
        (t("Rules broken"), t.number(broken), t("Checked apart from the solver")),
        (
            t("Furthest from a fair share of nights"),
            t.number(shares.largest_deviation(Burden.NIGHTS), 1),
            t("nights in {days} days", days=roster.problem.days),
        ),
        (
            t("Distance from the best possible"),
            f"{t.number(roster.gap_percent, 1)} %",
            t("at most; 0 % is proven best"),
        ),
    )
    show_figures(t, figures)


def _fairness(session: Session, run: str, roster: Roster) -> None:
    t = session.t
    with st.container(border=True):
        st.subheader(t("Fairness"), anchor=False)
        burden = st.segmented_control(
            t("What is shared"),
            shared_burdens(roster.problem),
            default=Burden.NIGHTS,
            format_func=lambda b: t(BURDENS[b]),
            required=True,
            key="burden",
        )
        summary = t(
            "Bars: what each person carries. Ticks: the fair share by contract, leave and "
            "exemptions."
        )
        st.caption(summary)
        chosen = burden or Burden.NIGHTS
        frame = workroom.worked_out(run, f"{chosen}", partial(fairness_frame, roster, chosen))
        show_chart(session, fairness, frame, t(BURDENS[chosen]), alt=summary)
        show_ledger(session, run)
