"""A theatre plan out of Tadbir: daily lists (PDF, XLSX), every case (CSV), calendars (ICS, ZIP).

Everything that leaves says whose word it is: a draft says that nobody has published it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from application.files_out import (
    calendars_of,
    require_format,
    require_leaving,
    whose_word,
    write_whole,
)
from application.language import Translator
from application.store.runs import find_run
from application.theatre_words import LEFT_OUT, relaxation
from application.use_cases.access import needs
from application.use_cases.decide import find_recommendation
from application.use_cases.publishing import theatre_plan_in_force
from application.use_cases.session import Session
from governance.access import Action
from hospital.errors import GstError, say
from hospital.theatre_plan import TheatrePlan

FORMATS = (".pdf", ".xlsx", ".csv", ".ics", ".zip")


@needs(Action.READ)
def theatre_file(
    session: Session, run: str, suffix: str, t: Translator, surgeon: str | None = None
) -> bytes:
    """The plan of a run as a file of this kind; ``.ics`` is of one surgeon, ``.zip`` of all.

    Raises:
        GstError: ``unknown_format``, ``not_in_the_plan`` for a surgeon it does not have, or
            ``not_published`` for the calendars of a draft: a telephone shows no warning.
    """
    require_format(suffix, FORMATS)
    plan = theatre_plan_in_force(session, find_recommendation(session, run))
    require_leaving(session, run, suffix)
    if suffix == ".ics":
        return _calendar(session, run, plan, surgeon)
    makers: dict[str, Callable[[], bytes]] = {
        ".pdf": lambda: _lists(session, run, plan, t),
        ".xlsx": lambda: _workbook(session, run, plan, t),
        ".csv": lambda: _table(session, plan),
        ".zip": lambda: calendars_of(
            sorted({case.surgeon for case in plan.cases}),
            lambda one: _calendar(session, run, plan, one),
        ),
    }
    return makers[suffix]()


@needs(Action.READ)
def export_theatre(
    session: Session, run: str, file: Path, t: Translator, surgeon: str | None = None
) -> None:
    """Writes the file, whole or not at all; its name says which kind."""
    write_whole(file, theatre_file(session, run, file.suffix.lower(), t, surgeon))


def _names_of(session: Session) -> dict[str, str]:
    """What procedures and surgeons are called, by code."""
    procedures = {row.procedure: row.name for row in session.gst.procedures}
    return procedures | {row.surgeon: row.name for row in session.gst.surgeons}


def _heads(t: Translator) -> dict[str, str]:
    return {
        "room": t("room"),
        "start": t("start"),
        "end": t("end"),
        "minutes": t("minutes"),
        "patient": t("patient"),
        "procedure": t("operation"),
        "surgeon": t("surgeon"),
        "session": t("session"),
    }


def _notes(session: Session, run: str, plan: TheatrePlan, t: Translator) -> tuple[str, ...]:
    risk = t(
        "Times are expected ones; time is kept free so that a full session runs late in about "
        "{risk} cases of 100.",
        risk=round(100 * plan.problem.overtime_risk),
    )
    synthetic = (t("Synthetic data"),) if session.snapshot.synthetic else ()
    return t(whose_word(session, run)), risk, *synthetic


def _lists(session: Session, run: str, plan: TheatrePlan, t: Translator) -> bytes:
    from application.report.theatre_list import (  # noqa: PLC0415 - Matplotlib is heavy
        ListWords,
        theatre_list_pdf,
    )

    title = session.gst.hospital(plan.problem.hospital).name
    words = ListWords(title, tuple(_heads(t).values()), _notes(session, run, plan, t))
    return theatre_list_pdf(plan, _names_of(session), words, t)


def _workbook(session: Session, run: str, plan: TheatrePlan, t: Translator) -> bytes:
    from scheduling.theatres.export import plan_xlsx  # noqa: PLC0415 - openpyxl is heavy

    reasons = {
        row.patient: f"{t(LEFT_OUT[row.reason])}. {t(relaxation(row))}" for row in plan.unplanned
    }
    labels = {
        **reasons,
        **_heads(t),
        "waiting": t("Waiting"),
        "why": t("Why"),
        "notes": "\n".join(_notes(session, run, plan, t)),
    }
    return plan_xlsx(plan, _names_of(session), labels, right_to_left=t.language.is_right_to_left)


def _table(session: Session, plan: TheatrePlan) -> bytes:
    from scheduling.theatres.export import plan_csv  # noqa: PLC0415 - openpyxl is heavy

    return plan_csv(plan, _names_of(session))


def _calendar(session: Session, run: str, plan: TheatrePlan, surgeon: str | None) -> bytes:
    from scheduling.theatres.export import plan_ics  # noqa: PLC0415 - openpyxl is heavy

    if surgeon not in {case.surgeon for case in plan.cases}:
        raise GstError(
            "not_in_the_plan",
            say(
                "{surgeon} operates nobody in this plan; name one by code.", surgeon=surgeon or "?"
            ),
        )
    made = find_run(session.database, run)
    assert made is not None  # its plan was just read
    return plan_ics(plan, surgeon, made.finished_at)
