"""Decisions: what waits for me, who decided what, and does the record hold?"""

from __future__ import annotations

import streamlit as st

from application.store import decisions as log
from application.terms import WAITING, RecommendationKind
from application.use_cases.decide import Recommendation, recommendations
from dashboard.parts.address import RUN_IN_ADDRESS
from dashboard.parts.decision_form import decision_columns, decision_rows
from dashboard.parts.head import SHORT_RUN, show_head
from dashboard.parts.html_table import Column, show_table
from dashboard.session import Session
from dashboard.wording import KINDS

PAGE_OF = {
    RecommendationKind.SCENARIO: "comparison",
    RecommendationKind.ROSTER: "roster",
    RecommendationKind.THEATRE_PLAN: "theatre",
    RecommendationKind.STOCK_ORDER: "pharmacy",
    RecommendationKind.STOCK_TRANSFERS: "pharmacy",
}


def draw(session: Session) -> None:
    """The chain, the drafts and the journal."""
    t = session.t
    show_head(
        session,
        t("Decisions"),
        t("What waits for a decision, who decided what, does the record hold?"),
    )
    _chain(session)
    found = recommendations(session.work)
    current = session.work.snapshot.snapshot
    drafts = [row for row in found if row.state in WAITING and row.run.snapshot == current]
    with st.container(border=True):
        st.subheader(t("Drafts that wait for a decision"), anchor=False)
        if not drafts:
            st.caption(t("Nothing waits."))
        for draft in drafts:
            _draft(session, draft)
    _journal(session, found)


def _chain(session: Session) -> None:
    t = session.t
    broken = log.verify(session.work.database)
    if broken is not None:
        st.error(
            t(
                "The record of decisions was altered: entry {sequence} does not hold. Keep the "
                "database as it is and call who is in charge of it.",
                sequence=broken.sequence,
            )
        )
        return
    entries = log.entries(session.work.database)
    if entries:
        st.success(
            t(
                "The record holds: {count} decisions, each chained to the one before; last "
                "fingerprint {hash}.",
                count=len(entries),
                hash=entries[-1].hash[:16],
            )
        )


def _draft(session: Session, draft: Recommendation) -> None:
    t = session.t
    with st.container(horizontal=True, vertical_alignment="center"):
        when = t.isolated(f"{draft.run.finished_at:%Y-%m-%d %H:%M}")
        st.markdown(f"**{t(KINDS[draft.kind])}** · {when} · `{draft.run.run[:SHORT_RUN]}`")
        st.page_link(
            session.pages[PAGE_OF[draft.kind]],
            label=t("Open"),
            query_params={RUN_IN_ADDRESS: draft.run.run, "lang": session.language.value},
        )


def _journal(session: Session, found: tuple[Recommendation, ...]) -> None:
    t = session.t
    decided = [(row, decision) for row in found for decision in row.decisions]
    decided.sort(key=lambda pair: pair[1].at, reverse=True)
    with st.container(border=True):
        st.subheader(t("Journal"), anchor=False)
        if not decided:
            st.caption(t("Nobody has decided anything yet."))
            return
        columns = [Column(t("What")), Column(t("Run")), *decision_columns(t)]
        rows = [
            [t(KINDS[row.kind]), row.run.run[:SHORT_RUN], *decision_rows(t, (decision,))[0]]
            for row, decision in decided
        ]
        show_table(t("Journal"), columns, rows)
