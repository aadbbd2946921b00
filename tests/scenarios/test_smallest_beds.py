"""The smallest number of beds: what the search concludes, and Erlang's formula on a loss unit."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from hospital.errors import GstError
from hospital.gst import Gst, GstIdentity, UnitCosts
from hospital.places import Bed, Hospital, HospitalLevel, Unit, UnitKind
from hospital.theatre import AgeGroup, Sex
from scenarios.smallest_beds import BedQuestion, Counts, Observe, smallest_beds
from twin.laws import Exponential, Fixed, Law, LogNormal
from twin.parameters import (
    ArrivalStream,
    HospitalParameters,
    PersonGroup,
    TwinParameters,
    UnitParameters,
)
from twin.refusals import refusal_counts
from twin.run_plan import RunPlan
from twin.simulation import prepare

pytestmark = [pytest.mark.integration, pytest.mark.slow]

HOURS = 24.0
"""Mean stay of the loss unit: its load is its arrivals a day."""


def erlang_b(load: float, beds: int) -> float:
    """Share of arrivals lost where every bed is taken (Erlang 1917), by its recursion."""
    lost = 1.0
    for bed in range(1, beds + 1):
        lost = load * lost / (bed + load * lost)
    return lost


def exact_number(load: float, target: float) -> int:
    """The fewest beds with which no more than the target is lost."""
    beds = 1
    while erlang_b(load, beds) > target:
        beds += 1
    return beds


def loss_unit(beds: int, load: float, stay: Law) -> tuple[Gst, TwinParameters]:
    """An intensive-care unit whose patients go elsewhere at once when every bed is taken."""
    identity = GstIdentity(
        schema_version=1,
        gst="GST",
        name="Loss",
        region="-",
        synthetic=True,
        as_of=date(2026, 11, 23),
        medicine_budget_mad=0,
        costs=UnitCosts(
            nurse_hour_mad=1,
            agency_nurse_hour_mad=1,
            physician_hour_mad=1,
            transfer_km_mad=1,
            holding_percent_per_year=1,
            source="test",
        ),
    )
    gst = Gst(
        identity=identity,
        hospitals=(
            Hospital(hospital="H", name="H", level=HospitalLevel.LOCAL, province="P", population=1),
        ),
        units=(
            Unit(
                unit="H-REA",
                hospital="H",
                kind=UnitKind.INTENSIVE_CARE,
                specialty="intensive_care",
                name="-",
                physicians=1,
                beds_per_nurse=2,
                mean_stay_hours=HOURS,
                stay_cv=1,
                cost_per_bed_day_mad=1,
            ),
        ),
        beds=tuple(Bed(bed=f"B{number}", unit="H-REA") for number in range(beds)),
    )
    stream = ArrivalStream(
        stream="S", unit="H-REA", rates=(load / HOURS,) * 168, patience=Fixed(mean_hours=0)
    )
    person = PersonGroup(province="P", sex=Sex.FEMALE, age_group=AgeGroup.ADULT, weight=1)
    hospital = HospitalParameters(
        hospital="H",
        hourly_visits=(0.0,) * 168,
        streams=(stream,),
        elective_hours=(1.0,) * 24,
        discharge_hours=(1.0,) * 24,
        people=(person,),
    )
    return gst, TwinParameters(
        hospitals=(hospital,), units=(UnitParameters(unit="H-REA", stay=stay),)
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("load", "target", "stay"),
    [
        (1.0, 0.02, Exponential(mean_hours=HOURS)),
        (2.0, 0.05, LogNormal(mean_hours=HOURS, cv=1.0)),
        (3.0, 0.01, Exponential(mean_hours=HOURS)),
        (4.0, 0.02, LogNormal(mean_hours=HOURS, cv=1.5)),
        (5.0, 0.05, Exponential(mean_hours=HOURS)),
        (6.0, 0.10, Fixed(mean_hours=HOURS)),
        (8.0, 0.10, LogNormal(mean_hours=HOURS, cv=0.7)),
        (10.0, 0.10, Exponential(mean_hours=HOURS)),
        (12.0, 0.05, LogNormal(mean_hours=HOURS, cv=1.0)),
        (20.0, 0.01, Exponential(mean_hours=HOURS)),
    ],
    ids=lambda value: getattr(value, "kind", str(value)),
)
def test_a_loss_unit_needs_the_beds_that_erlang_says(load: float, target: float, stay: Law) -> None:
    """M/G/c/c is insensitive to the law of the stay; the bed number must be exact."""

    def observe(beds: int, replications: range) -> Counts:
        plan = RunPlan(first_day=date(2026, 11, 23), horizon_days=400, warmup_days=20)
        ready = prepare(*loss_unit(beds, load, stay), plan)
        counts = [refusal_counts(ready, "H-REA", None, one) for one in replications]
        return np.array(counts, dtype=np.float64)

    found = smallest_beds(observe, BedQuestion(target=target, most=2 * round(load) + 10))
    assert found.is_sure
    assert found.beds == exact_number(load, target)


def coins(shares: dict[int, float], asked: int = 200) -> tuple[list[tuple[int, int]], Observe]:
    """Replications in which each who asks is refused with the share of the bed number."""
    calls: list[tuple[int, int]] = []

    def observe(beds: int, replications: range) -> Counts:
        calls.append((beds, len(replications)))
        refused = [
            np.random.default_rng([beds, one]).binomial(asked, shares[beds]) for one in replications
        ]
        return np.array([(count, asked) for count in refused], dtype=np.float64)

    return calls, observe


FALLING = {beds: 0.5 * 0.7**beds for beds in range(1, 41)}


def test_the_edge_is_found_among_falling_shares() -> None:
    _, observe = coins(FALLING)
    found = smallest_beds(observe, BedQuestion(target=0.05, most=40))
    assert found.beds == 7
    assert found.is_sure
    assert {6, 7} <= {one.beds for one in found.tried}


def test_replications_are_added_only_where_the_target_is_near() -> None:
    calls, observe = coins(FALLING)
    smallest_beds(observe, BedQuestion(target=0.042, most=40))
    run = {beds: sum(count for other, count in calls if other == beds) for beds, _ in calls}
    assert run[40] == 20
    assert run[7] > 20


def test_a_share_on_the_edge_is_answered_and_said_to_be_unsure() -> None:
    _, observe = coins(dict.fromkeys(range(1, 5), 0.05))
    question = BedQuestion(target=0.05, most=4, at_most=40)
    found = smallest_beds(observe, question)
    assert not found.is_sure
    assert all(one.replications <= 40 for one in found.tried)


def test_too_few_beds_at_most_have_no_answer() -> None:
    _, observe = coins(dict.fromkeys(range(1, 9), 0.4))
    found = smallest_beds(observe, BedQuestion(target=0.05, most=8))
    assert found.beds is None
    assert found.is_sure
    assert [one.beds for one in found.tried] == [8]


def test_a_unit_that_never_refuses_needs_the_fewest() -> None:
    _, observe = coins(dict.fromkeys(range(1, 9), 0.0))
    found = smallest_beds(observe, BedQuestion(target=0.05, most=8))
    assert found.beds == 1


def test_a_unit_for_which_nobody_asks_is_refused() -> None:
    _, observe = coins(FALLING, asked=0)
    with pytest.raises(GstError, match="nobody_asks"):
        smallest_beds(observe, BedQuestion(target=0.05, most=8))


@pytest.mark.parametrize(
    "question",
    [
        BedQuestion(target=0, most=8),
        BedQuestion(target=1, most=8),
        BedQuestion(target=0.1, most=0),
        BedQuestion(target=0.1, fewest=9, most=8),
        BedQuestion(target=0.1, most=8, confidence=1),
        BedQuestion(target=0.1, most=8, at_most=10),
        BedQuestion(target=0.1, most=8, start=1, at_most=10),
    ],
    ids=str,
)
def test_a_question_without_an_answer_is_refused(question: BedQuestion) -> None:
    _, observe = coins(FALLING)
    with pytest.raises(GstError, match="bad_bed_question"):
        smallest_beds(observe, question)
