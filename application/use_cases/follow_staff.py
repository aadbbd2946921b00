"""Beds, nurses and beds again: rosters and the twin by turns, until neither changes the other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from application.identity import run_identity
from application.store.runs import JSON, Result, Run, find_run, load_result, save_run
from application.use_cases.build_roster import RosterRequest, refuse_if_broken, roster_question
from application.use_cases.roster_memory import memory_before
from application.use_cases.session import Session
from application.use_cases.simulate import TwinDesign, TwinRun, prepare_twin, simulate
from hospital.base import HOURS_PER_DAY
from hospital.roster import Roster, RosterProblem
from hospital.roster_limits import DayNeed
from hospital.tables import Col
from hospital.twin_result import Indicator, TwinResult
from scenarios.language import NursesAbsent, RosterRuleChange, Scenario, apply

if TYPE_CHECKING:
    import pandas as pd

    from hospital.gst import Gst

KIND = "scenario_roster"
"""Not a recommendation: nobody decides on a roster of what might be."""

MOST_ROUNDS = 5
LOW, MEDIAN, HIGH = Col.P10, Col.P50, Col.P90
Needs = tuple[DayNeed, ...]


@dataclass(frozen=True)
class StaffRules:
    """Which units are rostered, how far own nurses go, what an agency fills, how long is searched.

    Nobody works more than ``overtime_percent`` beyond the contract of the run; ``agency_percent``
    of the shifts still missing are filled; ``work_limit`` [deterministic seconds].
    """

    units: tuple[str, ...]
    overtime_percent: float
    agency_percent: float
    work_limit: float


@dataclass(frozen=True)
class Range:
    """A figure, and what it is if beds fill as at the 10th and at the 90th percentile."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class UnitStaffing:
    """A unit's nurses over the days of the run; ranges follow the patients of the twin.

    ``patients`` lie there or wait for a bed there, mean over the hours. Of nurses [hours]:
    ``needed`` by the patients, ``asked`` of the roster (never below the weekly table),
    ``rostered`` of own nurses on needed shifts, ``overtime`` beyond their contracts, ``missing``,
    ``agency`` of the missing. ``open_beds`` is the mean of the beds that the twin opened, of
    ``beds``.
    """

    unit: str
    beds: int
    patients: Range
    needed: Range
    asked: float
    overtime: float
    missing: Range
    agency: float
    open_beds: float

    @property
    def rostered(self) -> float:
        """Hours that the unit's own nurses cover."""
        return self.asked - self.missing.value


@dataclass(frozen=True)
class Round:
    """One turn: rosters for the patients of the turn before, and what the twin says of them."""

    number: int
    asked: float
    missing: float
    agency: float
    open_beds: float
    boarding_hours: float
    changed_needs: int


@dataclass(frozen=True)
class Staffed:
    """Where the turns ended: the twin with its rosters; ``is_stable`` if nothing more would change.

    ``design`` has the rosters. ``agency_mad`` and ``overtime_mad`` are costs over the run [MAD].
    """

    twin: TwinRun
    design: TwinDesign
    rounds: tuple[Round, ...]
    is_stable: bool
    units: tuple[UnitStaffing, ...]
    agency_mad: float
    overtime_mad: float


@dataclass(frozen=True)
class _Side:
    """The hospitals with or without the scenario."""

    session: Session
    gst: Gst
    scenario: Scenario | None
    design: TwinDesign
    rules: StaffRules


def staffed(
    session: Session, design: TwinDesign, scenario: Scenario | None, rules: StaffRules
) -> Staffed:
    """Rosters for the twin's patients, the twin with these rosters, and again until it holds.

    The first turn asks nurses for the patients whom the twin has with every bed staffed; the next
    ones also for those who wait because beds are closed, as far as the unit has beds. Needs only
    rise from a turn to the next, so that the turns cannot circle.
    """
    gst = session.gst if scenario is None else apply(session.gst, scenario)
    side = _Side(session, gst, scenario, design, rules)
    wanted = _wanted(side, design, _with_every_nurse(scenario))
    needs = {unit: _needs(side, unit, wanted) for unit in rules.units}
    rounds: list[Round] = []
    changed = 1
    while changed and len(rounds) < MOST_ROUNDS:
        rosters = {unit: _built(side, unit, needs[unit]) for unit in rules.units}
        staffed_design = design.but(scenario_rosters=tuple(run for run, _, _ in rosters.values()))
        twin = simulate(session, staffed_design, scenario)
        wanted = _wanted(side, staffed_design, scenario)
        later = {unit: _highest(needs[unit], _needs(side, unit, wanted)) for unit in rules.units}
        changed = sum(len(set(later[unit]) - set(needs[unit])) for unit in rules.units)
        units = tuple(
            _figures(side, unit, (twin.result, wanted), (own, filled))
            for unit, (_, own, filled) in rosters.items()
        )
        rounds.append(_round(len(rounds) + 1, units, twin.result, changed))
        needs = later
    costs = gst.identity.costs
    return Staffed(
        twin=twin,
        design=staffed_design,
        rounds=tuple(rounds),
        is_stable=not changed,
        units=units,
        agency_mad=costs.agency_nurse_hour_mad * sum(unit.agency for unit in units),
        overtime_mad=costs.nurse_hour_mad * sum(unit.overtime for unit in units),
    )


def _with_every_nurse(scenario: Scenario | None) -> Scenario | None:
    """The scenario but for nurses who are away or work less: patients need them all the same."""
    changes = () if scenario is None else scenario.changes
    others = tuple(one for one in changes if not isinstance(one, NursesAbsent | RosterRuleChange))
    return scenario.but(changes=others) if scenario is not None and others else None


def _question(side: _Side, unit: str) -> RosterProblem:
    """The roster of the whole run: a shorter one would say nothing of the days after it."""
    first_day = side.gst.identity.as_of
    asked = RosterRequest(unit=unit, first_day=first_day, days=side.design.horizon_days)
    memory = memory_before(side.session, unit, first_day)
    return roster_question(side.session, side.gst, asked, memory)


def _wanted(side: _Side, design: TwinDesign, scenario: Scenario | None) -> pd.DataFrame:
    from twin.wanted_beds import wanted_beds  # noqa: PLC0415 - loads SimPy

    return wanted_beds(prepare_twin(side.session, design, scenario), side.session.workers)


def _needs(side: _Side, unit: str, wanted: pd.DataFrame) -> Needs:
    """What the median of the patients asks for, and the table where it asks for more."""
    from scheduling.rosters.bed_needs import never_below_table  # noqa: PLC0415 - with the engine

    return never_below_table(_question(side, unit), _patient_needs(side, unit, wanted, MEDIAN))


def _patient_needs(side: _Side, unit: str, wanted: pd.DataFrame, level: str) -> Needs:
    from scheduling.rosters.bed_needs import patient_needs  # noqa: PLC0415 - with the engine

    own = wanted[wanted[Col.UNIT] == unit]
    beds = side.gst.beds_by_unit()[unit]
    occupied = _by_hour(own[Col.HOUR], own[level].clip(upper=beds), side.gst.identity.as_of)
    return patient_needs(_question(side, unit), side.gst.unit(unit), occupied)


def _by_hour(
    hours: Iterable[int], patients: Iterable[float], first_day: date
) -> dict[int, dict[date, float]]:
    """Patients by clock hour (1 to 24, which ends the day) and day."""
    found: dict[int, dict[date, float]] = {hour: {} for hour in range(1, HOURS_PER_DAY + 1)}
    for at, count in zip(hours, patients, strict=True):
        days, hour = divmod(int(at) - 1, HOURS_PER_DAY)
        found[hour + 1][first_day + timedelta(days=days)] = float(count)
    return found


def _highest(known: Needs, later: Needs) -> Needs:
    nurses: Mapping[tuple[date, str], int] = {(n.day, n.shift): n.staff_needed for n in later}
    return tuple(
        need.but(staff_needed=max(need.staff_needed, nurses.get((need.day, need.shift), 0)))
        for need in known
    )


def _built(side: _Side, unit: str, needs: Needs) -> tuple[str, Roster, Roster]:
    """The run of a unit's roster, the roster of its own nurses, and the one with the agency's."""
    from scheduling.rosters.agency import (  # noqa: PLC0415 - with the engine
        with_agency,
        with_overtime_limit,
    )
    from scheduling.rosters.build import build_roster  # noqa: PLC0415 - OR-Tools is heavy

    session, rules, seed = side.session, side.rules, side.design.seed
    question = with_overtime_limit(_question(side, unit), rules.overtime_percent).but(demand=needs)
    inputs = {
        "question": question.model_dump(mode="json"),
        "agency_percent": rules.agency_percent,
        "work_limit": rules.work_limit,
    }
    run = run_identity(KIND, session.snapshot.snapshot, seed, inputs)
    if find_run(session.database, run):
        own, filled = (
            Roster.model_validate_json(load_result(session.database, run, part))
            for part in ("own", "roster")
        )
        return run, own, filled
    own = build_roster(question, seed, rules.work_limit)
    refuse_if_broken(own.violations())
    filled = with_agency(own, rules.agency_percent)
    save_run(
        session.database,
        Run(run, KIND, session.snapshot.snapshot, seed, inputs),
        [
            Result(name, JSON, roster.model_dump_json().encode())
            for name, roster in (("own", own), ("roster", filled))
        ],
    )
    return run, own, filled


def _figures(
    side: _Side, unit: str, twin: tuple[TwinResult, pd.DataFrame], rosters: tuple[Roster, Roster]
) -> UnitStaffing:
    from scheduling.rosters import agency  # noqa: PLC0415 - with the engine
    from scheduling.rosters.bed_needs import never_below_table  # noqa: PLC0415

    own, filled = rosters
    result, wanted = twin
    by_level = {level: _patient_needs(side, unit, wanted, level) for level in (LOW, MEDIAN, HIGH)}
    needed = {
        level: agency.asked_hours(own.but(problem=own.problem.but(demand=needs)))
        for level, needs in by_level.items()
    }
    missing = agency.missing_hours(own)
    short = {
        level: agency.missing_hours(own, never_below_table(own.problem, by_level[level]))
        for level in (LOW, HIGH)
    }
    patients = wanted[wanted[Col.UNIT] == unit]
    return UnitStaffing(
        unit=unit,
        beds=side.gst.beds_by_unit()[unit],
        patients=Range(*(float(patients[one].mean()) for one in (MEDIAN, LOW, HIGH))),
        needed=Range(needed[MEDIAN], needed[LOW], needed[HIGH]),
        asked=agency.asked_hours(own),
        overtime=agency.overtime_hours(own),
        missing=Range(missing, min(missing, short[LOW]), max(missing, short[HIGH])),
        agency=missing - agency.missing_hours(filled),
        open_beds=mean_of(result, Indicator.OPEN_BEDS, unit),
    )


def mean_of(result: TwinResult, indicator: str, place: str = "") -> float:
    """Mean of an indicator over the replications, everybody together; not a number if unknown."""
    rows = result.indicators
    own = (rows[Col.INDICATOR] == indicator) & (rows[Col.PLACE] == place) & (rows[Col.GROUP] == "")
    return float(rows.loc[own, Col.VALUE].mean())


def _round(number: int, units: tuple[UnitStaffing, ...], result: TwinResult, changed: int) -> Round:
    return Round(
        number=number,
        asked=sum(unit.asked for unit in units),
        missing=sum(unit.missing.value for unit in units),
        agency=sum(unit.agency for unit in units),
        open_beds=sum(unit.open_beds for unit in units),
        boarding_hours=mean_of(result, Indicator.BOARDING),
        changed_needs=changed,
    )
