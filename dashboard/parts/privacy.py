"""What is kept of persons here: the register of processing that law 09-08 asks for."""

from __future__ import annotations

import streamlit as st

from application.use_cases.privacy import register_of_processing
from dashboard.parts.html_table import Column, show_table
from dashboard.session import Session


def show_privacy(session: Session) -> None:
    """Each processing of personal data in this database, with what protects it."""
    t = session.t
    st.subheader(t("Privacy"), anchor=False)
    st.markdown(
        t(
            "This is the register of processing of law 09-08: what this database really holds of "
            "persons. Nothing of it leaves this machine."
        )
    )
    titles = (t("What"), t("Purpose"), t("Whose"), t("What is kept"), t("Protection"))
    columns = [*(Column(title) for title in titles), Column(t("Entries"), is_figure=True)]
    rows = [
        [
            *(t(text) for text in (row.name, row.purpose, row.persons, row.data, row.protection)),
            t.number(row.entries),
        ]
        for row in register_of_processing(session.work)
    ]
    show_table(t("Register of processing"), columns, rows)
    st.caption(t("What is too old is removed with tadbir privacy purge."))
