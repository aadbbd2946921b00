"""What every use case works with: the settings, the database, today's GST and the workers."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from application.compute import Progress, Workers, workers
from application.disk_trouble import told_of_disk
from application.folder.reading import GstData
from application.settings import Settings
from application.store.accounts import any_account, signed_in
from application.store.database import Database
from application.store.snapshots import Snapshot, current_snapshot, load_snapshot
from application.use_cases.calendar_events import known_events
from governance.access import Person
from hospital.calendar import MoroccanCalendar, UserEvent
from hospital.errors import GstError, say
from hospital.gst import Gst

if TYPE_CHECKING:
    from twin.parameters import TwinParameters

TOKEN_FILE = "sign-in.token"  # noqa: S105 - where it is kept, not what it is


def token_file(settings: Settings) -> Path:
    """Where the token of who has signed in on this machine lies."""
    return settings.folder / TOKEN_FILE


def _token(settings: Settings) -> str:
    try:
        return token_file(settings).read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""


@dataclass
class Session:
    """A person's piece of work on the current GST, opened once and closed at its end."""

    settings: Settings
    database: Database
    workers: Workers
    person: Person | None = None

    def whoever(self) -> Person | None:
        """Who works in this session; None is the only user of a machine without accounts.

        Asked anew each time: who is shut out, or has signed out, is so at once.

        Raises:
            GstError: ``sign_in_needed``: there are accounts, and nobody has signed in.
        """
        if self.person is not None or not any_account(self.database):
            return self.person
        found = signed_in(self.database, _token(self.settings), datetime.now(UTC))
        if found is None:
            raise GstError("sign_in_needed", say("Sign in first: tadbir account sign-in NAME."))
        return found

    @cached_property
    def snapshot(self) -> Snapshot:
        """The GST that was imported last."""
        return current_snapshot(self.database)

    @cached_property
    def data(self) -> GstData:
        """Its content."""
        return load_snapshot(self.database, self.snapshot.snapshot)

    @property
    def gst(self) -> Gst:
        """Its places, staff, theatre and pharmacy."""
        return self.data.gst

    @cached_property
    def calibrated(self) -> TwinParameters:
        """What the twin believes of the hospitals as they are: the same for every scenario."""
        from twin.calibration import calibrate  # noqa: PLC0415 - loads SciPy

        return calibrate(self.gst, self.data.history)

    @property
    def calendar(self) -> MoroccanCalendar:
        """Holidays, Ramadan and clock changes of Morocco, with what the hospitals told."""
        return self._shipped_calendar.with_events(*self.events)

    @property
    def events(self) -> tuple[UserEvent, ...]:
        """What the hospitals told of their days, as it stands now."""
        return known_events(self.settings)

    @cached_property
    def _shipped_calendar(self) -> MoroccanCalendar:
        return MoroccanCalendar.load()

    def forget(self) -> None:
        """Reads the current GST again after an import."""
        for name in ("snapshot", "data", "calibrated"):
            self.__dict__.pop(name, None)


def make_home(settings: Settings) -> None:
    """The folder of this machine's work, where the database is a file.

    Raises:
        GstError: it cannot be made; the sentence says what the disk refuses.
    """
    if not settings.database_url.startswith("sqlite:///"):
        return
    try:
        settings.folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise told_of_disk(error) or _no_home(settings) from error


def _no_home(settings: Settings) -> GstError:
    return GstError(
        "no_home",
        say(
            "The folder {folder} cannot be made. Name another in TADBIR_HOME.",
            folder=str(settings.folder),
        ),
    )


@contextmanager
def open_session(settings: Settings, progress: Progress | None = None) -> Iterator[Session]:
    """A session on the database of these settings; its workers stop with it."""
    # Prophet loads Matplotlib, which otherwise keeps its font list in the home folder.
    os.environ.setdefault("MPLCONFIGDIR", str(settings.folder / "cache" / "matplotlib"))
    make_home(settings)
    database = Database(settings.database_url)
    try:
        with workers(settings.processes, progress, settings.cluster) as pool:
            yield Session(settings, database, pool)
    finally:
        database.close()
