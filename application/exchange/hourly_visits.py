"""Emergency arrivals as the hourly counts of a GST folder."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from itertools import pairwise

import pandas as pd

from application.folder.writing import conformed
from hospital.base import HOURS_PER_DAY
from hospital.tables import BY_NAME, Col

LONGEST_QUIET_DAYS = 7


def hourly_visits(visits: Sequence[tuple[str, datetime]]) -> pd.DataFrame:
    """Visits (hospital, time) of every recorded hour; an hour without any holds 0."""
    counts = Counter((hospital, at.replace(minute=0, second=0)) for hospital, at in visits)
    rows = [
        (hospital, hour, counts[hospital, hour])
        for hospital in sorted({hospital for hospital, _ in visits})
        for day in _recorded_days({at.date() for name, at in visits if name == hospital})
        for hour in (datetime.combine(day, time(clock)) for clock in range(HOURS_PER_DAY))
    ]
    frame = pd.DataFrame(rows, columns=[Col.HOSPITAL, Col.HOUR, Col.VISITS])
    return conformed(BY_NAME["visits"], frame)


def _recorded_days(busy: set[date]) -> list[date]:
    """The days with visits and the short gaps between them.

    No emergency department stays empty for longer than ``LONGEST_QUIET_DAYS``: then nothing
    was recorded, which is not the same as no visits.
    """
    days = sorted(busy)
    filled = days[:1]
    for before, after in pairwise(days):
        gap = (after - before).days
        quiet = range(1, gap) if gap <= LONGEST_QUIET_DAYS else ()
        filled += [before + timedelta(days=step) for step in quiet]
        filled.append(after)
    return filled
