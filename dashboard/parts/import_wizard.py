"""A GST through the page: send files, see what is wrong row by row, import what is right."""

from __future__ import annotations

from hashlib import sha256

import streamlit as st

from application.folder.reading import FolderReport, GstData
from application.folder.uploads import ARCHIVE, KINDS, MOST_UPLOADED_MB, Upload
from application.use_cases.folders import import_data
from application.use_cases.session import open_session
from dashboard import workroom
from dashboard.parts.errors import show_error
from dashboard.parts.html_table import Column, show_table
from dashboard.session import Session
from hospital.errors import GstError, Problem

MOST_SHOWN = 200


def show_import(session: Session) -> None:
    """First the files, then what was found in them, then the confirmation."""
    t = session.t
    st.subheader(t("Import a group"), anchor=False)
    st.markdown(
        t(
            "Send gst.yaml and the tables, zipped or one by one. They are checked first: nothing "
            "is stored before you confirm, and a file with a fault stores nothing."
        )
    )
    label = t(
        "Files of the group (ZIP, CSV, XLSX, Parquet or YAML; at most {megabytes} MB)",
        megabytes=MOST_UPLOADED_MB,
    )
    sent = st.file_uploader(
        label,
        type=[kind.removeprefix(".") for kind in (ARCHIVE, *KINDS)],
        accept_multiple_files=True,
        max_upload_size=MOST_UPLOADED_MB,
        key="upload",
    )
    if not sent:
        return
    uploads = tuple(Upload(file.name, file.getvalue()) for file in sent)
    try:
        with st.spinner(t("Checking the files")):
            report = workroom.checked_upload(_hash(uploads), uploads)
    except GstError as error:
        show_error(t, error)
        return
    _show_rows(session, report)
    if report.data is None:
        _show_problems(session, report)
    else:
        _confirm(session, report.data)


def _hash(uploads: tuple[Upload, ...]) -> str:
    found = sha256()
    for upload in uploads:
        found.update(f"{upload.name}\n{len(upload.content)}\n".encode())
        found.update(upload.content)
    return found.hexdigest()


def _show_rows(session: Session, report: FolderReport) -> None:
    t = session.t
    rejected = report.findings.rejected_rows
    left_out = {file.partition(".")[0]: count for file, count in rejected.items()}
    rows = [
        [name, t.number(count), t.number(left_out.get(name, 0))]
        for name, count in report.rows.items()
    ]
    if rows:
        titles = (t("Usable rows"), t("Rows with a fault"))
        columns = [Column(t("Table")), *(Column(title, is_figure=True) for title in titles)]
        show_table(t("What the files hold"), columns, rows)


def _show_problems(session: Session, report: FolderReport) -> None:
    t, problems = session.t, report.findings.problems
    st.error(t("{count} problems found; nothing can be imported yet.", count=report.findings.total))
    titles = (t("File"), t("Row"), t("Column"), t("Found"), t("Expected"), t("What to do"))
    show_table(
        t("What is wrong, place by place"),
        [Column(title) for title in titles],
        [_row(session, problem) for problem in problems[:MOST_SHOWN]],
    )
    hidden = report.findings.total - min(len(problems), MOST_SHOWN)
    if hidden > 0:
        st.caption(t("... and {count} more of the same kinds.", count=hidden))


def _row(session: Session, problem: Problem) -> list[str]:
    t = session.t
    place = "" if problem.row is None else t.number(problem.row)
    told = (t.told(text) for text in (problem.found, problem.expected, problem.remedy))
    return [problem.file, place, problem.column or "", *told]


def _confirm(session: Session, data: GstData) -> None:
    t, identity = session.t, data.gst.identity
    st.success(
        t(
            "Everything can be imported: {name}, planned from {day} on.",
            name=identity.name,
            day=t.day(identity.as_of),
        )
    )
    if session.gst is not None:
        st.caption(
            t(
                "{name} stays stored, but pages show the group imported last.",
                name=session.gst.snapshot.name,
            )
        )
    busy = session.job is not None
    if st.button(t("Import this group"), type="primary", key="import", disabled=busy):
        _import(session, data)


def _import(session: Session, data: GstData) -> None:
    """Here and not as a job: what a browser sent is in memory, and nobody keeps it on a disk."""
    try:
        with st.spinner(session.t("Importing the group")), open_session(session.settings) as gst:
            import_data(gst, data)
    except GstError as error:
        show_error(session.t, error)
        return
    st.rerun()
