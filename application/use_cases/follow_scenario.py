"""Follows a scenario from beds to nurses, back to beds, to theatre, medicines and money."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from application.identity import run_identity
from application.store.frames import frame_result
from application.store.runs import Run, save_run
from application.use_cases.access import needs
from application.use_cases.follow_staff import Staffed, StaffRules, staffed
from application.use_cases.follow_stock import FollowedStock, medicines_under
from application.use_cases.follow_theatre import FollowedTheatre, theatre_under
from application.use_cases.session import Session
from application.use_cases.simulate import TwinDesign
from governance.access import Action
from hospital.errors import GstError, say
from hospital.places import Unit, UnitKind
from hospital.staff import Skill
from scenarios.consequences import (
    AGENCY_COST,
    CARE_COST,
    MEDICINE_COST,
    OVERTIME_COST,
    TOTAL_COST,
    TOTAL_WITH_STAFF,
)
from scenarios.language import Scenario, apply, check_period

if TYPE_CHECKING:
    from hospital.gst import Gst
    from scenarios.comparison import Comparison

KIND = "followed"
INPATIENT = frozenset({UnitKind.WARD, UnitKind.INTENSIVE_CARE, UnitKind.STEP_DOWN})
MOST_DAYS = 28
"""A roster of more weeks is not made in one piece."""

COLUMNS = ("baseline", "scenario", "difference", "low", "high")


@dataclass(frozen=True)
class FollowDesign:
    """How to follow: the twin's design, whose rosters, what an agency finds, how long to search.

    Without ``units``, those that the scenario names and that have nurses, or every ward, intensive
    care and step-down with nurses. Nobody works more than ``overtime_percent`` beyond the contract,
    and of the shifts still open an agency fills ``agency_percent`` [hypotheses]; ``work_limit`` is
    for each roster [deterministic seconds].
    """

    twin: TwinDesign
    units: tuple[str, ...] = ()
    overtime_percent: float = 10.0
    agency_percent: float = 50.0
    work_limit: float = 2.0


@dataclass(frozen=True)
class MoneyRow:
    """A cost of the whole GST [MAD/day]: without, with, and the difference with 95 % interval."""

    cost: str
    baseline: float
    scenario: float
    difference: float
    low: float
    high: float


@dataclass(frozen=True)
class FollowedScenario:
    """Every arrow of one scenario, beside the hospitals as they are followed the same way.

    ``comparison`` has the paired differences of both twins with their rosters. The theatre is None
    where the run has no whole week or nobody waits for an operation.
    """

    run: str
    scenario: Scenario
    design: FollowDesign
    baseline: Staffed
    changed: Staffed
    comparison: Comparison
    theatres: tuple[FollowedTheatre, FollowedTheatre] | None
    stock: FollowedStock
    money: tuple[MoneyRow, ...]


@needs(Action.SIMULATE)
def follow_scenario(session: Session, scenario: Scenario, design: FollowDesign) -> FollowedScenario:
    """Follows the scenario and the hospitals as they are, on the same random numbers.

    Raises:
        GstError: ``outside_the_run``, ``too_long_to_follow``, ``nobody_to_roster``.
    """
    from scenarios.comparison import compare  # noqa: PLC0415 - loads SciPy

    first_day = session.gst.identity.as_of
    days = design.twin.horizon_days
    _refuse_too_long(days)
    check_period(scenario, first_day, first_day + timedelta(days=days - 1))
    units = followed_units(session.gst, scenario, design.units)
    rules = StaffRules(units, design.overtime_percent, design.agency_percent, design.work_limit)
    baseline, changed = (staffed(session, design.twin, one, rules) for one in (None, scenario))
    comparison = compare(scenario.name, baseline.twin.result, changed.twin.result)
    inputs = {
        "baseline": baseline.twin.run,
        "scenario": changed.twin.run,
        "definition": scenario.model_dump(mode="json"),
    }
    run = run_identity(KIND, session.snapshot.snapshot, design.twin.seed, inputs)
    found = FollowedScenario(
        run=run,
        scenario=scenario,
        design=design,
        baseline=baseline,
        changed=changed,
        comparison=comparison,
        theatres=_theatres(session, scenario, units, (baseline, changed)),
        stock=medicines_under(
            session, design.twin, scenario, (baseline.twin.result, changed.twin.result)
        ),
        money=tuple(_money(comparison, (baseline, changed), days)),
    )
    save_run(
        session.database,
        Run(run, KIND, session.snapshot.snapshot, design.twin.seed, inputs),
        [frame_result("differences", comparison.differences)],
    )
    return found


def followed_units(gst: Gst, scenario: Scenario, asked: tuple[str, ...]) -> tuple[str, ...]:
    """The units to roster, with and without the scenario.

    Raises:
        UnknownPlace: no such unit.
        GstError: ``nobody_to_roster`` where a unit that was asked for, or each, lacks nurses,
            needs or beds.
    """
    able = {unit.unit for unit in gst.units if _can_be_rostered(gst, unit)}
    able &= {unit.unit for unit in apply(gst, scenario).units}
    named = dict.fromkeys(str(getattr(change, "unit", None)) for change in scenario.changes)
    chosen = asked or tuple(one for one in named if one in able) or tuple(sorted(able))
    wrong = [gst.unit(one).unit for one in chosen if gst.unit(one).unit not in able]
    if wrong or not chosen:
        raise GstError(
            "nobody_to_roster",
            say(
                "{units} cannot be followed: it takes a ward, intensive care or step-down with "
                "beds, nurses and their needs by shift.",
                units=", ".join(wrong) or gst.identity.gst,
            ),
        )
    return tuple(dict.fromkeys(chosen))


def _can_be_rostered(gst: Gst, unit: Unit) -> bool:
    has_nurses = any(
        one.unit == unit.unit and one.skill is not Skill.PHYSICIAN for one in gst.staff
    )
    has_needs = any(one.unit == unit.unit and one.staff_needed for one in gst.coverage)
    has_beds = any(bed.unit == unit.unit for bed in gst.beds)
    return unit.kind in INPATIENT and has_nurses and has_needs and has_beds


def _refuse_too_long(days: int) -> None:
    if days > MOST_DAYS:
        raise GstError(
            "too_long_to_follow",
            say(
                "A scenario is followed over at most {most} days, not {days}: give --horizon.",
                most=MOST_DAYS,
                days=days,
            ),
        )


def _theatres(
    session: Session, scenario: Scenario, units: tuple[str, ...], sides: tuple[Staffed, Staffed]
) -> tuple[FollowedTheatre, FollowedTheatre] | None:
    hospital = _theatre_of(session.gst, units)
    if hospital is None:
        return None
    before = theatre_under(session, sides[0].design, None, hospital)
    after = theatre_under(session, sides[1].design, scenario, hospital)
    return None if before is None or after is None else (before, after)


def _theatre_of(gst: Gst, units: tuple[str, ...]) -> str | None:
    """Of the hospitals followed, the one with most patients on its waiting list."""
    hospitals = {gst.unit(unit).hospital for unit in units}
    operating = {gst.unit(one.unit).hospital for one in gst.sessions}
    waiting = [one.hospital for one in gst.waiting_list if one.hospital in hospitals & operating]
    return max(sorted(set(waiting)), key=waiting.count) if waiting else None


def _money(comparison: Comparison, sides: tuple[Staffed, Staffed], days: int) -> list[MoneyRow]:
    """The twin's costs, those of overtime and agency as rostered, and all together.

    A roster is one for all replications, so that its costs have no interval of their own.
    """
    rows = {name: comparison.row(name) for name in (CARE_COST, MEDICINE_COST, TOTAL_COST)}
    *found, total = (
        MoneyRow(name, *(float(row[c]) for c in COLUMNS)) for name, row in rows.items()
    )
    for name, field in ((OVERTIME_COST, "overtime_mad"), (AGENCY_COST, "agency_mad")):
        before, after = (getattr(side, field) / days for side in sides)
        more = after - before
        own = MoneyRow(name, before, after, more, more, more)
        found.append(own)
        total = MoneyRow(TOTAL_WITH_STAFF, *(getattr(total, c) + getattr(own, c) for c in COLUMNS))
    return [*found, total]
