"""A scenario followed through beds, nurses, theatre, medicines and money: a test for each arrow."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from application.folder.reading import GstData
from application.use_cases.folders import import_data
from application.use_cases.follow_scenario import (
    FollowDesign,
    FollowedScenario,
    follow_scenario,
    followed_units,
)
from application.use_cases.follow_staff import MOST_ROUNDS, Staffed, StaffRules, staffed
from application.use_cases.read_results import runs_of
from application.use_cases.session import Session, open_session
from application.use_cases.simulate import TwinDesign
from governance.decision import RecommendationKind
from hospital.errors import GstError
from scenarios.consequences import AGENCY_COST, OVERTIME_COST, TOTAL_COST, TOTAL_WITH_STAFF
from scenarios.demo import DemoSize, generate
from scenarios.language import DemandGrowth, LengthOfStay, NursesAbsent, Scenario
from tests.application.conftest import settings_in

pytestmark = [pytest.mark.integration, pytest.mark.slow]

WARD = "CHR-KEN-MED"
FIRST, LAST = date(2026, 11, 23), date(2026, 12, 20)
DESIGN = FollowDesign(TwinDesign(horizon_days=14, replications=8))
AWAY = NursesAbsent(unit=WARD, percent=20, first_day=FIRST, last_day=LAST)
AS_IT_IS, CHANGED = "baseline", "changed"


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    with open_session(settings_in(tmp_path_factory.mktemp("followed"))) as session:
        import_data(session, GstData(*generate(DemoSize.SMALL, 1)))
        yield session


@pytest.fixture(scope="module")
def absent(work: Session) -> FollowedScenario:
    return follow_scenario(work, Scenario(name="one-in-five", changes=(AWAY,)), DESIGN)


@pytest.fixture(scope="module")
def busier(work: Session) -> FollowedScenario:
    growth = Scenario(name="a-fifth-more", changes=(DemandGrowth(factor=1.2),))
    design = FollowDesign(DESIGN.twin, units=(WARD, "CHR-KEN-PNEU"))
    return follow_scenario(work, growth, design)


def money(found: FollowedScenario, cost: str) -> float:
    return next(row.difference for row in found.money if row.cost == cost)


def test_a_fifth_of_the_nurses_away_leaves_shifts_that_an_agency_fills_in_part(
    absent: FollowedScenario,
) -> None:
    (before,), (after,) = absent.baseline.units, absent.changed.units
    assert before.unit == after.unit == WARD
    assert after.asked >= before.asked, "the same patients, of whom more wait"
    assert after.missing.value > before.missing.value
    assert after.missing.low <= after.missing.value <= after.missing.high
    shift = 8
    assert abs(after.agency - after.missing.value / 2) <= shift
    assert after.overtime > before.overtime


def test_shifts_without_nurses_close_beds_in_the_twin_and_patients_board(
    absent: FollowedScenario,
) -> None:
    open_beds = absent.comparison.row("open_beds", WARD)
    assert open_beds["high"] < 0
    assert open_beds["scenario"] == pytest.approx(absent.changed.units[0].open_beds)
    boarding = absent.comparison.row("boarding_hours", "CHR-KEN")
    assert boarding["low"] > 0
    assert absent.comparison.row("boarding_hours", "HP-SEA")["difference"] == pytest.approx(
        0, abs=boarding["difference"] / 2
    )


def test_nobody_is_away_twice(absent: FollowedScenario) -> None:
    """Beds x hours that closed are those of the shifts still missing, not a fifth on top."""
    (before,), (after,) = absent.baseline.units, absent.changed.units
    still = (after.missing.value - after.agency) - (before.missing.value - before.agency)
    beds_per_nurse, hours = 10, 14 * 24
    closed = (before.open_beds - after.open_beds) * hours
    assert closed == pytest.approx(still * beds_per_nurse, rel=0.05)


def test_agency_and_overtime_are_priced_by_the_hospital_s_own_figures(
    work: Session, absent: FollowedScenario
) -> None:
    costs = work.gst.identity.costs
    (before,), (after,) = absent.baseline.units, absent.changed.units
    agency = costs.agency_nurse_hour_mad * (after.agency - before.agency) / 14
    overtime = costs.nurse_hour_mad * (after.overtime - before.overtime) / 14
    assert agency > 0
    assert overtime > 0
    assert money(absent, AGENCY_COST) == pytest.approx(agency)
    assert money(absent, OVERTIME_COST) == pytest.approx(overtime)
    total = absent.comparison.row(TOTAL_COST)["difference"] + agency + overtime
    assert money(absent, TOTAL_WITH_STAFF) == pytest.approx(total)


def test_fewer_beds_leave_fewer_operations_or_call_more_off(absent: FollowedScenario) -> None:
    assert absent.theatres is not None
    before, after = absent.theatres
    done = [one.planned - one.called_off.mean for one in absent.theatres]
    assert before.waiting == after.waiting
    assert done[1] < done[0]
    assert after.called_off.half_width > 0


def test_medicines_follow_bed_days_within_a_point(busier: FollowedScenario) -> None:
    found = busier.stock.demand
    assert found.bed_days.low > 1
    assert found.demand.value == pytest.approx(found.bed_days.value, abs=0.01)
    assert found.demand.low <= found.demand.value <= found.demand.high
    assert found.after_mad / found.before_mad == pytest.approx(found.demand.value)
    served = busier.stock.orders.row("medicine_short_mad")
    ordered = busier.stock.orders.row("order_cost_mad")
    assert served["difference"] + ordered["difference"] > 0


def test_more_admissions_ask_more_nurses(busier: FollowedScenario) -> None:
    before = {one.unit: one for one in busier.baseline.units}
    for after in busier.changed.units:
        assert after.patients.value > before[after.unit].patients.value
        assert after.needed.low <= after.needed.value <= after.needed.high
    asked = [sum(one.asked for one in side.units) for side in (busier.baseline, busier.changed)]
    assert asked[1] > asked[0]


@pytest.fixture(scope="module")
def crowded(work: Session) -> Staffed:
    """Almost a third more visits to three wards that are staffed for fewer beds than they have."""
    more = Scenario(name="more", changes=(DemandGrowth(factor=1.3),))
    rules = StaffRules((WARD, "CHR-KEN-PNEU", "CHR-KEN-TRAU"), 10, 50, 2)
    return staffed(work, DESIGN.twin, more, rules)


def test_who_waits_at_a_closed_bed_asks_for_its_nurse_in_the_next_turn(crowded: Staffed) -> None:
    assert crowded.is_stable
    assert 2 <= len(crowded.rounds) <= MOST_ROUNDS
    asked = [one.asked for one in crowded.rounds]
    assert asked == sorted(asked)
    assert asked[-1] > asked[0]
    assert crowded.rounds[-1].boarding_hours < crowded.rounds[0].boarding_hours
    assert crowded.agency_mad > 0


@pytest.mark.parametrize("side", [AS_IT_IS, CHANGED])
@pytest.mark.parametrize("which", ["absent", "busier"])
def test_the_turns_end_where_no_need_changes_and_say_after_how_many(
    which: str, side: str, request: pytest.FixtureRequest
) -> None:
    found: FollowedScenario = request.getfixturevalue(which)
    ended: Staffed = getattr(found, side)
    numbers = [one.number for one in ended.rounds]
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) <= MOST_ROUNDS
    assert ended.is_stable
    assert ended.rounds[-1].changed_needs == 0
    assert all(one.changed_needs for one in ended.rounds[:-1])


def test_the_same_question_has_the_same_answer(work: Session, absent: FollowedScenario) -> None:
    again = follow_scenario(work, absent.scenario, DESIGN)
    assert again.run == absent.run
    assert again.changed.rounds == absent.changed.rounds
    assert again.money == absent.money
    assert again.theatres == absent.theatres


def test_nobody_is_asked_to_decide_on_a_roster_of_what_might_be(
    work: Session, absent: FollowedScenario
) -> None:
    assert absent.changed.design.scenario_rosters
    for kind in (RecommendationKind.ROSTER, RecommendationKind.THEATRE_PLAN):
        assert not runs_of(work, kind)


def test_units_are_those_named_or_all_that_have_nurses(work: Session) -> None:
    gst = work.gst
    assert followed_units(gst, Scenario(name="a", changes=(AWAY,)), ()) == (WARD,)
    longer = Scenario(name="b", changes=(LengthOfStay(factor=1.1),))
    every = followed_units(gst, longer, ())
    assert {WARD, "CHR-KEN-REA", "HP-SEA-MED"} <= set(every)
    assert not {"CHR-KEN-URG", "CHR-KEN-BLOC"} & set(every)


@pytest.mark.parametrize(
    ("design", "code"),
    [
        (FollowDesign(DESIGN.twin, units=("CHR-KEN-URG",)), "nobody_to_roster"),
        (FollowDesign(DESIGN.twin, units=("NOWHERE",)), "unknown_unit"),
        (FollowDesign(TwinDesign(horizon_days=29)), "too_long_to_follow"),
    ],
    ids=["emergency", "unknown", "long"],
)
def test_what_cannot_be_followed_is_refused(work: Session, design: FollowDesign, code: str) -> None:
    with pytest.raises(GstError) as refused:
        follow_scenario(work, Scenario(name="a", changes=(AWAY,)), design)
    assert refused.value.code == code
