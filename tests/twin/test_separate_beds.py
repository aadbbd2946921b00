"""Beds of a GST by sex, age and isolation: who comes to a unit, and who lies where."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from hospital.gst import Gst
from hospital.history import History
from hospital.places import BedSex, UnitKind
from hospital.theatre import AgeGroup, Sex
from twin.laws import Exponential
from twin.parameters import ArrivalStream, TwinParameters, UnitParameters
from twin.run_plan import RunPlan
from twin.separate_beds import with_separate_beds
from twin.simulation import prepare

pytestmark = pytest.mark.integration

UNITS = ("H-MAT", "H-MED")


def hospital(build: SimpleNamespace) -> tuple[Gst, TwinParameters, History]:
    """A maternity that has taken women only, and a ward of men and women with rooms for each."""
    gst = build.gst({"H": [build.Place(unit, UnitKind.WARD, 10) for unit in UNITS]})
    sexes = [BedSex.ANY, *[BedSex.FEMALE] * 4, *[BedSex.MALE] * 4, BedSex.ANY]
    ward = [bed for bed in gst.beds if bed.unit == "H-MED"]
    mixed = [bed.but(sex=sex) for bed, sex in zip(ward, sexes, strict=True)]
    maternity = [bed.but(sex=BedSex.FEMALE) for bed in gst.beds if bed.unit == "H-MAT"]
    stay = Exponential(mean_hours=48)
    streams = tuple(
        ArrivalStream(
            stream=unit, unit=unit, rates=(0.15,) * 168, patience=Exponential(mean_hours=1e9)
        )
        for unit in UNITS
    )
    parameters = TwinParameters(
        hospitals=(build.hospital_parameters("H", streams=streams),),
        units=tuple(UnitParameters(unit=unit, stay=stay) for unit in UNITS),
    )
    return gst.but(beds=(*maternity, *mixed)), parameters, past()


def past() -> History:
    rows = [
        {
            "patient": f"P{number}",
            "unit": UNITS[number % 2],
            "admitted_at": pd.Timestamp("2026-09-01") + pd.Timedelta(hours=6 * number),
            "left_at": pd.Timestamp("2026-09-03") + pd.Timedelta(hours=6 * number),
            "sex": "female" if number % 2 == 0 or number % 3 else "male",
            "age_group": "15-64",
            "province": "Tanger",
            "kind": "emergency",
            "outcome": "home",
            "bed": None,
        }
        for number in range(200)
    ]
    visits = pd.DataFrame({"hospital": [], "hour": pd.to_datetime([]), "visits": []})
    nothing = pd.DataFrame()
    return History(visits, pd.DataFrame(rows), consumption=nothing, referrals=nothing)


def test_who_comes_to_a_unit_is_like_its_own_stays(build: SimpleNamespace) -> None:
    gst, parameters, history = hospital(build)
    plan = RunPlan(first_day=build.AS_OF, horizon_days=400, warmup_days=0, replications=1)
    separate = with_separate_beds(gst, history, parameters)
    table = prepare(gst, separate, plan).patients(0)
    people = separate.hospitals[0].people
    is_female = np.array([one.sex is Sex.FEMALE for one in people])[table.person]
    adults = np.array([one.age_group is AgeGroup.ADULT for one in people])[table.person]
    assert is_female[table.stream == 1].all()
    men = 1 - is_female[table.stream == 2].mean()
    assert men == pytest.approx(1 / 3, abs=0.05)
    assert adults.all()
    before = prepare(gst, parameters, plan).patients(0)
    assert np.array_equal(before.arrive, table.arrive)
    assert np.array_equal(before.hours, table.hours)


def test_only_the_mixed_ward_is_more_than_beds_and_a_queue(build: SimpleNamespace) -> None:
    """Nothing changes until it is asked for; a maternity for women only stays a plain pool."""
    gst, parameters, history = hospital(build)
    plan = RunPlan(first_day=build.AS_OF, horizon_days=100, warmup_days=0, replications=1)
    assert prepare(gst, parameters, plan).network.rules == (None, None)
    rules = prepare(gst, with_separate_beds(gst, history, parameters), plan).network.rules
    assert rules[0] is None
    assert rules[1] is not None
    assert sorted(beds for _, beds in rules[1].layout) == [2, 4, 4]


def test_rooms_for_each_sex_make_patients_wait_longer(build: SimpleNamespace) -> None:
    gst, parameters, history = hospital(build)
    plan = RunPlan(first_day=build.AS_OF, horizon_days=400, warmup_days=0, replications=1)
    separate = with_separate_beds(gst, history, parameters)

    def wait(of: TwinParameters) -> float:
        one = prepare(gst, of, plan).replay(0)
        return float(np.nanmean((one.starts[:, 0] - one.table.arrive)[one.table.stream == 2]))

    rooms, pool = wait(separate), wait(parameters)
    assert rooms > pool
