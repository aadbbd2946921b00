"""A named person accepts, modifies or rejects a recommendation; it is written once, for good."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from application.store import decisions as log
from application.store.runs import Run, list_runs
from application.use_cases.session import Session
from governance.chain import ChainEntry
from governance.decision import Decision, RecommendationKind, Role, State, Verdict, state_after
from hospital.errors import GstError, say

SHORTEST_PREFIX = 6


@dataclass(frozen=True)
class Opinion:
    """What a person says of a recommendation."""

    verdict: Verdict
    actor: str
    role: Role
    reason: str = ""
    change: str = ""


@dataclass(frozen=True)
class Recommendation:
    """A run that recommends something, where it stands, and the decisions so far."""

    run: Run
    kind: RecommendationKind
    state: State
    decisions: tuple[Decision, ...]


def decide(session: Session, recommendation: str, opinion: Opinion) -> ChainEntry:
    """Records a verdict on the recommendation whose run begins with this identity.

    Raises:
        GstError: no such recommendation, a reason is missing, or the role may not decide.
    """
    found = find_recommendation(session, recommendation)
    if not opinion.actor.strip():
        raise GstError("actor_missing", say("Say who decides: a decision has a name."))
    decision = Decision(
        recommendation=found.run.run,
        kind=found.kind,
        verdict=opinion.verdict,
        actor=opinion.actor,
        role=opinion.role,
        at=datetime.now(UTC),
        reason=opinion.reason,
        change=opinion.change,
    )
    return log.record(session.database, decision)


def find_recommendation(session: Session, prefix: str) -> Recommendation:
    """The one recommendation whose run begins so."""
    if len(prefix) < SHORTEST_PREFIX:
        raise GstError(
            "run_too_short",
            say("Give at least {count} characters of the run.", count=SHORTEST_PREFIX),
        )
    found = [r for r in recommendations(session) if r.run.run.startswith(prefix)]
    if len(found) != 1:
        raise GstError(
            "unknown_recommendation",
            say(
                "{count} recommendations begin with {prefix}. List them with tadbir decide.",
                count=len(found),
                prefix=prefix,
            ),
        )
    return found[0]


def recommendations(session: Session, limit: int = 200) -> tuple[Recommendation, ...]:
    """Everything that was recommended, newest first, on any GST of this database."""
    said = log.decisions(session.database)
    kinds = {kind.value for kind in RecommendationKind if kind is not RecommendationKind.FORECAST}
    runs = list_runs(session.database, None, None, limit)
    return tuple(_recommendation(run, said) for run in runs if run.kind in kinds)


def _recommendation(run: Run, said: tuple[Decision, ...]) -> Recommendation:
    own = tuple(decision for decision in said if decision.recommendation == run.run)
    return Recommendation(run, RecommendationKind(run.kind), state_after(own), own)
