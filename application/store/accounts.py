"""Local accounts: who there is, whether a password is theirs, and who has signed in."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from application.store.audit import append_in
from application.store.database import Database
from application.store.schema import accounts as table
from application.store.schema import sign_ins
from governance.access import Person
from governance.decision import Role
from governance.events import Event, EventKind
from governance.lockout import closed_until
from governance.passwords import hashed, is_right
from hospital.errors import GstError, say

SIGNED_IN_FOR = timedelta(hours=12)
TOKEN_BYTES = 32


@dataclass(frozen=True)
class Account:
    """An account as it is listed: never its password."""

    person: Person
    is_active: bool
    closed_until: datetime | None


@cache
def _nobody() -> str:
    """The hash of a password that nobody has: an unknown name takes as long as a known one."""
    return hashed(secrets.token_urlsafe(TOKEN_BYTES))


def folded(name: str) -> str:
    """The name under which an account is kept: capitals and spaces make no other."""
    return " ".join(name.split()).casefold()


def any_account(database: Database) -> bool:
    """Whether anybody has to sign in."""
    with database.reading() as connection:
        return connection.execute(select(table.c.account).limit(1)).first() is not None


def list_accounts(database: Database) -> tuple[Account, ...]:
    """Every account, by name."""
    with database.reading() as connection:
        rows = connection.execute(select(table).order_by(table.c.account)).all()
    return tuple(Account(_person(row), row.is_active, _aware(row.closed_until)) for row in rows)


def put_account(database: Database, person: Person, password: str, actor: str) -> None:
    """Makes an account, or gives an account a new role, hospitals and password.

    Raises:
        GstError: the first account of a database is not an administrator's, or the password is
            too short.
    """
    account = folded(person.name)
    row = {
        "account": account,
        "name": person.name,
        "role": person.role.value,
        "hospitals_json": json.dumps(sorted(person.hospitals)),
        "password_hash": hashed(password),
        "failures": 0,
        "closed_until": None,
        "is_active": True,
    }
    with database.writing() as connection:
        is_first = connection.execute(select(table.c.account).limit(1)).first() is None
        if is_first and person.role is not Role.ADMINISTRATOR:
            raise GstError(
                "administrator_first",
                say("The first account is an administrator's: without one nobody adds others."),
            )
        _end_sign_ins(connection, account)
        connection.execute(delete(table).where(table.c.account == account))
        connection.execute(insert(table), [row])
        body = {"role": person.role.value, "hospitals": sorted(person.hospitals)}
        append_in(connection, [_event(EventKind.ACCOUNT_CHANGED, actor, person.name, body)])


def close_account(database: Database, name: str, actor: str) -> None:
    """Nobody signs in with it any more. The last administrator's stays open.

    Raises:
        GstError: there is no such account, or it is the last administrator's.
    """
    with database.writing() as connection:
        row = _row(connection, name)
        if row is None:
            raise GstError("no_account", say("There is no account {name}.", name=name))
        others = select(table.c.account).where(
            table.c.role == Role.ADMINISTRATOR.value,
            table.c.is_active,
            table.c.account != row.account,
        )
        is_last = row.role == Role.ADMINISTRATOR and connection.execute(others).first() is None
        if is_last:
            raise GstError(
                "last_administrator",
                say("{name} is the last administrator: add another first.", name=row.name),
            )
        _change(connection, row.account, {"is_active": False})
        _end_sign_ins(connection, row.account)
        append_in(
            connection, [_event(EventKind.ACCOUNT_CHANGED, actor, row.name, {"closed": True})]
        )


def sign_in(database: Database, name: str, password: str, at: datetime) -> str:
    """A token for who knows the password; each try is on record.

    Raises:
        GstError: ``sign_in_refused`` (the same for an unknown name and a wrong password), or
            ``account_closed`` after five wrong ones, whatever the sixth is.
    """
    with database.reading() as connection:
        seen = _row(connection, name)
    fits = is_right(password, _nobody() if seen is None else seen.password_hash)
    with database.writing() as connection:
        row = _row(connection, name)
        refusal = _refusal(row, at, fits=fits and row is not None and _is_same(row, seen))
        if refusal is None and row is not None:
            token = secrets.token_urlsafe(TOKEN_BYTES)
            _change(connection, row.account, {"failures": 0, "closed_until": None})
            own = {
                "token_hash": _hash(token),
                "account": row.account,
                "expires_at": at + SIGNED_IN_FOR,
            }
            connection.execute(insert(sign_ins), [own])
            append_in(connection, [_event(EventKind.SIGNED_IN, row.name, row.name, {})])
            return token
        if row is not None and refusal is not None and refusal.code == "sign_in_refused":
            failures = row.failures + 1
            _change(
                connection,
                row.account,
                {"failures": failures, "closed_until": closed_until(failures, at)},
            )
        known = "?" if row is None else row.name
        append_in(connection, [_event(EventKind.SIGN_IN_REFUSED, known, known, {})])
    assert refusal is not None
    raise refusal


def _is_same(row: Row[Any], seen: Row[Any] | None) -> bool:
    """Whether the hash that was compared is still the account's."""
    return seen is not None and row.password_hash == seen.password_hash


def _refusal(row: Row[Any] | None, at: datetime, *, fits: bool) -> GstError | None:
    until = None if row is None else _aware(row.closed_until)
    if until is not None and at < until:
        return GstError(
            "account_closed",
            say(
                "Too many wrong passwords: this account is closed until {until} UTC.",
                until=f"{until:%Y-%m-%d %H:%M}",
            ),
        )
    if not fits or row is None or not row.is_active:
        return GstError("sign_in_refused", say("The name or the password is wrong."))
    return None


def signed_in(database: Database, token: str, at: datetime) -> Person | None:
    """Whose token this is, None where it is nobody's, has ended or the account is closed."""
    question = (
        select(table, sign_ins.c.expires_at)
        .join(sign_ins, sign_ins.c.account == table.c.account)
        .where(sign_ins.c.token_hash == _hash(token))
    )
    with database.reading() as connection:
        row = connection.execute(question).first()
    if row is None or not row.is_active:
        return None
    ends = _aware(row.expires_at)
    is_current = ends is not None and ends - SIGNED_IN_FOR <= at < ends
    return _person(row) if is_current else None


def sign_out(database: Database, token: str) -> None:
    """The token is nobody's any more."""
    with database.writing() as connection:
        connection.execute(delete(sign_ins).where(sign_ins.c.token_hash == _hash(token)))


def _row(connection: Connection, name: str) -> Row[Any] | None:
    return connection.execute(select(table).where(table.c.account == folded(name))).first()


def _change(connection: Connection, account: str, values: Mapping[str, Any]) -> None:
    connection.execute(update(table).where(table.c.account == account).values(**values))


def _end_sign_ins(connection: Connection, account: str) -> None:
    connection.execute(delete(sign_ins).where(sign_ins.c.account == account))


def _person(row: Row[Any]) -> Person:
    hospitals = frozenset(json.loads(row.hospitals_json))
    return Person(name=row.name, role=Role(row.role), hospitals=hospitals)


def _event(kind: EventKind, actor: str, about: str, body: dict[str, Any]) -> Event:
    return Event(event=kind, at=datetime.now(UTC), actor=actor, about=about, body=body)


def _hash(token: str) -> str:
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _aware(moment: datetime | None) -> datetime | None:
    """SQLite gives times back without their zone; they were written in UTC."""
    if moment is None or moment.tzinfo is not None:
        return moment
    return moment.replace(tzinfo=UTC)
