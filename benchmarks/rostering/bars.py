"""What the rosters of each instance have to reach, against the published best costs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from benchmarks.bars import Bar, at_most

PERCENT = 100
MOST_SECONDS = 60.0
CLOCK_GRACE_SECONDS = 1.0  # the answer is put together after the clock has rung
BOUND_WITHIN_PERCENT = 0.5

COST_WITHIN_PERCENT: Mapping[int, float] = {1: 0, 2: 0, 4: 0, 6: 1, 8: 3, 10: 0, 12: 3, 14: 0.5}
PROVEN = (2, 4, 10)
BOUNDED = (2, 4, 6, 8, 10, 12)


@dataclass(frozen=True)
class Row:
    """One method on one instance; ``cost`` is None where it found no lawful roster."""

    instance: int
    method: str
    best_known: int
    cost: int | None
    bound: float
    wall_seconds: float
    cpu_seconds: float

    @property
    def over_percent(self) -> float:
        """How far the cost lies above the best known [%]."""
        if self.cost is None:
            return float("inf")
        return PERCENT * (self.cost - self.best_known) / self.best_known

    @property
    def bound_under_percent(self) -> float:
        """How far the bound lies below the best known [%]."""
        return PERCENT * (self.best_known - self.bound) / self.best_known

    @property
    def is_proven(self) -> bool:
        """Whether the bound leaves no room for a cheaper roster: costs are whole numbers."""
        return self.cost is not None and self.bound > self.cost - 1


def bars_of(row: Row) -> Iterator[Bar]:
    """The bars of our roster of one instance; instances without any have none."""
    name = f"instance {row.instance}"
    within = COST_WITHIN_PERCENT.get(row.instance)
    if within is not None:
        yield at_most(f"{name}, cost above the best known, %", row.over_percent, within)
    if row.instance in PROVEN:
        yield Bar(f"{name}, proven", float(row.is_proven), "= 1", row.is_proven)
    if row.instance in BOUNDED:
        under = row.bound_under_percent
        yield at_most(f"{name}, bound below the best known, %", under, BOUND_WITHIN_PERCENT)
    yield at_most(f"{name}, wall seconds", row.wall_seconds, MOST_SECONDS + CLOCK_GRACE_SECONDS)
