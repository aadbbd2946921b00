"""A week of surgery: a line for each room of each day, a bar for each operation."""

from __future__ import annotations

from datetime import date
from typing import Any

import altair as alt
import pandas as pd
from babel.dates import format_date

from application.language import Translator
from application.theatre_words import PRIORITIES
from dashboard.charts.style import AMBER, GREY, TEAL, VERMILLION, finished, names_axis
from hospital.theatre import Priority
from hospital.theatre_plan import TheatrePlan

LINE, START, END, PRIORITY = "line", "start", "end", "priority"
PATIENT, PROCEDURE, SURGEON = "patient", "procedure", "surgeon"
CASE_COLUMNS = [LINE, START, END, PRIORITY, PATIENT, PROCEDURE, SURGEON]
COLOURS = {Priority.URGENT: VERMILLION, Priority.SEMI_URGENT: AMBER, Priority.ROUTINE: TEAL}
ROW_PIXELS, MARGIN_PIXELS, BAR_PIXELS = 30, 110, 20
MINUTES = 60


def week_frames(plan: TheatrePlan, t: Translator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Operations and sessions."""
    return cases_frame(plan, t), sessions_frame(plan, t)


def cases_frame(plan: TheatrePlan, t: Translator) -> pd.DataFrame:
    """One row for each operation; start and end in clock hours."""
    problem = plan.problem
    rooms = {session.session: session.room for session in problem.sessions}
    patients = {patient.patient: patient for patient in problem.waiting_list}
    procedures = {row.procedure: row.name for row in problem.procedures}
    surgeons = {row.surgeon: row.name for row in problem.surgeons}
    rows = [
        {
            LINE: line_name(case.day, rooms[case.session], t),
            START: case.start_minute / MINUTES,
            END: case.end_minute / MINUTES,
            PRIORITY: t(PRIORITIES[patients[case.patient].priority]),
            PATIENT: case.patient,
            PROCEDURE: procedures[patients[case.patient].procedure],
            SURGEON: surgeons[case.surgeon],
        }
        for case in plan.cases
    ]
    return pd.DataFrame(rows, columns=CASE_COLUMNS)


def sessions_frame(plan: TheatrePlan, t: Translator) -> pd.DataFrame:
    """One row for each session on each day, by day and room; start and end in clock hours."""
    rows = [
        {
            LINE: line_name(day, session.room, t),
            START: session.start_minute / MINUTES,
            END: (session.start_minute + session.length_minutes) / MINUTES,
        }
        for session, day in plan.problem.blocks()
    ]
    return pd.DataFrame(rows, columns=[LINE, START, END])


def line_name(day: date, room: str, t: Translator) -> str:
    """A room on a day, as the chart names its lines."""
    return f"{format_date(day, 'EEE d MMM', locale=t.language.locale)} · {room}"


def gantt(cases: pd.DataFrame, sessions: pd.DataFrame, t: Translator) -> Any:
    """A line for each room of each day: the session in pale, its operations on it."""
    lines = list(dict.fromkeys(sessions[LINE]))
    y = alt.Y(LINE, type="nominal", sort=lines, title=None, axis=names_axis(t))
    open_hours = (
        alt.Chart(sessions)
        .mark_bar(color=GREY, opacity=0.18, height=BAR_PIXELS + 6, cornerRadius=4)
        .encode(x=_hours(t), x2=END, y=y)
    )
    operations = (
        alt.Chart(cases)
        .mark_bar(cornerRadius=4, height=BAR_PIXELS)
        .encode(x=_hours(t), x2=END, y=y, color=_colour(t), tooltip=_tooltips(t))
    )
    height = ROW_PIXELS * len(lines) + MARGIN_PIXELS
    return finished(alt.layer(open_hours, operations).properties(height=height), t)


def _hours(t: Translator) -> alt.X:
    return alt.X(
        START,
        type="quantitative",
        title=t("Hour of the day"),
        scale=alt.Scale(zero=False, nice=True),
        axis=alt.Axis(format=".0f", tickMinStep=1),
    )


def _colour(t: Translator) -> alt.Color:
    names = [t(PRIORITIES[priority]) for priority in COLOURS]
    scale = alt.Scale(domain=names, range=list(COLOURS.values()))
    return alt.Color(
        PRIORITY, type="nominal", scale=scale, legend=alt.Legend(title=None, orient="top")
    )


def _tooltips(t: Translator) -> list[alt.Tooltip]:
    titles = {
        PATIENT: t("Patient"),
        PROCEDURE: t("Procedure"),
        SURGEON: t("Surgeon"),
        PRIORITY: t("Priority"),
    }
    return [alt.Tooltip(name, type="nominal", title=title) for name, title in titles.items()]
