"""The record: whatever is done to any row is found and located; what is erased is on record."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256

import pytest
from alembic import command
from sqlalchemy import text

from application.store.audit import append, events, head, verified
from application.store.database import Database, migration_config
from application.store.decisions import decisions, entries
from governance.chain import GENESIS, BrokenChain, entry_hash
from governance.decision import Decision, RecommendationKind, Role, Verdict
from governance.events import Event, EventKind, decision_event
from hospital.errors import GstError
from tests.application.store.conftest import tampering

pytestmark = pytest.mark.integration

ROWS = 5
COLUMNS = ("entry_json", "previous_hash", "hash", "digest")


def event(number: int, **body: object) -> Event:
    return Event(
        event=EventKind.SIGNED_IN,
        at=datetime(2026, 11, 23, 8, number, tzinfo=UTC),
        actor=f"Personne {number} éà ⵜ",
        about=f"account-{number}",
        body=body,
    )


@pytest.fixture
def log(database: Database) -> Database:
    append(database, *(event(number) for number in range(ROWS)))
    return database


def test_events_come_back_in_their_order(log: Database) -> None:
    assert events(log) == tuple(event(number) for number in range(ROWS))
    assert events(log, "account-3") == (event(3),)
    found = verified(log, head(log))
    assert (found.entries, found.broken, found.head) == (ROWS, None, entries(log)[-1].hash)


@pytest.mark.slow
@pytest.mark.parametrize("column", COLUMNS)
def test_every_byte_of_every_row_that_is_changed_is_found_in_its_row(
    column: str, log: Database
) -> None:
    """One bit of one byte; what is no UTF-8 any more is located too. PostgreSQL keeps only text,
    so there it is one bit of one character.
    """
    tried = 0
    for row in range(1, ROWS + 1):
        whole = cell(log, column, row)
        for at in range(len(whole)):
            put(log, column, row, one_bit_off(whole, at))
            broken = verified(log).broken
            assert broken is not None, (column, row, at)
            assert broken.sequence == row, (column, row, at)
            tried += 1
        put(log, column, row, whole)
    assert tried >= ROWS * 64
    assert verified(log).broken is None


def cell(log: Database, column: str, row: int) -> str | bytes:
    kept = column if log.is_postgresql else f"CAST({column} AS BLOB)"
    with log.reading() as connection:
        question = text(f"SELECT {kept} FROM audit WHERE sequence = :row")
        found: str | bytes = connection.execute(question, {"row": row}).scalar_one()
    return found


def one_bit_off(whole: str | bytes, at: int) -> str | bytes:
    if isinstance(whole, bytes):
        return whole[:at] + bytes([whole[at] ^ 0x81]) + whole[at + 1 :]
    return whole[:at] + chr(ord(whole[at]) ^ 1) + whole[at + 1 :]


def put(log: Database, column: str, row: int, value: str | bytes) -> None:
    statement = text(f"UPDATE audit SET {column} = CAST(:value AS TEXT) WHERE sequence = :row")
    with tampering(log) as connection:
        connection.execute(statement, {"value": value, "row": row})


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("value", ["", None, "0"])
def test_a_column_that_is_emptied_is_found(column: str, value: str | None, log: Database) -> None:
    if value is None and column != "digest":
        pytest.skip("the column takes no NULL")
    with tampering(log) as connection:
        statement = text(f"UPDATE audit SET {column} = :value WHERE sequence = 3")
        connection.execute(statement, {"value": value})
    broken = verified(log).broken
    assert broken is not None
    assert broken.sequence == 3


@pytest.mark.parametrize("row", range(1, ROWS + 1))
def test_a_row_that_is_deleted_is_found_where_it_was(row: int, log: Database) -> None:
    exported = head(log)
    with tampering(log) as connection:
        connection.exec_driver_sql(f"DELETE FROM audit WHERE sequence = {row}")
    broken = verified(log, exported).broken
    assert broken is not None
    assert broken.sequence == row


@pytest.mark.parametrize(
    ("one", "other"), [(a, b) for a in range(1, ROWS + 1) for b in range(a + 1, ROWS + 1)]
)
def test_two_rows_that_change_places_are_found_at_the_first(
    one: int, other: int, log: Database
) -> None:
    with tampering(log) as connection:
        for first, second in ((one, 99), (other, one), (99, other)):
            connection.exec_driver_sql(
                f"UPDATE audit SET sequence = {second} WHERE sequence = {first}"
            )
    broken = verified(log).broken
    assert broken is not None
    assert broken.sequence == one


@pytest.mark.parametrize("kept", range(ROWS))
def test_a_tail_that_is_cut_is_found_with_the_exported_head_only(kept: int, log: Database) -> None:
    exported = head(log)
    with tampering(log) as connection:
        connection.exec_driver_sql(f"DELETE FROM audit WHERE sequence > {kept}")
    assert verified(log).broken is None
    assert verified(log, exported).broken == BrokenChain(kept + 1, "tail_cut")


def test_a_record_that_is_written_anew_differs_from_its_exported_head(log: Database) -> None:
    exported = head(log)
    with tampering(log) as connection:
        connection.exec_driver_sql("DELETE FROM audit")
    append(log, *(event(number) for number in reversed(range(ROWS + 2))))
    assert verified(log).broken is None
    assert verified(log, exported).broken == BrokenChain(ROWS, "differs_from_exported_head")


REFUSED = (
    "UPDATE audit SET hash = 'x'",
    "UPDATE audit SET entry_json = '{}'",
    "UPDATE audit SET sequence = sequence + 10",
    "UPDATE audit SET entry_json = '', digest = NULL",
    "DELETE FROM audit",
    "DELETE FROM audit WHERE sequence = 5",
    "INSERT INTO audit VALUES (9, '{}', 'a', 'b', 'c')",
    "INSERT INTO audit VALUES (NULL, '{}', 'a', 'b', NULL)",
)
ON_SQLITE = (
    "UPDATE OR REPLACE audit SET sequence = 2 WHERE sequence = 1",
    "INSERT OR REPLACE INTO audit VALUES (2, '{}', 'a', 'b', 'c')",
    "REPLACE INTO audit VALUES (5, '{}', 'a', 'b', 'c')",
)
ON_POSTGRESQL = (
    "TRUNCATE audit",
    "TRUNCATE audit CASCADE",
    "INSERT INTO audit VALUES (5, '{}', 'a', 'b', 'c') ON CONFLICT (sequence) DO UPDATE "
    "SET hash = 'x'",
    "MERGE INTO audit USING (SELECT 5 AS s) AS new ON sequence = new.s WHEN MATCHED THEN DELETE",
)


@pytest.mark.parametrize("statement", [*REFUSED, *ON_SQLITE, *ON_POSTGRESQL])
def test_the_database_itself_refuses_what_is_not_an_entry_at_the_end(
    statement: str, log: Database
) -> None:
    if statement in (ON_SQLITE if log.is_postgresql else ON_POSTGRESQL):
        pytest.skip("no statement of this database")
    before = entries(log)
    with pytest.raises(GstError, match="only grows"), log.writing() as connection:
        connection.execute(text(statement))
    assert entries(log) == before


def test_an_erasure_that_nobody_recorded_is_a_break(log: Database) -> None:
    """The triggers let a text be erased; only a later entry that names it makes that rightful."""
    with log.writing() as connection:
        connection.execute(text("UPDATE audit SET entry_json = '' WHERE sequence = 2"))
    assert verified(log).broken == BrokenChain(2, "erased_without_record")
    append(log, event(7).but(event=EventKind.ERASED, body={"entries": [2]}))
    found = verified(log)
    assert (found.broken, found.erased, found.entries) == (None, 1, ROWS + 1)
    assert [one.actor for one in events(log)][:2] == [event(0).actor, event(2).actor]


def test_no_entry_announces_its_own_erasure_or_a_later_one(log: Database) -> None:
    announced = event(7).but(event=EventKind.ERASED, body={"entries": [ROWS + 1, ROWS + 2, "x"]})
    append(log, announced)
    append(log, announced.but(body={"entries": [ROWS + 3]}), event(8))
    with log.writing() as connection:
        connection.execute(text("UPDATE audit SET entry_json = '' WHERE sequence = 8"))
    assert verified(log).broken == BrokenChain(ROWS + 3, "erased_without_record")


def old_decision(number: int) -> Decision:
    return Decision(
        recommendation=f"run-{number}",
        kind=RecommendationKind.SCENARIO,
        verdict=Verdict.REJECTED,
        actor="S. Amrani",
        role=Role.MANAGER,
        at=datetime(2026, 11, 1, 8, number, tzinfo=UTC),
        reason="trop cher",
    )


def write_as_before(database: Database, count: int) -> None:
    """Entries as the first versions wrote them: bare decisions, hashed with their text."""
    previous = GENESIS
    with database.writing() as connection:
        for sequence in range(1, count + 1):
            told = old_decision(sequence).model_dump(
                mode="json", exclude={"reason_code", "edits", "persons", "shown_at"}
            )
            told_text = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
            found = entry_hash(sequence, previous, told_text)
            connection.execute(
                text("INSERT INTO audit VALUES (:s, :t, :p, :h)"),
                {"s": sequence, "t": told_text, "p": previous, "h": found},
            )
            previous = found


def test_records_from_before_the_digests_go_on_and_still_hold(
    database: Database, database_url: str, opened: Callable[[str], Database]
) -> None:
    with database.engine.execution_options(writes=True).begin() as connection:
        command.downgrade(migration_config(connection), "0003")
    write_as_before(database, 3)
    migrated = opened(database_url)
    append(migrated, event(4), decision_event(old_decision(5)))
    assert verified(migrated).broken is None
    assert [d.recommendation for d in decisions(migrated)] == ["run-1", "run-2", "run-3", "run-5"]
    with tampering(migrated) as connection:
        connection.exec_driver_sql("UPDATE audit SET entry_json = '' WHERE sequence = 2")
    assert verified(migrated).broken == BrokenChain(2, "content_changed")


def test_a_digest_given_to_an_old_entry_does_not_let_it_be_erased(
    database: Database, database_url: str, opened: Callable[[str], Database]
) -> None:
    with database.engine.execution_options(writes=True).begin() as connection:
        command.downgrade(migration_config(connection), "0003")
    write_as_before(database, 3)
    migrated = opened(database_url)
    with tampering(migrated) as connection:
        told = connection.execute(text("SELECT entry_json FROM audit WHERE sequence = 2")).scalar()
        digest = sha256(str(told).encode()).hexdigest()
        connection.exec_driver_sql(f"UPDATE audit SET digest = '{digest}' WHERE sequence = 2")
    assert verified(migrated).broken == BrokenChain(2, "content_changed")


def test_whoever_reads_a_broken_record_is_told_where(log: Database) -> None:
    with tampering(log) as connection:
        broken = "'{}'" if log.is_postgresql else "CAST(X'FF' AS TEXT)"
        connection.exec_driver_sql(f"UPDATE audit SET entry_json = {broken} WHERE sequence = 4")
    with pytest.raises(GstError, match="entry 4"):
        events(log)
