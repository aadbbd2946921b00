"""What is kept of persons, for how long, and how it goes: law 09-08 on this site."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import ColumnElement, Table, func, select

from application.store import retention
from application.store.schema import (
    accounts,
    api_answers,
    audit,
    gst_snapshots,
    runs,
    stock_postings,
)
from application.use_cases.access import needs
from application.use_cases.models import signed
from application.use_cases.session import Session
from governance.access import Action
from governance.masking import coarse
from hospital.errors import GstError, Sentence, say

LEAST_DAYS = 90
"""Rosters ask for six weeks of earlier work, and a record is read for longer than that."""


@dataclass(frozen=True)
class Processing:
    """One processing of personal data, as the register of law 09-08 asks."""

    name: Sentence
    purpose: Sentence
    persons: Sentence
    data: Sentence
    protection: Sentence
    entries: int
    oldest: str
    newest: str


@needs(Action.PURGE)
def purge(session: Session, before: date, actor: str) -> retention.Purged:
    """Removes runs, old snapshots and texts of the record from before a day.

    Raises:
        GstError: ``too_recent``: fewer than 90 days would be left.
    """
    latest = datetime.now(UTC).date() - timedelta(LEAST_DAYS)
    if before > latest:
        raise GstError(
            "too_recent",
            say(
                "At least {days} days are kept: name {latest} or an earlier day.",
                days=LEAST_DAYS,
                latest=latest.isoformat(),
            ),
        )
    found = retention.purge(
        session.database, datetime.combine(before, time(), UTC), signed(session, actor)
    )
    session.forget()
    return found


@needs(Action.READ_AUDIT)
def register_of_processing(session: Session) -> tuple[Processing, ...]:
    """What this database really holds of persons: nothing is listed that is not there."""
    found = (
        _one(session, gst_snapshots, gst_snapshots.c.imported_at, _STAYS),
        _one(session, runs, runs.c.finished_at, _RESULTS),
        _one(session, stock_postings, stock_postings.c.posted_at, _POSTINGS),
        _one(session, accounts, None, _ACCOUNTS),
        _one(session, api_answers, api_answers.c.begun_at, _ANSWERS),
        _one(session, audit, None, _RECORD),
    )
    return tuple(one for one in found if one.entries)


@dataclass(frozen=True)
class _Words:
    name: Sentence
    purpose: Sentence
    persons: Sentence
    data: Sentence
    protection: Sentence


_LOCAL = say("Stays on this machine; nothing is sent anywhere.")
_STAYS = _Words(
    say("Stays, visits and staff of the hospitals"),
    say("Forecasts, simulation and rosters of the group"),
    say("Patients and staff"),
    say(
        "Patients: pseudonym, sex, age group, province, times of stays. Staff: code, name, unit, "
        "grade, contract. No diagnosis, no address, no birth date."
    ),
    say(
        "Names and identifiers of patients are dropped at the door; the pseudonym is HMAC-SHA256 "
        "under a site key in a file of its own."
    ),
)
_RESULTS = _Words(
    say("Results of runs, rosters among them"),
    say("Draft recommendations, and what was decided of them"),
    say("Staff"),
    say("Duties by person and day in rosters; sums elsewhere."),
    _LOCAL,
)
_POSTINGS = _Words(
    say("Movements of the pharmacies"),
    say("Stock on hand and its history"),
    say("Staff of the pharmacies"),
    say("Name of who posted a movement."),
    _LOCAL,
)
_ACCOUNTS = _Words(
    say("Accounts"),
    say("Signing in, and who may do what"),
    say("Users"),
    say("Name, role, hospitals, hash of the password (scrypt)."),
    say("No password is kept; tokens are kept as hashes."),
)
_ANSWERS = _Words(
    say("Answers of the API to requests with a key"),
    say("The same request sent twice is done once"),
    say("Users"),
    say("Name of who asked, and what was answered."),
    say("Forgotten after a day, when the next such request comes."),
)
_RECORD = _Words(
    say("The record of decisions"),
    say("Who decided what and why; proof that nothing was changed"),
    say("Users"),
    say("Name, role, decision, reason, time."),
    say("Append-only and chained; texts can be erased when their time is over, hashes stay."),
)


def _one(
    session: Session, table: Table, moment: ColumnElement[datetime] | None, words: _Words
) -> Processing:
    with session.database.reading() as connection:
        count = connection.execute(select(func.count()).select_from(table)).scalar() or 0
        first = last = None
        if moment is not None:
            first, last = connection.execute(select(func.min(moment), func.max(moment))).one()
    return Processing(
        words.name,
        words.purpose,
        words.persons,
        words.data,
        words.protection,
        int(count),
        "" if first is None else coarse(first),
        "" if last is None else coarse(last),
    )
