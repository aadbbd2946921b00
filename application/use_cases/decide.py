"""A named person accepts, modifies or rejects a recommendation; it is written once, for good."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from application.store import decisions as log
from application.store.audit import CLOCK_TOLERANCE, newest_moment
from application.store.runs import Run, runs_before, runs_beginning
from application.use_cases.access import needs
from application.use_cases.session import Session
from governance.access import Action
from governance.chain import ChainEntry
from governance.decision import (
    Decision,
    ReasonCode,
    RecommendationKind,
    Role,
    State,
    Verdict,
    agreeing,
    same_person,
    state_after,
)
from governance.decision_rules import load_rules
from governance.difference import Edit
from governance.override import OverrideRow, override_rates
from hospital.errors import GstError, say

SHORTEST_PREFIX = 6


@dataclass(frozen=True)
class Opinion:
    """What a person says of a recommendation; ``shown_at`` is when they first saw it."""

    verdict: Verdict
    actor: str
    role: Role
    reason: str = ""
    change: str = ""
    reason_code: ReasonCode | None = None
    edits: tuple[Edit, ...] = ()
    shown_at: datetime | None = None


@dataclass(frozen=True)
class Recommendation:
    """A run that recommends something, where it stands, and the decisions so far."""

    run: Run
    kind: RecommendationKind
    state: State
    decisions: tuple[Decision, ...]


@needs(Action.DECIDE)
def decide(session: Session, recommendation: str, opinion: Opinion) -> ChainEntry:
    """Records a verdict on the recommendation whose run begins with this identity.

    Where the rules ask for two persons, the first verdict waits for the second: who accepts then
    stands behind what the first has modified.

    Raises:
        GstError: no such recommendation, a reason or a difference is missing, the role may not
            decide, it is about another hospital, the same person would be the second, or somebody
            decided on it meanwhile.
    """
    from application.use_cases.publishing import (  # noqa: PLC0415 - it looks back here
        document_of,
        require_readable,
    )

    seen = log.head(session.database)
    found = find_recommendation(session, recommendation)
    opinion = _signed(session, found, opinion)
    if not opinion.actor.strip():
        raise GstError("actor_missing", say("Say who decides: a decision has a name."))
    decision = _decision(session, found, opinion)
    decision.require_new()
    if decision.edits:
        require_readable(found.kind, document_of(session, found), decision.edits)
    _require_another(found, decision)
    return log.record_after(session.database, decision, seen)


def _signed(session: Session, found: Recommendation, opinion: Opinion) -> Opinion:
    """The opinion under the name and role of who has signed in, where anybody has to."""
    person = session.whoever()
    if person is None:
        return opinion
    if opinion.actor.strip() and not same_person(opinion.actor, person.name):
        raise GstError(
            "another_name",
            say(
                "{person} has signed in, and cannot decide in the name of {actor}.",
                person=person.name,
                actor=opinion.actor,
            ),
        )
    person.require_hospital(hospital_of(session, found))
    return replace(opinion, actor=person.name, role=person.role)


def hospital_of(session: Session, found: Recommendation) -> str | None:
    """The hospital that a recommendation is about; None for the whole GST or one not known."""
    if found.kind is RecommendationKind.THEATRE_PLAN:
        return str(found.run.inputs["hospital"])
    if found.kind is RecommendationKind.ROSTER:
        asked = found.run.inputs["unit"]
        return next((u.hospital for u in session.gst.units if u.unit == asked), None)
    return None


def _decision(session: Session, found: Recommendation, opinion: Opinion) -> Decision:
    waits = found.state is State.SECOND_NEEDED and opinion.verdict is Verdict.ACCEPTED
    return Decision(
        recommendation=found.run.run,
        kind=found.kind,
        verdict=opinion.verdict,
        actor=opinion.actor,
        role=opinion.role,
        at=datetime.now(UTC),
        reason=opinion.reason,
        change=opinion.change,
        reason_code=opinion.reason_code,
        edits=found.decisions[-1].edits if waits else opinion.edits,
        persons=load_rules(session.settings.folder).persons_for(found.kind),
        shown_at=opinion.shown_at,
    )


def _require_another(found: Recommendation, decision: Decision) -> None:
    """Nobody is their own second person."""
    if found.state is not State.SECOND_NEEDED or decision.verdict is Verdict.REJECTED:
        return
    first = agreeing(found.decisions)
    is_same_text = decision.edits == found.decisions[-1].edits
    if is_same_text and any(same_person(decision.actor, name) for name in first):
        raise GstError(
            "second_person_needed",
            say(
                "{actor} has agreed already: a second person has to agree before it is published.",
                actor=decision.actor,
            ),
        )


def find_recommendation(session: Session, prefix: str) -> Recommendation:
    """The one recommendation whose run begins so."""
    if len(prefix) < SHORTEST_PREFIX:
        raise GstError(
            "run_too_short",
            say("Give at least {count} characters of the run.", count=SHORTEST_PREFIX),
        )
    found = runs_beginning(session.database, sorted(_kinds()), prefix)
    if len(found) != 1:
        raise GstError(
            "unknown_recommendation",
            say(
                "{count} recommendations begin with {prefix}. List them with tadbir decide.",
                count=len(found),
                prefix=prefix,
            ),
        )
    return _recommendation(found[0], log.decisions(session.database, found[0].run))


@needs(Action.READ)
def recommendations(session: Session, limit: int = 200) -> tuple[Recommendation, ...]:
    """Everything that was recommended, newest first, on any GST of this database."""
    said = log.decisions(session.database)
    runs = runs_before(session.database, sorted(_kinds()), limit)
    return tuple(_recommendation(run, said) for run in runs)


def _kinds() -> set[str]:
    """The kinds of runs that recommend something to decide on."""
    return {kind.value for kind in RecommendationKind if kind is not RecommendationKind.FORECAST}


@needs(Action.READ)
def recommendations_page(
    session: Session, kinds: tuple[RecommendationKind, ...], limit: int, before: str | None = None
) -> tuple[Recommendation, ...]:
    """Recommendations of these kinds, newest first, after the run named.

    Raises:
        GstError: ``unknown_run``: there is no run of this name.
    """
    said = log.decisions(session.database)
    found = runs_before(session.database, [kind.value for kind in kinds], limit, before)
    return tuple(_recommendation(run, said) for run in found)


def _recommendation(run: Run, said: tuple[Decision, ...]) -> Recommendation:
    own = tuple(decision for decision in said if decision.recommendation == run.run)
    return Recommendation(run, RecommendationKind(run.kind), state_after(own), own)


@needs(Action.READ)
def clock_behind(session: Session) -> timedelta | None:
    """How far the clock of this machine is behind the newest entry of the record.

    None where it is not behind. The order of the record does not follow the clock.
    """
    newest = newest_moment(session.database)
    behind = timedelta(0) if newest is None else newest - datetime.now(UTC)
    return behind if behind > CLOCK_TOLERANCE else None


@needs(Action.READ)
def decision_rates(session: Session) -> tuple[OverrideRow, ...]:
    """How often people overruled what was proposed, by kind, role and week."""
    return override_rates(log.decisions(session.database))
