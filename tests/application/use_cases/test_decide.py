from __future__ import annotations

import pytest
from sqlalchemy import text

from application.store import decisions as log
from application.use_cases.decide import Opinion, decide, find_recommendation, recommendations
from application.use_cases.loop import FinishedLoop
from application.use_cases.propose_transfers import propose_transfers
from application.use_cases.session import Session
from governance.decision import RecommendationKind, Role, State, Verdict
from hospital.errors import GstError
from inventory.transfers import TransferRules

pytestmark = pytest.mark.integration

MANAGER = Opinion(Verdict.ACCEPTED, "Amina Tazi", Role.MANAGER)


def test_everything_the_loop_recommends_waits_as_a_draft(
    demo: FinishedLoop, session: Session
) -> None:
    loop = demo.loop
    proposed = {loop.scenario.run, loop.roster.run, loop.theatre.run, loop.order.run}
    found = {recommendation.run.run for recommendation in recommendations(session)}
    assert proposed <= found


def test_a_verdict_is_on_record_with_its_person(demo: FinishedLoop, session: Session) -> None:
    run = demo.loop.scenario.run
    entry = decide(session, run[:10], MANAGER)
    found = find_recommendation(session, run)
    assert found.state is State.ACCEPTED
    assert found.decisions[-1].actor == "Amina Tazi"
    assert log.entries(session.database)[-1] == entry
    assert log.verify(session.database) is None


def test_a_rejection_without_a_reason_is_not_recorded(demo: FinishedLoop, session: Session) -> None:
    before = len(log.entries(session.database))
    opinion = Opinion(Verdict.REJECTED, "Amina Tazi", Role.MANAGER)
    with pytest.raises(GstError, match="reason_missing"):
        decide(session, demo.loop.scenario.run, opinion)
    assert len(log.entries(session.database)) == before


def test_a_scheduler_does_not_order_medicines(demo: FinishedLoop, session: Session) -> None:
    opinion = Opinion(Verdict.ACCEPTED, "Youssef Alaoui", Role.SCHEDULER)
    with pytest.raises(GstError, match="role_may_not_decide"):
        decide(session, demo.loop.order.run, opinion)


def test_nobody_decides_without_a_name(demo: FinishedLoop, session: Session) -> None:
    with pytest.raises(GstError, match="actor_missing"):
        decide(session, demo.loop.scenario.run, Opinion(Verdict.ACCEPTED, "  ", Role.MANAGER))


@pytest.mark.parametrize("prefix", ["abc", "ffffffffffff"])
def test_a_run_that_is_not_one_recommendation_is_refused(session: Session, prefix: str) -> None:
    with pytest.raises(GstError):
        find_recommendation(session, prefix)


def test_what_is_written_cannot_be_written_again(demo: FinishedLoop, session: Session) -> None:
    decide(session, demo.loop.roster.run, Opinion(Verdict.ACCEPTED, "Y. Alaoui", Role.SCHEDULER))
    for statement in ("UPDATE audit SET entry_json = '{}'", "DELETE FROM audit"):
        with (
            pytest.raises(GstError, match="only grows"),
            session.database.writing() as connection,
        ):
            connection.execute(text(statement))
    assert log.verify(session.database) is None


def test_each_kind_of_recommendation_has_somebody_to_decide(session: Session) -> None:
    propose_transfers(session, 7, 1, TransferRules())
    kinds = {recommendation.kind for recommendation in recommendations(session)}
    assert kinds == set(RecommendationKind) - {RecommendationKind.FORECAST}
