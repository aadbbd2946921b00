"""One list for a territory: who accepts and was left out is operated where there is room."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hospital.gst import Gst
from hospital.places import TransferLink
from hospital.theatre import Surgeon
from hospital.theatre_plan import LeftOut, TheatrePlan, TheatreProblem
from scheduling.theatres.plan import plan_theatre
from scheduling.theatres.territory import share_waiting_list

pytestmark = pytest.mark.unit

Weeks = Callable[..., TheatreProblem]
Plans = dict[str, TheatrePlan]


def _renamed(problem: TheatreProblem, place: str, *, accepts: bool) -> TheatreProblem:
    return problem.but(
        hospital=place,
        waiting_list=tuple(
            row.but(
                patient=f"{place}-{row.patient}",
                hospital=place,
                surgeon=f"{place}-{row.surgeon}",
                accepts_other_hospital=accepts,
            )
            for row in problem.waiting_list
        ),
        surgeons=tuple(
            row.but(surgeon=f"{place}-{row.surgeon}", hospital=place) for row in problem.surgeons
        ),
    )


def _territory(
    random_week: Weeks, seed: int = 1, *, accepts: bool = True, road: bool = True
) -> tuple[Gst, Plans]:
    """A hospital with forty patients and two sessions, and one with two patients and nine."""
    busy = _renamed(random_week(seed, 40, 2, ward=80.0, unit=80.0), "BUSY", accepts=accepts)
    calm = _renamed(random_week(seed, 2, 9, ward=80.0, unit=80.0), "CALM", accepts=accepts)
    links = (TransferLink(origin="CALM", destination="BUSY", distance_km=60, travel_minutes=70),)
    surgeons: tuple[Surgeon, ...] = (*busy.surgeons, *calm.surgeons)
    gst = Gst.model_construct(surgeons=surgeons, links=links if road else ())
    return gst, {one.hospital: plan_theatre(one, 1, 0.2) for one in (busy, calm)}


def test_who_was_left_out_is_operated_where_there_is_room(random_week: Weeks) -> None:
    gst, plans = _territory(random_week)
    shared = share_waiting_list(gst, plans, 1, 0.3)
    assert list(shared.plans) == ["CALM"]
    left = {row.patient for row in plans["BUSY"].unplanned}
    assert {move.patient for move in shared.moves} <= left
    assert len(shared.moves) >= 5
    assert {(move.origin, move.travel_minutes) for move in shared.moves} == {("BUSY", 70)}
    calm = shared.plans["CALM"]
    assert calm.violations() == ()
    gain = calm.weighted_minutes() - plans["CALM"].weighted_minutes()
    assert shared.gain == pytest.approx(gain)


@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 40))
def test_own_patients_all_keep_their_session(random_week: Weeks, seed: int) -> None:
    gst, plans = _territory(random_week, seed)
    shared = share_waiting_list(gst, plans, 1, 0.1)
    for place, plan in shared.plans.items():
        assert plan.violations() == ()
        after = {(case.patient, case.session) for case in plan.cases}
        assert {(case.patient, case.session) for case in plans[place].cases} <= after
        assert plan.value <= plan.bound + 1e-6
    assert len({move.patient for move in shared.moves}) == len(shared.moves)


def test_who_does_not_accept_stays(random_week: Weeks) -> None:
    gst, plans = _territory(random_week, accepts=False)
    assert share_waiting_list(gst, plans, 1, 0.1).moves == ()


def test_without_a_road_everybody_stays(random_week: Weeks) -> None:
    gst, plans = _territory(random_week, road=False)
    assert share_waiting_list(gst, plans, 1, 0.1).moves == ()


def test_who_is_deferred_is_not_sent_elsewhere(random_week: Weeks) -> None:
    """The worst case: room everywhere, and nobody who may be operated this week."""
    gst, plans = _territory(random_week)
    problem = plans["BUSY"].problem
    later = problem.calendar()[-1] + timedelta(days=30)
    waiting = tuple(
        row.but(deferred_until=later, deferral_reason="fever") for row in problem.waiting_list
    )
    deferred = plan_theatre(problem.but(waiting_list=waiting), 1, 0.1)
    assert {row.reason for row in deferred.unplanned} == {LeftOut.DEFERRED}
    assert share_waiting_list(gst, {**plans, "BUSY": deferred}, 1, 0.1).moves == ()
