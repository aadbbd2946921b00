"""The lists of a theatre suite as PDF on A4 across: one page a day, rooms down, hours across.

Matplotlib shapes Arabic itself; from the right, the hours run the other way. The same plan and
words give the same bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from math import ceil, floor
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from application.language import Translator
from application.report.paper import A4_ACROSS_INCHES, FAINT, INK, RIGHT_TO_LEFT, STYLE, plain
from application.theatre_words import PRIORITIES
from hospital.theatre import Priority
from hospital.theatre_plan import PlannedCase, TheatrePlan
from scheduling.theatres.export import by_room_and_time, case_cells, operating_days, short_room

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from hospital.theatre import TheatreSession

MINUTES_PER_HOUR = 60
LINES_A_PAGE = 34
SESSION = "#eef0f2"
PRIORITY_FILLS = {
    Priority.URGENT: "#f2cdbd",
    Priority.SEMI_URGENT: "#f6e6b8",
    Priority.ROUTINE: "#cfdcf0",
}
COLUMN_SHARES = (0.0, 0.11, 0.165, 0.22, 0.28, 0.39, 0.67)
LONGEST = (18, 8, 8, 9, 18, 48, 52)
LEGEND_STEP = 0.09
ROOMS_WIDTH = 0.88


@dataclass(frozen=True, slots=True)
class ListWords:
    """What stands above each page, the heads of the columns, and the notes below."""

    title: str
    heads: tuple[str, ...]
    notes: tuple[str, ...]


def theatre_list_pdf(
    plan: TheatrePlan, names: dict[str, str], words: ListWords, t: Translator
) -> bytes:
    """A page for each day with operations: the rooms over the hours, then every case in order.

    A day of more than 34 cases has further pages with the rest of its list.
    """
    buffer = BytesIO()
    with mpl.rc_context(STYLE), PdfPages(buffer, metadata={"CreationDate": None}) as book:
        for day in operating_days(plan):
            cases = [case for case in by_room_and_time(plan) if case.day == day]
            for first in range(0, len(cases), LINES_A_PAGE):
                page = _Page(plan, words, t, day)
                if not first:
                    page.draw_rooms(cases)
                page.draw_list(cases[first : first + LINES_A_PAGE], names)
                book.savefig(page.figure)
    return buffer.getvalue()


class _Page:
    """One sheet of a day; hours and columns run from the side where reading begins."""

    def __init__(self, plan: TheatrePlan, words: ListWords, t: Translator, day: date) -> None:
        self.plan, self.words, self.t, self.day = plan, words, t, day
        self.from_right = t.language.is_right_to_left
        self.left = 0.03 if self.from_right else 0.09  # the rooms' names need the rest
        self.figure = Figure(figsize=A4_ACROSS_INCHES)
        at, side = (0.97, "right") if self.from_right else (0.03, "left")
        mark = RIGHT_TO_LEFT if self.from_right else ""
        title = f"{words.title} · {mark}{t.day(day)}"
        self.figure.text(at, 0.95, plain(title, t), ha=side, size=13, weight="bold")
        for line, note in enumerate(words.notes):
            self.figure.text(at, 0.055 - 0.02 * line, plain(note, t), ha=side)

    def draw_rooms(self, cases: Sequence[PlannedCase]) -> None:
        """Rooms down, hours across: sessions pale, cases on them in the colour of their class."""
        held = [row for row, day in self.plan.problem.blocks() if day == self.day]
        rooms = sorted({row.room for row in held})
        axes: Axes = self.figure.add_axes((self.left, 0.66, ROOMS_WIDTH, 0.24))
        starts = [row.start_minute for row in held] + [case.start_minute for case in cases]
        ends = [row.start_minute + row.length_minutes for row in held]
        ends += [case.end_minute for case in cases]
        first, last = floor(min(starts) / MINUTES_PER_HOUR), ceil(max(ends) / MINUTES_PER_HOUR)
        for row in held:
            span = row.start_minute, row.length_minutes
            _bar(axes, rooms.index(row.room), span, SESSION, FAINT)
        for case in cases:
            self._case(axes, rooms, case)
        hours = range(first, last + 1)
        axes.set_xticks([MINUTES_PER_HOUR * hour for hour in hours], [f"{h % 24} h" for h in hours])
        labels = [short_room(self.plan, room) for room in rooms]
        axes.set_yticks([at + 0.5 for at in range(len(rooms))], labels)
        limits = MINUTES_PER_HOUR * first, MINUTES_PER_HOUR * last
        axes.set_xlim(*(reversed(limits) if self.from_right else limits))
        axes.set_ylim(len(rooms), 0)
        if self.from_right:
            axes.yaxis.tick_right()
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
        self._legend()

    def _legend(self) -> None:
        """What the colours mean, above the rooms."""
        axes: Axes = self.figure.add_axes((self.left, 0.905, ROOMS_WIDTH, 0.02))
        axes.set_axis_off()
        axes.set_xlim(*((1, 0) if self.from_right else (0, 1)))
        axes.set_ylim(1, 0)
        side: Any = "right" if self.from_right else "left"
        for at, (priority, fill) in enumerate(PRIORITY_FILLS.items()):
            place = LEGEND_STEP * at
            axes.add_patch(Rectangle((place, 0.1), 0.012, 0.8, facecolor=fill, edgecolor=INK))
            name = plain(self.t(PRIORITIES[priority]), self.t)
            axes.text(place + 0.016, 0.5, name, ha=side, va="center")

    def _case(self, axes: Axes, rooms: Sequence[str], case: PlannedCase) -> None:
        patients = {row.patient: row for row in self.plan.problem.waiting_list}
        fill = PRIORITY_FILLS[patients[case.patient].priority]
        row = rooms.index(self._session(case).room)
        _bar(axes, row, (case.start_minute, case.expected_minutes), fill, INK)
        middle = case.start_minute + case.expected_minutes / 2
        axes.text(middle, row + 0.5, case.patient, ha="center", va="center", size=5, clip_on=True)

    def _session(self, case: PlannedCase) -> TheatreSession:
        return next(row for row in self.plan.problem.sessions if row.session == case.session)

    def draw_list(self, cases: Sequence[PlannedCase], names: dict[str, str]) -> None:
        """Every case in order: room, hours, minutes, patient, operation, surgeon."""
        axes: Axes = self.figure.add_axes((0.03, 0.09, 0.94, 0.53))
        axes.set_axis_off()
        axes.set_xlim(*((1, 0) if self.from_right else (0, 1)))
        axes.set_ylim(LINES_A_PAGE + 1, 0)
        self._line(axes, 0, self.words.heads, weight="bold")
        for at, case in enumerate(cases, start=1):
            self._line(axes, at, case_cells(self.plan, case, names))
            axes.axhline(at, color=FAINT, linewidth=0.3)

    def _line(self, axes: Axes, at: int, cells: Sequence[str], **look: Any) -> None:
        side: Any = "right" if self.from_right else "left"
        for place, cell, longest in zip(COLUMN_SHARES, cells, LONGEST, strict=False):
            text = plain(cell if len(cell) <= longest else f"{cell[: longest - 1]}…", self.t)
            axes.text(place, at + 0.6, text, ha=side, va="center", **look)


def _bar(axes: Axes, row: int, span: tuple[int, int], fill: str, line: str) -> None:
    """A bar from a minute on, for so many minutes."""
    start, minutes = span
    axes.add_patch(
        Rectangle((start, row + 0.1), minutes, 0.8, facecolor=fill, edgecolor=line, linewidth=0.4)
    )
