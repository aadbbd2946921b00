"""Explore: with how few beds does a unit refuse no more than we allow?"""

from __future__ import annotations

import streamlit as st

from application.use_cases.overview import unit_name
from application.use_cases.smallest_beds import BedsFound, read_smallest_beds, smallest_beds_runs
from dashboard import workroom
from dashboard.parts.address import linked_run
from dashboard.parts.bed_search import ask_beds
from dashboard.parts.figures import show_figures
from dashboard.parts.head import show_head, show_run
from dashboard.parts.html_table import Cell, Column, show_table
from dashboard.session import Session

PERCENT = 100


def draw(session: Session) -> None:
    """The question, then the answer of the address or the newest."""
    t = session.t
    show_head(
        session,
        t("Explore"),
        t("With how few beds does a unit refuse no more than we allow?"),
    )
    runs = smallest_beds_runs(session.work)
    with st.expander(t("Ask about a unit"), expanded=not runs):
        ask_beds(session)
    if not runs:
        st.info(t("No number of beds was looked for on this group yet."))
        return
    run = (linked_run(runs) or runs[0]).run
    answer = workroom.kept(session.work, run, read_smallest_beds)
    with st.container(border=True):
        name = unit_name(session.work, session.work.gst.unit(answer.design.unit))
        st.subheader(name, anchor=False)
        _verdict(session, answer)
        _figures(session, answer)
        _tried(session, answer)
    show_run(t, run)


def _verdict(session: Session, answer: BedsFound) -> None:
    t, design, found = session.t, answer.design, answer.found
    percent = f"{design.target_percent:g}"
    if found.beds is None:
        most = max(one.beds for one in found.tried)
        st.warning(
            t(
                "Even {count} beds refuse more than {percent} % of those who ask.",
                count=most,
                percent=percent,
            )
        )
        return
    needed = t(
        "{unit} needs {count} beds to refuse no more than {percent} % of those who ask; it has "
        "{now}.",
        unit=design.unit,
        count=found.beds,
        percent=percent,
        now=answer.beds_now,
    )
    if found.is_sure:
        confidence = f"{PERCENT * design.confidence:g}"
        sure = t("Right with at least {percent} % probability.", percent=confidence)
        st.success(f"{needed} {sure}")
        return
    unsure = t("Not sure: a number tried is too near the limit; allow more replications.")
    st.warning(f"{needed} {unsure}")


def _figures(session: Session, answer: BedsFound) -> None:
    t, design, found = session.t, answer.design, answer.found
    needed = "–" if found.beds is None else t.number(found.beds)
    note = (
        t("a bed at all")
        if design.within_hours is None
        else (t("a bed within {hours} h", hours=f"{design.within_hours:g}"))
    )
    runs = sum(one.replications for one in found.tried)
    figures = (
        (t("Beds needed"), needed, t("{count} beds now", count=answer.beds_now)),
        (t("Refused at most"), f"{t.number(design.target_percent, 1)} %", note),
        (
            t("Numbers tried"),
            t.number(len(found.tried)),
            t("{count} replications of {days} days", count=runs, days=design.horizon_days),
        ),
    )
    show_figures(t, figures)


def _tried(session: Session, answer: BedsFound) -> None:
    t = session.t
    heads = (t("Beds"), t("Replications"), t("Refused [%]"), t("Interval"))
    show_table(
        t("Patients refused by {unit}, by its number of beds", unit=answer.design.unit),
        [*(Column(head, is_figure=True) for head in heads), Column(t("Outcome"))],
        [
            [
                t.number(one.beds),
                t.number(one.replications),
                t.number(PERCENT * one.share, 2),
                t.isolated(f"{t.number(PERCENT * one.low, 2)}–{t.number(PERCENT * one.high, 2)}"),
                Cell(
                    (t("enough") if one.meets else t("too few"))
                    + ("" if one.is_sure else " · " + t("not clear")),
                    "good" if one.meets else "bad",
                ),
            ]
            for one in sorted(answer.found.tried, key=lambda one: one.beds)
        ],
    )
