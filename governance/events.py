"""What the record holds besides decisions: each entry says what happened, who did it and when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import Field

from governance.decision import Decision
from hospital.base import Frozen


class EventKind(StrEnum):
    """What happened."""

    DECISION = "decision"
    MODEL_REGISTERED = "model_registered"
    MODEL_EVALUATED = "model_evaluated"
    MODEL_PROMOTED = "model_promoted"
    ACCOUNT_CHANGED = "account_changed"
    SIGNED_IN = "signed_in"
    SIGN_IN_REFUSED = "sign_in_refused"
    ERASED = "erased"
    PARAMETERS_TOLD = "parameters_told"
    PARAMETERS_TAKEN = "parameters_taken"


class Event(Frozen):
    """One entry of the record. ``about`` is the run, model or account that it is about."""

    event: EventKind
    at: datetime
    actor: str = Field(min_length=1)
    about: str
    body: dict[str, Any] = Field(default_factory=dict)


def decision_event(decision: Decision) -> Event:
    """A decision as an entry of the record."""
    return Event(
        event=EventKind.DECISION,
        at=decision.at,
        actor=decision.actor,
        about=decision.recommendation,
        body=decision.model_dump(mode="json"),
    )


def event_of(entry: Mapping[str, Any]) -> Event:
    """An entry that was read; those of the first versions were bare decisions."""
    if "event" in entry:
        return Event.model_validate(entry)
    return decision_event(Decision.model_validate(entry))
