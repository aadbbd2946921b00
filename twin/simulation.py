"""Run the twin: replications of a GST under parameters and a demand, to one ``TwinResult``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

import numpy as np
import numpy.typing as npt

from hospital.compute import TaskMap, serially
from hospital.forecast import DemandForecast
from hospital.gst import Gst
from hospital.twin_result import TwinResult
from twin.checks import check_run
from twin.door_closures import shut_doors
from twin.event_log import Milestones, check_conservation, read_milestones
from twin.indicators import Measure, measured, offered_load
from twin.network import Network, build_network
from twin.opening import timetables
from twin.outcomes import Outcome
from twin.parameters import HospitalParameters, Inpatient, TwinParameters
from twin.patients import Demand, PatientTable, draw_patients
from twin.precision import Key, first_batch, next_batch, reached, values_of
from twin.run_plan import RunPlan, Start
from twin.territory_flow import open_flow

LABEL = "twin"


def simulate(
    gst: Gst,
    parameters: TwinParameters,
    run: RunPlan,
    demand: Mapping[str, DemandForecast] | None = None,
    task_map: TaskMap = serially,
) -> TwinResult:
    """Replay the GST ``run.replications`` times, or until ``run.targets`` hold, and measure it.

    Common random numbers: the same parameters, demand, days and seed give the same patients,
    whatever the beds, physicians and links of ``gst``. A comparison therefore calibrates once
    and changes only the GST. Warm-up days whose visits are known have that number; replication
    ``r`` follows sample path ``r`` (modulo their number)
    of each forecast: the path gives the visits of the day, the rates their hours.

    Args:
        gst: the places, changed by a scenario or not.
        parameters: from ``twin.calibration.calibrate``, of the unchanged GST.
        run: days, warm-up, replications, seed.
        demand: daily visits by hospital; hospitals without one follow their rates.
        task_map: who does the replications; the result does not depend on it.

    Raises:
        InvalidInput: everything that makes the run impossible, at once.
    """
    run = resolve_start(parameters, run)
    check_run(gst, parameters, run, demand or {})
    prepared = prepare(gst, parameters, run, demand or {})
    outcomes = replicate(prepared, range(first_batch(run.targets, run.replications)), task_map)
    while more := next_batch(run.targets, _targeted(run, outcomes), len(outcomes)):
        outcomes += replicate(prepared, range(len(outcomes), len(outcomes) + more), task_map)
    return result_of(prepared, outcomes)


def replicate(
    prepared: Prepared, replications: Sequence[int], task_map: TaskMap = serially
) -> list[Outcome]:
    """These replications of a prepared run, in their order.

    Replication ``r`` is the same alone, in any batch and on any worker.
    """
    return list(task_map(partial(replication_outcome, prepared), replications, LABEL))


def _targeted(run: RunPlan, outcomes: list[Outcome]) -> dict[Key, list[float]]:
    return values_of(run.targets, (one.rows for one in outcomes))


@dataclass(frozen=True, slots=True)
class Prepared:
    """All that a replication needs, resolved once and sent to every worker.

    ``levels`` has, by hospital, daily visits of each sample path, shape (paths, days): the known
    number of a warm-up day, the path on a measured day, nan where only rates are known.
    """

    network: Network
    hospitals: tuple[HospitalParameters, ...]
    run: RunPlan
    levels: tuple[npt.NDArray[np.float64], ...]
    inpatients: tuple[tuple[Inpatient, ...], ...]

    @property
    def measure(self) -> Measure:
        """What is measured in every replication."""
        people = tuple(hospital.people for hospital in self.hospitals)
        return Measure(self.network, people, self.run.warmup_hours, self.run.end_hours)

    def mean_open(
        self, all_of_them: Sequence[int], *, of_physicians: bool
    ) -> npt.NDArray[np.float64]:
        """Beds, or physicians, of each unit that are there on average in the measured time."""
        places = np.array(all_of_them, dtype=np.float64)
        for timetable in self.network.timetables:
            if timetable.of_physicians == of_physicians:
                mean = timetable.mean(self.run.warmup_hours, self.run.end_hours)
                places[timetable.unit] = mean
        return places

    def patients(self, replication: int) -> PatientTable:
        """The patients of one replication."""
        levels = tuple(paths[replication % len(paths)] for paths in self.levels)
        demand = Demand(self.hospitals, levels, self.inpatients)
        return draw_patients(self.network, demand, self.run, replication)

    def replay(self, replication: int) -> Milestones:
        """One replication: the milestones of every patient, conservation checked."""
        from_census = self.run.start is Start.CENSUS
        flow = open_flow(self.network, self.patients(replication)).run(
            self.run.end_hours, self.run.warmup_hours if from_census else None
        )
        milestones = read_milestones(flow, self.run.end_hours)
        check_conservation(flow, milestones)
        return milestones


def prepare(
    gst: Gst,
    parameters: TwinParameters,
    run: RunPlan,
    demand: Mapping[str, DemandForecast] | None = None,
) -> Prepared:
    """Resolve a run without running it; ``Prepared.replay`` gives the milestones of patients."""
    known = {hospital.hospital: hospital for hospital in parameters.hospitals}
    forecasts = demand or {}
    run = resolve_start(parameters, run)
    network = _with_shut_doors(build_network(gst, parameters), parameters, run)
    hours = timetables(parameters, network.units, network.beds, run)
    return Prepared(
        network=replace(network, timetables=hours),
        hospitals=tuple(known[one.hospital] for one in gst.hospitals),
        run=run,
        levels=tuple(
            _levels(known[one.hospital], forecasts.get(one.hospital), run) for one in gst.hospitals
        ),
        inpatients=_inpatients(gst, parameters, run),
    )


def _with_shut_doors(network: Network, parameters: TwinParameters, run: RunPlan) -> Network:
    """The network whose closed emergency departments know the clock of this run."""
    if network.territory is None or not parameters.closed_doors:
        return network
    index = {site.code: at for at, site in enumerate(network.sites)}
    doors = shut_doors(parameters.closed_doors, index, run)
    return replace(network, territory=replace(network.territory, shut_doors=doors))


def resolve_start(parameters: TwinParameters, run: RunPlan) -> RunPlan:
    """The plan with its start decided: from the census if there is one and no warm-up."""
    if run.start is not None:
        return run
    census = parameters.census
    is_of_the_day = census is not None and census.day == run.first_day and census.inpatients
    from_census = bool(is_of_the_day) and run.warmup_days == 0
    return run.but(start=Start.CENSUS if from_census else Start.EMPTY)


def _inpatients(
    gst: Gst, parameters: TwinParameters, run: RunPlan
) -> tuple[tuple[Inpatient, ...], ...]:
    """The census by hospital, nobody where the run starts empty."""
    lying: dict[str, list[Inpatient]] = {one.hospital: [] for one in gst.hospitals}
    place = {unit.unit: unit.hospital for unit in gst.units}
    if run.start is Start.CENSUS and parameters.census is not None:
        for one in parameters.census.inpatients:
            lying[place[one.unit]].append(one)
    return tuple(tuple(lying[one.hospital]) for one in gst.hospitals)


def _levels(
    hospital: HospitalParameters, forecast: DemandForecast | None, run: RunPlan
) -> npt.NDArray[np.float64]:
    known = {one.day: float(one.visits) for one in hospital.recent_visits}
    warmup = [run.opening_day + timedelta(days=day) for day in range(run.lead_days)]
    before = np.array([known.get(day, np.nan) for day in warmup])
    paths = np.full((1, run.horizon_days), np.nan)
    if forecast is not None:
        skipped = (run.first_day - forecast.first_day).days
        paths = np.asarray(forecast.sample_paths, dtype=np.float64)
        paths = paths[:, skipped : skipped + run.horizon_days]
    return np.hstack([np.tile(before, (len(paths), 1)), paths])


def replication_outcome(prepared: Prepared, replication: int) -> Outcome:
    """One replication, measured: what a worker does."""
    milestones = prepared.replay(replication)
    measure = prepared.measure
    rows, census = measured(measure, milestones)
    return Outcome(
        rows=rows,
        census=census.astype(np.int16),
        load=offered_load(measure, milestones),
    )


def result_of(prepared: Prepared, outcomes: list[Outcome]) -> TwinResult:
    """What these outcomes, of replications 0, 1, 2 and so on, say together."""
    # Here, because workers need no pandas: it would double what each of them takes of memory.
    from twin.result_frames import indicator_frame, occupancy_frame  # noqa: PLC0415

    run, targeted = prepared.run, _targeted(prepared.run, outcomes)
    load = np.mean([one.load for one in outcomes], axis=0)
    return TwinResult(
        replications=len(outcomes),
        horizon_days=run.horizon_days,
        warmup_days=run.warmup_days,
        seed=run.seed,
        indicators=indicator_frame(outcomes),
        occupancy=occupancy_frame(prepared.network, np.stack([one.census for one in outcomes])),
        start=str(run.start),
        census_patients=sum(map(len, prepared.inpatients)),
        crowded=_crowded(prepared),
        overloaded=overloaded(prepared, load),
        short_of_physicians=_short_of_physicians(prepared, load),
        precision=tuple(
            reached(one, targeted[str(one.indicator), one.place], len(outcomes))
            for one in run.targets
        ),
    )


def _crowded(prepared: Prepared) -> dict[str, int]:
    """Units whose census exceeds their beds, and by how many patients."""
    lying = Counter(one.unit for site in prepared.inpatients for one in site)
    network = prepared.network
    return {
        unit.unit: lying[unit.unit] - beds
        for unit, beds in zip(network.units, network.beds, strict=True)
        if lying[unit.unit] > beds
    }


def overloaded(prepared: Prepared, load: npt.NDArray[np.float64]) -> tuple[str, ...]:
    """Units that would need at least all their open beds, or physicians, on average."""
    short = _short_of_physicians(prepared, load)
    beds = prepared.mean_open(prepared.network.beds, of_physicians=False)
    return tuple(
        unit.unit
        for unit, is_short in zip(prepared.network.units, load[0] >= beds, strict=True)
        if is_short or unit.unit in short
    )


def _short_of_physicians(prepared: Prepared, load: npt.NDArray[np.float64]) -> tuple[str, ...]:
    units, needed = prepared.network.units, load[1]
    there = prepared.mean_open([unit.physicians for unit in units], of_physicians=True)
    short = (needed > 0) & (needed >= there)
    return tuple(unit.unit for unit, is_short in zip(units, short, strict=True) if is_short)
