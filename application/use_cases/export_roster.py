"""A roster out of Tadbir: the wall chart (PDF, XLSX), every duty (CSV), calendars (ICS, ZIP).

What a ward or a person acts on leaves only when it is published (calendars), or says whose word
it is (chart, workbook, table): a draft says that nobody has published it.
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
from application.roster_legend import legend
from application.store.runs import find_run
from application.use_cases.access import needs
from application.use_cases.decide import find_recommendation
from application.use_cases.overview import unit_name
from application.use_cases.publishing import roster_in_force
from application.use_cases.session import Session
from application.words import STATES
from governance.access import Action
from hospital.errors import GstError, say
from hospital.roster import Roster

FORMATS = (".pdf", ".xlsx", ".csv", ".ics", ".zip")


@needs(Action.READ)
def roster_file(
    session: Session, run: str, suffix: str, t: Translator, staff: str | None = None
) -> bytes:
    """The roster of a run as a file of this kind; ``.ics`` is of one person, ``.zip`` of all.

    Raises:
        GstError: ``unknown_format``, ``not_in_roster`` for a person it does not have, or
            ``not_published`` for the calendars of a draft: a telephone shows no warning.
    """
    require_format(suffix, FORMATS)
    roster = roster_in_force(session, find_recommendation(session, run))
    require_leaving(session, run, suffix)
    if suffix == ".ics":
        return _calendar(session, run, roster, staff)
    makers: dict[str, Callable[[], bytes]] = {
        ".pdf": lambda: _wall_chart(session, run, roster, t),
        ".xlsx": lambda: _workbook(session, run, roster, t),
        ".csv": lambda: _table(session, run, roster),
        ".zip": lambda: calendars_of(
            (person.staff for person in roster.problem.staff),
            lambda one: _calendar(session, run, roster, one),
        ),
    }
    return makers[suffix]()


@needs(Action.READ)
def export_roster(
    session: Session, run: str, file: Path, t: Translator, staff: str | None = None
) -> None:
    """Writes the file, whole or not at all; its name says which kind."""
    write_whole(file, roster_file(session, run, file.suffix.lower(), t, staff))


def _wall_chart(session: Session, run: str, roster: Roster, t: Translator) -> bytes:
    from application.report.wall_chart import (  # noqa: PLC0415 - Matplotlib is heavy
        ChartWords,
        wall_chart_pdf,
    )

    notes = [t(whose_word(session, run)), legend(roster, t)]
    if session.snapshot.synthetic:
        notes.append(t("Synthetic data"))
    return wall_chart_pdf(roster, ChartWords(_title(session, roster, t), tuple(notes)), t)


def _workbook(session: Session, run: str, roster: Roster, t: Translator) -> bytes:
    """The state comes first in the name of the sheet, which holds 31 characters."""
    from scheduling.rosters.export import roster_xlsx  # noqa: PLC0415 - openpyxl is heavy

    state = t(STATES[find_recommendation(session, run).state])
    labels = {
        "title": f"{state} {roster.problem.unit}",
        "name": t("Person"),
        "hours": t("Hours"),
        "nights": t("Nights"),
    }
    return roster_xlsx(roster, labels, right_to_left=t.language.is_right_to_left)


def _table(session: Session, run: str, roster: Roster) -> bytes:
    from scheduling.rosters.export import roster_csv  # noqa: PLC0415

    return roster_csv(roster, find_recommendation(session, run).state.value)


def _calendar(session: Session, run: str, roster: Roster, staff: str | None) -> bytes:
    from scheduling.rosters.export import roster_ics  # noqa: PLC0415

    if staff not in {person.staff for person in roster.problem.staff}:
        raise GstError(
            "not_in_roster",
            say("{staff} is not in this roster; name a person by code.", staff=staff or "?"),
        )
    made = find_run(session.database, run)
    assert made is not None  # its roster was just read
    return roster_ics(roster, staff, made.finished_at)


def _title(session: Session, roster: Roster, t: Translator) -> str:
    problem = roster.problem
    units = {unit.unit: unit for unit in session.gst.units}
    unit = units.get(problem.unit)
    return t(
        "{unit}: from {first_day} to {last_day}",
        unit=problem.unit if unit is None else unit_name(session, unit),
        first_day=t.day(problem.first_day),
        last_day=t.day(problem.calendar()[-1]),
    )
