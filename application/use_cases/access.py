"""The gate before every use case: who asks, and may they?

Where no account exists the machine has one user, who may do everything; with the first account
everybody signs in.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import make_url

from application.compute import Serial, Silent, Workers
from application.settings import Settings
from application.store.database import Database
from application.use_cases.session import Session
from governance.access import Action

P = ParamSpec("P")
R = TypeVar("R")

USE_CASES: dict[str, Action] = {}
"""Every use case that was loaded, as module.function, with the action that it is."""


def needs(
    action: Action,
) -> Callable[[Callable[Concatenate[Session, P], R]], Callable[Concatenate[Session, P], R]]:
    """Lets a use case begin only for a person whose role has this action."""

    def gate(
        use_case: Callable[Concatenate[Session, P], R],
    ) -> Callable[Concatenate[Session, P], R]:
        USE_CASES[_name(use_case)] = action

        @wraps(use_case)
        def gated(session: Session, /, *given: P.args, **named: P.kwargs) -> R:
            require(session, action)
            return use_case(session, *given, **named)

        return gated

    return gate


def action_of(use_case: Callable[..., object]) -> Action:
    """Which action a use case is: whoever starts it as a job is asked before it waits in line."""
    return USE_CASES[_name(use_case)]


def _name(use_case: Callable[..., object]) -> str:
    return f"{use_case.__module__.rpartition('.')[2]}.{use_case.__name__}"


def require_on(settings: Settings, action: Action) -> None:
    """The same for what works without a session: the database is opened to see who asks."""
    if not settings.database_url.startswith("sqlite") or _has_database(settings):
        database = Database(settings.database_url)
        try:
            require(Session(settings, database, Workers(Serial(), Silent())), action)
        finally:
            database.close()


def _has_database(settings: Settings) -> bool:
    """Whether the file is there: a question must not make one."""
    name = make_url(settings.database_url).database
    return bool(name) and Path(str(name)).exists()


def require(session: Session, action: Action) -> None:
    """Raises ``GstError`` unless whoever works in this session may do this."""
    person = session.whoever()
    if person is not None:
        person.require(action)
