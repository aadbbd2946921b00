"""How old the data are: the day they plan from, their import, and the end of each history."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial

import streamlit as st

from application.table_words import TABLE_NAMES
from application.use_cases.data_age import history_ends
from dashboard import workroom
from dashboard.parts.figures import show_figures
from dashboard.parts.html_table import Column, show_table
from dashboard.session import Session

STALE_DAYS = 1
"""Beyond one day, tonight's beds are not those of the data."""


def show_age(session: Session) -> None:
    """Days since the data; real data that are older than a day are a warning."""
    t, snapshot = session.t, session.work.snapshot
    days = (datetime.now(UTC).date() - snapshot.as_of).days
    st.subheader(t("Age of the data"), anchor=False)
    if days > STALE_DAYS and not snapshot.synthetic:
        st.warning(
            t("The data are {count} days old: import today's before you decide.", count=days)
        )
    imported = f"{snapshot.imported_at:%Y-%m-%d %H:%M} UTC"
    figures = (
        (t("Plans begin on"), t.day(snapshot.as_of), t("{count} days ago", count=days)),
        (t("Imported"), imported, t("fingerprint {hash}", hash=snapshot.snapshot[:8])),
    )
    show_figures(t, figures)
    ends = workroom.worked_out(
        snapshot.snapshot, "history ends", partial(history_ends, session.work)
    )
    titles = (t("From"), t("To"))
    columns = [Column(t("History")), Column(t("Rows"), is_figure=True)]
    rows = [
        [
            t(TABLE_NAMES[end.table]),
            t.number(end.rows),
            *("–" if day is None else t.isolated(day.isoformat()) for day in (end.first, end.last)),
        ]
        for end in ends
    ]
    show_table(t("What happened, table by table"), [*columns, *map(Column, titles)], rows)
