"""A forecast of demand that carries its uncertainty: quantiles, sample paths and its record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

QUANTILE_LEVELS = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)


class SeriesKind(StrEnum):
    """What is counted."""

    VISITS = "visits"
    ADMISSIONS = "admissions"
    CONSUMPTION = "consumption"


@dataclass(frozen=True, slots=True, order=True)
class SeriesKey:
    """Which series: visits of a hospital, admissions to a unit, a medicine in a hospital.

    ``item`` is the unit or the medicine, empty for a whole hospital; ``hospital`` is empty
    for a total of the GST.
    """

    kind: SeriesKind
    hospital: str
    item: str = ""

    def __str__(self) -> str:
        return ":".join(part for part in (self.kind.value, self.hospital, self.item) if part)


class Severity(StrEnum):
    """How much a finding in the data weighs on the forecast."""

    NOTE = "note"  # repaired or harmless; the person may want to know
    WARNING = "warning"  # the forecast stands on less than it should
    ERROR = "error"  # the forecast is wrong if nobody mends the data


@dataclass(frozen=True, slots=True)
class DataFinding:
    """Something odd in the history of a series: what, where, and the code of its remedy.

    ``first_day`` and ``last_day`` bound the place, both included; ``periods`` counts the
    periods concerned. ``code`` and ``remedy`` are stable and translated at the edge.
    """

    code: str
    severity: Severity
    first_day: date
    last_day: date
    periods: int
    remedy: str


@dataclass(frozen=True, slots=True)
class BacktestCard:
    """How this method did on this series, at origins it had not seen.

    ``mase`` and ``naive_mase`` are scaled by the in-sample seasonal naive error (Hyndman and
    Koehler 2006, eq. 3); ``coverage_80`` is the share of days inside the 80 % interval.
    """

    origins: int
    mase: float
    naive_mase: float
    wape_percent: float
    coverage_80: float


@dataclass(frozen=True, slots=True)
class DemandForecast:
    """Demand of ``horizon`` periods of ``period_days`` days, from ``first_day`` on.

    Shapes: ``mean`` (horizon,), ``quantiles`` (horizon, len(QUANTILE_LEVELS)),
    ``sample_paths`` (paths, horizon), each component (horizon,). All are counts per period
    and never negative; ``sample_paths`` keep the correlation between periods, so that a sum
    over a lead time has the right spread. ``components`` add up to ``mean``. ``model`` names
    the route that was taken, ``warnings`` are codes that limit the trust in it, ``findings``
    what was odd in the history.
    """

    key: SeriesKey
    first_day: date
    period_days: int
    mean: Floats
    quantiles: Floats
    sample_paths: Floats
    model: str
    backtest: BacktestCard | None = None
    components: Mapping[str, Floats] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    findings: tuple[DataFinding, ...] = ()

    @property
    def horizon(self) -> int:
        """Number of periods."""
        return len(self.mean)

    def days(self) -> tuple[date, ...]:
        """First day of each period."""
        return tuple(
            self.first_day + timedelta(days=self.period_days * k) for k in range(self.horizon)
        )

    def quantile(self, level: float) -> Floats:
        """The quantile of each period at one of ``QUANTILE_LEVELS``."""
        return self.quantiles[:, QUANTILE_LEVELS.index(level)]
