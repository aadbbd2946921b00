"""Transfers between hospitals are a recommendation: a pharmacist accepts, changes, rejects."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from application.identity import run_identity
from application.store.runs import JSON, Result, Run, save_run
from application.use_cases.change_transfers import edits_of_units, key_of
from application.use_cases.decide import Opinion, decide, find_recommendation
from application.use_cases.loop import FinishedLoop
from application.use_cases.propose_transfers import KIND, propose_transfers
from application.use_cases.publishing import transfers_in_force, write_published
from application.use_cases.read_results import read_transfers, runs_of
from application.use_cases.session import Session, open_session
from governance.decision import ReasonCode, RecommendationKind, Role, State, Verdict
from governance.difference import Edit, Operation
from hospital.errors import GstError
from hospital.gst import Gst
from hospital.stock_plan import TransferLine, TransferPlan, TransferTrip
from inventory.transfers import TransferRules, is_guarded
from tests.application.conftest import settings_in
from tests.homes import copy_database

pytestmark = pytest.mark.integration

SALMA = Opinion(Verdict.ACCEPTED, "Salma Idrissi", Role.PHARMACIST)


@pytest.fixture
def own(demo: FinishedLoop, demo_home: Path, tmp_path: Path) -> Iterator[Session]:
    """The demo in a database that this test may write into."""
    copy_database(demo_home, tmp_path)
    with open_session(settings_in(tmp_path)) as session:
        yield session


def two_moves(gst: Gst) -> TransferPlan:
    """Ten units go from the first hospital to the second, ten back; each saves 100 MAD."""
    one, other = (row.hospital for row in gst.hospitals[:2])
    ways = ((one, other), (other, one))
    return TransferPlan(
        as_of=gst.identity.as_of,
        lines=tuple(ten_units(gst, *way) for way in ways),
        trips=tuple(
            TransferTrip(origin=origin, destination=destination, distance_km=10, cost_mad=30)
            for origin, destination in ways
        ),
        medicines=gst.medicines,
        on_hand=tuple((row.hospital, row.medicine, row.lot, row.units) for row in gst.lots),
    )


def ten_units(gst: Gst, origin: str, destination: str) -> TransferLine:
    free = {row.medicine for row in gst.medicines if not is_guarded(row)}
    lot = next(
        lot
        for lot in gst.lots
        if lot.hospital == origin
        and lot.medicine in free
        and lot.units >= 40
        and lot.expiry_date > gst.identity.as_of
    )
    return TransferLine(
        origin=origin,
        destination=destination,
        medicine=lot.medicine,
        lot=lot.lot,
        expiry_date=lot.expiry_date,
        units=10,
        expiry_saved_mad=60,
        shortage_avoided_mad=40,
        needs_approval=False,
    )


@pytest.fixture
def proposed(own: Session) -> str:
    """The run of two moves."""
    plan = two_moves(own.gst)
    assert not plan.violations()
    snapshot = own.snapshot.snapshot
    run = run_identity(KIND, snapshot, 1, {"forecast": "by hand", "rules": {}})
    content = plan.model_dump_json().encode()
    stored = Run(run, KIND, snapshot, 1, {"forecast": "by hand", "rules": {}})
    save_run(own.database, stored, [Result(KIND, JSON, content)])
    return run


def changed(edits: tuple[Edit, ...]) -> Opinion:
    return Opinion(Verdict.MODIFIED, SALMA.actor, SALMA.role, "Half is enough", "", None, edits)


def in_force(session: Session, run: str) -> TransferPlan:
    return transfers_in_force(session, find_recommendation(session, run))


def test_what_is_proposed_waits_as_a_draft_and_is_asked_again_without_work(own: Session) -> None:
    draft = propose_transfers(own, 7, 1, TransferRules())
    assert find_recommendation(own, draft.run).state is State.DRAFT
    assert read_transfers(own, draft.run) == draft.plan
    other = propose_transfers(own, 7, 1, TransferRules(delay_days=5))
    assert propose_transfers(own, 7, 1, TransferRules()) == draft
    assert {run.run for run in runs_of(own, RecommendationKind.STOCK_TRANSFERS)} == {
        draft.run,
        other.run,
    }


def test_accepted_transfers_may_be_acted_on_under_a_name(
    own: Session, proposed: str, tmp_path: Path
) -> None:
    file = tmp_path / "moves.json"
    with pytest.raises(GstError, match="not_published"):
        write_published(own, proposed, file)
    decide(own, proposed, SALMA)
    write_published(own, proposed, file)
    told = json.loads(file.read_text(encoding="utf-8"))
    assert (told["kind"], told["published_by"]) == ("stock_transfers", ["Salma Idrissi"])
    assert len(told["content"]["lines"]) == 2


def test_rejected_transfers_stay_as_proposed_and_are_not_acted_on(
    own: Session, proposed: str, tmp_path: Path
) -> None:
    no = Opinion(Verdict.REJECTED, SALMA.actor, SALMA.role, "no van", "", ReasonCode.NOT_FEASIBLE)
    decide(own, proposed, no)
    assert find_recommendation(own, proposed).state is State.REJECTED
    with pytest.raises(GstError, match="not_published"):
        write_published(own, proposed, tmp_path / "moves.json")


def test_half_a_transfer_saves_half_and_one_left_out_needs_no_journey(
    own: Session, proposed: str
) -> None:
    first, second = read_transfers(own, proposed).lines
    edits = edits_of_units(own, proposed, {key_of(first): 5, key_of(second): 0})
    decide(own, proposed, changed(edits))
    plan = in_force(own, proposed)
    assert [(line.units, line.destination) for line in plan.lines] == [(5, first.destination)]
    assert [trip.destination for trip in plan.trips] == [first.destination]
    assert plan.saved_mad == pytest.approx(50 - 30)
    assert not plan.violations()


def test_more_units_are_not_credited_with_more(own: Session, proposed: str) -> None:
    first = read_transfers(own, proposed).lines[0]
    decide(own, proposed, changed(edits_of_units(own, proposed, {key_of(first): 20})))
    line = in_force(own, proposed).lines[0]
    assert (line.units, line.expiry_saved_mad) == (20, 60)


def test_more_than_lies_there_is_refused_and_nothing_is_on_record(
    own: Session, proposed: str
) -> None:
    first = read_transfers(own, proposed).lines[0]
    edits = edits_of_units(own, proposed, {key_of(first): 10**9})
    with pytest.raises(GstError, match="not_movable"):
        decide(own, proposed, changed(edits))
    assert find_recommendation(own, proposed).state is State.DRAFT


def test_a_guarded_medicine_travels_only_with_approval(own: Session, proposed: str) -> None:
    """A hand that writes one into the plan is stopped at the record."""
    guarded = {row.medicine for row in own.gst.medicines if is_guarded(row)}
    lot = next(lot for lot in own.gst.lots if lot.medicine in guarded and lot.units > 1)
    plan = read_transfers(own, proposed)
    there = next(row.hospital for row in own.gst.hospitals if row.hospital != lot.hospital)
    line = plan.lines[0].but(
        origin=lot.hospital,
        destination=there,
        medicine=lot.medicine,
        lot=lot.lot,
        units=1,
        needs_approval=True,
    )
    add = Edit(op=Operation.ADD, place="/lines/-", value=line.model_dump(mode="json"))
    with pytest.raises(GstError, match="not_movable"):
        decide(own, proposed, changed((add,)))
    approve = Edit(op=Operation.REPLACE, place="/approved", was=[], value=[lot.medicine])
    trip = plan.trips[0].but(origin=lot.hospital, destination=there)
    drive = Edit(op=Operation.ADD, place="/trips/-", value=trip.model_dump(mode="json"))
    driven = {(row.origin, row.destination) for row in plan.trips}
    more = () if (lot.hospital, there) in driven else (drive,)
    decide(own, proposed, changed((add, approve, *more)))
    assert find_recommendation(own, proposed).state is State.MODIFIED


def test_a_transfer_that_was_not_proposed_is_not_changed(own: Session, proposed: str) -> None:
    with pytest.raises(GstError, match="unknown_transfer"):
        edits_of_units(own, proposed, {("A", "B", "C", "D"): 1})


def test_transfers_are_the_pharmacists_to_decide(own: Session, proposed: str) -> None:
    manager = Opinion(Verdict.ACCEPTED, "Amina Tazi", Role.MANAGER)
    with pytest.raises(GstError, match="role_may_not_decide"):
        decide(own, proposed, manager)
