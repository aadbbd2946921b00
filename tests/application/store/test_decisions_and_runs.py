"""The audit log only grows and shows every change; runs replace themselves."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import delete, update

from application.folder.reading import GstData
from application.store.database import Database
from application.store.decisions import decisions, entries, head, record, verify
from application.store.runs import (
    JSON,
    Result,
    Run,
    find_run,
    latest_run,
    list_runs,
    load_result,
    save_run,
)
from application.store.schema import audit
from application.store.snapshots import save_snapshot
from governance.decision import Decision, RecommendationKind, Role, Verdict
from hospital.errors import GstError
from tests.application.store.conftest import tampering

pytestmark = pytest.mark.integration


def decision(number: int) -> Decision:
    return Decision(
        recommendation=f"run-{number}",
        kind=RecommendationKind.ROSTER,
        verdict=Verdict.REJECTED,
        actor="S. Amrani",
        role=Role.MANAGER,
        at=datetime(2026, 11, 23, 8, number, tzinfo=UTC),
        reason="trop de nuits",
    )


@pytest.fixture
def log(database: Database) -> Database:
    for number in range(4):
        record(database, decision(number))
    return database


def test_decisions_come_back_in_their_order(log: Database) -> None:
    assert decisions(log) == tuple(decision(number) for number in range(4))
    assert decisions(log, "run-2") == (decision(2),)
    assert verify(log) is None
    assert verify(log, head(log)) is None


@pytest.mark.parametrize("statement", [update(audit).values(hash="0"), delete(audit)])
def test_the_log_only_grows(statement: object, log: Database) -> None:
    with pytest.raises(GstError, match="only grows"), log.writing() as connection:
        connection.execute(statement)
    assert len(entries(log)) == 4


TAMPERINGS = {
    "changed": (
        "UPDATE audit SET entry_json = replace(entry_json, 'Amrani', 'Idrissi') WHERE sequence = 2",
        (2, "content_changed"),
    ),
    "deleted": ("DELETE FROM audit WHERE sequence = 2", (2, "missing_or_reordered")),
    "first deleted": ("DELETE FROM audit WHERE sequence = 1", (1, "missing_or_reordered")),
    "reordered": (
        "UPDATE audit SET sequence = CASE sequence WHEN 2 THEN 93 WHEN 3 THEN 2 END "
        "WHERE sequence IN (2, 3); UPDATE audit SET sequence = 3 WHERE sequence = 93",
        (2, "previous_hash_differs"),
    ),
    "rehashed": (
        "UPDATE audit SET hash = 'f' || substr(hash, 2) WHERE sequence = 2",
        (2, "content_changed"),
    ),
    "not json": ("UPDATE audit SET entry_json = 'x' WHERE sequence = 3", (3, "content_changed")),
}


@pytest.mark.parametrize(("statement", "expected"), TAMPERINGS.values(), ids=TAMPERINGS.keys())
def test_whoever_changes_the_file_is_found(
    statement: str, expected: tuple[int, str], log: Database
) -> None:
    with tampering(log) as connection:
        for part in statement.split(";"):
            connection.exec_driver_sql(part)
    broken = verify(log)
    assert broken is not None
    assert (broken.sequence, broken.fault) == expected
    with pytest.raises(GstError, match="broken_chain"):
        decisions(log)


def test_a_tail_that_was_cut_is_found_with_the_exported_head(log: Database) -> None:
    exported = head(log)
    with tampering(log) as connection:
        connection.exec_driver_sql("DELETE FROM audit WHERE sequence > 2")
    assert verify(log) is None
    broken = verify(log, exported)
    assert broken is not None
    assert broken.fault == "tail_cut"


def test_a_chain_written_anew_is_found_with_the_exported_head(log: Database) -> None:
    exported = head(log)
    with tampering(log) as connection:
        connection.exec_driver_sql("DELETE FROM audit")
    for number in (3, 2, 1, 0):
        record(log, decision(number))
    assert verify(log) is None
    broken = verify(log, exported)
    assert broken is not None
    assert broken.fault == "differs_from_exported_head"


@pytest.fixture
def run(database: Database, demo: GstData) -> Callable[..., Run]:
    snapshot = save_snapshot(database, demo).snapshot

    def make(name: str, kind: str = "forecast", **inputs: object) -> Run:
        return Run(name, kind, snapshot, 1, inputs)

    return make


def test_a_run_and_its_results_come_back(database: Database, run: Callable[..., Run]) -> None:
    first = run("r1", horizon=28)
    save_run(database, first, [Result("table", JSON, b"{}"), Result("empty", JSON, b"")])
    found = find_run(database, "r1")
    assert found is not None
    assert (found.run, found.inputs) == ("r1", {"horizon": 28})
    assert load_result(database, "r1", "table") == b"{}"
    assert load_result(database, "r1", "empty") == b""
    assert find_run(database, "r2") is None
    with pytest.raises(GstError, match="no_result"):
        load_result(database, "r1", "figure")


def test_the_same_run_again_replaces_itself_and_is_the_newest(
    database: Database, run: Callable[..., Run]
) -> None:
    save_run(database, run("r1"), [Result("old", JSON, b"1")])
    save_run(database, run("r2"), [])
    save_run(database, run("r1"), [Result("new", JSON, b"2")])
    snapshot = run("r1").snapshot
    assert [each.run for each in list_runs(database, None, snapshot)] == ["r1", "r2"]
    newest = latest_run(database, "forecast", snapshot)
    assert newest is not None
    assert newest.run == "r1"
    assert latest_run(database, "twin", snapshot) is None
    with pytest.raises(GstError, match="no_result"):
        load_result(database, "r1", "old")


def test_a_run_on_a_gst_that_is_not_stored_is_refused(database: Database) -> None:
    with pytest.raises(GstError, match=r"(?i)foreign key"):
        save_run(database, Run("r1", "forecast", "0" * 64, 1, {}), [])
    assert find_run(database, "r1") is None
