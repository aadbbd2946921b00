"""Answers to requests that carry a key: the same request again gets the same answer.

A key is reserved before the work begins and filled in when it has ended. A key that was reserved
and never filled in (the server died, or a fault of ours) says that nobody knows what was done:
the work is not done a second time.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, insert, select, update

from application.store.accounts import folded
from application.store.database import Database
from application.store.schema import api_answers as table
from hospital.errors import GstError, say

KEPT_FOR = timedelta(hours=24)


@dataclass(frozen=True)
class Key:
    """Whose key it is, and the hash of method, path and body with which it came."""

    person: str
    key: str
    request_hash: str


@dataclass(frozen=True)
class Answer:
    """What was answered."""

    status: int
    headers: Mapping[str, str]
    content: bytes


def reserve(database: Database, key: Key, at: datetime) -> Answer | None:
    """The answer that was given to this request before, or None: the work may begin now.

    Raises:
        GstError: ``key_reused`` where the key came with another request, ``key_without_answer``
            where the first request has not ended, or ended without an answer.
    """
    own = _own(key)
    with database.writing() as connection:
        connection.execute(delete(table).where(table.c.begun_at < at - KEPT_FOR))
        row = connection.execute(select(table).where(own)).first()
        if row is None:
            connection.execute(insert(table), [_reserved(key, at)])
            return None
    if row.request_hash != key.request_hash:
        raise GstError(
            "key_reused",
            say("The key {key} came before with another request: take a new key.", key=key.key),
        )
    if row.status is None:
        raise GstError(
            "key_without_answer",
            say(
                "The first request with the key {key} has no answer yet. If it does not come, see "
                "whether it was done before you send it with a new key.",
                key=key.key,
            ),
        )
    return Answer(row.status, json.loads(row.headers_json), bytes(row.content))


def _reserved(key: Key, at: datetime) -> dict[str, object]:
    return {
        "account": folded(key.person),
        "key": key.key,
        "request_hash": key.request_hash,
        "begun_at": at,
        "status": None,
        "headers_json": "{}",
        "content": b"",
    }


def _own(key: Key) -> ColumnElement[bool]:
    return (table.c.account == folded(key.person)) & (table.c.key == key.key)


def release(database: Database, key: Key) -> None:
    """Forgets a key with which nothing was begun: the request may come again."""
    with database.writing() as connection:
        connection.execute(delete(table).where(_own(key)))


def keep(database: Database, key: Key, answer: Answer) -> None:
    """Fills in the answer; whoever sends the request again for a day gets it."""
    filled = {
        "status": answer.status,
        "headers_json": json.dumps(dict(answer.headers)),
        "content": answer.content,
    }
    with database.writing() as connection:
        connection.execute(update(table).where(_own(key)).values(**filled))
