"""The decisions of the record: appended to the chain, never changed."""

from application.store import audit
from application.store.database import Database
from governance.chain import BrokenChain, ChainEntry, Head
from governance.decision import Decision
from governance.events import Event, EventKind, decision_event
from hospital.errors import GstError, say


def record(database: Database, decision: Decision) -> ChainEntry:
    """Appends a decision. The writer's lock makes two at once follow one another."""
    (entry,) = audit.append(database, decision_event(decision))
    return entry


def record_after(database: Database, decision: Decision, seen: Head | None) -> ChainEntry:
    """Appends a decision of somebody who had read the record up to ``seen``.

    Raises:
        GstError: ``decided_meanwhile``: somebody has decided on the same since then.
    """

    def is_in_the_way(event: Event) -> bool:
        return event.event is EventKind.DECISION and event.about == decision.recommendation

    entry = audit.append_unless(database, decision_event(decision), is_in_the_way, seen)
    if entry is None:
        raise GstError(
            "decided_meanwhile",
            say(
                "Somebody else has just decided on run {run}. Nothing was stored: read what was "
                "decided (tadbir decide), then decide again.",
                run=decision.recommendation[:12],
            ),
        )
    return entry


def entries(database: Database) -> list[ChainEntry]:
    """The whole chain, oldest first."""
    with database.reading() as connection:
        return list(audit.walk(connection))


def decisions(database: Database, recommendation: str | None = None) -> tuple[Decision, ...]:
    """All decisions, or those on one recommendation, oldest first.

    Raises:
        GstError: the chain is broken: what it holds is not what was decided.
    """
    return tuple(
        Decision.model_validate(event.body)
        for event in audit.events(database, recommendation)
        if event.event is EventKind.DECISION
    )


def head(database: Database) -> Head | None:
    """The end of the chain: print or send its hash daily, so that a cut tail is found."""
    return audit.head(database)


def verify(database: Database, head: ChainEntry | Head | None = None) -> BrokenChain | None:
    """The first break of the chain, or None while it holds.

    With a ``head`` that was exported earlier, a tail that was cut off is found too.
    """
    return audit.verified(database, head).broken
