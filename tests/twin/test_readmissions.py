"""Back within thirty days: as often as stated, through the emergency department, counted once."""

import math
from datetime import date
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from hospital.gst import Gst
from hospital.history import AdmissionKind, History, Stay, StayOutcome, VisitCount
from hospital.twin_result import Indicator, TwinResult
from twin.calibration import calibrate
from twin.laws import Exponential
from twin.parameters import Readmissions, TwinParameters, UnitShare
from twin.readmission_history import with_readmissions
from twin.run_plan import RunPlan, Start
from twin.simulation import Prepared, prepare, simulate

pytestmark = pytest.mark.unit

MONDAY = date(2026, 11, 23)
SHARE = 0.3
DELAY = Exponential(mean_hours=24.0 * 10)


def plan(days: int, replications: int, warmup_days: int) -> RunPlan:
    return RunPlan(
        first_day=MONDAY,
        horizon_days=days,
        warmup_days=warmup_days,
        replications=replications,
        seed=9,
    )


def often(share: float, at_most: int, *units: str) -> Readmissions:
    shares = tuple(UnitShare(unit=unit, weight=share) for unit in units)
    return Readmissions(shares=shares, delay=DELAY, at_most=at_most)


def values(result: TwinResult, name: Indicator, place: str) -> np.ndarray:
    frame = result.indicators
    chosen = (frame["indicator"] == name) & (frame["place"] == place) & (frame["group"] == "")
    return frame.loc[chosen, "value"].to_numpy()


def agrees(sample: np.ndarray, exact: float) -> bool:
    return bool(abs(sample.mean() - exact) <= 3.3 * sample.std(ddof=1) / math.sqrt(sample.size))


@pytest.mark.parametrize(("at_most", "visits"), [(1, 1 + SHARE), (20, 1 / (1 - SHARE))])
def test_everybody_who_comes_back_is_admitted_once_more(
    build: SimpleNamespace, at_most: int, visits: float
) -> None:
    """Planned admissions of 3 a day: 3 (1 + p) with one return, 3 / (1 - p) without limit."""
    gst, parameters = build.ward_queue(200, 3.0, Exponential(mean_hours=48))
    stated = parameters.but(readmissions=often(SHARE, at_most, "H-MED"))
    result = simulate(gst, stated, plan(100, 24, 200))
    admissions = values(result, Indicator.ADMISSIONS, "H")
    assert agrees(admissions, 3 * visits)
    assert agrees(values(result, Indicator.OCCUPIED_BEDS, "H-MED"), 3 * visits * 2)
    assert not agrees(admissions, 3.0)
    if at_most > 1:
        assert agrees(values(result, Indicator.READMISSIONS, "H"), 100 * SHARE)


def district(build: SimpleNamespace) -> tuple[Gst, TwinParameters, Readmissions]:
    """A hospital with beds for everybody, so that admissions are as many as the ill."""
    gst = build.district(("A",))
    for unit in gst.units:
        gst = build.with_more_beds(gst, unit.unit, 60)
    nothing = History(
        visits=pd.DataFrame(columns=list(VisitCount.model_fields)),
        stays=pd.DataFrame(columns=list(Stay.model_fields)),
        consumption=pd.DataFrame(),
        referrals=pd.DataFrame(),
    )
    return gst, calibrate(gst, nothing), often(SHARE, 1, "A-MED", "A-SUR")


def test_returns_leave_the_first_admissions_as_they_were(build: SimpleNamespace) -> None:
    gst, parameters, back = district(build)
    before = prepare(gst, parameters, plan(60, 1, 0)).patients(0)
    after = prepare(gst, parameters.but(readmissions=back), plan(60, 1, 0)).patients(0)
    first = len(before)
    assert len(after) > first
    assert np.isinf(after.arrive[first:]).all()
    for name in ("arrive", "keys", "person", "priority", "consult", "clock", "dies"):
        assert np.array_equal(getattr(after, name)[:first], getattr(before, name)), name


def test_a_return_is_an_admitted_emergency_of_the_same_person_within_thirty_days(
    build: SimpleNamespace,
) -> None:
    gst, parameters, back = district(build)
    prepared = prepare(gst, parameters.but(readmissions=back), plan(120, 1, 0))
    milestones = prepared.replay(0)
    table = milestones.table
    assert table.returns is not None
    came = {one: row for one, row in table.returns.rows.items() if table.arrive[row] < 120 * 24}
    assert len(came) > 100
    first, again = np.array(list(came)), np.array(list(came.values()))
    gap = table.arrive[again] - milestones.out[first]
    assert (gap >= 0).all()
    assert (gap <= 30 * 24).all()
    assert np.array_equal(table.person[first], table.person[again])
    assert (table.emergency[again] >= 0).all()
    assert (table.units[again, 0] >= 0).all()
    assert not milestones.died[first].any()
    assert not milestones.left_unseen[first].any()


def registers(prepared: Prepared, gst: Gst) -> History:
    """What the hospital would have written down: a patient keeps his code when he comes back."""
    milestones = prepared.replay(0)
    table, end = milestones.table, milestones.end_hours
    opening = pd.Timestamp(gst.identity.as_of) - pd.Timedelta(hours=end)

    def moment(hours: np.ndarray) -> pd.Series:
        return pd.Series(opening + pd.to_timedelta(np.round(hours * 3600), unit="s"))

    came = np.sort(table.arrive[(table.emergency >= 0) & (table.arrive < end)])
    hours = np.bincount(came.astype(np.int64), minlength=int(end))
    visits = pd.DataFrame({"hospital": "A", "hour": moment(np.arange(int(end))), "visits": hours})
    patients, units, starts, untils = milestones.occupations()
    inside = units != 0
    patients, units, starts, untils = (one[inside] for one in (patients, units, starts, untils))
    root = np.arange(len(table))
    if table.returns is not None:
        for one, row in table.returns.rows.items():
            root[row] = root[one]
    last = untils == milestones.out[patients]
    outcome = np.where(milestones.died[patients], StayOutcome.DIED, StayOutcome.HOME)
    outcome = np.where(last, outcome, StayOutcome.MOVED)
    outcome = np.where(np.isnan(untils), StayOutcome.PRESENT, outcome)
    stays = pd.DataFrame(
        {
            "patient": [f"P{one}" for one in root[patients]],
            "unit": [gst.units[unit].unit for unit in units],
            "bed": None,
            "admitted_at": moment(starts),
            "left_at": moment(untils),
            "kind": AdmissionKind.EMERGENCY.value,
            "sex": "female",
            "age_group": "15-64",
            "province": "A",
            "outcome": outcome,
        }
    )
    return History(visits, stays, consumption=pd.DataFrame(), referrals=pd.DataFrame())


@pytest.mark.slow
def test_calibrated_readmissions_leave_the_number_of_arrivals_as_it_was(
    build: SimpleNamespace,
) -> None:
    """The registers count who comes back; switched on by hand, they come on top."""
    gst, parameters, back = district(build)
    often_back = parameters.but(readmissions=back.but(at_most=10))
    past = registers(prepare(gst, often_back, plan(360, 1, 0)), gst)
    usual = calibrate(gst, past)
    known = with_readmissions(usual, gst, past)
    assert known.readmissions is not None
    shares = {one.unit: one.weight for one in known.readmissions.shares}
    assert shares["A-MED"] == pytest.approx(SHARE, abs=0.04)
    run = plan(56, 20, 28).but(start=Start.EMPTY)
    before, after = simulate(gst, usual, run), simulate(gst, known, run)
    on_top = known.but(hospitals=usual.hospitals)
    added = simulate(gst, on_top, run)
    for name in (Indicator.VISITS, Indicator.ADMISSIONS):
        was, now, more = (values(one, name, "A") for one in (before, after, added))
        assert agrees(now - was, 0.0), name
        assert not agrees(more - was, 0.0), name
        assert more.mean() > was.mean()


def test_a_history_without_readmissions_changes_nothing(build: SimpleNamespace) -> None:
    gst, parameters, _ = district(build)
    past = registers(prepare(gst, parameters, plan(120, 1, 0)), gst)
    usual = calibrate(gst, past)
    assert with_readmissions(usual, gst, past) is usual


def test_a_share_above_one_is_refused() -> None:
    with pytest.raises(ValidationError, match="above 1"):
        often(1.2, 1, "H-MED")
