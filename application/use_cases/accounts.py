"""Accounts of this site, and signing in on this machine.

The token of who has signed in lies in ``sign-in.token`` in the folder of the work, readable by
its owner only; commands and the dashboard of this machine work in that name.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

from application.store import accounts as store
from application.use_cases.access import needs
from application.use_cases.session import Session, token_file
from application.whole_file import whole
from governance.access import Action, Person
from hospital.errors import GstError, say

ONLY_USER = "the only user of this machine"


@needs(Action.MANAGE_ACCOUNTS)
def put_account(session: Session, person: Person, password: str) -> None:
    """Makes an account, or gives one a new role, hospitals and password.

    Raises:
        GstError: a hospital is not one of the GST's, or ``store.put_account`` refuses.
    """
    known = {hospital.hospital for hospital in session.gst.hospitals} if person.hospitals else set()
    unknown = sorted(person.hospitals - known)
    if unknown:
        raise GstError(
            "unknown_hospital",
            say("The GST has no hospital {found}.", found=", ".join(unknown)),
        )
    store.put_account(session.database, person, password, _actor(session))


@needs(Action.MANAGE_ACCOUNTS)
def close_account(session: Session, name: str) -> None:
    """Nobody signs in with it any more."""
    store.close_account(session.database, name, _actor(session))


@needs(Action.MANAGE_ACCOUNTS)
def list_accounts(session: Session) -> tuple[store.Account, ...]:
    """Every account, by name."""
    return store.list_accounts(session.database)


def sign_in(session: Session, name: str, password: str) -> Person:
    """Signs in on this machine for twelve hours.

    Raises:
        GstError: the name or the password is wrong, or the account is closed for a while.
    """
    now = datetime.now(UTC)
    token = store.sign_in(session.database, name, password, now)
    _keep(token_file(session.settings), token)
    found = store.signed_in(session.database, token, now)
    if found is None:
        raise GstError("sign_in_refused", say("The name or the password is wrong."))
    return found


def sign_out(session: Session) -> None:
    """Ends it, here and in the database."""
    file = token_file(session.settings)
    if file.exists():
        store.sign_out(session.database, file.read_text(encoding="ascii").strip())
        file.unlink()


def _actor(session: Session) -> str:
    person = session.whoever()
    return ONLY_USER if person is None else person.name


def _keep(file: Path, token: str) -> None:
    with whole(file) as draft:
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as opened:
            opened.write(token + "\n")
