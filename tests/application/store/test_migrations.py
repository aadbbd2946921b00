"""Migrations go down and up again with data in every table, on both kinds of database."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from alembic import command
from sqlalchemy import insert

from application.folder.reading import GstData
from application.store.accounts import put_account
from application.store.audit import append, verified
from application.store.contents import Contents, contents_of
from application.store.database import Database, known_versions, migration_config
from application.store.runs import JSON, Result, Run, save_run
from application.store.schema import finished_replications
from application.store.snapshots import save_snapshot
from application.store.stock_ledger import Batch, post
from governance.access import Person
from governance.decision import Role
from hospital.errors import GstError
from tests.application.store.test_audit import event
from tests.application.store.test_stock_ledger import RECEIPT
from tests.cases import quick_first

pytestmark = pytest.mark.integration

WITH_DIGESTS = "0004"
MADE_IN = {
    "finished_replications": "0002",
    "stock_postings": "0003",
    "model_versions": "0005",
    "accounts": "0006",
    "sign_ins": "0006",
}
"""What goes with the migration that made it; every other table is there from the first."""


@pytest.fixture
def filled(database: Database, demo: GstData) -> Database:
    snapshot = save_snapshot(database, demo).snapshot
    at = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)
    run = Run("a" * 64, "scenario", snapshot, 7, {"n": "É"}, at)
    save_run(database, run, [Result("r", JSON, b"\x00\xe9")])
    with database.writing() as connection:
        kept = {"run": "c" * 64, "replication": 3, "content": b"\x00\xff"}
        connection.execute(insert(finished_replications), [kept])
    post(database, [RECEIPT], Batch("Salma"))
    put_account(database, Person(name="Omar", role=Role.ADMINISTRATOR), "a long password", "Omar")
    append(database, *(event(number) for number in range(3)))
    return database


def contents(database: Database) -> Contents:
    with database.reading() as connection:
        return contents_of(connection)


def moved(database: Database, version: str) -> None:
    with database.writing() as connection:
        command.downgrade(migration_config(connection), version)
        command.upgrade(migration_config(connection), "head")


@pytest.mark.parametrize("version", quick_first(known_versions(), 4))
def test_what_a_migration_did_not_make_survives_its_way_down_and_up(
    version: str, filled: Database
) -> None:
    before = contents(filled)
    moved(filled, version)
    gone = {table for table, made in MADE_IN.items() if made > version}
    after = contents(filled)
    assert after.version == before.version
    assert {name for name in gone if after.tables[name].rows} == set()
    kept = set(before.tables) - gone - (set() if version >= WITH_DIGESTS else {"audit"})
    assert {name: after.tables[name] for name in kept} == {n: before.tables[n] for n in kept}
    assert after.tables["audit"].rows == before.tables["audit"].rows


@pytest.mark.parametrize(
    "version", quick_first([v for v in known_versions() if v >= WITH_DIGESTS], 3)
)
def test_the_record_holds_and_is_protected_on_the_way_down_and_up(
    version: str, filled: Database
) -> None:
    before = verified(filled)
    moved(filled, version)
    assert verified(filled) == before
    append(filled, event(5))
    assert verified(filled).broken is None
    for statement in ("DELETE FROM audit", "UPDATE stock_postings SET units = 1"):
        with pytest.raises(GstError, match="only grows"), filled.writing() as connection:
            connection.exec_driver_sql(statement)


def test_a_seed_that_an_older_schema_cannot_hold_stands_in_the_way(filled: Database) -> None:
    """PostgreSQL refuses to go down rather than cut it; SQLite has no such end."""
    snapshot = contents(filled)
    with filled.reading() as connection:
        (key,) = connection.exec_driver_sql("SELECT snapshot FROM gst_snapshots").scalars()
    save_run(filled, Run("b" * 64, "scenario", key, 2**40, {}), [])
    if not filled.is_postgresql:
        moved(filled, "0006")
        assert contents(filled).tables["runs"].rows == snapshot.tables["runs"].rows + 1
        return
    with pytest.raises(GstError, match="value_refused"):
        moved(filled, "0006")
    assert contents(filled).tables["runs"].rows == snapshot.tables["runs"].rows + 1
