"""What the indicators say: Little's law on whole stays, quantiles, thresholds and gaps."""

from dataclasses import fields, replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from hospital.history import History, Stay, VisitCount
from hospital.places import UnitKind
from hospital.tables import Col
from hospital.theatre import AgeGroup, Sex
from hospital.twin_result import SMALLEST_GROUP_PATIENTS, Indicator
from twin.calibration import calibrate
from twin.event_log import Milestones
from twin.indicators import indicator_rows, measured
from twin.indicators.beds import DAYS_PER_MONTH
from twin.indicators.formulas import FORMULAS
from twin.indicators.measure import Measure
from twin.laws import Exponential, Fixed, LogNormal
from twin.parameters import PersonGroup, TwinParameters
from twin.run_plan import RunPlan, Start
from twin.simulation import Prepared, prepare, simulate

pytestmark = pytest.mark.integration

NOTHING = History(
    visits=pd.DataFrame(columns=list(VisitCount.model_fields)),
    stays=pd.DataFrame(columns=list(Stay.model_fields)),
    consumption=pd.DataFrame(),
    referrals=pd.DataFrame(),
)
INPATIENT_UNITS = ("ICU", "SDU", "MED", "SUR")
MAIN = (
    Indicator.CUBICLE_WAIT,
    Indicator.BOARDING,
    Indicator.LENGTH_OF_STAY,
    Indicator.LEFT_UNSEEN,
    Indicator.TRANSFERRED,
    Indicator.DIED,
)
Found = dict[tuple[str, str, str], float]


def plan(build: SimpleNamespace, days: int, **changes: int) -> RunPlan:
    design = {"warmup_days": 0, "replications": 1, "seed": 3, **changes}
    return RunPlan(first_day=build.AS_OF, horizon_days=days, start=Start.EMPTY, **design)


def found_in(measure: Measure, milestones: Milestones) -> Found:
    rows = indicator_rows(measure, milestones)
    found = {(str(name), place, group): value for name, place, group, value in rows}
    assert len(found) == len(rows)
    return found


def ward(build: SimpleNamespace, days: int) -> tuple[Prepared, Milestones]:
    gst, parameters = build.ward_queue(14, 3.0, LogNormal(mean_hours=96.0, cv=0.8))
    prepared = prepare(gst, parameters, plan(build, days))
    return prepared, prepared.replay(0)


def busy(build: SimpleNamespace, **changes: object) -> tuple[Prepared, Milestones]:
    queue = build.Queue(
        cubicles=5,
        visits_per_hour=5.0,
        consult=Exponential(mean_hours=0.9),
        shares=(0.2, 0.3, 0.5),
        admission_probability=0.15,
        ward_beds=20,
        **changes,
    )
    gst, parameters = build.emergency_queue(queue)
    prepared = prepare(gst, parameters, plan(build, 60))
    return prepared, prepared.replay(0)


def test_stay_is_occupancy_over_rotation_exactly_when_every_stay_is_inside(
    build: SimpleNamespace,
) -> None:
    """DMS = TOM x 30.4 / patients per bed and month (V16, Little): an identity of whole stays."""
    prepared, milestones = ward(build, 60)
    end = prepared.run.end_hours
    everybody_left = ~np.isnan(milestones.out)
    kept = milestones.table.arrive < 40 * 24
    assert everybody_left[kept].all()
    gone_before = np.flatnonzero(kept)
    whole = _only(milestones, gone_before)
    found = found_in(Measure(prepared.network, prepared.measure.people, 0.0, end), whole)
    for place in ("H-MED", "H", ""):
        stay = found[Indicator.LENGTH_OF_STAY, place, ""]
        occupancy = found[Indicator.OCCUPANCY, place, ""] / 100
        rotation = found[Indicator.ROTATION, place, ""]
        assert stay == pytest.approx(occupancy * DAYS_PER_MONTH / rotation, rel=1e-12)
        assert stay != pytest.approx(occupancy * 30 / rotation, rel=1e-3)


def test_the_identity_holds_for_a_hospital_whose_patients_move_between_units(
    build: SimpleNamespace,
) -> None:
    """Intensive care, step-down, ward: three beds, one stay; counting three would break it."""
    gst = build.district(("A",))
    prepared = prepare(gst, calibrate(gst, NOTHING), plan(build, 40))
    milestones = prepared.replay(0)
    whole = _only(milestones, np.flatnonzero(~np.isnan(milestones.out)))
    found = found_in(prepared.measure, whole)
    for place in ("A-ICU", "A-MED", "A", ""):
        stay = found[Indicator.LENGTH_OF_STAY, place, ""]
        occupancy = found[Indicator.OCCUPANCY, place, ""] / 100
        rotation = found[Indicator.ROTATION, place, ""]
        assert stay == pytest.approx(occupancy * DAYS_PER_MONTH / rotation, rel=1e-12)
    entries = sum(found[Indicator.ADMISSIONS, f"A-{unit}", ""] for unit in INPATIENT_UNITS)
    assert entries > 1.01 * found[Indicator.ADMISSIONS, "A", ""]


def _of(column: Any, patients: np.ndarray) -> Any:
    return None if column is None else column[patients]


def _only(milestones: Milestones, patients: np.ndarray) -> Milestones:
    """The same run, from which all other patients have been taken away."""
    table = milestones.table
    columns = {one.name: _of(getattr(table, one.name), patients) for one in fields(table)}
    names = ("cubicle", "physician", "disposition", "starts", "units", "out")
    flags = ("left_unseen", "refused", "died")
    rows = {name: getattr(milestones, name)[patients] for name in (*names, *flags)}
    return replace(milestones, table=replace(table, **columns), **rows)


def test_stay_is_occupancy_over_rotation_on_a_long_run_but_for_its_edges(
    build: SimpleNamespace,
) -> None:
    """Stays cut by the edges are at most the beds at each edge: 2 beds x a long stay."""
    prepared, milestones = ward(build, 1500)
    found = found_in(prepared.measure, milestones)
    stay = found[Indicator.LENGTH_OF_STAY, "H-MED", ""]
    occupancy, rotation = found[Indicator.OCCUPANCY, "H-MED", ""], found[Indicator.ROTATION, "", ""]
    patients = rotation * 14 * 1500 / DAYS_PER_MONTH
    edge_days = 14 * stay
    by_flow = occupancy / 100 * DAYS_PER_MONTH / rotation
    assert abs(by_flow - stay) <= 2 * edge_days / patients


def test_quantiles_by_triage_are_those_of_the_patients(build: SimpleNamespace) -> None:
    """Each level against the plain definition; the most urgent wait least."""
    prepared, milestones = busy(build)
    found = found_in(prepared.measure, milestones)
    table = milestones.table
    stopped = np.where(np.isnan(milestones.cubicle), milestones.end_hours, milestones.cubicle)
    waits = 60 * (stopped - table.arrive)
    for level in (1, 2, 3):
        own = waits[table.priority == level]
        median = found[Indicator.CUBICLE_WAIT_MEDIAN, "H", f"triage:{level}"]
        high = found[Indicator.CUBICLE_WAIT_P90, "H", f"triage:{level}"]
        assert (median, high) == pytest.approx(tuple(np.percentile(own, (50, 90))))
        assert found[Indicator.CUBICLE_WAIT_P90, "", f"triage:{level}"] == high
    levels = [found[Indicator.CUBICLE_WAIT_P90, "", f"triage:{level}"] for level in (1, 2, 3)]
    assert levels == sorted(levels)
    assert levels[0] < levels[2]


def test_hours_above_a_threshold_come_from_the_census(build: SimpleNamespace) -> None:
    prepared, milestones = ward(build, 200)
    rows, census = measured(prepared.measure, milestones)
    found = {(str(name), place): value for name, place, group, value in rows if not group}
    for indicator, least in (
        (Indicator.TIME_OVER_85, 12),
        (Indicator.TIME_OVER_95, 14),
        (Indicator.TIME_FULL, 14),
    ):
        expected = 100 * float((census[0] >= least).mean())
        assert 0 < found[indicator, "H-MED"] < 100
        assert found[indicator, "H-MED"] == pytest.approx(expected)


def test_more_patients_fill_a_unit_for_more_hours(build: SimpleNamespace) -> None:
    full = []
    for per_day in (2.0, 3.0, 4.0):
        gst, parameters = build.ward_queue(14, per_day, Exponential(mean_hours=96.0))
        prepared = prepare(gst, parameters, plan(build, 300))
        found = found_in(prepared.measure, prepared.replay(0))
        full.append(found[Indicator.TIME_FULL, "H-MED", ""])
    assert full == sorted(full)
    assert full[0] < full[-1]


def people(rare_weight: float) -> tuple[PersonGroup, ...]:
    return tuple(
        PersonGroup(province=province, sex=sex, age_group=AgeGroup.ADULT, weight=weight)
        for province, weight in (("Tanger", 50.0), ("Larache", 50.0), ("Ouezzane", rare_weight))
        for sex in Sex
    )


def grouped(build: SimpleNamespace, rare_weight: float) -> Found:
    gst, parameters = build.emergency_queue(
        build.Queue(cubicles=5, visits_per_hour=5.0, consult=Exponential(mean_hours=0.9))
    )
    hospital = parameters.hospitals[0].but(people=people(rare_weight))
    parameters = parameters.but(hospitals=(hospital,))
    prepared = prepare(gst, parameters, plan(build, 20))
    return found_in(prepared.measure, prepared.replay(0))


def test_the_gap_is_the_largest_minus_the_smallest_mean(build: SimpleNamespace) -> None:
    found = grouped(build, rare_weight=50.0)
    waits = [
        found[Indicator.CUBICLE_WAIT, "", f"province:{province}"]
        for province in ("Tanger", "Larache", "Ouezzane")
    ]
    gap = found[Indicator.CUBICLE_WAIT, "", "gap:province"]
    assert gap == pytest.approx(max(waits) - min(waits))
    assert gap > 0
    assert (Indicator.GROUPS_LEFT_OUT, "", "gap:province") not in found
    assert (Indicator.CUBICLE_WAIT, "", "gap:age") not in found


def test_a_group_of_few_patients_is_left_out_of_the_gap_and_said(build: SimpleNamespace) -> None:
    found = grouped(build, rare_weight=0.3)
    two = [
        found[Indicator.CUBICLE_WAIT, "", f"province:{province}"]
        for province in ("Tanger", "Larache")
    ]
    assert (Indicator.CUBICLE_WAIT, "", "province:Ouezzane") in found
    assert found[Indicator.CUBICLE_WAIT, "", "gap:province"] == pytest.approx(abs(two[0] - two[1]))
    assert found[Indicator.GROUPS_LEFT_OUT, "", "gap:province"] == 1
    assert str(SMALLEST_GROUP_PATIENTS) in FORMULAS[Indicator.GROUPS_LEFT_OUT]


def test_the_mean_of_all_lies_between_the_means_of_the_groups(build: SimpleNamespace) -> None:
    """Women and men together: stays, deaths, transfers, and who leaves unseen."""
    gst = build.district(("A", "B"))
    prepared = prepare(gst, calibrate(gst, NOTHING), plan(build, 40))
    found = found_in(prepared.measure, prepared.replay(0))
    for indicator in MAIN:
        for place in ("A", "B", ""):
            women, men = (found[indicator, place, f"sex:{sex}"] for sex in Sex)
            everybody = found[indicator, place, ""]
            assert min(women, men) <= everybody <= max(women, men)
            gap = found[indicator, place, "gap:sex"]
            assert gap == pytest.approx(abs(women - men))


def test_what_is_off_has_no_row(build: SimpleNamespace) -> None:
    """A ward of electives without patience: no visit, no wait, nobody cancelled."""
    prepared, milestones = ward(build, 30)
    names = {name for name, *_ in found_in(prepared.measure, milestones)}
    for off in (Indicator.VISITS, Indicator.BOARDING_P90, Indicator.ELECTIVES_CANCELLED):
        assert off not in names


def test_every_indicator_has_its_formula() -> None:
    assert set(FORMULAS) == set(Indicator)
    assert all(FORMULAS.values())


def test_results_keep_the_quantile_names_of_the_frame(build: SimpleNamespace) -> None:
    """The frame of ``simulate`` carries triage levels as groups, one value a replication."""
    queue = build.Queue(cubicles=2, visits_per_hour=2.0, consult=Fixed(mean_hours=0.5))
    gst, parameters = build.emergency_queue(queue)
    assert isinstance(parameters, TwinParameters)
    frame = simulate(gst, parameters, plan(build, 5, replications=2)).indicators
    own = frame[
        (frame[Col.INDICATOR] == Indicator.CUBICLE_WAIT_P90)
        & (frame[Col.PLACE] == "")
        & (frame[Col.GROUP] == "triage:1")
    ]
    assert list(own[Col.REPLICATION]) == [0, 1]
    assert gst.units[0].kind is UnitKind.EMERGENCY
