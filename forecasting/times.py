"""In what times a series stands, as the watch over it says: each has its own composition."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from forecasting.series import DAYS_PER_YEAR
from hospital.drift import DriftState

if TYPE_CHECKING:
    from hospital.drift import DriftReport


class Times(StrEnum):
    """How far the past speaks of the next weeks."""

    ORDINARY = "ordinary"
    BROKEN = "broken"  # the watch says that demand is no longer the one that was learnt
    RETURN = "return"  # a break ended less than a year ago: each season is still to be seen again


def times_of(report: DriftReport) -> Times:
    """The times after the last period of a watch."""
    if report.state is DriftState.BREAK:
        return Times.BROKEN
    year = round(DAYS_PER_YEAR / report.period.days)
    return Times.RETURN if report.was_broken_within(year) else Times.ORDINARY
