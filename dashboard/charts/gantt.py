"""A week of surgery: a line for each room of each day, a bar for each operation."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd
from babel.dates import format_date

from application.language import Translator
from dashboard.charts.style import AMBER, TEAL, VERMILLION, finished
from dashboard.wording import PRIORITIES
from hospital.theatre import Priority
from hospital.theatre_plan import TheatrePlan

DAY, ROOM, START, END, PRIORITY = "day", "room", "start", "end", "priority"
PATIENT, PROCEDURE, SURGEON = "patient", "procedure", "surgeon"
COLUMNS = [DAY, ROOM, START, END, PRIORITY, PATIENT, PROCEDURE, SURGEON]
COLOURS = {Priority.URGENT: VERMILLION, Priority.SEMI_URGENT: AMBER, Priority.ROUTINE: TEAL}
ROOM_PIXELS, WIDTH_PIXELS = 26, 820
MINUTES = 60


def cases_frame(plan: TheatrePlan, t: Translator) -> pd.DataFrame:
    """One row for each operation; start and end in clock hours."""
    problem = plan.problem
    rooms = {session.session: session.room for session in problem.sessions}
    patients = {patient.patient: patient for patient in problem.waiting_list}
    procedures = {row.procedure: row.name for row in problem.procedures}
    surgeons = {row.surgeon: row.name for row in problem.surgeons}
    rows = [
        {
            DAY: format_date(case.day, "EEEE d MMM", locale=t.language.locale),
            ROOM: rooms[case.session],
            START: case.start_minute / MINUTES,
            END: case.end_minute / MINUTES,
            PRIORITY: t(PRIORITIES[patients[case.patient].priority]),
            PATIENT: case.patient,
            PROCEDURE: procedures[patients[case.patient].procedure],
            SURGEON: surgeons[case.surgeon],
        }
        for case in sorted(plan.cases, key=lambda case: (case.day, rooms[case.session]))
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def gantt(frame: pd.DataFrame, t: Translator) -> Any:
    """Days under one another, rooms inside a day, hours from left to right."""
    names = [t(PRIORITIES[priority]) for priority in COLOURS]
    bars = (
        alt.Chart(frame)
        .mark_bar(cornerRadius=3, stroke="white", strokeWidth=1, height=18)
        .encode(
            x=alt.X(
                START,
                type="quantitative",
                title=t("Hour of the day"),
                scale=alt.Scale(zero=False, nice=True),
                axis=alt.Axis(format=".0f", tickMinStep=1),
            ),
            x2=END,
            y=alt.Y(ROOM, type="nominal", title=None),
            color=alt.Color(
                PRIORITY,
                type="nominal",
                scale=alt.Scale(domain=names, range=list(COLOURS.values())),
                legend=alt.Legend(title=None, orient="top"),
            ),
            tooltip=_tooltips(t),
        )
        .properties(width=WIDTH_PIXELS, height=alt.Step(ROOM_PIXELS))
    )
    header = alt.Header(
        title=None, labelAngle=0, labelAlign="left", labelOrient="top", labelAnchor="start"
    )
    faceted = bars.facet(
        row=alt.Row(DAY, type="nominal", sort=None, header=header), spacing=8
    ).resolve_scale(y="independent")
    return finished(faceted, t)


def _tooltips(t: Translator) -> list[alt.Tooltip]:
    titles = {
        PATIENT: t("Patient"),
        PROCEDURE: t("Procedure"),
        SURGEON: t("Surgeon"),
        PRIORITY: t("Priority"),
    }
    return [alt.Tooltip(name, type="nominal", title=title) for name, title in titles.items()]
