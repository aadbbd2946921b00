"""The day goes otherwise: who is missing, who must be operated at once; it is planned again."""

from __future__ import annotations

from datetime import date, datetime, time

import streamlit as st

from application.jobs import works
from application.theatre_words import AGES, SEXES
from application.use_cases.change_theatre import Emergency, TodaysNews
from dashboard.parts.job_panel import start_job
from dashboard.session import Session
from hospital.errors import say
from hospital.theatre import Procedure, Surgeon
from hospital.theatre_plan import TheatrePlan

MORNING = time(8)


def ask_todays_news(session: Session, run: str, plan: TheatrePlan) -> None:
    """The form for the day, and the job that plans it again around what has begun."""
    t, days = session.t, plan.problem.calendar()
    procedure = _ask_procedure(session, plan)
    with st.form(f"today-{run}", border=False):
        day_column, hour_column = st.columns(2)
        day = day_column.date_input(
            t("Day"), days[0], min_value=days[0], max_value=days[-1], key="missing-day"
        )
        hour = hour_column.time_input(t("From this hour on"), MORNING, key="missing-hour")
        absent = _ask_absent(session, plan)
        emergency = _ask_emergency(session, plan, procedure) if procedure else None
        sent = st.form_submit_button(t("Plan the day again"), type="primary")
    if sent and isinstance(day, date):
        come = (emergency,) if emergency else ()
        news = TodaysNews(datetime.combine(day, hour), come, tuple(absent))
        start_job(session, say("Planning the day again"), works.theatre_day(run, news))
    st.caption(t("What has begun stays, and as little as possible changes."))


def _ask_procedure(session: Session, plan: TheatrePlan) -> Procedure | None:
    """Before the form: which surgeons can be asked for follows from it."""
    t = session.t
    able = {row.specialty for row in _surgeons_here(session, plan)}
    return st.selectbox(
        t("An emergency: which operation"),
        [row for row in session.work.gst.procedures if row.specialty in able],
        index=None,
        format_func=lambda row: row.name,
        placeholder=t("No emergency"),
        key="emergency-procedure",
    )


def _ask_absent(session: Session, plan: TheatrePlan) -> list[str]:
    t = session.t
    names = {row.surgeon: row.name for row in plan.problem.surgeons}
    chosen: list[str] = st.multiselect(
        t("Who is missing"),
        list(names),
        format_func=names.__getitem__,
        key="missing-surgeons",
        placeholder=t("Choose people"),
    )
    return chosen


def _ask_emergency(session: Session, plan: TheatrePlan, procedure: Procedure) -> Emergency:
    t = session.t
    able = {
        row.surgeon: row.name
        for row in _surgeons_here(session, plan)
        if row.specialty == procedure.specialty
    }
    code_column, surgeon_column = st.columns(2)
    sex_column, age_column = st.columns(2)
    code = code_column.text_input(
        t("Code of the patient"),
        f"EMERGENCY-{len(plan.problem.waiting_list) + 1}",
        max_chars=40,
        help=t("No name: the code of the hospital, or this one."),
        key="emergency-patient",
    )
    surgeon = surgeon_column.selectbox(
        t("Surgeon"), list(able), format_func=able.__getitem__, key="emergency-surgeon"
    )
    sex = sex_column.selectbox(
        t("Sex"), list(SEXES), format_func=lambda one: t(SEXES[one]), key="emergency-sex"
    )
    age = age_column.selectbox(
        t("Age"), list(AGES), 1, format_func=lambda one: t(AGES[one]), key="emergency-age"
    )
    return Emergency(code.strip(), procedure.procedure, surgeon, sex, age)


def _surgeons_here(session: Session, plan: TheatrePlan) -> list[Surgeon]:
    return [r for r in session.work.gst.surgeons if r.hospital == plan.problem.hospital]
