"""A person's verdict on a recommendation: nothing is published by any other path."""

from datetime import datetime
from enum import StrEnum

from pydantic import Field, model_validator

from governance.difference import Edit
from hospital.base import Frozen
from hospital.errors import GstError, say


class RecommendationKind(StrEnum):
    """What can be recommended."""

    FORECAST = "forecast"
    SCENARIO = "scenario"
    ROSTER = "roster"
    THEATRE_PLAN = "theatre_plan"
    STOCK_ORDER = "stock_order"
    STOCK_TRANSFERS = "stock_transfers"


class Verdict(StrEnum):
    """What the person said."""

    ACCEPTED = "accepted"
    MODIFIED = "modified"
    REJECTED = "rejected"


class Role(StrEnum):
    """In which capacity a person works."""

    MANAGER = "manager"
    PHARMACIST = "pharmacist"
    SCHEDULER = "scheduler"
    SURGEON_COORDINATOR = "surgeon_coordinator"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


class ReasonCode(StrEnum):
    """Why a recommendation is rejected, in words that can be counted; the text says the rest."""

    UNSAFE = "unsafe"
    NOT_FEASIBLE = "not_feasible"
    WRONG_DATA = "wrong_data"
    LOCAL_KNOWLEDGE = "local_knowledge"
    UNFAIR = "unfair"
    BUDGET = "budget"
    POLICY = "policy"
    OTHER = "other"


class State(StrEnum):
    """Where a recommendation stands: a draft until enough named persons have decided."""

    DRAFT = "draft"
    SECOND_NEEDED = "second_needed"
    ACCEPTED = "accepted"
    MODIFIED = "modified"
    REJECTED = "rejected"


PUBLISHED = frozenset({State.ACCEPTED, State.MODIFIED})
"""The only states in which a recommendation may be acted on."""

WAITING = frozenset({State.DRAFT, State.SECOND_NEEDED})
"""The states in which somebody still has to decide."""

DECIDES: dict[RecommendationKind, frozenset[Role]] = {
    RecommendationKind.FORECAST: frozenset({Role.MANAGER, Role.PHARMACIST, Role.SCHEDULER}),
    RecommendationKind.SCENARIO: frozenset({Role.MANAGER}),
    RecommendationKind.ROSTER: frozenset({Role.SCHEDULER, Role.MANAGER}),
    RecommendationKind.THEATRE_PLAN: frozenset(
        {Role.SCHEDULER, Role.MANAGER, Role.SURGEON_COORDINATOR}
    ),
    RecommendationKind.STOCK_ORDER: frozenset({Role.PHARMACIST}),
    RecommendationKind.STOCK_TRANSFERS: frozenset({Role.PHARMACIST}),
}


class Decision(Frozen):
    """One verdict, by one named person, with a reason unless it simply accepts.

    ``recommendation`` is the run that proposed it; ``change`` says in words what was modified and
    ``edits`` hold the difference. ``persons`` is how many had to agree when it was decided: a rule
    that is loosened later publishes nothing. ``shown_at`` is when the person first saw it.
    """

    recommendation: str = Field(min_length=1)
    kind: RecommendationKind
    verdict: Verdict
    actor: str = Field(min_length=1)
    role: Role
    at: datetime
    reason: str = ""
    change: str = ""
    reason_code: ReasonCode | None = None
    edits: tuple[Edit, ...] = ()
    persons: int = Field(default=1, ge=1, le=2)
    shown_at: datetime | None = None

    @model_validator(mode="after")
    def _complete(self) -> "Decision":
        if self.verdict is not Verdict.ACCEPTED and not self.reason.strip():
            raise GstError(
                "reason_missing",
                say("Give a reason: a recommendation is modified or rejected for one."),
            )
        if self.verdict is Verdict.MODIFIED and not (self.change.strip() or self.edits):
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

    def require_new(self) -> None:
        """What is asked of a decision today; older ones on record had less to say.

        Raises:
            GstError: a rejection without a code, or a modification without its difference.
        """
        if self.verdict is Verdict.REJECTED and self.reason_code is None:
            raise GstError(
                "reason_code_missing",
                say(
                    "Choose why it is rejected ({codes}), and say it in words too.",
                    codes=", ".join(ReasonCode),
                ),
            )
        if self.verdict is Verdict.MODIFIED and not self.edits:
            raise GstError(
                "difference_missing",
                say(
                    "Say what stands there instead: --set /place=value, or --instead with the "
                    "run of your own version."
                ),
            )

    @property
    def seconds_to_decide(self) -> float | None:
        """From the first look to the verdict [s]; None where nobody noted the look."""
        return None if self.shown_at is None else (self.at - self.shown_at).total_seconds()


def same_person(one: str, other: str) -> bool:
    """Whether two names are one: capitals and spaces make nobody else."""
    return _folded(one) == _folded(other)


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()


def state_after(decisions: tuple[Decision, ...]) -> State:
    """Where a recommendation stands after these decisions, oldest first.

    The last word counts. Where it took two persons, both have to stand behind the same text: a
    rejection or another modification in between begins anew.
    """
    if not decisions:
        return State.DRAFT
    last = decisions[-1]
    if last.verdict is Verdict.REJECTED:
        return State.REJECTED
    if len(agreeing(decisions)) < last.persons:
        return State.SECOND_NEEDED
    return State.MODIFIED if last.edits or last.verdict is Verdict.MODIFIED else State.ACCEPTED


def agreeing(decisions: tuple[Decision, ...]) -> tuple[str, ...]:
    """The different persons who stand behind what was decided last, the newest first."""
    names: dict[str, str] = {}
    if not decisions or decisions[-1].verdict is Verdict.REJECTED:
        return ()
    last = decisions[-1]
    for decision in reversed(decisions):
        if decision.verdict is Verdict.REJECTED or decision.edits != last.edits:
            break
        names.setdefault(_folded(decision.actor), decision.actor)
    return tuple(names.values())
