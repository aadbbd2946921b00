"""Paths of inpatients, the places they may go to, and the parameters that say so."""

import pickle
from types import SimpleNamespace

import numpy as np
import pytest
from pydantic import ValidationError

from hospital.places import UnitKind
from twin.arrivals import poisson_counts
from twin.chance import PatientChance
from twin.laws import Exponential, Fixed, LogNormal
from twin.network import NOWHERE, Care, Choice, build_network, shortest_roads
from twin.parameters import TwinParameters, UnitParameters, UnitShare
from twin.paths import follow
from twin.stays import by_the_clock, hypothesis_of, need_before_clock

pytestmark = pytest.mark.unit

PATIENTS = 40_000


def care(mean: float, death: float = 0.0, move: float = 0.0, to: Choice | None = None) -> Care:
    return Care(Exponential(mean_hours=mean), death, move, to, waits_for_clock=False)


def test_paths_have_the_shares_of_their_units() -> None:
    """Intensive care (12 % die) to two wards; the second sends a tenth back."""
    units = [
        care(60, death=0.12, move=0.88, to=Choice((1, 2), (0.25,))),
        care(100),
        care(50, death=0.1, move=0.1, to=Choice((0,), ())),
    ]
    chance = PatientChance(np.random.default_rng(1).integers(0, 2**64, PATIENTS, dtype=np.uint64))
    paths = follow(units, np.zeros(PATIENTS, dtype=np.int64), chance)
    died_first = paths.dies == 0
    assert died_first.mean() == pytest.approx(0.12, abs=0.006)
    assert (paths.units[died_first, 1] == NOWHERE).all()
    second = paths.units[:, 1]
    assert (second == 1).mean() == pytest.approx(0.88 * 0.25, abs=0.008)
    back = (second == 2) & (paths.units[:, 2] == 0)
    assert back.sum() / (second == 2).sum() == pytest.approx(0.1, abs=0.006)
    assert paths.hours[second == 2, 1].mean() == pytest.approx(50, rel=0.025)
    assert ((paths.units >= 0) == (paths.hours > 0)).all()


def test_a_path_has_no_hole_and_ends_with_death() -> None:
    units = [care(5, death=0.3, move=0.5, to=Choice((0, 1), (0.5,))), care(5, move=1.0)]
    chance = PatientChance(np.random.default_rng(2).integers(0, 2**64, PATIENTS, dtype=np.uint64))
    paths = follow(units, np.zeros(PATIENTS, dtype=np.int64), chance)
    present = paths.units >= 0
    assert (present[:, 1:] <= present[:, :-1]).all()
    last = present.sum(axis=1) - 1
    died = paths.dies >= 0
    assert (paths.dies[died] == last[died]).all()


def test_nobody_without_a_first_unit_has_a_path() -> None:
    nobody = np.full(3, NOWHERE)
    paths = follow([care(5)], nobody, PatientChance(np.arange(3, dtype=np.uint64)))
    assert (paths.units == NOWHERE).all()
    assert (paths.dies == NOWHERE).all()


def test_the_shortest_road_may_pass_a_third_hospital(build: SimpleNamespace) -> None:
    ward = {code: [build.Place(f"{code}-MED", UnitKind.WARD, 5)] for code in "ABCD"}
    gst = build.gst(ward, [("A", "B", 30.0), ("B", "C", 20.0), ("A", "C", 90.0)])
    roads = shortest_roads(gst)
    assert roads[0, 2].km == pytest.approx(50)
    assert roads[2, 0].hours == pytest.approx(50 / 60)
    assert (0, 3) not in roads


def test_a_closed_unit_leaves_the_mix_and_a_new_one_takes_its_own_row(
    build: SimpleNamespace,
) -> None:
    gst = build.district(("A",))
    mix = (UnitShare(unit="A-MED", weight=3), UnitShare(unit="A-SUR", weight=1))
    hospital = build.hospital_parameters("A", ward_mix=mix)
    parameters = TwinParameters(hospitals=(hospital,), units=())
    closed = gst.but(
        units=tuple(unit for unit in gst.units if unit.unit != "A-SUR"),
        beds=tuple(bed for bed in gst.beds if bed.unit != "A-SUR"),
    )
    for places, shares in ((gst, (0.75, 0.25)), (closed, (1.0,))):
        ward = build_network(places, parameters).sites[0].ward
        assert ward is not None
        chosen = ward.pick(np.linspace(0, 0.9999, 1000))
        found = [float((chosen == unit).mean()) for unit in ward.units]
        assert found == pytest.approx(shares, abs=2e-3)
    care_of_icu = build_network(gst, parameters).care[1]
    assert care_of_icu.stay == LogNormal(mean_hours=96, cv=1)
    assert care_of_icu.onward == Choice((2,), ())


def test_units_across_a_missing_road_are_not_gone_to(build: SimpleNamespace) -> None:
    parameters = TwinParameters(
        hospitals=(build.hospital_parameters("A"), build.hospital_parameters("B")),
        units=(
            UnitParameters(
                unit="A-MED",
                stay=Fixed(mean_hours=5),
                move_share=0.5,
                onward=(UnitShare(unit="B-MED", weight=1),),
            ),
        ),
    )
    linked = build_network(build.district(("A", "B")), parameters)
    apart = build_network(build.district(("A", "B"), links=False), parameters)
    ward = [unit.unit for unit in linked.units].index("A-MED")
    assert linked.care[ward].move_share == 0.5
    assert apart.care[ward].move_share == 0.0


def test_need_and_wait_for_the_clock_add_up_to_the_observed_stay(build: SimpleNamespace) -> None:
    """Mean and variance of need + uniform delay are those of the observed law."""
    observed = LogNormal(mean_hours=110, cv=0.9)
    need = need_before_clock(observed)
    assert need.mean_hours + 12 == pytest.approx(110)
    variance = (need.cv * need.mean_hours) ** 2 + 24**2 / 12
    assert np.sqrt(variance) / 110 == pytest.approx(0.9)
    short_stay = build.gst({"H": [build.Place("H-DAY", UnitKind.WARD, 4, mean_stay_hours=20)]})
    unit = short_stay.units[0]
    day = hypothesis_of(unit)
    assert not day.waits_for_clock
    assert by_the_clock(unit, day, LogNormal(mean_hours=20, cv=1)) == day


def test_poisson_numbers_grow_with_the_rate_and_have_its_moments() -> None:
    chance = np.random.default_rng(3).random(20_000)
    small, large = (poisson_counts(np.full(20_000, mean), chance) for mean in (4.0, 4.4))
    assert (large >= small).all()
    assert small.mean() == pytest.approx(4, rel=0.02)
    assert small.var() == pytest.approx(4, rel=0.05)
    assert poisson_counts(np.zeros(3), np.array([0.0, 0.5, 0.999])).tolist() == [0, 0, 0]
    assert poisson_counts(np.array([800.0]), np.array([0.5])).tolist() == [800]


def test_parameters_survive_pickle_and_json(build: SimpleNamespace) -> None:
    _, parameters = build.ward_queue(4, 1.0, LogNormal(mean_hours=30, cv=1.2))
    assert pickle.loads(pickle.dumps(parameters)) == parameters
    assert TwinParameters.model_validate_json(parameters.model_dump_json()) == parameters


def test_more_deaths_and_moves_than_patients_are_refused() -> None:
    with pytest.raises(ValidationError, match="exceed 1"):
        UnitParameters(unit="U", stay=Fixed(mean_hours=1), death_share=0.6, move_share=0.5)
