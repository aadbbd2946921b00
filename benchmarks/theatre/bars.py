"""What the plans of each IHTC-2024 instance have to reach, against the published best costs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from benchmarks.bars import Bar, at_most

PERCENT = 100
CLOCK_GRACE_SECONDS = 2.0
SHORT_SECONDS = 60.0
ABOVE_PERCENT: Mapping[str, float] = {
    "i01": 1, "i02": 3, "i03": 3, "i04": 3, "i05": 3, "i06": 1, "i07": 3, "i08": 4, "i12": 1.5,
}  # fmt: skip
MEAN_OF = tuple(f"i{number:02}" for number in range(1, 9))
MEAN_PERCENT, LONG_MEAN_PERCENT = 1.8, 1.2


@dataclass(frozen=True)
class Row:
    """One method on one instance; ``cost`` is None where it found no plan without violations."""

    instance: str
    method: str
    best_known: int
    cost: int | None
    bound: int
    seconds_allowed: float
    wall_seconds: float
    cpu_seconds: float
    seed: int
    moves: int

    @property
    def above_percent(self) -> float:
        """How far the cost lies above the best known [%]."""
        if self.cost is None:
            return float("inf")
        return PERCENT * (self.cost - self.best_known) / self.best_known


def bars_of(rows: Sequence[Row]) -> Iterator[Bar]:
    """The bars of our plans: each instance's, then the mean where all of it were planned."""
    short = rows[0].seconds_allowed <= SHORT_SECONDS if rows else True
    for row in rows:
        yield Bar(
            f"{row.instance}, plan without violations",
            float(row.cost is not None),
            "= 1",
            row.cost is not None,
        )
        if short and row.instance in ABOVE_PERCENT:
            most = ABOVE_PERCENT[row.instance]
            yield at_most(f"{row.instance}, cost above the best known, %", row.above_percent, most)
        most = row.seconds_allowed + CLOCK_GRACE_SECONDS
        yield at_most(f"{row.instance}, wall seconds", row.wall_seconds, most)
    above = {row.instance: row.above_percent for row in rows}
    if set(MEAN_OF) <= set(above):
        mean = fmean(above[name] for name in MEAN_OF)
        most = MEAN_PERCENT if short else LONG_MEAN_PERCENT
        yield at_most("mean of i01-i08 above the best known, %", mean, most)
