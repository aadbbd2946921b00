"""What is kept too long goes from the file itself, and the record still holds."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from application.folder.reading import GstData
from application.store import audit
from application.store.decisions import decisions
from application.store.runs import JSON, Result, Run, list_runs, save_run
from application.store.snapshots import save_snapshot
from application.use_cases.folders import import_data
from application.use_cases.privacy import purge, register_of_processing
from application.use_cases.session import Session, open_session
from governance.access import Person
from governance.decision import Decision, RecommendationKind, Role, Verdict
from governance.events import Event, EventKind, decision_event
from hospital.errors import GstError
from scenarios.demo import DemoSize, generate
from tests.application.cli.conftest import typed
from tests.application.conftest import settings_in

pytestmark = pytest.mark.integration

LONG_AGO = datetime(2024, 3, 1, 9, tzinfo=UTC)
RECENT = datetime.now(UTC) - timedelta(days=5)
OLD_NAME, NEW_NAME = "Zineb-Qui-Est-Partie", "Youssef Alaoui"


def decision(run: str, actor: str, at: datetime) -> Event:
    return decision_event(
        Decision(
            recommendation=run,
            kind=RecommendationKind.SCENARIO,
            verdict=Verdict.ACCEPTED,
            actor=actor,
            role=Role.MANAGER,
            at=at,
            reason=f"dit {actor}",
        )
    )


@pytest.fixture(scope="module")
def gst() -> GstData:
    return GstData(*generate(DemoSize.SMALL, 1))


@pytest.fixture
def work(tmp_path: Path, database_url: str, gst: GstData) -> Iterator[Session]:
    with open_session(settings_in(tmp_path, TADBIR_DATABASE_URL=database_url)) as session:
        snapshot = import_data(session, gst).snapshot
        content = [Result("roster", JSON, OLD_NAME.encode())]
        save_run(session.database, Run("a" * 64, "roster", snapshot, 1, {}, LONG_AGO), content)
        save_run(session.database, Run("b" * 64, "scenario", snapshot, 1, {}, RECENT), [])
        signed = Event(event=EventKind.SIGNED_IN, at=LONG_AGO, actor=OLD_NAME, about=OLD_NAME)
        model = Event(event=EventKind.MODEL_REGISTERED, at=LONG_AGO, actor="Omar", about="m@1.0.0")
        audit.append(
            session.database,
            decision("a" * 64, OLD_NAME, LONG_AGO),
            signed,
            model,
            decision("b" * 64, NEW_NAME, LONG_AGO),
            decision("b" * 64, NEW_NAME, RECENT),
        )
        yield session


def bytes_of(session: Session) -> bytes:
    """What lies on the disk: the file with its log, or PostgreSQL's files of this database."""
    if not session.database.is_postgresql:
        files = session.settings.folder.glob("tadbir.sqlite*")
        return b"".join(file.read_bytes() for file in files)
    with session.database.alone_with_tables() as connection:
        connection.exec_driver_sql("CHECKPOINT")
        (folder,) = connection.exec_driver_sql(
            "SELECT current_setting('data_directory') || '/base/' || oid FROM pg_database "
            "WHERE datname = current_database()"
        ).one()
    return b"".join(file.read_bytes() for file in Path(folder).iterdir())


def test_a_name_whose_time_is_over_is_nowhere_in_the_file(work: Session) -> None:
    exported = audit.head(work.database)
    assert OLD_NAME.encode() in bytes_of(work)
    found = purge(work, date(2025, 1, 1), "Omar")
    assert (found.runs, found.entries, found.not_erasable) == (1, 2, 0)
    assert OLD_NAME.encode() not in bytes_of(work)
    verified = audit.verified(work.database, exported)
    assert (verified.broken, verified.erased, verified.entries) == (None, 2, 6)
    assert [run.run for run in list_runs(work.database, None, None)] == ["b" * 64]


def test_what_is_still_needed_stays(work: Session) -> None:
    """A decision stays with its recommendation, what was done to models stays, the GST stays."""
    purge(work, date(2025, 1, 1), "Omar")
    assert [one.actor for one in decisions(work.database)] == [NEW_NAME, NEW_NAME]
    kinds = [event.event for event in audit.events(work.database)]
    assert kinds.count(EventKind.MODEL_REGISTERED) == 1
    assert kinds[-1] is EventKind.ERASED
    assert work.gst.hospitals


def test_a_second_purge_erases_nothing_twice_and_goes_on(work: Session) -> None:
    purge(work, date(2025, 1, 1), "Omar")
    again = purge(work, date(2025, 1, 1), "Omar")
    assert (again.runs, again.entries) == (0, 0)
    audit.append(work.database, decision("c" * 64, NEW_NAME, RECENT))
    assert audit.verified(work.database).broken is None


def test_old_snapshots_go_and_the_current_one_stays(work: Session, gst: GstData) -> None:
    other = GstData(gst.gst.model_copy(update={"beds": gst.gst.beds[1:]}), gst.history)
    save_snapshot(work.database, other)
    with work.database.writing() as connection:
        connection.exec_driver_sql("UPDATE gst_snapshots SET imported_at = '2024-01-01 00:00:00'")
        connection.exec_driver_sql("DELETE FROM run_results")
        connection.exec_driver_sql("DELETE FROM runs")
    work.forget()
    assert purge(work, date(2025, 1, 1), "Omar").snapshots == 1
    assert len(work.gst.beds) == len(gst.gst.beds) - 1


def test_what_is_recent_is_not_purged_nor_by_anybody(work: Session) -> None:
    soon = datetime.now(UTC).date() - timedelta(days=89)
    with pytest.raises(GstError, match="too_recent"):
        purge(work, soon, "Omar")
    with pytest.raises(GstError, match="actor_missing"):
        purge(work, date(2025, 1, 1), " ")
    work.person = Person(name="Amina", role=Role.MANAGER)
    with pytest.raises(GstError, match="not_allowed"):
        purge(work, date(2025, 1, 1), "")
    assert audit.verified(work.database).entries == 5


def test_the_register_lists_what_is_there_and_nothing_else(work: Session) -> None:
    found = {one.name: one for one in register_of_processing(work)}
    assert found["The record of decisions"].entries == 5
    assert found["Results of runs, rosters among them"].oldest == "2024-03"
    assert "Accounts" not in found
    assert "Movements of the pharmacies" not in found


@pytest.mark.slow
def test_the_commands_do_it_in_three_languages(work: Session) -> None:
    home, url = work.settings.folder, work.settings.database_url
    assert "loi 09-08" in typed(home, "privacy", "register", language="fr", url=url).stdout
    assert "القانون 09-08" in typed(home, "privacy", "register", language="ar", url=url).stdout
    assert len(json.loads(typed(home, "privacy", "register", "--json", url=url).stdout)) == 3
    refused = typed(home, "privacy", "purge", "--before", "tomorrow", "--by", "Omar", url=url)
    assert refused.returncode == 2
    done = typed(home, "privacy", "purge", "--before", "2025-01-01", "--by", "Omar", url=url)
    assert "1 runs" in done.stdout.replace("\u2068", "").replace("\u2069", "")
