"""A full disk, a disk that may only be read: a sentence and its remedy, and nothing half written.

The disks are real: small ones in memory, mounted by root. Where nobody may mount, SQLite's own
limit on its pages stands for the full disk.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection
from sqlalchemy import event as sqlalchemy_event

from application.folder.reading import GstData
from application.folder.writing import write_folder
from application.store.audit import append, verified
from application.store.database import Database, sqlite_url
from application.store.decisions import entries
from application.store.snapshots import current_snapshot, save_snapshot
from application.use_cases.session import open_session
from hospital.errors import GstError
from scenarios.demo import DemoSize, generate
from tests.application.cli.conftest import typed
from tests.application.conftest import settings_in
from tests.application.store.test_audit import event

pytestmark = [pytest.mark.integration, pytest.mark.slow]

DISK_MB = 12
LEFT_BYTES = 150_000
REFUSED = 2


def mount(*words: str) -> bool:
    done = subprocess.run(["mount", *words], check=False, capture_output=True)
    return done.returncode == 0


@pytest.fixture(scope="module")
def gst() -> GstData:
    return GstData(*generate(DemoSize.SMALL, 1))


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own, of a few megabytes."""
    place = tmp_path / "disk"
    place.mkdir()
    options = ["-t", "tmpfs", "-o", f"size={DISK_MB}m", "tmpfs", str(place)]
    if os.geteuid() != 0 or not mount(*options):
        pytest.skip("only root mounts a disk")
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)


@pytest.fixture
def home(disk: Path, gst: GstData) -> Path:
    """A home on that disk, with a GST and a record."""
    database = Database(sqlite_url(disk / "tadbir.sqlite"))
    save_snapshot(database, gst)
    append(database, event(0))
    database.close()
    return disk


@contextmanager
def full(disk: Path) -> Iterator[None]:
    """All of the disk but a little is taken by something else."""
    ballast = disk / "ballast"
    free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
    ballast.write_bytes(b"0" * (free - LEFT_BYTES))
    try:
        yield
    finally:
        ballast.unlink()


@contextmanager
def read_only(disk: Path) -> Iterator[None]:
    """As a disk becomes after too many faults."""
    assert mount("-o", "remount,ro", str(disk))
    try:
        yield
    finally:
        assert mount("-o", "remount,rw", str(disk))


def is_told(done: subprocess.CompletedProcess[str], *codes: str) -> None:
    assert done.returncode == REFUSED, done.stderr
    assert any(f"({code})" in done.stderr for code in codes), done.stderr
    assert "Traceback" not in done.stderr
    assert "A fault of Tadbir" not in done.stderr


def test_an_import_on_a_full_disk_is_told_and_the_gst_before_stays(
    home: Path, tmp_path: Path
) -> None:
    write_folder(GstData(*generate(DemoSize.SMALL, 2)), tmp_path / "gst")
    database = Database(sqlite_url(home / "tadbir.sqlite"))
    before = current_snapshot(database)
    with full(home):
        is_told(typed(home, "import", str(tmp_path / "gst")), "disk_full")
        assert current_snapshot(database) == before
    assert typed(home, "import", str(tmp_path / "gst")).returncode == 0
    assert current_snapshot(database) != before
    assert verified(database).broken is None
    database.close()


def test_a_backup_on_a_full_disk_is_told_and_leaves_no_part(home: Path) -> None:
    with full(home):
        is_told(typed(home, "db", "backup", str(home / "backup")), "disk_full")
        left = {file.name for file in home.iterdir() if "backup" in file.name}
        assert left == set()
    assert typed(home, "db", "backup", str(home / "backup")).returncode == 0


def test_what_is_written_out_on_a_full_disk_is_told(home: Path, tmp_path: Path) -> None:
    with full(home):
        is_told(typed(home, "export", str(home / "folder")), "disk_full")
        assert not (home / "folder").exists()
    assert typed(home, "export", str(home / "folder")).returncode == 0


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_a_disk_that_may_only_be_read_is_told_in_each_language(home: Path, language: str) -> None:
    with read_only(home):
        done = typed(home, "audit", "verify", language=language)
        is_told(done, "database_read_only", "database_unreachable")
    assert typed(home, "audit", "verify", language=language).returncode == 0


def test_a_home_that_cannot_be_made_is_told(disk: Path) -> None:
    with read_only(disk):
        with pytest.raises(GstError, match="disk_read_only"), open_session(settings_in(disk / "n")):
            pass
        is_told(typed(disk, "audit", "verify"), "database_unreachable", "database_read_only")


def test_a_file_that_may_not_grow_is_told_and_goes_on_afterwards(tmp_path: Path) -> None:
    """Without root: SQLite refuses pages as it does on a full disk."""
    database = Database(sqlite_url(tmp_path / "tadbir.sqlite"))
    append(database, event(0))
    with database.reading() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()

    def limit(connection: Connection) -> None:
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")

    sqlalchemy_event.listen(database.engine, "begin", limit)
    with pytest.raises(GstError, match="disk_full"):
        append(database, *(event(number % 60).but(about="x" * 4_000) for number in range(40)))
    sqlalchemy_event.remove(database.engine, "begin", limit)
    assert len(entries(database)) == 1
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count=1000000")
    append(database, event(1))
    assert verified(database).broken is None
    database.close()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_home_without_rights_is_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    is_told(typed(tmp_path, "audit", "verify"), "no_right", "database_unreachable")
