"""The roster for the wall, as PDF on A4 across: people down, days across, who is missing below.

Matplotlib shapes Arabic itself; from the right, the columns run the other way. The same roster
and words give the same bytes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from textwrap import shorten
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
from babel.dates import format_date
from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from application.language import Translator
from application.report.paper import A4_ACROSS_INCHES, FAINT, INK, STYLE, plain
from hospital.duty import duties_by_person
from hospital.roster import Roster
from hospital.roster_fairness import SATURDAY

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from hospital.duty import Duty
    from hospital.staff import StaffMember

PEOPLE_A_PAGE = 32
LEAST_ROWS = 16
"""A small team still has rows of a height that pleases."""

NAME_COLUMNS, TOTAL_COLUMNS = 7.0, 1.6
"""Widths, where a day has 1."""

LONGEST_NAME = 36

OFF, NIGHT, ALARM = "#eef0f2", "#cfdcf0", "#c4622d"


@dataclass(frozen=True, slots=True)
class ChartWords:
    """What stands above the chart (unit and days) and below it (whose word it is, legend)."""

    title: str
    notes: tuple[str, ...]


def wall_chart_pdf(roster: Roster, words: ChartWords, t: Translator) -> bytes:
    """The pages of the wall chart; a team of more than 32 has several."""
    buffer = BytesIO()
    with mpl.rc_context(STYLE), PdfPages(buffer, metadata={"CreationDate": None}) as book:
        for people in _pages(roster.problem.staff):
            book.savefig(_Page(roster, words, t).drawn(people))
    return buffer.getvalue()


def _pages(staff: Sequence[StaffMember]) -> Iterator[Sequence[StaffMember]]:
    for first in range(0, max(len(staff), 1), PEOPLE_A_PAGE):
        yield staff[first : first + PEOPLE_A_PAGE]


class _Page:
    """One sheet; columns are counted from the side where reading begins."""

    def __init__(self, roster: Roster, words: ChartWords, t: Translator) -> None:
        self.roster, self.words, self.t = roster, words, t
        self.days = roster.problem.calendar()
        self.duties = duties_by_person(roster.assignments, roster.problem.shifts)
        self.width = NAME_COLUMNS + len(self.days) + 2 * TOTAL_COLUMNS
        self.figure = Figure(figsize=A4_ACROSS_INCHES)
        self.axes: Axes = self.figure.add_axes((0.03, 0.09, 0.94, 0.81))
        self.axes.set_axis_off()

    def drawn(self, people: Sequence[StaffMember]) -> Figure:
        """The sheet of these people."""
        rows = max(len(people), LEAST_ROWS) + 2
        left, right = (self.width, 0) if self.t.language.is_right_to_left else (0, self.width)
        self.axes.set_xlim(left, right)
        self.axes.set_ylim(rows, 0)
        self._head()
        for row, person in enumerate(people, start=1):
            self._person(row, person)
        self._missing(len(people) + 1)
        self._around()
        return self.figure

    def _head(self) -> None:
        t = self.t
        self._name(0, t("Person"), weight="bold")
        for at, day in enumerate(self.days):
            weekday = format_date(day, "EEEEE", locale=t.language.locale)
            self._cell(at, 0, OFF if self._is_off(day) else None, f"{weekday}\n{day.day}")
        for at, word in enumerate((t("Hours"), t("Nights"))):
            self._total(at, 0, word)

    def _person(self, row: int, person: StaffMember) -> None:
        self._name(row, self.roster.problem.names()[person.staff])
        duties = self.duties.get(person.staff, [])
        worked = {duty.day: duty for duty in duties}
        away = self.roster.problem.leave_days(person.staff)
        for at, day in enumerate(self.days):
            self._day(at, row, worked.get(day), day, is_away=day in away)
        inside = [duty for duty in duties if self.roster.problem.has_day(duty.day)]
        self._total(0, row, self.t.number(sum(duty.hours for duty in inside)))
        self._total(1, row, self.t.number(sum(duty.is_night for duty in inside)))

    def _day(self, at: int, row: int, duty: Duty | None, day: date, *, is_away: bool) -> None:
        fill = OFF if self._is_off(day) else None
        if duty is None:
            self._cell(at, row, fill, "✕" if is_away else "", FAINT)
        else:
            self._cell(at, row, NIGHT if duty.is_night else fill, duty.shift.shift)

    def _missing(self, row: int) -> None:
        short: Counter[date] = Counter()
        for missing in self.roster.shortfall():
            short[missing.day] += missing.missing
        if short:
            self._name(row, self.t("Missing"), color=ALARM)
            for at, day in enumerate(self.days):
                self._cell(at, row, None, f"-{short[day]}" if short[day] else "", ALARM)

    def _is_off(self, day: date) -> bool:
        return day.weekday() >= SATURDAY or day in self.roster.problem.holidays

    def _cell(self, at: int, row: int, fill: str | None, text: str, color: str = INK) -> None:
        place = (NAME_COLUMNS + at, row)
        self.axes.add_patch(
            Rectangle(place, 1, 1, facecolor=fill or "white", edgecolor=FAINT, linewidth=0.4)
        )
        self.axes.text(
            place[0] + 0.5,
            row + 0.5,
            text,
            ha="center",
            va="center",
            color=color,
            size=6,
            clip_on=True,
        )

    def _name(self, row: int, text: str, **look: Any) -> None:
        side: Any = "right" if self.t.language.is_right_to_left else "left"
        self.axes.text(
            0.1,
            row + 0.5,
            plain(shorten(text, LONGEST_NAME, placeholder="…"), self.t),
            ha=side,
            va="center",
            **look,
        )

    def _total(self, at: int, row: int, text: str) -> None:
        place = NAME_COLUMNS + len(self.days) + TOTAL_COLUMNS * (at + 0.5)
        self.axes.text(place, row + 0.5, plain(text, self.t), ha="center", va="center")

    def _around(self) -> None:
        right = self.t.language.is_right_to_left
        at, side = (0.97, "right") if right else (0.03, "left")
        self.figure.text(at, 0.94, plain(self.words.title, self.t), ha=side, size=13, weight="bold")
        for line, note in enumerate(self.words.notes):
            self.figure.text(at, 0.065 - 0.02 * line, plain(note, self.t), ha=side)
