"""Empty tables to fill in, and what each of their columns holds."""

from __future__ import annotations

from functools import partial

import streamlit as st

from application.folder.cells import expectation
from application.folder.columns import Column as TableColumn
from application.folder.columns import columns_of
from application.table_words import TABLE_NAMES
from application.use_cases.uploads import template_csv, templates_zip
from dashboard.parts.html_table import Column, show_table
from dashboard.session import Session
from hospital.tables import TABLES, Table


def show_templates(session: Session) -> None:
    """All templates in one archive, or one table with its columns explained."""
    t = session.t
    st.subheader(t("Templates"), anchor=False)
    st.markdown(
        t(
            "A group needs gst.yaml and the tables of what it wants planned. In a template, rows "
            "that begin with # explain the columns and are not read."
        )
    )
    st.download_button(
        t("Every template (ZIP)"),
        partial(templates_zip, t),
        file_name="tadbir-templates.zip",
        mime="application/zip",
        on_click="ignore",
        key="templates",
    )
    names = {table.name: t.beside(table.name, t(TABLE_NAMES[table.name])) for table in TABLES}
    table = st.selectbox(
        t("Table"), TABLES, format_func=lambda one: names[one.name], key="template"
    )
    st.download_button(
        t("This template (CSV)"),
        partial(template_csv, table, t),
        file_name=f"{table.name}.csv",
        mime="text/csv",
        on_click="ignore",
        key="template-csv",
    )
    titles = (t("Column"), t("What it holds"), t("Needed"), t("Must be in the table"))
    rows = [_row(session, table, column) for column in columns_of(table)]
    show_table(names[table.name], [Column(title) for title in titles], rows)


def _row(session: Session, table: Table, column: TableColumn) -> list[str]:
    t = session.t
    holds = (t(column.meaning), t(expectation(column)).strip())
    needed = t("may be empty") if column.may_be_empty else t("needed")
    return [
        column.name,
        " · ".join(word for word in holds if word),
        needed,
        table.references.get(column.name, ""),
    ]
