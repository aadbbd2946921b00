"""Staff roster: who works when, is every duty covered, and is it fair?"""

from __future__ import annotations

import streamlit as st

from application.roster_legend import legend
from application.roster_reasons import BURDENS
from application.store.runs import Run
from application.terms import RecommendationKind
from application.use_cases.build_roster import RosterRequest, build_roster
from application.use_cases.needs_from_beds import HIGH, MEDIAN
from application.use_cases.overview import unit_name
from application.use_cases.read_results import runs_of
from application.use_cases.session import Session as GstSession
from dashboard import workroom
from dashboard.charts.fairness import fairness, fairness_frame
from dashboard.jobs import Work
from dashboard.parts.address import first_choice, run_to_show
from dashboard.parts.decision_form import show_decision
from dashboard.parts.figures import show_figures
from dashboard.parts.head import show_head, show_run
from dashboard.parts.job_panel import start_job
from dashboard.parts.roster_changes import show_broken_rules, show_changes, show_ledger
from dashboard.parts.roster_files import show_files
from dashboard.parts.roster_grid import grid_html
from dashboard.session import Session
from hospital.errors import say
from hospital.roster import Burden, Roster
from hospital.roster_fairness import shared_burdens

FOUR_WEEKS = 28
TABLE = 0
STAGED_WORK = 30.0


def draw(session: Session) -> None:
    """Choose a unit, see its newest roster, and decide on it."""
    t = session.t
    show_head(
        session, t("Staff roster"), t("Who works when, is every duty covered, and is it fair?")
    )
    runs = runs_of(session.work, RecommendationKind.ROSTER)
    unit = _choose(session, runs)
    if unit is None:
        st.info(t("No unit of this group has staff. Fill in the staff table."))
        return
    run = run_to_show(runs, "unit", unit)
    if run is None:
        st.info(t("No roster was built for this unit yet."))
        return
    roster = workroom.roster(session.work, run)
    _facts(session, roster)
    show_broken_rules(session, roster)
    with st.container(border=True):
        st.subheader(t("The roster"), anchor=False)
        st.html(grid_html(roster, t))
        st.caption(legend(roster, t))
        show_files(session, run)
        show_changes(session, run, roster)
    _fairness(session, run, roster)
    show_run(t, run)
    show_decision(session, run)


def _choose(session: Session, runs: tuple[Run, ...]) -> str | None:
    t, work = session.t, session.work
    staffed = {person.unit for person in work.gst.staff}
    names = {u.unit: unit_name(work, u) for u in work.gst.units if u.unit in staffed}
    if not names:
        return None
    first = first_choice(runs, "unit", list(names))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        unit = st.selectbox(
            t("Unit"),
            list(names),
            index=first,
            format_func=names.__getitem__,
            key=f"roster-unit-{first}",
        )
        percent = _needs_from(session)
        is_busy = session.job is not None
        if st.button(t("Build two weeks"), key="build-roster", disabled=is_busy):
            start_job(
                session, say("Building a roster"), _build(RosterRequest(unit, bed_percent=percent))
            )
        if st.button(t("Build four weeks, fairest first"), key="build-stages", disabled=is_busy):
            staged = RosterRequest(
                unit,
                days=FOUR_WEEKS,
                work_limit=STAGED_WORK,
                in_stages=True,
                bed_percent=percent,
            )
            start_job(session, say("Building a roster"), _build(staged))
    return unit


def _needs_from(session: Session) -> int | None:
    """The weekly table (None), or nurses for the beds foreseen at a quantile in percent."""
    t = session.t
    names = {
        TABLE: t("The weekly table"),
        MEDIAN: t("Beds foreseen, median"),
        HIGH: t("Beds foreseen, 9 times in 10 enough"),
    }
    chosen = st.selectbox(
        t("Nurses needed"), list(names), format_func=names.__getitem__, key="needs-from"
    )
    return chosen or None


def _build(asked: RosterRequest) -> Work:
    def work(gst: GstSession) -> str:
        return build_roster(gst, asked).run

    return work


def _facts(session: Session, roster: Roster) -> None:
    t = session.t
    needed = sum(need.staff_needed for _, need in roster.problem.needs())
    missing = sum(row.missing for row in roster.shortfall())
    share = 100 * (needed - missing) / needed if needed else 100.0
    shares = roster.fairness()
    figures = (
        (
            t("Duties covered"),
            f"{t.number(share, 1)} %",
            t("{count} of {total} have nobody", count=missing, total=needed),
        ),
        (t("Rules broken"), t.number(len(roster.violations())), t("Checked apart from the solver")),
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
        frame = fairness_frame(roster, burden or Burden.NIGHTS)
        st.altair_chart(fairness(frame, t(BURDENS[burden or Burden.NIGHTS]), t), alt=summary)
        show_ledger(session, run)
