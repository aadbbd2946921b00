"""Runs of the whole twin: conservation, common random numbers, monotonicity, same bytes."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from joblib import Parallel, delayed

from hospital.errors import InvalidInput
from hospital.forecast import DemandForecast, Period, SeriesKey, SeriesKind
from hospital.gst import Gst
from hospital.history import History, Stay, VisitCount
from hospital.places import UnitKind
from hospital.twin_result import Indicator, TwinResult
from twin.calibration import calibrate
from twin.event_log import check_conservation, read_milestones
from twin.flow import Flow
from twin.laws import Exponential, Fixed, LogNormal
from twin.parameters import TwinParameters, UnitParameters, UnitShare
from twin.run_plan import RunPlan
from twin.simulation import prepare, simulate

pytestmark = pytest.mark.unit

MONDAY = date(2026, 11, 23)
NOTHING = History(
    visits=pd.DataFrame(columns=list(VisitCount.model_fields)),
    stays=pd.DataFrame(columns=list(Stay.model_fields)),
    consumption=pd.DataFrame(),
    referrals=pd.DataFrame(),
)


def plan(days: int = 14, replications: int = 3, warmup_days: int = 7) -> RunPlan:
    return RunPlan(
        first_day=MONDAY,
        horizon_days=days,
        warmup_days=warmup_days,
        replications=replications,
        seed=5,
    )


def values(result: TwinResult, name: Indicator, place: str, group: str = "") -> np.ndarray:
    frame = result.indicators
    chosen = (frame["indicator"] == name) & (frame["place"] == place) & (frame["group"] == group)
    return frame.loc[chosen].sort_values("replication")["value"].to_numpy()


def tables_equal(one: Any, two: Any) -> bool:
    return all(
        np.array_equal(getattr(one, name), getattr(two, name)) for name in one.__dataclass_fields__
    )


def on_two_processes(
    function: Callable[[Any], Any], tasks: Sequence[Any], label: str
) -> Iterator[Any]:
    del label
    return iter(Parallel(n_jobs=2)(delayed(function)(task) for task in tasks))


def forecast(hospital: str, paths: np.ndarray, first_day: date = MONDAY) -> DemandForecast:
    return DemandForecast(
        key=SeriesKey(SeriesKind.VISITS, hospital),
        first_day=first_day,
        period=Period.DAY,
        mean=paths.mean(axis=0),
        quantiles=np.zeros((paths.shape[1], 7)),
        sample_paths=paths,
        model="test",
    )


# Arrivals


def test_arrivals_have_the_rate_of_every_hour_exactly(build: SimpleNamespace) -> None:
    """Chi-square over the 168 hours of the week, with jumps between hours; a stale rate fails."""
    rates = np.where(np.arange(168) % 24 < 8, 0.4, 3.0) + np.where(np.arange(168) % 7 == 3, 4, 0)
    gst, parameters = build.emergency_queue(build.Queue(1000, 1, Exponential(mean_hours=0.1)))
    changed = parameters.hospitals[0].but(hourly_visits=tuple(rates.tolist()))
    weeks = 40
    prepared = prepare(gst, parameters.but(hospitals=(changed,)), plan(7 * weeks, 1, 0))
    arrive = np.concatenate([prepared.patients(one).arrive for one in range(10)])
    counts = np.bincount((arrive % 168).astype(int), minlength=168)
    expected = rates * weeks * 10
    chi_square = ((counts - expected) ** 2 / expected).sum()
    assert chi_square < 168 + 4 * np.sqrt(2 * 168)
    stale = np.roll(expected, 1)
    assert ((counts - stale) ** 2 / stale).sum() > 10 * 168
    minutes = np.histogram(arrive % 1, bins=60, range=(0, 1))[0]
    assert minutes.std() < 2 * np.sqrt(minutes.mean())


def test_daily_numbers_are_poisson(build: SimpleNamespace) -> None:
    gst, parameters = build.emergency_queue(build.Queue(1000, 5, Exponential(mean_hours=0.1)))
    prepared = prepare(gst, parameters, plan(400, 1, 0))
    days = np.bincount((prepared.patients(0).arrive // 24).astype(int), minlength=400)
    assert days.mean() == pytest.approx(120, rel=0.02)
    assert days.var(ddof=1) == pytest.approx(120, rel=0.25)


def test_more_demand_adds_patients_and_leaves_the_others_as_they_were(
    build: SimpleNamespace,
) -> None:
    gst, parameters = build.emergency_queue(
        build.Queue(20, 5, LogNormal(mean_hours=1, cv=1), admission_probability=0.2, ward_beds=40)
    )
    more = parameters.hospitals[0].but(hourly_visits=(5.5,) * 168)
    before = prepare(gst, parameters, plan()).patients(1)
    after = prepare(gst, parameters.but(hospitals=(more,)), plan()).patients(1)
    assert len(after) > len(before)
    kept = np.isin(after.arrive.round(6), before.arrive.round(6))
    assert kept.sum() == len(before)
    assert np.array_equal(after.consult[kept], before.consult)
    assert np.array_equal(after.units[kept], before.units)
    assert np.array_equal(after.hours[kept], before.hours)


def test_each_replication_follows_its_path_of_the_forecast(build: SimpleNamespace) -> None:
    """The path gives the visits of the day; the rates give the hours, and the warm-up."""
    gst, parameters = build.emergency_queue(build.Queue(1000, 2, Exponential(mean_hours=0.1)))
    paths = np.array([np.arange(14) + 10.0, np.arange(14) + 200.0])
    prepared = prepare(gst, parameters, plan(replications=3), {"H": forecast("H", paths)})
    for replication in range(3):
        days = (prepared.patients(replication).arrive // 24).astype(int)
        counts = np.bincount(days, minlength=21)
        assert counts[7:].tolist() == paths[replication % 2].tolist()
        assert 30 < counts[:7].mean() < 66


def test_a_forecast_that_starts_earlier_is_read_from_the_first_day(build: SimpleNamespace) -> None:
    gst, parameters = build.emergency_queue(build.Queue(1000, 2, Exponential(mean_hours=0.1)))
    early = forecast("H", np.arange(20.0)[np.newaxis], MONDAY - timedelta(days=6))
    arrive = prepare(gst, parameters, plan(), {"H": early}).patients(0).arrive
    counts = np.bincount((arrive // 24).astype(int))
    assert counts[7:].tolist() == list(range(6, 20))


# Conservation and common random numbers


def test_nobody_is_lost_in_a_district_with_transfers(build: SimpleNamespace) -> None:
    """Admitted = discharged + died + present, by every hour, with blocking and transfers."""
    gst = build.district(("A", "B", "C"))
    prepared = prepare(gst, calibrate(gst, NOTHING), plan(28, 1))
    milestones = prepared.replay(0)
    patients, units, starts, untils = milestones.occupations()
    assert len(milestones.moves) > 0
    for hour in np.linspace(0, milestones.end_hours, 50):
        present = (starts <= hour) & ~(untils <= hour)
        assert np.unique(patients[present]).size == present.sum()
        taken = np.bincount(units[present], minlength=len(prepared.network.beds))
        assert (taken <= np.array(prepared.network.beds)).all()
    inside = np.unique(patients)
    gone = ~np.isnan(milestones.out[inside])
    held = np.isnan(untils).sum()
    assert inside.size == gone.sum() + held


def test_a_lost_patient_is_noticed(build: SimpleNamespace) -> None:
    gst = build.district(("A",))
    prepared = prepare(gst, calibrate(gst, NOTHING), plan(7, 1))
    flow = Flow(prepared.network, prepared.patients(0)).run(prepared.run.end_hours)
    check_conservation(flow, read_milestones(flow, prepared.run.end_hours))
    flow.pools[1].free += 1
    with pytest.raises(Exception, match="patients_not_conserved"):
        check_conservation(flow, read_milestones(flow, prepared.run.end_hours))


def test_a_scenario_meets_the_same_patients(build: SimpleNamespace) -> None:
    """Beds, physicians and links do not touch a single number of the patient table."""
    gst = build.district(("A", "B"))
    parameters = calibrate(gst, NOTHING)
    more = build.with_more_beds(gst, "A-ICU", 4)
    doctors = tuple(unit.but(physicians=unit.physicians + 1) for unit in more.units)
    changed = more.but(units=doctors, links=())
    for replication in range(2):
        before = prepare(gst, parameters, plan()).patients(replication)
        after = prepare(changed, parameters, plan()).patients(replication)
        assert tables_equal(before, after)


def test_beds_in_one_hospital_leave_an_unlinked_one_exactly_as_it_was(
    build: SimpleNamespace,
) -> None:
    gst = build.district(("A", "B"), links=False)
    parameters = calibrate(gst, NOTHING)
    before = simulate(gst, parameters, plan())
    after = simulate(build.with_more_beds(gst, "A-MED", 8), parameters, plan())
    here = before.indicators["place"].str.startswith("B")
    assert here.sum() > 100
    pd.testing.assert_frame_equal(before.indicators[here], after.indicators[here], check_exact=True)
    own = before.occupancy["unit"].str.startswith("B")
    pd.testing.assert_frame_equal(before.occupancy[own], after.occupancy[own], check_exact=True)
    assert not before.indicators.equals(after.indicators)


@given(beds=st.integers(3, 12), per_day=st.floats(0.5, 3.0), seed=st.integers(0, 99))
@settings(max_examples=30)
def test_one_more_bed_never_lengthens_a_wait_in_a_single_queue(
    build: SimpleNamespace, beds: int, per_day: float, seed: int
) -> None:
    """Patient by patient, first come first served, under common random numbers."""
    run = plan(40, 1).but(seed=seed)
    gst, parameters = build.ward_queue(beds, per_day, LogNormal(mean_hours=72, cv=1.3))
    before = prepare(gst, parameters, run).replay(0).starts[:, 0]
    after = prepare(build.with_more_beds(gst, "H-MED", 1), parameters, run).replay(0).starts[:, 0]
    tolerance = 1e-9
    assert (np.nan_to_num(after, nan=np.inf) <= np.nan_to_num(before, nan=np.inf) + tolerance).all()


def test_results_are_the_same_on_one_process_and_on_two(build: SimpleNamespace) -> None:
    gst = build.district(("A", "B"))
    parameters = calibrate(gst, NOTHING)
    alone = simulate(gst, parameters, plan(7, 4))
    together = simulate(gst, parameters, plan(7, 4), task_map=on_two_processes)
    pd.testing.assert_frame_equal(alone.indicators, together.indicators, check_exact=True)
    pd.testing.assert_frame_equal(alone.occupancy, together.occupancy, check_exact=True)
    assert alone.overloaded == together.overloaded


def test_the_seed_and_only_the_seed_changes_the_numbers(build: SimpleNamespace) -> None:
    gst = build.district(("A",))
    parameters = calibrate(gst, NOTHING)
    first = simulate(gst, parameters, plan(7, 2))
    pd.testing.assert_frame_equal(
        first.indicators, simulate(gst, parameters, plan(7, 2)).indicators
    )
    other = simulate(gst, parameters, plan(7, 2).but(seed=6))
    assert not first.indicators["value"].equals(other.indicators["value"])


# Transfers, blocking and rings


def intensive_care_gst(
    build: SimpleNamespace, own_beds: int, links: Sequence[tuple[str, str, float]]
) -> tuple[Gst, TwinParameters]:
    """Hospital A sends 2 patients a day to intensive care; B has 60 such beds."""
    own = [build.Place("A-ICU", UnitKind.INTENSIVE_CARE, own_beds)] if own_beds else []
    places = {
        "A": [build.Place("A-ED", UnitKind.EMERGENCY, 60, 60), *own],
        "B": [
            build.Place("B-ICU", UnitKind.INTENSIVE_CARE, 60),
            build.Place("B-MED", UnitKind.WARD, 200),
        ],
    }
    queue = build.Queue(60, 2 / 24, Fixed(mean_hours=1), admission_probability=1)
    level = build.emergency_queue(queue)[1].hospitals[0].triage[0]
    sick = build.hospital_parameters(
        "A", hourly_visits=(2 / 24,) * 168, triage=(level.but(intensive_care_probability=1),)
    )
    units = (
        UnitParameters(unit="A-ICU", stay=Exponential(mean_hours=96), move_share=1),
        UnitParameters(unit="B-ICU", stay=Exponential(mean_hours=96), move_share=1),
        UnitParameters(unit="B-MED", stay=Exponential(mean_hours=96)),
    )
    hospitals = (sick, build.hospital_parameters("B"))
    return build.gst(places, links), TwinParameters(
        hospitals=hospitals, units=units, transfer_after_hours=6
    )


def test_without_own_intensive_care_patients_go_over_the_link_at_once(
    build: SimpleNamespace,
) -> None:
    model = intensive_care_gst(build, 0, [("A", "B", 40.0)])
    result = simulate(*model, plan(60))
    assert values(result, Indicator.BOARDING, "A") == pytest.approx(np.zeros(3))
    moved = values(result, Indicator.TRANSFERS, "A")
    assert moved == pytest.approx(values(result, Indicator.ADMISSIONS, "B"), abs=0.05)
    kilometres = values(result, Indicator.TRANSFER_DISTANCE, "A")
    assert kilometres == pytest.approx(40 * moved)
    assert values(result, Indicator.TRANSFERS, "B") == pytest.approx(np.zeros(3))


def test_a_full_intensive_care_sends_patients_away_after_the_stated_hours(
    build: SimpleNamespace,
) -> None:
    model = intensive_care_gst(build, 2, [("A", "B", 40.0)])
    milestones = prepare(*model, plan(60, 1)).replay(0)
    boarding = milestones.starts[:, 0] - milestones.disposition
    away = milestones.units[:, 0] == 2
    sent = boarding[away & ~np.isnan(boarding)]
    assert sent.size > 20
    assert sent == pytest.approx(np.full(sent.size, 6.0))
    assert np.nanmax(boarding[~away]) <= 6 + 1e-9


def test_without_a_link_patients_wait_for_their_own_intensive_care(build: SimpleNamespace) -> None:
    result = simulate(*intensive_care_gst(build, 2, []), plan(60))
    assert values(result, Indicator.TRANSFERS, "") == pytest.approx(np.zeros(3))
    assert (values(result, Indicator.BOARDING, "A") > 24).all()
    assert result.overloaded == ("A-ICU",)


def test_two_units_whose_patients_want_each_others_beds_do_not_lock(
    build: SimpleNamespace,
) -> None:
    """One bed each, every patient goes round: they change places instead of waiting for ever."""
    gst = build.gst(
        {
            "H": [
                build.Place("H-MED", UnitKind.WARD, 1),
                build.Place("H-ICU", UnitKind.INTENSIVE_CARE, 1),
            ]
        }
    )
    to_ward, to_icu = (UnitShare(unit=unit, weight=1) for unit in ("H-MED", "H-ICU"))
    units = (
        UnitParameters(unit="H-MED", stay=Fixed(mean_hours=5), move_share=0.5, onward=(to_icu,)),
        UnitParameters(unit="H-ICU", stay=Fixed(mean_hours=7), move_share=0.9, onward=(to_ward,)),
    )
    _, parameters = build.ward_queue(1, 1.2, Fixed(mean_hours=5))
    stream = parameters.hospitals[0].electives[0]
    both = parameters.hospitals[0].but(electives=(stream, stream.but(unit="H-ICU")))
    locked = TwinParameters(hospitals=(both,), units=units)
    milestones = prepare(gst, locked, plan(100, 1)).replay(0)
    last_days = milestones.out > milestones.end_hours - 48
    assert last_days.sum() > 0


def test_who_finds_no_intensive_care_in_time_is_refused(build: SimpleNamespace) -> None:
    """Nobody waits longer than the limit, and the refusals are counted."""
    gst, parameters = intensive_care_gst(build, 2, [])
    limited = parameters.but(intensive_care_limit_hours=24.0)
    prepared = prepare(gst, limited, plan(60, 1))
    milestones = prepared.replay(0)
    boarding = milestones.starts[:, 0] - milestones.disposition
    assert np.nanmax(boarding) <= 24 + 1e-9
    refused = (milestones.out - milestones.disposition)[milestones.refused]
    assert refused == pytest.approx(np.full(refused.size, 24.0))
    result = simulate(gst, limited, plan(60, 1))
    inside = milestones.refused & (milestones.out >= prepared.run.warmup_hours)
    per_day = values(result, Indicator.INTENSIVE_CARE_REFUSALS, "A")
    assert per_day == pytest.approx([inside.sum() / 60])
    assert per_day > 1


# Results


def test_a_unit_is_overloaded_when_its_offered_load_exceeds_its_beds(
    build: SimpleNamespace,
) -> None:
    stay = Exponential(mean_hours=96)
    enough = simulate(*build.ward_queue(36, 8, stay), plan(200))
    short = simulate(*build.ward_queue(30, 8, stay), plan(200))
    assert enough.overloaded == ()
    assert short.overloaded == ("H-MED",)
    queue = build.Queue(100, 5, Exponential(mean_hours=0.5), physicians=3)
    assert simulate(*build.emergency_queue(queue), plan(30)).overloaded == ()
    fewer = build.Queue(100, 5, Exponential(mean_hours=0.5), physicians=2)
    few_physicians = simulate(*build.emergency_queue(fewer), plan(30))
    assert few_physicians.overloaded == few_physicians.short_of_physicians == ("H-ED",)
    assert short.short_of_physicians == ()


def test_occupancy_bands_are_the_hourly_censuses_of_the_replications(
    build: SimpleNamespace,
) -> None:
    gst = build.district(("A",))
    parameters = calibrate(gst, NOTHING)
    result = simulate(gst, parameters, plan(7, 5))
    frame = result.occupancy
    assert list(frame.columns) == ["unit", "hour", "mean", "p10", "p50", "p90"]
    assert len(frame) == len(gst.units) * 7 * 24
    assert (frame["p10"] <= frame["p50"]).all()
    assert (frame["p50"] <= frame["p90"]).all()
    beds = frame["unit"].map(gst.beds_by_unit())
    assert (frame["p90"] <= beds).all()
    by_unit = frame.groupby("unit")["mean"].mean()
    integral = [values(result, Indicator.OCCUPIED_BEDS, unit).mean() for unit in by_unit.index]
    assert by_unit.to_numpy() == pytest.approx(np.array(integral), abs=0.6)


def test_places_add_up(build: SimpleNamespace) -> None:
    """The GST is the sum of its hospitals, a hospital of its inpatient units."""
    gst = build.district(("A", "B"))
    result = simulate(gst, calibrate(gst, NOTHING), plan())
    for name in (Indicator.VISITS, Indicator.ADMISSIONS, Indicator.TRANSFERS, Indicator.DEATHS):
        total = values(result, name, "A") + values(result, name, "B")
        assert values(result, name, "") == pytest.approx(total)
    units = [unit.unit for unit in gst.units_of("A") if unit.kind is not UnitKind.EMERGENCY]
    beds = np.sum([values(result, Indicator.OCCUPIED_BEDS, unit) for unit in units], axis=0)
    assert values(result, Indicator.OCCUPIED_BEDS, "A") == pytest.approx(beds)


def test_groups_are_measured_and_average_to_the_whole(build: SimpleNamespace) -> None:
    """Equity: the mean boarding of men and women encloses the mean of everybody."""
    gst = build.district(("A", "B"))
    result = simulate(gst, calibrate(gst, NOTHING), plan(28))
    for name in (Indicator.BOARDING, Indicator.CUBICLE_WAIT):
        everybody = values(result, name, "")
        women, men = (values(result, name, "", f"sex:{sex}") for sex in ("female", "male"))
        assert (np.minimum(women, men) <= everybody).all()
        assert (everybody <= np.maximum(women, men)).all()
    groups = set(result.indicators["group"])
    assert {"", "age:65+", "province:Province A", "sex:female"} <= groups


def test_more_intensive_care_beds_shorten_the_wait_for_them(build: SimpleNamespace) -> None:
    gst = build.district(("A",))
    parameters = calibrate(gst, NOTHING)
    before = simulate(gst, parameters, plan(28, 6))
    after = simulate(build.with_more_beds(gst, "A-ICU", 4), parameters, plan(28, 6))
    gain = values(before, Indicator.INTENSIVE_CARE_WAIT, "A") - values(
        after, Indicator.INTENSIVE_CARE_WAIT, "A"
    )
    assert (gain >= 0).all()
    assert gain.mean() > 0.5
    fewer = values(after, Indicator.INTENSIVE_CARE_REFUSALS, "A")
    assert (fewer <= values(before, Indicator.INTENSIVE_CARE_REFUSALS, "A")).all()


# Wrong input


def codes(gst: Gst, parameters: TwinParameters, **demand: DemandForecast) -> set[str]:
    with pytest.raises(InvalidInput) as refused:
        simulate(gst, parameters, plan(), demand)
    return {problem.code for problem in refused.value.problems}


def test_every_wrong_place_is_named_at_once(build: SimpleNamespace) -> None:
    gst = build.district(("A",))
    parameters = calibrate(gst, NOTHING)
    units = tuple(
        unit.but(physicians=0) if unit.kind is UnitKind.EMERGENCY else unit for unit in gst.units
    )
    beds = tuple(bed for bed in gst.beds if bed.unit != "A-MED")
    broken = gst.but(units=units, beds=beds)
    assert codes(broken, parameters) == {"unit_without_beds", "emergency_without_physicians"}
    with pytest.raises(InvalidInput, match="A-MED"):
        calibrate(broken, NOTHING)


@pytest.mark.parametrize(
    ("rate", "code"),
    [(0.0, "zero_rate"), (np.inf, "impossible_rate"), (-1.0, "impossible_rate")],
)
def test_zero_and_infinite_rates_are_refused(
    build: SimpleNamespace, rate: float, code: str
) -> None:
    gst = build.district(("A",))
    parameters = calibrate(gst, NOTHING)
    wrong = parameters.hospitals[0].but(hourly_visits=(rate,) * 168)
    assert code in codes(gst, parameters.but(hospitals=(wrong,)))


def test_a_forecast_that_does_not_fit_the_run_is_refused(build: SimpleNamespace) -> None:
    gst = build.district(("A",))
    parameters = calibrate(gst, NOTHING)
    short = forecast("A", np.full((3, 10), 50.0))
    assert codes(gst, parameters, A=short) == {"forecast_too_short"}
    assert codes(gst, parameters, X=forecast("X", np.full((3, 14), 50.0))) == {"unknown_hospital"}
    endless = forecast("A", np.full((3, 14), np.inf))
    assert codes(gst, parameters, A=endless) == {"impossible_forecast"}


def test_a_unit_with_almost_no_patients_is_no_special_case(build: SimpleNamespace) -> None:
    queue = build.Queue(2, 0.002, Fixed(mean_hours=1), admission_probability=0.5, ward_beds=2)
    result = simulate(*build.emergency_queue(queue), plan(10, 5))
    assert values(result, Indicator.OCCUPIED_BEDS, "H-MED").shape == (5,)


def test_patients_cannot_be_sent_where_no_road_leads(build: SimpleNamespace) -> None:
    gst = build.district(("A", "B"), links=False)
    parameters = calibrate(gst, NOTHING)
    wrong = parameters.hospitals[0].but(ward_mix=(UnitShare(unit="B-MED", weight=1),))
    sent = parameters.but(hospitals=(wrong, parameters.hospitals[1]))
    assert "route_without_link" in codes(gst, sent)
