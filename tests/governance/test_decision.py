from datetime import UTC, datetime
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.decision import (
    DECIDES,
    PUBLISHED,
    Decision,
    ReasonCode,
    RecommendationKind,
    Role,
    State,
    Verdict,
    agreeing,
    state_after,
)
from governance.difference import Edit, Operation
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


EDIT = Edit(op=Operation.REPLACE, place="/beds", was=4, value=2)
OTHER = Edit(op=Operation.REPLACE, place="/beds", was=4, value=3)


def test_a_rejection_of_today_has_a_code_beside_its_text() -> None:
    with pytest.raises(GstError, match="reason_code_missing"):
        decision(verdict=Verdict.REJECTED, reason="no money").require_new()
    coded = {"verdict": Verdict.REJECTED, "reason_code": ReasonCode.BUDGET}
    with pytest.raises(GstError, match="reason_missing"):
        decision(**coded)
    decision(**coded, reason="no money").require_new()


def test_a_modification_of_today_keeps_its_difference() -> None:
    words = decision(verdict=Verdict.MODIFIED, reason="budget", change="2 beds")
    with pytest.raises(GstError, match="difference_missing"):
        words.require_new()
    words.but(edits=(EDIT,)).require_new()


@pytest.mark.parametrize("verdict", [Verdict.MODIFIED, Verdict.REJECTED])
def test_what_older_records_say_is_still_read(verdict: Verdict) -> None:
    text = decision(verdict=verdict, reason="budget", change="2 beds").model_dump(
        mode="json", exclude={"reason_code", "edits", "persons", "shown_at"}
    )
    assert Decision.model_validate(text).persons == 1


def two(actor: str, **changes: object) -> Decision:
    return decision(actor=actor, persons=2, **changes)


def test_two_persons_publish_together_and_neither_alone() -> None:
    assert state_after((two("Amina"),)) is State.SECOND_NEEDED
    assert state_after((two("Amina"), two("Youssef"))) is State.ACCEPTED
    assert state_after((two("Amina"), two(" AMINA "))) is State.SECOND_NEEDED


def test_both_stand_behind_the_same_text() -> None:
    changed = {"verdict": Verdict.MODIFIED, "reason": "budget"}
    first, again = two("Amina", **changed, edits=(EDIT,)), two("Amina", **changed, edits=(OTHER,))
    second = two("Youssef", edits=(EDIT,))
    assert state_after((first, second)) is State.MODIFIED
    assert state_after((first, again, second)) is State.SECOND_NEEDED
    assert state_after((first, two("Youssef"))) is State.SECOND_NEEDED


def test_a_rejection_in_between_begins_anew() -> None:
    rejected = two("Salma", verdict=Verdict.REJECTED, reason="too few nurses")
    assert state_after((two("Amina"), rejected)) is State.REJECTED
    assert state_after((two("Amina"), rejected, two("Youssef"))) is State.SECOND_NEEDED


def test_a_rule_that_is_loosened_later_publishes_nothing_that_waits() -> None:
    assert state_after((two("Amina"), decision(actor="Amina"))) is State.ACCEPTED
    assert state_after((decision(actor="Amina"), two("Amina"))) is State.SECOND_NEEDED


verdicts = st.lists(
    st.tuples(st.sampled_from("ABC"), st.sampled_from(Verdict), st.sampled_from([EDIT, OTHER])),
    max_size=6,
)


@given(verdicts)
def test_nothing_is_published_without_two_who_said_so(
    said: list[tuple[str, Verdict, Edit]],
) -> None:
    """Whatever was said before: two different persons who did not reject, the last two words in."""
    told = tuple(
        two(who, verdict=verdict, reason="r", edits=() if verdict is Verdict.REJECTED else (edit,))
        for who, verdict, edit in said
    )
    if state_after(told) in PUBLISHED:
        assert len(agreeing(told)) >= 2
        assert told[-1].verdict is not Verdict.REJECTED
        behind = {d.actor for d in told if d.edits == told[-1].edits}
        assert set(agreeing(told)) <= behind
