"""What a study says, in the words of queueing theory: waits, refusals, places taken, boarding.

One replication gives one number for each figure; ``study_figures`` gives their mean over the
replications with its standard error and interval, so that a law or a published value can be held
against it. Waits are those of the patients who stop waiting in the measured time, whether they
enter or leave; numbers present are time integrals over it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from math import sqrt

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import stdtrit

from hospital.base import HOURS_PER_DAY
from hospital.compute import TaskMap, serially
from twin.event_log import Flags, Milestones
from twin.indicators import Measure, offered_load
from twin.indicators.place_rules import place_rows
from twin.laws import Floats
from twin.simulation import Prepared, overloaded
from twin.study import UNLIMITED_BEDS
from twin.study_model import StudyModel
from twin.waits import Intervals, Waits, waits_of

SUBJECT, FIGURE = "subject", "figure"
MEAN, STANDARD_ERROR, LOW, HIGH, REPLICATIONS = "mean", "standard_error", "low", "high", "counted"
COLUMNS = [SUBJECT, FIGURE, MEAN, STANDARD_ERROR, LOW, HIGH, REPLICATIONS]
CONFIDENCE = 0.95
LATE_HOURS = (1, 4, 24)
"""Waits longer than these are counted."""

AT_ONCE = 1e-9
"""A shorter wait is the rounding of a time [hours]."""

MOST_DAYS_OF_A_CENSUS = 31
"""Longer runs have no figure for each midnight."""

Row = tuple[str, str, float]
LABEL = "twin"


@dataclass(frozen=True, slots=True)
class StudyFigures:
    """Figures of a study, and the units that more patients ask for than they can serve.

    ``figures``: columns subject (a unit, a stream, or a triage level), figure, mean,
    standard_error, low and high (95 % interval of the mean), counted (replications that have it).
    """

    figures: pd.DataFrame
    overloaded: tuple[str, ...]


def study_figures(model: StudyModel, task_map: TaskMap = serially) -> StudyFigures:
    """Run every replication of the study and put its figures together."""
    prepared = model.prepared()
    tasks = range(prepared.run.replications)
    outcomes = list(task_map(partial(figures_of, prepared, _streams(model)), tasks, LABEL))
    load = np.mean([outcome.load for outcome in outcomes], axis=0)
    return StudyFigures(_frame([outcome.rows for outcome in outcomes]), overloaded(prepared, load))


@dataclass(frozen=True, slots=True)
class StudyOutcome:
    """The figures of one replication, and the places its patients would need without waits."""

    rows: list[Row]
    load: npt.NDArray[np.float64]


def figures_of(
    prepared: Prepared, streams: Sequence[tuple[str, int, int]], replication: int
) -> StudyOutcome:
    """One replication: what a worker does."""
    milestones, measure = prepared.replay(replication), prepared.measure
    waits = waits_of(milestones)
    rows = [
        *_unit_rows(measure, milestones, waits),
        *_stream_rows(measure, milestones, waits, streams),
    ]
    rows += [*_triage_rows(measure, milestones), *_census_rows(measure, milestones)]
    rows += _place_rows(measure, milestones)
    return StudyOutcome(rows, offered_load(measure, milestones))


def _place_rows(measure: Measure, milestones: Milestones) -> Iterator[Row]:
    """What the rules of the units did, unit by unit."""
    units = {unit.unit for unit in measure.network.units}
    for indicator, place, _, value in place_rows(measure, milestones):
        if place in units:
            yield place, indicator, value


def _streams(model: StudyModel) -> list[tuple[str, int, int]]:
    """Name, hospital and number of every stream, as the patient table numbers them."""
    return [
        (stream.stream, site, 1 + number)
        for site, hospital in enumerate(model.parameters.hospitals)
        for number, stream in enumerate(hospital.streams)
    ]


# Units


def _unit_rows(measure: Measure, milestones: Milestones, waits: Waits) -> Iterator[Row]:
    _, units, starts, untils = milestones.occupations()
    for at, unit in enumerate(measure.network.units):
        own, beds = units == at, measure.network.beds[at]
        name = unit.unit
        stays = Intervals(starts[own], untils[own], measure)
        yield name, "occupied_beds", stays.mean_number()
        if beds < UNLIMITED_BEDS:
            yield name, "occupancy_percent", 100 * stays.mean_number() / beds
            yield name, "full_percent", 100 * stays.share_of_time(beds)
        asking, held = waits.unit == at, waits.held == at
        yield name, "waiting_patients", _number(measure, waits, asking)
        if held.any():
            yield name, "boarding_patients", _number(measure, waits, held)
            moved = held & waits.enters & measure.is_inside(waits.until)
            yield from _named(name, "boarding_hours", waits.hours[moved])
        yield from _wait_rows(name, measure, waits, asking)
        yield from _clock_rows(name, stays)


def _number(measure: Measure, waits: Waits, chosen: Flags) -> float:
    return Intervals(waits.since[chosen], waits.until[chosen], measure).mean_number()


def _clock_rows(name: str, stays: Intervals) -> Iterator[Row]:
    """Patients present at each clock hour, on average over the days."""
    for hour, mean in enumerate(stays.by_clock_hour().tolist()):
        yield name, f"present_at_{hour:02d}h", mean


# Streams


def _stream_rows(
    measure: Measure,
    milestones: Milestones,
    waits: Waits,
    streams: Sequence[tuple[str, int, int]],
) -> Iterator[Row]:
    """Each stream at its first bed: how many come, who is refused, how long the others wait."""
    table = milestones.table
    for name, site, number in streams:
        of_stream = (table.site == site) & (table.stream == number)
        arrived = of_stream & measure.is_inside(table.arrive)
        yield name, "arrivals_per_day", float(arrived.sum() / measure.days)
        first = (waits.leg == 0) & of_stream[waits.patient]
        decided = first & measure.is_inside(waits.until)
        if not decided.any():
            continue
        lost = milestones.left_unseen[waits.patient] & ~waits.enters
        yield name, "refused_percent", 100 * float(lost[decided].mean())
        for at, unit in enumerate(measure.network.units):
            entered = decided & waits.enters & (waits.unit == at)
            if entered.any():
                share = float(entered.sum() / decided.sum())
                yield name, f"admitted_to_{unit.unit}_percent", 100 * share
        yield from _wait_rows(name, measure, waits, first)


def _wait_rows(name: str, measure: Measure, waits: Waits, chosen: Flags) -> Iterator[Row]:
    """Waits that end in a bed in the measured time."""
    hours = waits.hours[chosen & waits.enters & measure.is_inside(waits.until)]
    yield from _named(name, "wait_hours", hours)
    if hours.size:
        yield name, "wait_median_hours", float(np.median(hours))
        yield name, "wait_p90_hours", float(np.percentile(hours, 90))
        yield name, "waited_percent", 100 * float((hours > AT_ONCE).mean())
        for late in LATE_HOURS:
            yield name, f"waited_over_{late}h_percent", 100 * float((hours > late).mean())


def _named(subject: str, figure: str, values: Floats) -> Iterator[Row]:
    if values.size:
        yield subject, figure, float(values.mean())


# The emergency department


def _triage_rows(measure: Measure, milestones: Milestones) -> Iterator[Row]:
    """Waits for cubicle and physician of each triage level, and who leaves unseen."""
    table = milestones.table
    visits = table.emergency >= 0
    for level in np.unique(table.priority[visits]).tolist():
        name, own = f"triage-{level}", visits & (table.priority == level)
        entered = own & measure.is_inside(milestones.cubicle)
        seen = own & measure.is_inside(milestones.physician)
        gone = own & milestones.left_unseen & measure.is_inside(milestones.out)
        cubicle = milestones.cubicle - table.arrive
        yield from _named(name, "cubicle_wait_hours", cubicle[entered])
        physician = milestones.physician - milestones.cubicle
        yield from _named(name, "physician_wait_hours", physician[seen])
        if seen.any() or gone.any():
            share = float(gone.sum() / (gone.sum() + seen.sum()))
            yield name, "left_unseen_percent", 100 * share


# The census of short runs


def _census_rows(measure: Measure, milestones: Milestones) -> Iterator[Row]:
    """Patients present at every midnight, and whether there are more than the beds."""
    if measure.days > MOST_DAYS_OF_A_CENSUS:
        return
    _, units, starts, untils = milestones.occupations()
    midnights = measure.start_hours + HOURS_PER_DAY * np.arange(1.0, int(measure.days) + 1)
    for at, unit in enumerate(measure.network.units):
        stays = Intervals(starts[units == at], untils[units == at], measure)
        for day, present in enumerate(stays.at(midnights).tolist(), start=1):
            yield unit.unit, f"present_on_day_{day}", present


# Replications together


def _frame(replications: Sequence[Sequence[Row]]) -> pd.DataFrame:
    """Mean, standard error and interval of every figure, in the order of the first replication."""
    found: dict[tuple[str, str], list[float]] = {}
    for rows in replications:
        for subject, figure, value in rows:
            found.setdefault((subject, figure), []).append(value)
    summary = [(*key, *_summary(np.array(values))) for key, values in found.items()]
    return pd.DataFrame(summary, columns=COLUMNS)


def _summary(values: Floats) -> tuple[float, float, float, float, int]:
    """Mean, standard error and Student's interval (Law 2015, section 4.5)."""
    size, mean = values.size, float(values.mean())
    if size == 1:
        return mean, np.nan, np.nan, np.nan, 1
    error = float(values.std(ddof=1)) / sqrt(size)
    half = float(stdtrit(size - 1, (1 + CONFIDENCE) / 2)) * error
    return mean, error, mean - half, mean + half, size
