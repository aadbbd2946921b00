"""A roster as the wall shows it: a line for each person, a column for each day."""

from __future__ import annotations

from collections import Counter
from datetime import date
from html import escape

from babel.dates import format_date

from application.language import Translator
from hospital.roster import Roster

SATURDAY = 5


def grid_html(roster: Roster, t: Translator) -> str:
    """The grid as an HTML table: duties, leave, and under each day who is missing."""
    days = roster.problem.calendar()
    duties = {(row.staff, row.day): row.shift for row in roster.assignments}
    head = "".join(_day_head(day, roster, t) for day in days)
    body = "".join(
        f'<tr><th scope="row">{escape(name)}</th>'
        + "".join(_cell(roster, staff, day, duties.get((staff, day))) for day in days)
        + "</tr>"
        for staff, name in roster.problem.names().items()
    )
    caption = escape(t("The roster, one line for each person and one column for each day"))
    return (
        '<div class="tadbir-scroll" tabindex="0"><table class="tadbir-table tadbir-roster">'
        f"<caption>{caption}</caption>"
        f'<thead><tr><th scope="col">{escape(t("Person"))}</th>{head}</tr></thead>'
        f"<tbody>{body}</tbody><tfoot>{_missing(roster, t)}</tfoot></table></div>"
    )


def _off(day: date, roster: Roster) -> str:
    is_off = day.weekday() >= SATURDAY or day in roster.problem.holidays
    return ' class="off-day"' if is_off else ""


def _day_head(day: date, roster: Roster, t: Translator) -> str:
    text = format_date(day, "EEE", locale=t.language.locale)
    return f'<th scope="col"{_off(day, roster)}>{escape(text)}<br>{day.day}</th>'


def _cell(roster: Roster, staff: str, day: date, shift: str | None) -> str:
    off = _off(day, roster)
    if shift is None:
        away = day in roster.problem.leave_days(staff)
        return f'<td{off}><span class="leave">{"✕" if away else ""}</span></td>'
    is_night = any(row.is_night for row in roster.problem.shifts if row.shift == shift)
    kind = "night" if is_night else "day"
    return f'<td{off}><span class="duty {kind}">{escape(shift)}</span></td>'


def _missing(roster: Roster, t: Translator) -> str:
    short: Counter[date] = Counter()
    for row in roster.shortfall():
        short[row.day] += row.missing
    if not short:
        return ""
    cells = "".join(
        f"<td>{-short[day]}</td>" if short[day] else "<td></td>"
        for day in roster.problem.calendar()
    )
    heading = escape(t("Missing"))
    return f'<tr><th scope="row">{heading}</th>{cells}</tr>'
