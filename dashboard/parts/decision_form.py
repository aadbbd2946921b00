"""A named person accepts, modifies or rejects a draft; what is on record stands beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import streamlit as st

from application.language import Translator
from application.terms import (
    DECIDES,
    Decision,
    ReasonCode,
    RecommendationKind,
    Role,
    State,
    Verdict,
)
from application.use_cases.decide import Opinion, Recommendation, decide, find_recommendation
from application.words import REASONS, ROLES
from dashboard.parts.decision_edits import Edits, choose_edits
from dashboard.parts.errors import show_error
from dashboard.parts.html_table import Column, show_table
from dashboard.session import Session
from dashboard.wording import KINDS, STATE_COLOURS, STATES, VERDICTS
from hospital.errors import GstError


def show_decision(session: Session, run: str, slot: str = "") -> None:
    """Where the recommendation stands, its decisions, and the form for another.

    The keys of the form begin with ``slot``, which tells two forms on one page apart.
    """
    t = session.t
    session.first_shown.setdefault(run, datetime.now(UTC))
    found = find_recommendation(session.work, run)
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            title = t("Your decision")
            st.subheader(f"{title} · {t(KINDS[found.kind])}", anchor=False)
            st.badge(t(STATES[found.state]), color=STATE_COLOURS[found.state])
        if found.state is State.SECOND_NEEDED:
            st.info(t("A second person has to agree before it is published."))
        if session.just_decided == run:
            st.success(
                t("Your decision is on record. It cannot be changed, only followed by another.")
            )
        if found.decisions:
            _show_record(t, found)
        _ask(session, run, found.kind, slot)


def decision_rows(t: Translator, decisions: tuple[Decision, ...]) -> list[list[str]]:
    """One line for each decision, the newest first."""
    return [
        [
            t(STATES[State(row.verdict.value)]),
            row.actor,
            t(ROLES[row.role]),
            t.isolated(f"{row.at:%Y-%m-%d %H:%M} UTC"),
            _reason(t, row),
            _change(row),
        ]
        for row in reversed(decisions)
    ]


def _reason(t: Translator, row: Decision) -> str:
    return ": ".join(filter(None, (row.reason_code and t(REASONS[row.reason_code]), row.reason)))


def _change(row: Decision) -> str:
    """The words, or else the places that were changed."""
    return row.change or ", ".join(edit.place for edit in row.edits)


def decision_columns(t: Translator) -> list[Column]:
    """The columns of ``decision_rows``."""
    titles = (t("Decision"), t("Name"), t("Role"), t("When"), t("Reason"), t("Change"))
    return [Column(title) for title in titles]


def _show_record(t: Translator, found: Recommendation) -> None:
    show_table(t("Decisions on record"), decision_columns(t), decision_rows(t, found.decisions))


@dataclass
class _Answers:
    """What the form holds when it is sent."""

    actor: str
    role: Role
    reason: str
    verdict: Verdict | None = None
    reason_code: ReasonCode | None = None
    change: str = ""
    edits: Edits = tuple


def _ask(session: Session, run: str, kind: RecommendationKind, slot: str) -> None:
    """The verdict first: what else is asked depends on it."""
    t = session.t
    verdict = st.segmented_control(
        t("What do you decide?"),
        list(VERDICTS),
        format_func=lambda v: t(VERDICTS[v]),
        key=f"{slot}verdict",
    )
    ask_edits = choose_edits(session, run, kind) if verdict is Verdict.MODIFIED else None
    with st.form(f"decision-{run}", border=False):
        answers = _common_fields(session, kind, slot)
        answers.verdict = verdict
        if verdict is Verdict.REJECTED:
            answers.reason_code = _reason_code(t, slot)
        if ask_edits is not None:
            answers.change = st.text_input(
                t("What is changed, in words"), max_chars=500, key=f"{slot}change"
            )
            answers.edits = ask_edits()
        sent = st.form_submit_button(t("Record my decision"), type="primary")
    if sent:
        _record(session, run, answers)


def _common_fields(session: Session, kind: RecommendationKind, slot: str) -> _Answers:
    t = session.t
    who, as_what = st.columns(2)
    actor = who.text_input(t("Your name"), value=session.actor, max_chars=100, key=f"{slot}actor")
    role = as_what.selectbox(
        t("You decide as"),
        sorted(DECIDES[kind], key=_whose_work),
        format_func=lambda r: t(ROLES[r]),
        key=f"{slot}role",
    )
    reason = st.text_area(
        t("Reason (needed to modify or reject)"), max_chars=2000, height=80, key=f"{slot}reason"
    )
    return _Answers(actor, role, reason)


def _whose_work(role: Role) -> tuple[bool, int]:
    """Whose work it is comes first; a manager may decide too."""
    return role is Role.MANAGER, list(Role).index(role)


def _reason_code(t: Translator, slot: str) -> ReasonCode | None:
    return st.selectbox(
        t("Kind of reason (needed to reject)"),
        list(ReasonCode),
        index=None,
        format_func=lambda c: t(REASONS[c]),
        placeholder=t("Choose a kind of reason"),
        key=f"{slot}reason_code",
    )


def _record(session: Session, run: str, answers: _Answers) -> None:
    t = session.t
    if answers.verdict is None:
        st.error(t("Choose to accept, modify or reject."))
        return
    try:
        decide(session.work, run, _opinion(session, run, answers, answers.verdict))
    except GstError as error:
        show_error(t, error)
        return
    session.actor, session.just_decided = answers.actor.strip(), run
    st.rerun()


def _opinion(session: Session, run: str, answers: _Answers, verdict: Verdict) -> Opinion:
    return Opinion(
        verdict,
        answers.actor.strip(),
        answers.role,
        answers.reason,
        answers.change,
        answers.reason_code,
        answers.edits(),
        session.first_shown.get(run),
    )
