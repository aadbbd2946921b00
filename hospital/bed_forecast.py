"""Occupied beds of the coming days as a distribution, and how such forecasts did in the past."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil, fsum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Counts = npt.NDArray[np.int64]
    Floats = npt.NDArray[np.float64]

MIDNIGHT = 24
"""Clock hour of the census that ends a day."""

TAIL = 0.1
"""Probability on each side of the central 80 % interval."""


@dataclass(frozen=True, slots=True)
class BedForecast:
    """Patients in each unit at ``hour`` of each coming day, one member for each replication.

    ``first_day`` is today: its census at the midnight before it is known (``today``), and the
    first forecast is that of its own ``hour`` (24: the midnight that ends it, tonight). Shapes:
    ``beds`` and ``today`` (units,) [patients], ``members`` (replications, units, days)
    [patients]. Members keep the correlation between units and days, so that the beds of a
    hospital are sums of members, never sums of quantiles.
    """

    first_day: date
    units: tuple[str, ...]
    beds: Counts
    today: Counts
    members: Counts
    hour: int = MIDNIGHT

    @property
    def days(self) -> tuple[date, ...]:
        """The days that are forecast."""
        return tuple(self.first_day + timedelta(days=at) for at in range(self.members.shape[2]))

    @property
    def mean(self) -> Floats:
        """Expected patients, shape (units, days)."""
        mean: Floats = self.members.mean(axis=0)
        return mean

    def quantile(self, level: float) -> Counts:
        """The smallest number that is not exceeded with this probability, (units, days)."""
        ordered = self.members.copy()
        ordered.sort(axis=0)
        chosen: Counts = ordered[max(ceil(len(ordered) * level - 1), 0)]
        return chosen

    @property
    def full_probability(self) -> Floats:
        """P(no free bed): at least as many patients as beds, shape (units, days)."""
        full: Floats = (self.members >= self.beds[None, :, None]).mean(axis=0)
        return full

    def probabilities(self) -> Floats:
        """P(exactly n patients), shape (units, days, largest number + 1)."""
        sizes = list(range(int(self.members.max(initial=0)) + 1))
        shares: Floats = (self.members[..., None] == sizes).mean(axis=0)
        return shares

    def of_units(self, chosen: tuple[str, ...]) -> BedForecast:
        """The forecast of these units, in the order of the forecast."""
        kept = [at for at, unit in enumerate(self.units) if unit in chosen]
        return BedForecast(
            first_day=self.first_day,
            units=tuple(self.units[at] for at in kept),
            beds=self.beds[kept],
            today=self.today[kept],
            members=self.members[:, kept],
            hour=self.hour,
        )


@dataclass(frozen=True, slots=True)
class BedForecastScore:
    """One past forecast against what then happened. All arrays have shape (units, days).

    ``observed`` [patients]; ``crps`` of the forecast, of ``persistence`` (today's census stays,
    the absolute error) and of ``spread_persistence`` (today's census with the changes of the
    past) [patients]; ``pit`` is the randomised rank of what happened among the members, uniform
    on 0 to 1 when the forecast is calibrated.
    """

    first_day: date
    units: tuple[str, ...]
    observed: Counts
    crps: Floats
    persistence: Floats
    spread_persistence: Floats
    pit: Floats

    @property
    def inside_80(self) -> npt.NDArray[np.bool_]:
        """Whether what happened lies in the central 80 %, ties shared out at random."""
        inside: npt.NDArray[np.bool_] = (self.pit >= TAIL) & (self.pit < 1 - TAIL)
        return inside


@dataclass(frozen=True, slots=True)
class BedForecastRecord:
    """How a series of past forecasts did, means over origins, units and days.

    CRPS in patients; ``wins`` counts the origins where the forecast beat persistence, and
    ``spread_wins`` those where it beat persistence with the spread of its own past errors.
    ``pit_deciles`` are the shares of ranks in each tenth, 0.1 each when calibrated.
    """

    origins: int
    crps: float
    persistence: float
    spread_persistence: float
    wins: int
    spread_wins: int
    coverage_80: float
    pit_deciles: tuple[float, ...]

    @classmethod
    def of(cls, scores: tuple[BedForecastScore, ...]) -> BedForecastRecord:
        """The record of these forecasts; each (unit, day) counts once, at least one is needed."""
        pit = [rank for one in scores for rank in one.pit.ravel().tolist()]
        tenths = [min(int(10 * rank), 9) for rank in pit]
        return cls(
            origins=len(scores),
            crps=_mean([one.crps for one in scores]),
            persistence=_mean([one.persistence for one in scores]),
            spread_persistence=_mean([one.spread_persistence for one in scores]),
            wins=sum(bool(one.crps.mean() < one.persistence.mean()) for one in scores),
            spread_wins=sum(
                bool(one.crps.mean() < one.spread_persistence.mean()) for one in scores
            ),
            coverage_80=_mean([one.inside_80 for one in scores]),
            pit_deciles=tuple(tenths.count(tenth) / len(pit) for tenth in range(10)),
        )


def _mean(arrays: Sequence[npt.NDArray[np.generic]]) -> float:
    values = [value for one in arrays for value in one.ravel().tolist()]
    return fsum(values) / len(values)
