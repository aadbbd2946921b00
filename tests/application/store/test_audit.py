"""The record: whatever is done to any row is found and located; what is erased is on record."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

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


@contextmanager
def tampering(file: Path) -> Iterator[sqlite3.Connection]:
    """What somebody with the file in the hand can do: the triggers are dropped first."""
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        for (name,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        yield connection


def test_events_come_back_in_their_order(log: Database) -> None:
    assert events(log) == tuple(event(number) for number in range(ROWS))
    assert events(log, "account-3") == (event(3),)
    found = verified(log, head(log))
    assert (found.entries, found.broken, found.head) == (ROWS, None, entries(log)[-1].hash)


@pytest.mark.slow
@pytest.mark.parametrize("column", COLUMNS)
def test_every_byte_of_every_row_that_is_changed_is_found_in_its_row(
    column: str, log: Database, tmp_path: Path
) -> None:
    """One bit of one byte; what is no UTF-8 any more is located too."""
    tried = 0
    with tampering(tmp_path / "tadbir.sqlite") as connection:
        for row in range(1, ROWS + 1):
            question = f"SELECT CAST({column} AS BLOB) FROM audit WHERE sequence = ?"
            (whole,) = connection.execute(question, [row]).fetchone()
            update = f"UPDATE audit SET {column} = CAST(? AS TEXT) WHERE sequence = ?"
            for at in range(len(whole)):
                changed = whole[:at] + bytes([whole[at] ^ 0x81]) + whole[at + 1 :]
                connection.execute(update, [changed, row])
                broken = verified(log).broken
                assert broken is not None, (column, row, at)
                assert broken.sequence == row, (column, row, at)
                tried += 1
            connection.execute(update, [whole, row])
    assert tried >= ROWS * 64
    assert verified(log).broken is None


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("value", ["", None, "0"])
def test_a_column_that_is_emptied_is_found(
    column: str, value: str | None, log: Database, tmp_path: Path
) -> None:
    with tampering(tmp_path / "tadbir.sqlite") as connection:
        if value is None and column != "digest":
            pytest.skip("the column takes no NULL")
        connection.execute(f"UPDATE audit SET {column} = ? WHERE sequence = 3", [value])
    broken = verified(log).broken
    assert broken is not None
    assert broken.sequence == 3


@pytest.mark.parametrize("row", range(1, ROWS + 1))
def test_a_row_that_is_deleted_is_found_where_it_was(
    row: int, log: Database, tmp_path: Path
) -> None:
    exported = head(log)
    with tampering(tmp_path / "tadbir.sqlite") as connection:
        connection.execute("DELETE FROM audit WHERE sequence = ?", [row])
    broken = verified(log, exported).broken
    assert broken is not None
    assert broken.sequence == row


@pytest.mark.parametrize(
    ("one", "other"), [(a, b) for a in range(1, ROWS + 1) for b in range(a + 1, ROWS + 1)]
)
def test_two_rows_that_change_places_are_found_at_the_first(
    one: int, other: int, log: Database, tmp_path: Path
) -> None:
    with tampering(tmp_path / "tadbir.sqlite") as connection:
        for first, second in ((one, 99), (other, one), (99, other)):
            connection.execute("UPDATE audit SET sequence = ? WHERE sequence = ?", [second, first])
    broken = verified(log).broken
    assert broken is not None
    assert broken.sequence == one


@pytest.mark.parametrize("kept", range(ROWS))
def test_a_tail_that_is_cut_is_found_with_the_exported_head_only(
    kept: int, log: Database, tmp_path: Path
) -> None:
    exported = head(log)
    with tampering(tmp_path / "tadbir.sqlite") as connection:
        connection.execute("DELETE FROM audit WHERE sequence > ?", [kept])
    assert verified(log).broken is None
    assert verified(log, exported).broken == BrokenChain(kept + 1, "tail_cut")


def test_a_record_that_is_written_anew_differs_from_its_exported_head(
    log: Database, tmp_path: Path
) -> None:
    exported = head(log)
    with tampering(tmp_path / "tadbir.sqlite") as connection:
        connection.execute("DELETE FROM audit")
    append(log, *(event(number) for number in reversed(range(ROWS + 2))))
    assert verified(log).broken is None
    assert verified(log, exported).broken == BrokenChain(ROWS, "differs_from_exported_head")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET hash = 'x'",
        "UPDATE audit SET entry_json = '{}'",
        "UPDATE audit SET sequence = sequence + 10",
        "UPDATE audit SET entry_json = '', digest = NULL",
        "UPDATE OR REPLACE audit SET sequence = 2 WHERE sequence = 1",
        "DELETE FROM audit",
        "DELETE FROM audit WHERE sequence = 5",
        "INSERT OR REPLACE INTO audit VALUES (2, '{}', 'a', 'b', 'c')",
        "REPLACE INTO audit VALUES (5, '{}', 'a', 'b', 'c')",
        "INSERT INTO audit VALUES (9, '{}', 'a', 'b', 'c')",
        "INSERT INTO audit VALUES (NULL, '{}', 'a', 'b', NULL)",
    ],
)
def test_the_database_itself_refuses_what_is_not_an_entry_at_the_end(
    statement: str, log: Database
) -> None:
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
    database: Database, tmp_path: Path, opened: Callable[[Path], Database]
) -> None:
    with database.engine.execution_options(writes=True).begin() as connection:
        command.downgrade(migration_config(connection), "0003")
    write_as_before(database, 3)
    migrated = opened(tmp_path / "tadbir.sqlite")
    append(migrated, event(4), decision_event(old_decision(5)))
    assert verified(migrated).broken is None
    assert [d.recommendation for d in decisions(migrated)] == ["run-1", "run-2", "run-3", "run-5"]
    with tampering(tmp_path / "tadbir.sqlite") as connection:
        connection.execute("UPDATE audit SET entry_json = '' WHERE sequence = 2")
    assert verified(migrated).broken == BrokenChain(2, "content_changed")


def test_a_digest_given_to_an_old_entry_does_not_let_it_be_erased(
    database: Database, tmp_path: Path, opened: Callable[[Path], Database]
) -> None:
    with database.engine.execution_options(writes=True).begin() as connection:
        command.downgrade(migration_config(connection), "0003")
    write_as_before(database, 3)
    migrated = opened(tmp_path / "tadbir.sqlite")
    with tampering(tmp_path / "tadbir.sqlite") as connection:
        (told,) = connection.execute("SELECT entry_json FROM audit WHERE sequence = 2").fetchone()
        digest = sha256(told.encode()).hexdigest()
        connection.execute("UPDATE audit SET digest = ? WHERE sequence = 2", [digest])
    assert verified(migrated).broken == BrokenChain(2, "content_changed")


def test_whoever_reads_a_broken_record_is_told_where(log: Database, tmp_path: Path) -> None:
    with tampering(tmp_path / "tadbir.sqlite") as connection:
        connection.execute("UPDATE audit SET entry_json = CAST(X'FF' AS TEXT) WHERE sequence = 4")
    with pytest.raises(GstError, match="entry 4"):
        events(log)
