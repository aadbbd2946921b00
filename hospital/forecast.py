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
MONTHS_PER_YEAR = 12
WHOLE_GST = "GST"  # in the place of a hospital's code
REST = "_REST"  # in the place of a part's code, which never begins so: parts too young, together


class Period(StrEnum):
    """The time that one count covers: a day, seven days, or a calendar month."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"

    @property
    def days(self) -> float:
        """Its mean length [days]; a month's is a twelfth of the mean year."""
        return {Period.DAY: 1, Period.WEEK: 7, Period.MONTH: 30.4375}[self]

    @property
    def season(self) -> int:
        """Periods in the cycle that its counts repeat: a week of days, a year of the others."""
        return {Period.DAY: 7, Period.WEEK: 52, Period.MONTH: MONTHS_PER_YEAR}[self]

    def start(self, day: date) -> date:
        """First day of the calendar period that holds a day: a week begins on Monday."""
        back = {Period.DAY: 0, Period.WEEK: day.weekday(), Period.MONTH: day.day - 1}[self]
        return day - timedelta(days=back)

    def day(self, first: date, count: int) -> date:
        """First day of the period that is ``count`` after the one that begins on ``first``.

        Weeks may begin on any weekday; a month begins on its first day, whatever ``first``.
        """
        if self is not Period.MONTH:
            return first + timedelta(days=count * int(self.days))
        year, month = divmod(
            MONTHS_PER_YEAR * first.year + first.month - 1 + count, MONTHS_PER_YEAR
        )
        return date(year, month + 1, 1)

    def position(self, first: date, day: date) -> int:
        """Which period holds a day, counted from the one that begins on ``first``."""
        if self is not Period.MONTH:
            return (day - first).days // int(self.days)
        return MONTHS_PER_YEAR * (day.year - first.year) + day.month - first.month


class SeriesKind(StrEnum):
    """What is counted."""

    VISITS = "visits"
    ADMISSIONS = "admissions"
    REFERRALS = "referrals"
    CONSUMPTION = "consumption"


class Level(StrEnum):
    """Into what admissions may be divided: the services of a hospital, the origins of patients."""

    SERVICES = "services"
    ORIGINS = "origins"


@dataclass(frozen=True, slots=True, order=True)
class SeriesKey:
    """Which series: visits of a hospital, admissions to a service, a medicine in a hospital.

    ``item`` is the service (a unit) or the medicine, empty for a whole hospital; ``hospital`` is
    empty for a total of the GST, which is written ``GST``. Admissions to the GST with an ``item``
    are those of the patients who come from there, a province.
    """

    kind: SeriesKind
    hospital: str
    item: str = ""

    def __str__(self) -> str:
        place = self.hospital or WHOLE_GST
        return ":".join(part for part in (self.kind.value, place, self.item) if part)

    @property
    def level(self) -> Level | None:
        """Of which division of admissions it is a part; None where it is whole."""
        if self.kind is not SeriesKind.ADMISSIONS or not self.item:
            return None
        return Level.SERVICES if self.hospital else Level.ORIGINS

    @property
    def is_rest(self) -> bool:
        """Whether it stands for the parts of a whole that are too young to be forecast."""
        return self.item == REST

    @property
    def is_total(self) -> bool:
        """Whether it is the sum of all hospitals of the GST."""
        return not self.hospital and self.level is None

    @property
    def of_the_gst(self) -> SeriesKey:
        """The same of all hospitals together; for a part, that to which all parts add up."""
        return SeriesKey(self.kind, "", self.item if self.level is None else "")


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
    ``crps`` judges all quantiles at once, in the same unit (2 x mean pinball loss, Gneiting and
    Raftery 2007); None in forecasts that were stored before it was measured.
    """

    origins: int
    mase: float
    naive_mase: float
    wape_percent: float
    coverage_80: float
    crps: float | None = None
    naive_crps: float | None = None


@dataclass(frozen=True, slots=True)
class DemandForecast:
    """Demand of ``horizon`` periods, each a ``period`` long, from ``first_day`` on.

    Shapes: ``mean`` (horizon,), ``quantiles`` (horizon, len(QUANTILE_LEVELS)),
    ``sample_paths`` (paths, horizon), each component (horizon,). All are counts per period
    and never negative; ``sample_paths`` keep the correlation between periods, so that a sum
    over a lead time has the right spread. ``components`` add up to ``mean``. ``model`` names
    the route that was taken, ``warnings`` are codes that limit the trust in it, ``findings``
    what was odd in the history. ``what_if`` names the assumptions of a what-if: it is no
    forecast, so it is neither stored nor scored.
    """

    key: SeriesKey
    first_day: date
    period: Period
    mean: Floats
    quantiles: Floats
    sample_paths: Floats
    model: str
    backtest: BacktestCard | None = None
    components: Mapping[str, Floats] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    findings: tuple[DataFinding, ...] = ()
    what_if: tuple[str, ...] = ()

    @property
    def horizon(self) -> int:
        """Number of periods."""
        return len(self.mean)

    def days(self) -> tuple[date, ...]:
        """First day of each period."""
        return tuple(self.period.day(self.first_day, k) for k in range(self.horizon))

    @property
    def end_day(self) -> date:
        """The day after the last period."""
        return self.period.day(self.first_day, self.horizon)

    def quantile(self, level: float) -> Floats:
        """The quantile of each period at one of ``QUANTILE_LEVELS``."""
        return self.quantiles[:, QUANTILE_LEVELS.index(level)]
