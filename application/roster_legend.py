"""What the codes of a roster mean, under the grid of the page and on the wall chart."""

from __future__ import annotations

from application.language import Translator
from hospital.base import HOURS_PER_DAY, MINUTES_PER_HOUR
from hospital.roster import Roster


def legend(roster: Roster, t: Translator) -> str:
    """Each shift that somebody works with its hours, then leave and shaded days."""
    used = {row.shift for row in roster.assignments}
    parts = [
        t.isolated(
            f"{shift.shift} = {shift.name} ({_clock(shift.start_hour)}–{_clock(shift.end_hour)})"
        )
        for shift in roster.problem.shifts
        if shift.shift in used
    ]
    return " · ".join([*parts, t("✕ = leave"), t("shaded = weekend or public holiday")])


def _clock(hour: float) -> str:
    return f"{int(hour) % HOURS_PER_DAY:02d}:{round(MINUTES_PER_HOUR * (hour % 1)):02d}"
