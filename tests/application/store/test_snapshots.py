"""A GST is stored whole or not at all, whatever happens to the process that stores it."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import event, func, select, update

from application.folder.later_columns import LATER_COLUMNS
from application.folder.reading import GstData, history_of
from application.folder.writing import frame_of, write_folder
from application.store import snapshots
from application.store.database import Database
from application.store.schema import gst_tables
from application.store.snapshots import (
    current_snapshot,
    list_snapshots,
    load_snapshot,
    save_snapshot,
    snapshot_hash,
)
from hospital.errors import GstError
from hospital.gst import Gst, GstIdentity, UnitCosts
from hospital.history import History
from hospital.places import Hospital, HospitalLevel
from hospital.tables import TABLES
from tests.cases import quick_first

pytestmark = pytest.mark.integration

Opened = Callable[[str], Database]


def test_what_is_stored_comes_back(database: Database, demo: GstData) -> None:
    saved = save_snapshot(database, demo)
    loaded = load_snapshot(database, saved.snapshot)
    assert loaded.gst == demo.gst
    assert snapshot_hash(loaded) == saved.snapshot == snapshot_hash(demo)
    assert (saved.gst, saved.synthetic) == (demo.gst.identity.gst, True)
    assert saved.imported_at.tzinfo is not None


def test_the_last_import_is_current_and_an_old_one_may_become_so_again(
    database: Database, demo: GstData, other: GstData
) -> None:
    first, second = save_snapshot(database, demo), save_snapshot(database, other)
    assert first.snapshot != second.snapshot
    assert current_snapshot(database) == second
    again = save_snapshot(database, demo)
    assert current_snapshot(database) == again
    assert [each.snapshot for each in list_snapshots(database)] == [
        first.snapshot,
        second.snapshot,
    ]
    with database.reading() as connection:
        assert connection.execute(select(func.count()).select_from(gst_tables)).scalar() == 2 * len(
            TABLES
        )


def test_a_folder_without_requests_keeps_the_hash_that_it_had(
    monkeypatch: pytest.MonkeyPatch, demo: GstData
) -> None:
    """The table came after the first snapshots; with a row in it the hash is another."""
    none = replace(demo.history, referrals=demo.history.referrals.iloc[:0])
    without = GstData(demo.gst, none)
    now, given = snapshot_hash(without), snapshot_hash(demo)
    before = tuple(table for table in TABLES if table.name != "referrals")
    monkeypatch.setattr(snapshots, "TABLES", before)
    assert snapshot_hash(without) == now != given


def test_a_gst_stored_before_a_column_existed_is_read_with_its_default(
    database: Database, demo: GstData
) -> None:
    """The tables of yesterday know no deferral and no litres; nobody has to import again."""
    willing = tuple(row.but(accepts_other_hospital=False) for row in demo.gst.waiting_list)
    data = GstData(demo.gst.but(waiting_list=willing), demo.history)
    saved = save_snapshot(database, data)
    for name, later in LATER_COLUMNS.items():
        table = next(table for table in TABLES if table.name == name)
        old = frame_of(data, table).drop(columns=sorted(later))
        block = old.to_parquet()
        with database.writing() as connection:
            where = (gst_tables.c.snapshot == saved.snapshot) & (gst_tables.c.name == name)
            connection.execute(update(gst_tables).where(where).values(parquet=block))
    read = load_snapshot(database, saved.snapshot)
    assert read.gst == data.gst
    assert snapshot_hash(read) == saved.snapshot


def test_a_later_column_counts_as_soon_as_something_is_in_it(demo: GstData) -> None:
    first, *rest = demo.gst.waiting_list
    asked = first.but(needs="c-arm")
    assert snapshot_hash(demo) != snapshot_hash(
        GstData(demo.gst.but(waiting_list=(asked, *rest)), demo.history)
    )


def test_an_empty_database_and_an_unknown_gst_are_told(database: Database) -> None:
    with pytest.raises(GstError, match="no_gst"):
        current_snapshot(database)
    with pytest.raises(GstError, match="no_snapshot"):
        load_snapshot(database, "f" * 64)


def test_a_damaged_block_is_told(database: Database, demo: GstData) -> None:
    saved = save_snapshot(database, demo)
    with database.writing() as connection:
        connection.execute(update(gst_tables).values(parquet=b"PAR1 damaged PAR1"))
    with pytest.raises(GstError, match="damaged_snapshot"):
        load_snapshot(database, saved.snapshot)


class Interrupt:
    """Presses Ctrl-C at the n-th statement that the database executes."""

    def __init__(self, at: int) -> None:
        self.left = at

    def __call__(self, *_: object) -> None:
        self.left -= 1
        if self.left == 0:
            raise KeyboardInterrupt


@pytest.mark.parametrize("statement", quick_first(range(1, 8), 2))
def test_an_import_that_is_interrupted_leaves_the_database_as_it_was(
    statement: int, database: Database, demo: GstData, other: GstData
) -> None:
    before = save_snapshot(database, demo)
    interrupt = Interrupt(statement)
    event.listen(database.engine, "before_cursor_execute", interrupt)
    try:
        save_snapshot(database, other)
        interrupted = False
    except KeyboardInterrupt:
        interrupted = True
    event.remove(database.engine, "before_cursor_execute", interrupt)
    assert interrupted == (interrupt.left <= 0)
    if interrupted:
        assert list_snapshots(database) == [before]
    assert snapshot_hash(load_snapshot(database, before.snapshot)) == before.snapshot
    assert save_snapshot(database, other) == current_snapshot(database)


@pytest.fixture
def pair(demo: GstData, other: GstData) -> tuple[GstData, GstData]:
    return demo, other


KILLED = """
import os, signal, sys
from pathlib import Path
from sqlalchemy import event
from application.folder.reading import read_folder
from application.store.database import Database
from application.store.snapshots import save_snapshot

folder, url, moment = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
data = read_folder(folder)
database = Database(url)

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

def die_at(number):
    left = [number]
    def count(*_):
        left[0] -= 1
        if left[0] == 0:
            die()
    return count

if moment == "commit":
    event.listen(database.engine, "commit", die)
else:
    event.listen(database.engine, "after_cursor_execute", die_at(int(moment)))
save_snapshot(database, data)
"""


@pytest.mark.parametrize("moment", quick_first(["1", "3", "5", "commit"], 2))
def test_an_import_that_is_killed_leaves_the_database_as_it_was(
    moment: str,
    pair: tuple[GstData, GstData],
    tmp_path: Path,
    database_url: str,
    opened: Opened,
) -> None:
    """kill -9 after the lock, the first rows, the blocks, and just before the commit."""
    demo, other = pair
    database = opened(database_url)
    before = save_snapshot(database, demo)
    database.close()
    write_folder(_small(other), tmp_path / "gst")
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, tmp_path / "gst", database_url, moment],
        check=False,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )
    assert killed.returncode == -signal.SIGKILL
    reopened = opened(database_url)
    assert list_snapshots(reopened) == [before]
    if not reopened.is_postgresql:
        with reopened.reading() as connection:
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
    assert save_snapshot(reopened, other) == current_snapshot(reopened)


def _small(data: GstData) -> GstData:
    """Only the places: a child process reads them in a moment."""
    kept = ("hospitals", "units", "beds", "links", "triage")
    frames = [
        getattr(data.history, name)[:0] for name in ("visits", "stays", "consumption", "referrals")
    ]
    rows = {name: getattr(data.gst, name) for name in kept}
    gst = Gst.model_validate({"identity": data.gst.identity, **rows})
    return GstData(gst, History(*frames))


def test_the_hash_does_not_change_from_release_to_release() -> None:
    """A change of this hash would forget every stored run: it must be meant."""
    costs = UnitCosts(
        nurse_hour_mad=60,
        agency_nurse_hour_mad=110,
        physician_hour_mad=160,
        transfer_km_mad=8,
        holding_percent_per_year=15,
        source="essai",
    )
    identity = GstIdentity(
        schema_version=1,
        gst="GST-T",
        name="Essai",
        region="Oriental",
        synthetic=True,
        as_of=date(2026, 11, 23),
        medicine_budget_mad=0,
        costs=costs,
    )
    hospital = Hospital(
        hospital="CHR",
        name="Centre, Oujda",
        level=HospitalLevel.REGIONAL,
        province="Oujda",
        population=600_000,
    )
    data = GstData(Gst(identity=identity, hospitals=(hospital,)), history_of({}))
    assert snapshot_hash(data) == (
        "59e324161b9c95d3bc08d7557a31a8cb883e75f50ef2347aef93ae6ae5f144a0"
    )
