"""What all requests share: the database, the GST that was read last, the board of jobs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock

from application.api.oidc import Issuer
from application.compute import Serial, Silent, Workers
from application.folder.reading import GstData
from application.jobs.board import JobBoard
from application.settings import Settings
from application.store.database import Database
from application.store.snapshots import load_snapshot
from application.use_cases.session import Session
from governance.access import Person


class Shelf:
    """Keeps the GST that was read last: it is the same for every request until an import."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._snapshot = ""
        self._data: GstData | None = None

    def data(self, snapshot: str, read: Callable[[], GstData]) -> GstData:
        """The content of a snapshot, read once."""
        with self._lock:
            if self._data is None or self._snapshot != snapshot:
                self._data, self._snapshot = read(), snapshot
            return self._data


@dataclass
class DeskSession(Session):
    """The session of one request: it starts no process and shares what was read of the GST."""

    shelf: Shelf = field(default_factory=Shelf)

    @cached_property
    def data(self) -> GstData:
        """The content of the current GST."""
        snapshot = self.snapshot.snapshot
        return self.shelf.data(snapshot, lambda: load_snapshot(self.database, snapshot))


@dataclass
class Office:
    """One for each server. The database is opened by the first request that needs it."""

    settings: Settings
    issuer: Issuer | None = None
    shelf: Shelf = field(default_factory=Shelf)
    _lock: Lock = field(default_factory=Lock)
    _database: Database | None = None

    @property
    def database(self) -> Database:
        """The database of the settings."""
        with self._lock:
            if self._database is None:
                if self.settings.database_url.startswith("sqlite:///"):
                    self.settings.folder.mkdir(parents=True, exist_ok=True)
                self._database = Database(self.settings.database_url)
            return self._database

    @property
    def board(self) -> JobBoard:
        """The jobs of this home, which the pages show too."""
        return JobBoard(self.settings, self.database)

    def session(self, person: Person | None) -> Session:
        """A session in the name of this person; nobody's is for the door only."""
        workers = Workers(Serial(), Silent())
        return DeskSession(self.settings, self.database, workers, person, self.shelf)

    def close(self) -> None:
        """Gives back the connections; jobs go on without this server."""
        with self._lock:
            if self._database is not None:
                self._database.close()
                self._database = None
