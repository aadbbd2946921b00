"""The stays of a GST, read as paths: which stay is a first one, where the next one was."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from hospital.base import DAYS_PER_WEEK, HOURS_PER_DAY
from hospital.gst import Gst
from hospital.history import AdmissionKind, StayOutcome
from hospital.places import UnitKind
from hospital.tables import Col
from twin.network import INPATIENT

WEEKS = 52
LONGEST_MOVE = pd.Timedelta(days=1)
SECONDS_PER_HOUR = 3600

MOVING = (StayOutcome.MOVED, StayOutcome.TRANSFERRED)

UNIT_KIND = "unit_kind"
IS_FIRST = "is_first"
NEXT_UNIT = "next_unit"
HOURS = "hours"
HAS_ENDED = "has_ended"


@dataclass(frozen=True, slots=True)
class StayHistory:
    """Recent stays with the columns of ``Stay`` and hospital, kind of unit, first or not, hours.

    ``weeks`` is the time they cover [weeks].
    """

    stays: pd.DataFrame
    weeks: float

    def of_hospital(self, hospital: str) -> StayHistory:
        """The stays in the units of one hospital."""
        return replace(self, stays=self.stays[self.stays[Col.HOSPITAL] == hospital])

    def of_unit(self, unit: str) -> pd.DataFrame:
        """The stays in one unit."""
        return self.stays[self.stays[Col.UNIT] == unit]

    def first_stays(self, kind: AdmissionKind, *unit_kinds: UnitKind) -> pd.DataFrame:
        """First stays of patients admitted in this way, in these kinds of units."""
        stays = self.stays
        chosen = stays[IS_FIRST] & (stays[Col.KIND].astype(str) == kind.value)
        return stays[chosen & stays[UNIT_KIND].isin([one.value for one in unit_kinds])]


def read_stays(gst: Gst, stays: pd.DataFrame, weeks: int = WEEKS) -> StayHistory:
    """Stays that began in the last weeks before ``as_of`` (or of the history, if it ended).

    A stay continues a path when the same patient left a unit by a move or transfer at most a day
    before. Stays without end run until ``as_of``, or until the history falls silent if that is
    earlier; those of no known unit, of no length, or in an emergency department (a visit, not a
    stay) are left out.
    """
    as_of = pd.Timestamp(gst.identity.as_of)
    table = _with_paths(_with_places(gst, stays))
    table = table[table[Col.ADMITTED_AT] < as_of]
    if table.empty:
        return StayHistory(_with_lengths(table, as_of), 0.0)
    last_news = table[[Col.ADMITTED_AT, Col.LEFT_AT]].max().max().ceil("D")
    as_of = min(as_of, last_news)
    last = table[Col.ADMITTED_AT].max().normalize() + pd.Timedelta(days=1)
    first = max(last - pd.Timedelta(weeks=weeks), table[Col.ADMITTED_AT].min().normalize())
    recent = table[table[Col.ADMITTED_AT] >= first]
    return StayHistory(_with_lengths(recent, as_of), (last - first) / pd.Timedelta(weeks=1))


def _with_places(gst: Gst, stays: pd.DataFrame) -> pd.DataFrame:
    hospital = {unit.unit: unit.hospital for unit in gst.units}
    kind = {unit.unit: unit.kind.value for unit in gst.units}
    codes = stays[Col.UNIT].astype(str)
    placed = stays.copy()
    placed[Col.UNIT] = codes
    placed[Col.ADMITTED_AT] = pd.to_datetime(stays[Col.ADMITTED_AT])
    placed[Col.LEFT_AT] = pd.to_datetime(stays[Col.LEFT_AT])
    placed[Col.HOSPITAL] = codes.map(hospital)
    placed[UNIT_KIND] = codes.map(kind)
    return placed[placed[UNIT_KIND].isin([one.value for one in INPATIENT])]


def _with_paths(table: pd.DataFrame) -> pd.DataFrame:
    table = table.sort_values([Col.PATIENT, Col.ADMITTED_AT], kind="stable")
    by_patient = table.groupby(Col.PATIENT, sort=False, observed=True)
    moving = table[Col.OUTCOME].astype(str).isin([one.value for one in MOVING])
    previous_moved = moving.groupby(table[Col.PATIENT], sort=False).shift(fill_value=False)
    gap = table[Col.ADMITTED_AT] - by_patient[Col.LEFT_AT].shift()
    continues = previous_moved.to_numpy(dtype=bool) & (gap <= LONGEST_MOVE).to_numpy()
    following = by_patient[Col.UNIT].shift(-1).where(moving)
    return table.assign(**{IS_FIRST: pd.Series(~continues, table.index), NEXT_UNIT: following})


def _with_lengths(table: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    left = table[Col.LEFT_AT]
    has_ended = left.notna() & (left <= as_of)
    time = left.where(has_ended, as_of) - table[Col.ADMITTED_AT]
    measured = table.copy()
    measured[HAS_ENDED] = has_ended
    measured[HOURS] = time.dt.total_seconds() / SECONDS_PER_HOUR
    return measured.loc[measured[HOURS] > 0]


def hour_weights(times: pd.Series) -> tuple[float, ...]:
    """How many of these times fall in each clock hour."""
    hours = times.dt.hour.to_numpy(dtype=np.int64)
    return tuple(np.bincount(hours, minlength=HOURS_PER_DAY).astype(float).tolist())


def weekday_means(times: pd.Series, weeks: float) -> tuple[float, ...]:
    """Mean number for each weekday, Monday first [per day]."""
    days: npt.NDArray[np.int64] = times.dt.day_of_week.to_numpy(dtype=np.int64)
    counts = np.bincount(days, minlength=DAYS_PER_WEEK)
    return tuple((counts / weeks).tolist())
