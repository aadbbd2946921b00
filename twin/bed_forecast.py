"""Tonight's to next week's occupied beds by unit, from today's census, and how past ones did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial

import numpy as np
import numpy.typing as npt
import pandas as pd

from hospital.base import HOURS_PER_DAY
from hospital.bed_forecast import MIDNIGHT, BedForecast, BedForecastScore
from hospital.compute import TaskMap, serially
from hospital.errors import NotEnoughHistory, say
from hospital.forecast import DemandForecast
from hospital.gst import Gst
from hospital.history import History
from hospital.streams import stream_key
from hospital.tables import Col
from twin.calibration import calibrate
from twin.census_history import census_counts
from twin.checks import check_run
from twin.event_log import Milestones
from twin.fit_report import before
from twin.network import INPATIENT
from twin.parameters import TwinParameters
from twin.run_plan import RunPlan, Start
from twin.scores import fair_crps, past_changes, randomised_pit, spread_persistence
from twin.simulation import Prepared, prepare

LABEL = "beds"
DAYS_AHEAD = 14
REPLICATIONS = 50
CHANGES_OF_DAYS = 364
"""Days before an origin whose changes give persistence its spread."""

FEWEST_CHANGES = 28
Counts = npt.NDArray[np.int64]
Visits = Mapping[str, DemandForecast]


@dataclass(frozen=True, slots=True)
class BedPlan:
    """Which beds to forecast: from which day, how many days, at which clock hour (1 to 24)."""

    first_day: date
    days: int = DAYS_AHEAD
    replications: int = REPLICATIONS
    seed: int = 1
    hour: int = MIDNIGHT

    @property
    def run(self) -> RunPlan:
        """The same as a run of the twin."""
        return RunPlan(
            first_day=self.first_day,
            horizon_days=self.days,
            replications=self.replications,
            seed=self.seed,
            start=Start.CENSUS,
        )


@dataclass(frozen=True, slots=True)
class Origin:
    """A GST as it was known on a day: ``gst`` and ``history`` hold nothing later.

    ``visits`` are forecasts made on or before that day; hospitals without one follow the rates
    calibrated on the past.
    """

    gst: Gst
    history: History
    visits: Visits = field(default_factory=dict)


def known_at(gst: Gst, history: History, day: date, visits: Visits | None = None) -> Origin:
    """The GST as it was known at midnight before a day.

    Raises:
        NotEnoughHistory: no stay begins before it.
    """
    past = before(history, day)
    if past.stays.empty:
        raise NotEnoughHistory("no_stays_before", say("Give stays before {day}.", day=day))
    return Origin(gst.but(identity=gst.identity.but(as_of=day)), past, visits or {})


def forecast_beds(
    gst: Gst,
    parameters: TwinParameters,
    plan: BedPlan,
    visits: Visits | None = None,
    task_map: TaskMap = serially,
) -> BedForecast:
    """Patients in every inpatient unit at the plan's hour of each day, from today's census.

    Args:
        gst: the places.
        parameters: calibrated on what was known before ``plan.first_day``, with its census.
        plan: days, hour, replications, seed.
        visits: daily visits by hospital, forecast; the rates where there is none.
        task_map: who does the replications; the result does not depend on it.

    Raises:
        InvalidInput: everything that makes the run impossible, as ``twin.simulation.simulate``.
    """
    run = plan.run
    check_run(gst, parameters, run, visits or {})
    prepared = prepare(gst, parameters, run, visits or {})
    chosen = [at for at, unit in enumerate(prepared.network.units) if unit.kind in INPATIENT]
    hours = run.warmup_hours + plan.hour + HOURS_PER_DAY * np.arange(plan.days, dtype=np.float64)
    work = partial(_occupied, prepared, hours=hours)
    members = np.stack(list(task_map(work, range(plan.replications), LABEL)))
    units = tuple(prepared.network.units[at].unit for at in chosen)
    census = parameters.census.by_unit() if parameters.census else {}
    return BedForecast(
        first_day=plan.first_day,
        units=units,
        beds=np.array([prepared.network.beds[at] for at in chosen], dtype=np.int64),
        today=np.array([census.get(unit, 0) for unit in units], dtype=np.int64),
        members=members[:, chosen],
        hour=plan.hour,
    )


def _occupied(prepared: Prepared, replication: int, hours: npt.NDArray[np.float64]) -> Counts:
    """One replication: patients in each unit at these hours, shape (units, hours)."""
    return patients_at(prepared.replay(replication), hours, len(prepared.network.units))


def patients_at(milestones: Milestones, hours: npt.NDArray[np.float64], units: int) -> Counts:
    """Patients in each unit at these hours of the run, shape (units, hours)."""
    _, unit, starts, untils = milestones.occupations()
    until = np.where(np.isnan(untils), np.inf, untils)
    there = (starts <= hours[:, np.newaxis]) & (until > hours[:, np.newaxis])
    return np.stack([np.bincount(unit[now], minlength=units) for now in there], axis=1)


def forecast_at(origin: Origin, plan: BedPlan, task_map: TaskMap = serially) -> BedForecast:
    """The forecast of a day from nothing but what was known then."""
    parameters = calibrate(origin.gst, origin.history)
    return forecast_beds(origin.gst, parameters, plan, origin.visits, task_map)


def score(forecast: BedForecast, history: History, known_until: date) -> BedForecastScore:
    """A past forecast against what then happened, beside persistence.

    Args:
        forecast: made at ``forecast.first_day``.
        history: all of it; the days before the origin give persistence its spread.
        known_until: the midnight before this day is the last census that counts as known.

    Raises:
        NotEnoughHistory: nothing of the forecast has happened yet, or fewer than 28 days lie
            before it.
    """
    later = _moments(forecast.first_day, len(forecast.days), forecast.hour)
    lead = int((later <= pd.Timestamp(known_until)).sum())
    changes = _changes(forecast, history, lead) if lead else np.empty(0)
    if len(changes) < FEWEST_CHANGES:
        raise NotEnoughHistory(
            "nothing_to_score",
            say(
                "Give stays of {days} days before {day} and of at least one day from then on.",
                days=FEWEST_CHANGES + lead,
                day=forecast.first_day,
            ),
        )
    observed = census_counts(history.stays, forecast.units, later[:lead]).T
    members = forecast.members[:, :, :lead]
    return BedForecastScore(
        first_day=forecast.first_day,
        units=forecast.units,
        observed=observed,
        crps=fair_crps(members, observed),
        persistence=np.abs(observed - forecast.today[:, np.newaxis]).astype(np.float64),
        spread_persistence=fair_crps(spread_persistence(forecast.today, changes), observed),
        pit=randomised_pit(members, observed, _uniform(forecast, lead)),
    )


def _moments(first_day: date, days: int, hour: int) -> pd.DatetimeIndex:
    return pd.date_range(first_day, periods=days) + pd.Timedelta(hours=hour)


def _changes(forecast: BedForecast, history: History, lead: int) -> Counts:
    """The changes of the year before the origin, shape (changes, units, lead); maybe none."""
    admitted = pd.to_datetime(history.stays[Col.ADMITTED_AT])
    known = (pd.Timestamp(forecast.first_day) - admitted.min().normalize()).days
    days = min(CHANGES_OF_DAYS, known)
    if days < lead:
        return np.empty(0, dtype=np.int64)
    opening = forecast.first_day - timedelta(days=days)
    midnights, later = (
        census_counts(history.stays, forecast.units, _moments(opening, days, hour))
        for hour in (0, forecast.hour)
    )
    return past_changes(midnights, later, lead)


def _uniform(forecast: BedForecast, lead: int) -> npt.NDArray[np.float64]:
    """The numbers that share out ties, shape (units, lead): by day of origin and unit."""
    day = forecast.first_day.isoformat()
    return np.array(
        [
            np.random.default_rng(stream_key(0, "pit", day, unit)).random(lead)
            for unit in forecast.units
        ]
    )
