"""What a scheduler does with a roster: tells absences, moves a duty by hand, asks why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial

import streamlit as st

from application.jobs import works
from application.roster_reasons import BURDENS
from application.use_cases.change_roster import Move, move
from application.use_cases.read_fairness import Evenness, explained, fairness_of
from dashboard import workroom
from dashboard.parts.address import RUN_IN_ADDRESS
from dashboard.parts.errors import show_error
from dashboard.parts.html_table import Column, show_table
from dashboard.parts.job_panel import start_job
from dashboard.session import Session
from hospital.errors import GstError, say
from hospital.roster import Roster
from hospital.roster_words import told
from hospital.violation import Violation

MOST_DAYS_AWAY = 62
DEFAULT_DAYS_AWAY = 7


def show_broken_rules(session: Session, broken: Sequence[Violation]) -> None:
    """Every rule that the roster breaks, before anybody publishes it."""
    if broken:
        t = session.t
        lines = "\n".join(f"- {t(told(one))}" for one in broken)
        head = t("This roster breaks rules:")
        st.warning(f"{head}\n\n{lines}")


def show_changes(session: Session, run: str, roster: Roster) -> None:
    """The three things that can be done with a roster that stands."""
    t = session.t
    titles = t("Absences"), t("Move a duty by hand"), t("Why this person, this day")
    away, by_hand, reasons = st.tabs(list(titles))
    with away:
        _ask_absences(session, run, roster)
    with by_hand:
        _ask_move(session, run, roster)
    with reasons:
        _ask_why(session, run, roster)


def show_ledger(session: Session, run: str) -> None:
    """Gini, Jain and largest deviation of each burden: before, in this roster, with it."""
    t = session.t
    work = session.work
    decided = workroom.state_of_record(work)
    titles = t("What is shared"), t("Ledger before"), t("This roster"), t("Ledger with it")
    rows = [
        [
            t(BURDENS[row.burden]),
            *(_evenness(session, e) for e in (row.before, row.alone, row.after)),
        ]
        for row in workroom.worked_out(run, f"ledger {decided}", partial(fairness_of, work, run))
    ]
    measures = t("Gini · Jain · largest distance from the fair share")
    show_table(measures, [Column(title) for title in titles], rows)
    st.caption(t("{measures}: shares are equal where Gini is 0 and Jain is 1.", measures=measures))


def _ask_absences(session: Session, run: str, roster: Roster) -> None:
    t, days = session.t, roster.problem.calendar()
    names = roster.problem.names()
    with st.form(f"absences-{run}", border=False):
        people = st.multiselect(
            t("Who is away"),
            list(names),
            format_func=names.__getitem__,
            key="away",
            placeholder=t("Choose people"),
        )
        from_day, length = st.columns(2)
        first = from_day.date_input(
            t("First day away"), days[0], min_value=days[0], max_value=days[-1], key="away-from"
        )
        count = length.number_input(
            t("Days away"), 1, MOST_DAYS_AWAY, DEFAULT_DAYS_AWAY, key="away-days"
        )
        sent = st.form_submit_button(t("Mend the roster"), type="primary")
    if sent and people and isinstance(first, date):
        start_job(
            session,
            say("Mending a roster"),
            works.mended_roster(run, tuple(people), first, int(count)),
        )


def _ask_move(session: Session, run: str, roster: Roster) -> None:
    t, days = session.t, roster.problem.calendar()
    names = roster.problem.names()
    with st.form(f"move-{run}", border=False):
        giver = st.selectbox(
            t("Who gives the duty"), list(names), format_func=names.__getitem__, key="giver"
        )
        day = st.date_input(
            t("Day of the duty"), days[0], min_value=days[0], max_value=days[-1], key="move-day"
        )
        taker = st.selectbox(
            t("Who takes it"), list(names), format_func=names.__getitem__, key="taker"
        )
        sent = st.form_submit_button(t("Move the duty"), type="primary")
    if sent and isinstance(day, date):
        _move(session, run, roster, (giver, taker, day))


def _move(session: Session, run: str, roster: Roster, asked: tuple[str, str, date]) -> None:
    t = session.t
    giver, taker, day = asked
    shift = next((a.shift for a in roster.assignments if (a.staff, a.day) == (giver, day)), None)
    if shift is None or giver == taker:
        st.error(t("Choose somebody who works on that day, and somebody else who takes the duty."))
        return
    try:
        made = move(session.work, run, [Move(giver, day, None), Move(taker, day, shift)])
    except GstError as error:
        show_error(t, error)
        return
    st.query_params[RUN_IN_ADDRESS] = made.run
    st.rerun()


def _ask_why(session: Session, run: str, roster: Roster) -> None:
    t, days = session.t, roster.problem.calendar()
    names = roster.problem.names()
    who, when = st.columns(2)
    staff = who.selectbox(t("Person"), list(names), format_func=names.__getitem__, key="why-who")
    day = when.date_input(t("Day"), days[0], min_value=days[0], max_value=days[-1], key="why-day")
    if st.button(t("Explain"), key="why") and isinstance(day, date):
        for reason in explained(session.work, run, staff, day):
            st.markdown(f"- {t(reason)}")


def _evenness(session: Session, found: Evenness | None) -> str:
    if found is None:
        return "–"
    t = session.t
    figures = (found.gini, 2), (found.jain, 2), (found.largest_deviation, 1)
    return " · ".join(t.number(value, decimals) for value, decimals in figures)
