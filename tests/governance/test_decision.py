from datetime import UTC, datetime
from itertools import product

import pytest

from governance.decision import (
    DECIDES,
    Decision,
    RecommendationKind,
    Role,
    State,
    Verdict,
    state_after,
)
from hospital.errors import GstError

pytestmark = pytest.mark.unit

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def decision(**changes: object) -> Decision:
    values = {
        "recommendation": "a" * 64,
        "kind": RecommendationKind.SCENARIO,
        "verdict": Verdict.ACCEPTED,
        "actor": "Amina Tazi",
        "role": Role.MANAGER,
        "at": NOW,
    }
    return Decision.model_validate({**values, **changes})


def test_a_recommendation_is_a_draft_until_somebody_decides() -> None:
    assert state_after(()) is State.DRAFT
    assert state_after((decision(),)) is State.ACCEPTED


def test_the_last_word_counts() -> None:
    later = decision(verdict=Verdict.REJECTED, reason="no budget")
    assert state_after((decision(), later)) is State.REJECTED


@pytest.mark.parametrize("verdict", [Verdict.MODIFIED, Verdict.REJECTED])
def test_whoever_does_not_simply_accept_says_why(verdict: Verdict) -> None:
    with pytest.raises(GstError, match="reason_missing"):
        decision(verdict=verdict, reason="  ", change="two beds")


def test_a_modification_says_what_was_changed() -> None:
    with pytest.raises(GstError, match="change_missing"):
        decision(verdict=Verdict.MODIFIED, reason="budget")
    assert decision(verdict=Verdict.MODIFIED, reason="budget", change="2 beds").change == "2 beds"


@pytest.mark.parametrize(("kind", "role"), list(product(RecommendationKind, Role)))
def test_each_role_decides_on_its_own_work_only(kind: RecommendationKind, role: Role) -> None:
    if role in DECIDES[kind]:
        assert decision(kind=kind, role=role).role is role
    else:
        with pytest.raises(GstError, match="role_may_not_decide"):
            decision(kind=kind, role=role)


def test_a_decision_has_a_name() -> None:
    with pytest.raises(ValueError, match="actor"):
        decision(actor="")
