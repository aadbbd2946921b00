"""Theatre list: which patient, which room, which day, and who has to wait, and why?"""

from __future__ import annotations

from collections import Counter
from functools import partial

import streamlit as st

from application.jobs import works
from application.store.runs import Run
from application.terms import RecommendationKind
from application.theatre_words import LEFT_OUT, PRIORITIES
from application.use_cases.read_results import runs_of
from dashboard import workroom
from dashboard.charts.gantt import gantt, week_frames
from dashboard.parts.address import first_choice, run_to_show
from dashboard.parts.chart import show_chart
from dashboard.parts.decision_form import show_decision
from dashboard.parts.figures import show_figures
from dashboard.parts.head import show_head, show_run
from dashboard.parts.html_table import Column, show_table
from dashboard.parts.job_panel import start_job
from dashboard.parts.theatre_changes import show_theatre_changes
from dashboard.parts.theatre_files import show_theatre_files
from dashboard.session import Session
from hospital.errors import say
from hospital.theatre import Priority
from hospital.theatre_plan import TheatrePlan


def draw(session: Session) -> None:
    """Choose a hospital, see its newest week, and decide on it."""
    t = session.t
    show_head(
        session,
        t("Theatre list"),
        t("Which patient, which room, which day; and who has to wait, and why?"),
    )
    runs = runs_of(session.work, RecommendationKind.THEATRE_PLAN)
    hospital = _choose(session, runs)
    if hospital is None:
        st.info(t("Nobody waits for an operation in this group."))
        return
    run = run_to_show(runs, "hospital", hospital)
    if run is None:
        st.info(t("No week of surgery was planned for this hospital yet."))
        return
    plan = workroom.theatre_plan(session.work, run)
    _facts(session, run, plan)
    _week(session, run, plan)
    _left_out(session, plan)
    with st.container(border=True):
        show_theatre_files(session, run)
        show_theatre_changes(session, run, plan)
    show_run(t, run)
    show_decision(session, run)


def _choose(session: Session, runs: tuple[Run, ...]) -> str | None:
    t, work = session.t, session.work
    waiting = Counter(patient.hospital for patient in work.gst.waiting_list)
    names = {
        row.hospital: t.beside(row.name, t("{count} patients wait", count=waiting[row.hospital]))
        for row in work.gst.hospitals
        if waiting[row.hospital]
    }
    if not names:
        return None
    first = first_choice(runs, "hospital", list(names))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        hospital = st.selectbox(
            t("Hospital"),
            list(names),
            index=first,
            format_func=names.__getitem__,
            key=f"theatre-hospital-{first}",
        )
        if st.button(t("Plan the week"), key="plan-theatre", disabled=session.job is not None):
            start_job(session, say("Planning a week of surgery"), works.theatre_week(hospital))
    return hospital


def _facts(session: Session, run: str, plan: TheatrePlan) -> None:
    t, problem = session.t, plan.problem
    minutes = sum(case.expected_minutes for case in plan.cases)
    open_minutes = sum(row.length_minutes for row, _ in problem.blocks())
    must = sum(map(problem.must_be_done, problem.waiting_list))
    broken = workroom.worked_out(run, "broken rules", plan.violations)
    late = sum(patient.must_be_done for patient in plan.unplanned)
    used = 100 * minutes / open_minutes if open_minutes else 0.0
    figures = (
        (
            t("Patients planned"),
            t.number(len(plan.cases)),
            t("of {count} who wait", count=len(problem.waiting_list)),
        ),
        (t("Urgent and due this week"), t.number(must - late), t("of {count} placed", count=must)),
        (t("Theatre time used"), f"{t.number(used)} %", t("by expected operating minutes")),
        (t("Rules broken"), t.number(len(broken)), t("Checked apart from the solver")),
    )
    show_figures(t, figures)


def _week(session: Session, run: str, plan: TheatrePlan) -> None:
    t = session.t
    with st.container(border=True):
        st.subheader(t("The week, room by room"), anchor=False)
        summary = t(
            "{count} operations from {first} on. Each bar lasts its expected time, pale is the "
            "session; time is kept free so that it runs over in about {risk} cases of 100.",
            count=len(plan.cases),
            first=t.day(plan.problem.first_day),
            risk=round(100 * plan.problem.overtime_risk),
        )
        st.caption(summary)
        frames = workroom.worked_out(run, f"week {t.language}", partial(week_frames, plan, t))
        show_chart(session, gantt, *frames, alt=summary)


def _left_out(session: Session, plan: TheatrePlan) -> None:
    t = session.t
    priorities = {row.patient: row.priority for row in plan.problem.waiting_list}
    counts = Counter((row.reason, priorities.get(row.patient)) for row in plan.unplanned)
    reasons = [reason for reason in LEFT_OUT if any(key[0] is reason for key in counts)]
    columns = [
        Column(t("Why")),
        *(Column(t(PRIORITIES[priority]), is_figure=True) for priority in Priority),
    ]
    rows = [
        [t(LEFT_OUT[reason]), *(t.number(counts[reason, priority]) for priority in Priority)]
        for reason in reasons
    ]
    with st.container(border=True):
        st.subheader(t("Who has to wait, and why"), anchor=False)
        if rows:
            show_table(t("Patients left on the list, by reason and priority"), columns, rows)
        else:
            st.caption(t("Everybody on the list has a place."))
