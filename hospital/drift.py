"""Whether demand is still the one that was learnt: normal, watch or break, and since when."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    import numpy as np
    import numpy.typing as npt

    from hospital.forecast import Period, SeriesKey

    Floats = npt.NDArray[np.float64]


class DriftState(StrEnum):
    """How far the recent past may be trusted to speak of the next weeks."""

    NORMAL = "normal"
    WATCH = "watch"  # errors lean to one side, or the intervals miss more than they should
    BREAK = "break"  # the demand is no longer the one that was learnt


@dataclass(frozen=True, slots=True)
class DriftChange:
    """The period in which a series entered a state, by its first day."""

    day: date
    state: DriftState


@dataclass(frozen=True, slots=True)
class DriftReport:
    """What the watch over one series saw, period by period.

    Shapes (n,): ``states`` are the states at the end of each period; ``surprises`` are errors
    of a one-period forecast [standard deviations], NaN where there is nothing to judge. ``up``
    and ``down`` are the CUSUM of surprises above and below [standard deviations]; one above
    ``limit`` is an alarm, after which both start again from zero. ``coverage`` is the share of
    the recent surprises inside the 80 % interval, NaN until there are enough of them.
    """

    key: SeriesKey
    first_day: date
    period: Period
    states: tuple[DriftState, ...]
    surprises: Floats
    up: Floats
    down: Floats
    coverage: Floats
    limit: float

    @property
    def days(self) -> tuple[date, ...]:
        """First day of each period."""
        return tuple(self.period.day(self.first_day, count) for count in range(len(self.states)))

    @property
    def state(self) -> DriftState:
        """Where the series stands after its last period."""
        return self.states[-1] if self.states else DriftState.NORMAL

    def was_broken_within(self, periods: int) -> bool:
        """Whether any of so many last periods ended in a break."""
        return DriftState.BREAK in self.states[-periods:]

    @property
    def changes(self) -> tuple[DriftChange, ...]:
        """Every change of state, oldest first; a series starts normal."""
        before = (DriftState.NORMAL, *self.states)
        return tuple(
            DriftChange(day, state)
            for day, state, last in zip(self.days, self.states, before, strict=False)
            if state is not last
        )

    @property
    def since(self) -> date | None:
        """First day of the period in which the present state began; None if it never changed."""
        return self.changes[-1].day if self.changes else None

    @property
    def alarms(self) -> tuple[date, ...]:
        """First day of each period that ended above the limit, oldest first."""
        heights = zip(self.days, self.up.tolist(), self.down.tolist(), strict=True)
        return tuple(day for day, up, down in heights if max(up, down) > self.limit)

    @property
    def limit_share(self) -> float:
        """How near the last period came to an alarm: the higher sum over the limit."""
        return float(max(self.up[-1], self.down[-1]) / self.limit) if self.states else 0.0

    @property
    def periods_since(self) -> int:
        """Periods that ended in the present state without interruption."""
        count = 0
        for state in reversed(self.states):
            if state is not self.state:
                break
            count += 1
        return count
