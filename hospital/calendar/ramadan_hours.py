"""How the visits of a day of Ramadan differ from those of an ordinary day: prior figures.

The twin moves its patients by them, and a forecast starts from them before it has seen a month of
fasting.
"""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files

from pydantic import Field

from hospital.base import HOURS_PER_DAY, Frozen

TABLE = "ramadan_hours.csv"
WHOLE_DAY = "all"


class DayShape(Frozen):
    """Factors of each clock hour and of the whole day, against an ordinary day."""

    hour_factors: tuple[float, ...] = Field(min_length=HOURS_PER_DAY, max_length=HOURS_PER_DAY)
    daily_factor: float = Field(gt=0, le=2)


@cache
def ramadan_prior() -> DayShape:
    """The published figures of ``ramadan_hours.csv``, each with its source beside it."""
    text = files("hospital.calendar").joinpath(TABLE).read_text(encoding="utf-8")
    hours, daily = [1.0] * HOURS_PER_DAY, 1.0
    for row in csv.DictReader(text.splitlines()):
        factor = float(row["factor"])
        if row["first_hour"] == WHOLE_DAY:
            daily = factor
            continue
        for hour in range(int(row["first_hour"]), int(row["last_hour"]) + 1):
            hours[hour] = factor
    return DayShape(hour_factors=tuple(hours), daily_factor=daily)
