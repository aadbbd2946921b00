"""A person's verdict on a recommendation: nothing is published by any other path."""

from datetime import datetime
from enum import StrEnum

from pydantic import Field, model_validator

from hospital.base import Frozen
from hospital.errors import GstError, say


class RecommendationKind(StrEnum):
    """What can be recommended."""

    FORECAST = "forecast"
    SCENARIO = "scenario"
    ROSTER = "roster"
    THEATRE_PLAN = "theatre_plan"
    STOCK_ORDER = "stock_order"


class Verdict(StrEnum):
    """What the person said."""

    ACCEPTED = "accepted"
    MODIFIED = "modified"
    REJECTED = "rejected"


class Role(StrEnum):
    """In which capacity the person decides."""

    MANAGER = "manager"
    PHARMACIST = "pharmacist"
    SCHEDULER = "scheduler"


class State(StrEnum):
    """Where a recommendation stands: a draft until a named person decides."""

    DRAFT = "draft"
    ACCEPTED = "accepted"
    MODIFIED = "modified"
    REJECTED = "rejected"


DECIDES: dict[RecommendationKind, frozenset[Role]] = {
    RecommendationKind.FORECAST: frozenset({Role.MANAGER, Role.PHARMACIST, Role.SCHEDULER}),
    RecommendationKind.SCENARIO: frozenset({Role.MANAGER}),
    RecommendationKind.ROSTER: frozenset({Role.SCHEDULER, Role.MANAGER}),
    RecommendationKind.THEATRE_PLAN: frozenset({Role.SCHEDULER, Role.MANAGER}),
    RecommendationKind.STOCK_ORDER: frozenset({Role.PHARMACIST}),
}


class Decision(Frozen):
    """One verdict, by one named person, with a reason unless it simply accepts.

    ``recommendation`` is the run that proposed it; ``change`` says what was modified.
    """

    recommendation: str = Field(min_length=1)
    kind: RecommendationKind
    verdict: Verdict
    actor: str = Field(min_length=1)
    role: Role
    at: datetime
    reason: str = ""
    change: str = ""

    @model_validator(mode="after")
    def _complete(self) -> "Decision":
        if self.verdict is not Verdict.ACCEPTED and not self.reason.strip():
            raise GstError(
                "reason_missing",
                say("Give a reason: a recommendation is modified or rejected for one."),
            )
        if self.verdict is Verdict.MODIFIED and not self.change.strip():
            raise GstError("change_missing", say("Say what was changed."))
        if self.role not in DECIDES[self.kind]:
            raise GstError(
                "role_may_not_decide",
                say(
                    "A {role} does not decide on a {kind}; it takes one of: {allowed}.",
                    role=self.role.value,
                    kind=self.kind.value,
                    allowed=", ".join(sorted(DECIDES[self.kind])),
                ),
            )
        return self


def state_after(decisions: tuple[Decision, ...]) -> State:
    """Where a recommendation stands after these decisions, oldest first."""
    return State(decisions[-1].verdict.value) if decisions else State.DRAFT
