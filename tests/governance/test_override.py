"""How often people overrule, and how often they accept too fast to have read."""

from datetime import UTC, datetime, timedelta

import pytest

from governance.decision import Decision, ReasonCode, RecommendationKind, Role, Verdict
from governance.override import override_rates

pytestmark = pytest.mark.unit

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def said(verdict: Verdict, seconds: float | None = None, **changes: object) -> Decision:
    values = {
        "recommendation": "a" * 64,
        "kind": RecommendationKind.ROSTER,
        "verdict": verdict,
        "actor": "Youssef Alaoui",
        "role": Role.SCHEDULER,
        "at": MONDAY,
        "shown_at": None if seconds is None else MONDAY - timedelta(seconds=seconds),
        "reason": "" if verdict is Verdict.ACCEPTED else "trop de nuits",
        "change": "two nights" if verdict is Verdict.MODIFIED else "",
        "reason_code": ReasonCode.UNFAIR if verdict is Verdict.REJECTED else None,
    }
    return Decision.model_validate({**values, **changes})


def test_one_of_four_rosters_was_rejected_and_one_was_changed() -> None:
    accepted = [said(Verdict.ACCEPTED, 40), said(Verdict.ACCEPTED, 2.9)]
    (row,) = override_rates([*accepted, said(Verdict.REJECTED), said(Verdict.MODIFIED)])
    assert (row.week, row.decisions, row.override_rate) == ("2026-W48", 4, 0.5)
    assert (row.accepted_fast, row.accepted_timed, row.fast_rate) == (1, 2, 0.5)


def test_three_seconds_are_not_too_fast_and_an_untimed_look_is_not_counted() -> None:
    (row,) = override_rates([said(Verdict.ACCEPTED, 3.0), said(Verdict.ACCEPTED)])
    assert (row.accepted_fast, row.accepted_timed) == (0, 1)
    (untimed,) = override_rates([said(Verdict.ACCEPTED)])
    assert untimed.fast_rate is None


def test_roles_kinds_and_weeks_are_counted_apart_the_oldest_first() -> None:
    later = said(Verdict.ACCEPTED, at=MONDAY + timedelta(7))
    other_role = said(Verdict.ACCEPTED, role=Role.MANAGER)
    other_kind = said(Verdict.ACCEPTED, kind=RecommendationKind.STOCK_ORDER, role=Role.PHARMACIST)
    rows = override_rates([later, said(Verdict.ACCEPTED), other_role, other_kind])
    assert [row.week for row in rows] == ["2026-W48"] * 3 + ["2026-W49"]
    assert len({(row.kind, row.role) for row in rows}) == 3


def test_the_new_year_belongs_to_the_week_of_its_thursday() -> None:
    (row,) = override_rates([said(Verdict.ACCEPTED, at=datetime(2027, 1, 1, tzinfo=UTC))])
    assert row.week == "2026-W53"


def test_nobody_decided_is_no_row() -> None:
    assert override_rates([]) == ()
