"""How many patients of a stream come on each day, and when: Poisson, exact at every boundary.

Given the number of a day, the times of a Poisson process are independent with the density of its
rate (Lewis and Shedler 1979): the number is drawn first, then each time by inverting the integral
of the rate. Nothing is thinned, so no rate can be stale.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

import numpy as np
import numpy.typing as npt
from scipy.special import pdtr, pdtrik

from hospital.base import DAYS_PER_WEEK, HOURS_PER_DAY
from hospital.streams import stream_key
from twin.chance import PatientChance, patient_keys
from twin.laws import Floats, Law
from twin.network import Ints
from twin.parameters import Casualties, ExtraVisits, SpecialVisits, VisitSeason
from twin.run_plan import RunPlan, Start

Flags = npt.NDArray[np.bool_]
SECONDS_PER_HOUR = 3600


def poisson_counts(means: Floats, uniform: Floats) -> Ints:
    """Poisson numbers by inversion: a larger mean never gives a smaller number."""
    positive = np.maximum(means, 1e-12)
    above = np.ceil(pdtrik(uniform, positive))
    below = np.maximum(above - 1, 0)
    counts = np.where(pdtr(below, positive) >= uniform, below, above)
    return np.where(means > 0, counts, 0).astype(np.int64)


@dataclass(frozen=True, slots=True)
class Arrivals:
    """The patients of one stream: their day and their chance."""

    day: Ints
    chance: PatientChance

    @property
    def size(self) -> int:
        """Patients."""
        return self.day.size

    def only(self, kept: npt.NDArray[np.generic]) -> Arrivals:
        """Some of them, each with his own numbers."""
        return Arrivals(self.day[kept], PatientChance(self.chance.keys[kept]))


@dataclass(frozen=True, slots=True)
class ArrivalDraw:
    """Draws the arrivals at one hospital in one replication."""

    hospital: str
    run: RunPlan
    replication: int

    def weekly(
        self,
        purpose: tuple[str, ...],
        rates: Sequence[float] | Floats,
        level: Floats | None = None,
        seasons: tuple[VisitSeason, ...] = (),
    ) -> Arrivals:
        """Poisson numbers for each day, or those of ``level`` where it is known."""
        per_day = np.reshape(np.asarray(rates, dtype=np.float64), (DAYS_PER_WEEK, -1))
        means = (per_day.mean(axis=1) * HOURS_PER_DAY)[self._weekday(np.arange(self.run.days))]
        if seasons:
            factors = np.array([1.0, *(season.daily_factor for season in seasons)])
            means = means * factors[self._season_of_day(seasons)]
        return self._poisson(purpose, means, level)

    def _poisson(
        self, purpose: tuple[str, ...], means: Floats, level: Floats | None = None
    ) -> Arrivals:
        who = (*purpose, self.hospital)
        key = stream_key(self.run.seed, *who, "count", replication=self.replication)
        chance = np.random.default_rng(key).random(self.run.days)
        counts = poisson_counts(means, chance)
        if level is not None:
            given = np.floor(np.nan_to_num(level) + chance).astype(np.int64)
            counts = np.where(np.isnan(level), counts, given)
        return self._numbered(who, np.repeat(np.arange(self.run.days), counts))

    def _numbered(self, who: tuple[str, ...], day: Ints) -> Arrivals:
        """Patients of these days in order, each with the key of rank and day."""
        counts = np.bincount(day, minlength=self.run.days)
        rank = np.arange(day.size) - np.repeat(np.cumsum(counts) - counts, counts)
        keys = patient_keys(self.run.seed, self.replication, who, (rank, day))
        return Arrivals(day, PatientChance(keys))

    def by_gaps(self, purpose: tuple[str, ...], law: Law) -> tuple[Arrivals, Floats]:
        """Arrivals one gap after the other; a patient is known by the number of the gap."""
        who = (*purpose, self.hospital)
        end, size = self.run.end_hours, 64
        while True:
            index = np.arange(size)
            keys = patient_keys(
                self.run.seed, self.replication, (*who, "gap"), (index, np.zeros_like(index))
            )
            times = np.cumsum(law.hours(PatientChance(keys).uniform("gap")))
            if times[-1] >= end:
                break
            size *= 2
        times = times[times < end]
        day = (times // HOURS_PER_DAY).astype(np.int64)
        keys = patient_keys(self.run.seed, self.replication, who, (np.arange(day.size), 0 * day))
        kept = self._after_lead(day)
        return Arrivals(day, PatientChance(keys)).only(kept), times[kept]

    def special(self, visits: SpecialVisits) -> tuple[Arrivals, Floats]:
        """The visits of a wave or an event."""
        if isinstance(visits, Casualties):
            return self._casualties(visits)
        if isinstance(visits, ExtraVisits):
            return self._extra(visits)
        raise TypeError(f"no arrivals for {type(visits).__name__}")

    def _extra(self, visits: ExtraVisits) -> tuple[Arrivals, Floats]:
        """Visits of dated hours, as far as they lie within the run."""
        hours = np.zeros(self.run.days * HOURS_PER_DAY)
        offset = HOURS_PER_DAY * self._day_of(visits.first_day)
        first, last = max(offset, 0), min(offset + len(visits.hourly), hours.size)
        if first < last:
            hours[first:last] = visits.hourly[first - offset : last - offset]
        by_day = hours.reshape(-1, HOURS_PER_DAY)
        who = self._poisson(("extra", visits.name), by_day.sum(axis=1))
        return who, _within(by_day, who.day, who)

    def _casualties(self, event: Casualties) -> tuple[Arrivals, Floats]:
        """A known number of casualties, each so long after the event as the law says."""
        who = ("extra", event.name, self.hospital)
        rank = np.arange(event.number)
        keys = patient_keys(self.run.seed, self.replication, who, (rank, np.zeros_like(rank)))
        chance = PatientChance(keys)
        times = self._hours_of(event.starts_at) + event.delay.hours(chance.uniform("arrival"))
        kept = (times >= 0) & (times < self.run.days * HOURS_PER_DAY)
        day = (times // HOURS_PER_DAY).astype(np.int64)
        return Arrivals(day, chance).only(kept), times[kept]

    def within_week(
        self,
        rates: Sequence[float] | Floats,
        who: Arrivals,
        seasons: tuple[VisitSeason, ...] = (),
    ) -> Floats:
        """Times with the density of the rates within each patient's day."""
        profile = np.reshape(np.asarray(rates, dtype=np.float64), (DAYS_PER_WEEK, -1))
        silent = profile.sum(axis=1) == 0
        if silent.any():  # a forecast may bring visits on a weekday that never had any
            profile = np.where(silent[:, np.newaxis], profile.sum(axis=0) + 1e-12, profile)
        row = self._weekday(who.day)
        if seasons:
            row = row + DAYS_PER_WEEK * self._season_of_day(seasons)[who.day]
            own = [profile * np.array(season.hour_factors) for season in seasons]
            profile = np.vstack([profile, *own])
        return _within(profile, row, who)

    def _season_of_day(self, seasons: tuple[VisitSeason, ...]) -> Ints:
        """The number of the first season that holds each day, 0 for the others."""
        days = np.arange(self.run.days)
        number = np.zeros(self.run.days, dtype=np.int64)
        for at, season in reversed(list(enumerate(seasons, start=1))):
            inside = (days >= self._day_of(season.first_day)) & (
                days <= self._day_of(season.last_day)
            )
            number[inside] = at
        return number

    def _day_of(self, day: date) -> int:
        return (day - self.run.opening_day).days

    def _hours_of(self, moment: datetime) -> float:
        opening = datetime.combine(self.run.opening_day, time())
        return (moment - opening).total_seconds() / SECONDS_PER_HOUR

    def _weekday(self, day: Ints) -> Ints:
        return (self.run.opening_day.weekday() + day) % DAYS_PER_WEEK

    def without_lead(self, who: Arrivals) -> Arrivals:
        """Nobody but visits on the days that only fill the emergency departments."""
        return who.only(self._after_lead(who.day))

    def without_days(self, who: Arrivals, days: Sequence[date]) -> Arrivals:
        """Nobody on these days; the others as they were."""
        return who.only(~np.isin(who.day, [self._day_of(day) for day in days])) if days else who

    def _after_lead(self, day: Ints) -> Flags:
        return day >= (self.run.lead_days if self.run.start is Start.CENSUS else 0)


def _within(profile: Floats, row: Ints, who: Arrivals) -> Floats:
    """Times whose density within the day is this row of the profile, shape (rows, cells).

    Exact at every boundary between cells: the inverse of the integral of the rate.
    """
    bounds = np.concatenate(([0.0], np.cumsum(profile.ravel())))
    cells = profile.shape[1]
    low = bounds[::cells][row]
    width = profile.sum(axis=1)[row]
    target = low + who.chance.uniform("arrival") * width
    place = np.interp(target, bounds, np.arange(bounds.size, dtype=np.float64))
    inside = np.clip(place - row * cells, 0, np.nextafter(cells, 0))
    return np.asarray(HOURS_PER_DAY * (who.day + inside / cells), dtype=np.float64)
