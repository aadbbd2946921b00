"""All rules of places together, on random small hospitals, looked at after every single event."""

from typing import Any

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from twin.actors import Patient, Pool
from twin.bed_classes import Need, SeparateBeds
from twin.bed_rules import BedDesk
from twin.event_log import check_conservation, read_milestones
from twin.flow import Flow
from twin.simulation import Prepared
from twin.study_file import parse_study
from twin.study_model import study_model

pytestmark = pytest.mark.integration

UNITS = ("A", "B", "C")
DAYS = 25


def hours(mean: float) -> dict[str, Any]:
    return {"law": "exponential", "mean_hours": mean}


shares = st.sampled_from([0.0, 0.3, 0.8])


@st.composite
def surges(draw: st.DrawFn) -> dict[str, Any]:
    percent = draw(st.sampled_from([None, 50, 90, 100, 130]))
    waiting = draw(st.sampled_from([1, 3] if percent is None else [None, 1, 3]))
    close = draw(st.sampled_from([0, 40, 85]))
    return {
        "beds": draw(st.integers(1, 3)),
        "open_at_percent": percent,
        "open_at_waiting": waiting,
        "after_hours": draw(st.sampled_from([0, 3])),
        "delay_hours": draw(st.sampled_from([0, 5])),
        "minimum_hours": draw(st.sampled_from([0, 12])),
        "close_at_percent": min(close, 45 if percent else 85),
    }


@st.composite
def callings_off(draw: st.DrawFn) -> dict[str, Any]:
    percent = draw(st.sampled_from([None, 60, 100]))
    return {
        "at_percent": percent,
        "wait_hours": draw(st.sampled_from([0, 4] if percent is None else [None, 0, 4])),
        "call_hour": draw(st.sampled_from([None, 7])),
        "rebookings": draw(st.integers(0, 2)),
        "rebooked_after": draw(st.sampled_from([hours(40), {"law": "fixed", "mean_days": 2}])),
    }


@st.composite
def units(draw: st.DrawFn, name: str) -> dict[str, Any]:
    others = [other for other in UNITS if other != name]
    beds = draw(st.integers(3, 6))
    kinds = [
        {"beds": 1, "sex": draw(st.sampled_from(["female", "male"]))},
        {"beds": 1, "isolation": True, "sex": draw(st.sampled_from(["any", "male"]))},
        {"beds": 1, "paediatric": True},
    ]
    return {
        "unit": name,
        "kind": draw(st.sampled_from(["ward", "ward", "intensive_care"])),
        "beds": beds,
        "stay": hours(draw(st.sampled_from([20, 60]))),
        "deaths": draw(st.sampled_from([0.0, 0.1])),
        "then": {draw(st.sampled_from(others)): draw(shares)},
        "discharge": draw(st.sampled_from(["any_hour", "by_clock"])),
        "when_full": draw(st.sampled_from([[], others, others[:1]])),
        "outliers_return": draw(st.booleans()),
        "reserved_for_emergencies": draw(st.integers(0, 2)),
        "cleaning_hours": draw(st.sampled_from([0, 2])),
        "waits_for_next_unit": draw(st.sampled_from(["in_bed", "in_bed", "outside"])),
        "bed_kinds": draw(st.sampled_from([[], kinds, kinds[:1], kinds[1:]])),
        "isolation_share": draw(shares),
        "moves_inside": draw(st.booleans()),
        "staffed": draw(st.sampled_from([[], [2] * 7 + [beds] * 17, [beds + 4] * 20 + [0] * 4])),
        "closures": draw(st.sampled_from([[], [{"beds": 2, "from_day": 5, "to_day": 12}]])),
        "surge": draw(st.none() | surges()),
        "calling_off": draw(st.none() | callings_off()),
        "discharge_delay": draw(st.none() | st.just({"share": 0.4, "delay": hours(15)})),
    }


@st.composite
def streams(draw: st.DrawFn, number: int) -> dict[str, Any]:
    return {
        "stream": f"stream-{number}",
        "to": draw(st.sampled_from(UNITS)),
        "per_day": draw(st.sampled_from([0.7, 2.0])),
        "priority": draw(st.integers(1, 3)),
        "kind": draw(st.sampled_from(["emergency", "elective"])),
        "women": draw(st.sampled_from([0.0, 0.5, 1.0])),
        "children": draw(st.sampled_from([0.0, 0.4])),
        "patience": draw(st.sampled_from([{"law": "endless"}, hours(30), hours(1e-6)])),
    }


@st.composite
def hospitals(draw: st.DrawFn) -> dict[str, Any]:
    return {
        "study": "Random",
        "units": [draw(units(name)) for name in UNITS],
        "arrivals": [draw(streams(number)) for number in range(3)],
        "discharge_hours": [0] * 9 + [1] * 8 + [0] * 7,
        "run": {"days": DAYS, "replications": 1, "seed": draw(st.integers(0, 99))},
    }


def prepared_of(hospital: dict[str, Any]) -> Prepared:
    return study_model(parse_study(yaml.safe_dump(hospital))).prepared()


def waiting(pool: Pool) -> list[Patient]:
    return [one for _, ticket, one in (*pool.queue, *pool.planned) if one.ticket == ticket]


def check_places(flow: Flow) -> None:
    """What must hold between any two events."""
    for pool in flow.pools:
        assert pool.taken >= 0
        assert pool.in_cleaning >= 0
        if pool.separate is not None:
            check_kinds(pool)
        helpers = [] if pool.rules is None else [flow.pools[at] for at in pool.rules.when_full]
        for patient in waiting(pool):
            for place in (pool, *helpers):
                assert not flow._desk.may_enter(patient, place), "waits beside a free bed"


def check_kinds(pool: Pool) -> None:
    separate, rules = pool.separate, pool.rules
    assert separate is not None
    assert rules is not None
    assert len(separate.lying) == pool.taken
    for patient, kind in separate.lying.items():
        assert patient.holds is pool
        assert kind in separate.order(separate.need(patient)), "lies in a bed that is not for him"
    for kind, (_, beds) in enumerate(rules.layout):
        lying = sum(kind == one for one in separate.lying.values())
        assert 0 <= separate.free[kind] <= beds - lying, "a bed taken twice"


def run_step_by_step(prepared: Prepared) -> Flow:
    """A run that looks at every place between any two events."""
    flow = Flow(prepared.network, prepared.patients(0))

    def walk(until: float) -> None:
        while flow.env.peek() < until:
            flow.env.step()
            check_places(flow)

    vars(flow.env)["run"] = walk
    return flow.run(prepared.run.end_hours)


@pytest.mark.slow
@given(hospitals())
@settings(max_examples=40, deadline=None)
def test_the_rules_of_places_live_together(hospital: dict[str, Any]) -> None:
    """Nobody is lost, no bed is taken twice or by whom it is not for, nobody waits beside a bed."""
    prepared = prepared_of(hospital)
    flow = run_step_by_step(prepared)
    end = prepared.run.end_hours
    milestones = read_milestones(flow, end)
    check_conservation(flow, milestones)
    again = prepared.replay(0)
    for name in ("out", "starts", "units", "returns"):
        one, two = getattr(milestones, name), getattr(again, name)
        assert np.array_equal(one, two, equal_nan=True)
    for name in ("called_off", "delays", "bed_moves", "surge"):
        assert np.array_equal(getattr(milestones.places, name), getattr(again.places, name))


CROWDED: dict[str, Any] = {
    "study": "Crowded",
    "units": [
        {
            "unit": "A",
            "beds": 4,
            "stay": hours(40),
            "bed_kinds": [{"beds": 2, "sex": "female"}, {"beds": 2, "sex": "male"}],
        }
    ],
    "arrivals": [{"stream": "all", "to": "A", "per_day": 3, "women": 0.5}],
    "run": {"days": DAYS, "replications": 1, "seed": 1},
}


def test_a_bed_that_is_not_offered_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    run_step_by_step(prepared_of(CROWDED))
    monkeypatch.setattr(BedDesk, "serve", lambda *_: None)
    with pytest.raises(AssertionError, match="waits beside a free bed"):
        run_step_by_step(prepared_of(CROWDED))


def test_a_patient_in_a_wrong_bed_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    way = SeparateBeds._way

    def any_bed(separate: SeparateBeds, need: Need) -> object:
        free = [kind for kind, beds in enumerate(separate.free) if beds > 0]
        return ([], free[0]) if free else way(separate, need)

    monkeypatch.setattr(SeparateBeds, "_way", any_bed)
    with pytest.raises(AssertionError, match="a bed that is not for him"):
        run_step_by_step(prepared_of(CROWDED))


def test_a_unit_that_never_opens_takes_nobody_and_hangs_nowhere() -> None:
    shut = {**CROWDED, "units": [{**CROWDED["units"][0], "staffed": [0] * 24}]}
    one = prepared_of(shut).replay(0)
    assert np.isnan(one.starts).all()
    assert np.isnan(one.out).all()


def test_who_waited_for_a_bed_elsewhere_keeps_his_own_stay() -> None:
    """An outlier is a patient of his unit, whether he found the other bed at once or waited."""
    fixed = {"law": "fixed", "mean_hours": 100}
    given = {
        "study": "Help",
        "units": [
            {"unit": "A", "beds": 1, "stay": fixed, "when_full": ["B"]},
            {"unit": "B", "beds": 1, "stay": {"law": "fixed", "mean_hours": 5}},
        ],
        "arrivals": [
            {"stream": "of-a", "to": "A", "per_day": 0.3},
            {"stream": "of-b", "to": "B", "per_day": 2},
        ],
        "run": {"days": 60, "replications": 1, "seed": 2},
    }
    one = prepared_of(given).replay(0)
    elsewhere = (one.table.stream == 1) & (one.units[:, 0] == 1) & ~np.isnan(one.out)
    waited = elsewhere & (one.starts[:, 0] > one.table.arrive + 0.1)
    assert waited.sum() > 2
    assert (one.out - one.starts[:, 0])[elsewhere] == pytest.approx(100)
