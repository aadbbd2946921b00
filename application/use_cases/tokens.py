"""The door for programs: a token for who knows the password, and whose token it is.

Unlike signing in on this machine nothing is kept in a file: who asked keeps the token.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from application.store import accounts as store
from application.use_cases.session import Session
from governance.access import Person
from hospital.errors import GstError, say


@dataclass(frozen=True)
class Token:
    """Opens the door in the name of a person until it ends."""

    token: str = field(repr=False)
    person: Person
    ends_at: datetime


def give_token(session: Session, name: str, password: str) -> Token:
    """A token for twelve hours; each try is on record.

    Raises:
        GstError: the name or the password is wrong, or the account is closed for a while.
    """
    now = datetime.now(UTC)
    token = store.sign_in(session.database, name, password, now)
    return Token(token, person_of(session, token), now + store.SIGNED_IN_FOR)


def person_of(session: Session, token: str) -> Person:
    """Whose token it is.

    Raises:
        GstError: ``token_refused``: it is nobody's, has ended, or its account is closed.
    """
    found = store.signed_in(session.database, token, datetime.now(UTC))
    if found is None:
        raise GstError(
            "token_refused", say("This token opens nothing, or no longer. Sign in again.")
        )
    return found


def end_token(session: Session, token: str) -> None:
    """The token opens nothing any more."""
    store.sign_out(session.database, token)
