"""Beds have numbers that no two patients share, and the log tells each patient's day in order."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hospital.history import History, Stay, VisitCount
from hospital.places import UnitKind
from twin.bed_numbers import numbered_occupations, numbers_of
from twin.calibration import calibrate
from twin.indicators import hourly_census
from twin.laws import Exponential, Fixed
from twin.parameters import TwinParameters, UnitParameters
from twin.run_plan import RunPlan, Start
from twin.simulation import Prepared, prepare
from twin.trace import event_log

pytestmark = pytest.mark.unit

NOTHING = History(
    visits=pd.DataFrame(columns=list(VisitCount.model_fields)),
    stays=pd.DataFrame(columns=list(Stay.model_fields)),
    consumption=pd.DataFrame(),
    referrals=pd.DataFrame(),
)
FOREVER = 1e9


def overlaps(since: np.ndarray, until: np.ndarray, number: np.ndarray) -> int:
    """How many occupations begin on a number that somebody still holds."""
    table = pd.DataFrame({"since": since, "until": until, "number": number})
    table = table.fillna(FOREVER).sort_values(["number", "since", "until"])
    before = table.groupby("number")["until"].shift()
    return int((table["since"] < before).sum())


periods = st.lists(
    st.tuples(st.integers(0, 20), st.one_of(st.none(), st.integers(0, 6))), max_size=40
)


@given(periods=periods, beds=st.integers(0, 8))
def test_no_two_patients_share_a_number_and_no_number_is_wasted(
    periods: list[tuple[int, int | None]], beds: int
) -> None:
    since = np.array([start for start, _ in periods], dtype=float)
    until = np.array([np.nan if long is None else start + long for start, long in periods])
    number = numbers_of(np.zeros(since.size, dtype=np.int64), (since, until), [beds])
    assert overlaps(since, until, number) == 0
    ends = np.where(np.isnan(until), FOREVER, until)
    most = max((int(((since <= t) & (ends > t)).sum()) for t in since), default=0)
    empty = bool((since == until).any())  # a stay of no length needs a number for a moment
    assert number.max(initial=0) <= max(most + empty, 1) or number.max() <= beds
    if since.size:
        assert number[np.lexsort((until, since))[0]] == 1


def test_one_number_for_everybody_is_found_out() -> None:
    since, until = np.array([0.0, 1.0]), np.array([2.0, 3.0])
    assert overlaps(since, until, np.ones(2, dtype=np.int64)) == 1


def test_a_bed_is_not_given_before_it_is_clean_but_patients_change_places() -> None:
    unit = np.zeros(3, dtype=np.int64)
    since, until = np.array([0.0, 1.0, 2.0]), np.array([1.0, 5.0, 6.0])
    assert numbers_of(unit, (since, until), [2], [0.5]).tolist() == [1, 2, 1]
    assert numbers_of(unit[:2], (since[:2], until[:2]), [1], [0.5]).tolist() == [1, 1]


@pytest.fixture(scope="module")
def district(build: SimpleNamespace) -> Prepared:
    gst = build.district(("A", "B", "C"))
    few = {f"{code}-ED-{number}" for code in "ABC" for number in range(7, 14)}
    gst = gst.but(beds=tuple(bed for bed in gst.beds if bed.bed not in few))
    plan = RunPlan(first_day=build.AS_OF, horizon_days=6, warmup_days=8, replications=1, seed=4)
    return prepare(gst, calibrate(gst, NOTHING), plan)


@pytest.fixture(scope="module")
def log(district: Prepared) -> pd.DataFrame:
    return event_log(district)


def test_numbers_stay_within_the_beds_and_are_never_shared(district: Prepared) -> None:
    held = numbered_occupations(district.replay(0), district.network)
    assert (held.number <= np.array(district.network.beds)[held.unit]).all()
    assert held.number.min() == 1
    for unit in range(len(district.network.units)):
        here = held.unit == unit
        assert overlaps(held.since[here], held.until[here], held.number[here]) == 0


def test_the_census_counted_from_the_log_is_the_census_of_the_twin(
    district: Prepared, log: pd.DataFrame
) -> None:
    milestones = district.replay(0)
    census = hourly_census(district.measure, milestones)
    change = log["event_type"].map({"resource_use": 1, "resource_use_end": -1})
    places = log[log["event"].str.startswith("place")].assign(change=change)
    for at, unit in enumerate(district.network.units):
        here = places[places["unit"] == unit.unit].sort_values("time", kind="stable")
        counts = np.concatenate(([0], here["change"].cumsum()))
        hours = (district.measure.start_hours + np.arange(census.shape[1])) * 60
        assert (counts[np.searchsorted(here["time"], hours, "right")] == census[at]).all()


def test_a_patient_arrives_first_departs_last_and_holds_one_place_at_a_time(
    log: pd.DataFrame,
) -> None:
    by_patient = log.groupby("entity_id")
    assert (by_patient["event"].first() == "arrival").all()
    gone = log.loc[log["event"] == "depart", "entity_id"]
    assert (by_patient["event"].last()[gone] == "depart").all()
    assert gone.is_unique
    places = log[log["event"].str.startswith("place")]
    change = places["event_type"].map({"resource_use": 1, "resource_use_end": -1})
    held = change.groupby(places["entity_id"]).cumsum()
    assert set(held) == {0, 1}


def test_who_boards_holds_the_place_until_the_next_one_starts(log: pd.DataFrame) -> None:
    boards = log[log["event"].str.startswith("board:")]
    assert len(boards) > 5
    following = log.groupby("entity_id")[["event", "unit", "time"]].shift(-1).loc[boards.index]
    ended = following["event"].notna()
    assert following.loc[ended, "event"].str.startswith("place_end:").all()
    assert (following["time"] > boards["time"])[ended].all()
    assert (following["unit"] != boards["unit"])[ended].all()


def test_every_kind_of_event_of_a_district_is_logged(log: pd.DataFrame) -> None:
    kinds = set(log["event"].str.partition(":")[0])
    assert kinds == {
        "arrival",
        "depart",
        "wait_for_place",
        "board",
        "transfer",
        "place",
        "place_end",
        "wait_for_physician",
        "physician",
        "physician_end",
    }
    moved = log[log["event"].str.startswith("transfer:")]
    following = log.groupby("entity_id")[["event", "time", "hospital"]].shift(-1).loc[moved.index]
    assert (following["event"] == "place:" + moved["unit"]).all()
    assert (following["time"] == moved["time"]).all()


def test_the_columns_are_those_that_vidigi_reads(log: pd.DataFrame, build: SimpleNamespace) -> None:
    assert list(log.columns[:6]) == [
        "entity_id",
        "pathway",
        "event_type",
        "event",
        "resource_id",
        "time",
    ]
    kinds = {"arrival_departure", "queue", "resource_use", "resource_use_end"}
    assert set(log["event_type"]) == kinds
    used = log["event_type"].isin(["resource_use", "resource_use_end"])
    assert (log["resource_id"].notna() == used).all()
    assert set(log["replication"]) == {0}
    opening = pd.Timestamp(build.AS_OF) - pd.Timedelta(days=8)
    clock = opening + pd.to_timedelta(log["time"], unit="min")
    assert (clock - log["at"]).abs().max() <= pd.Timedelta("1ms")


def test_patients_of_a_crowded_cleaned_and_blocked_pair_of_wards_have_beds_of_their_own(
    build: SimpleNamespace,
) -> None:
    """A ring of two full wards with cleaning: more numbers than beds are never needed."""
    places = [build.Place(f"H-{name}", UnitKind.WARD, 2) for name in "XY"]
    gst = build.gst({"H": places})
    gst_parameters = calibrate(gst, NOTHING)
    units = tuple(
        UnitParameters(
            unit=f"H-{one}",
            stay=Exponential(mean_hours=20.0) if one == "X" else Fixed(mean_hours=9.0),
            move_share=0.8,
            onward=({"unit": f"H-{other}", "weight": 1},),
            cleaning_hours=1.5,
        )
        for one, other in ("XY", "YX")
    )
    hospital = gst_parameters.hospitals[0].but(
        electives=tuple({"unit": f"H-{one}", "per_weekday": (2.0,) * 7} for one in "XY")
    )
    hospital = type(hospital).model_validate(hospital.model_dump())
    plan = RunPlan(first_day=build.AS_OF, horizon_days=40, warmup_days=0, replications=1, seed=2)
    prepared = prepare(gst, TwinParameters(hospitals=(hospital,), units=units), plan)
    held = numbered_occupations(prepared.replay(0), prepared.network)
    assert held.number.max() == 2
    assert held.patient.size > 40
    for unit in range(2):
        here = held.unit == unit
        assert overlaps(held.since[here], held.until[here], held.number[here]) == 0


def test_inpatients_of_the_census_board_after_the_run_has_begun(build: SimpleNamespace) -> None:
    """Their stays began before; what they need next is asked for on the clock of the run."""
    gst = build.district(("A",))
    few = tuple(bed for bed in gst.beds if bed.unit != "A-SDU" or bed.bed == "A-SDU-0")
    gst = gst.but(beds=few)
    rows = [
        Stay(
            patient=f"P{number}",
            unit="A-ICU",
            admitted_at=pd.Timestamp(build.AS_OF) - pd.Timedelta(days=1 + number),
            kind="emergency",
            sex="male",
            age_group="65+",
            province="Province A",
            outcome="present",
        ).model_dump(mode="json")
        for number in range(6)
    ]
    past = replace(NOTHING, stays=pd.DataFrame(rows))
    plan = RunPlan(first_day=build.AS_OF, horizon_days=20, start=Start.CENSUS, seed=3)
    prepared = prepare(gst, calibrate(gst, past), plan)
    log = event_log(prepared)
    theirs = log[log["pathway"] == "census"]
    boards = theirs[theirs["event"].str.startswith("board:")]
    assert len(boards)
    assert (boards["time"] >= prepared.run.warmup_hours * 60).all()
    began = theirs[theirs["time"] < 0]
    assert set(began["event"]) == {"arrival", "place:A-ICU"}
