"""A PostgreSQL of the tests' own, from Debian's package: in a temporary folder, on a socket only.

It sorts as French does and lives in a time zone of its own, as a hospital's would: whatever leans
on the order of bytes or on UTC shows here. ``fsync`` is off, for no test pulls the plug; a killed
server loses nothing by that.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.util import find_spec
from itertools import count
from pathlib import Path

from application.store.database import Database

WITHIN = ("-c listen_addresses=''", "-c timezone=Africa/Casablanca")
MIGRATED = "tadbir_migrated"
# Short, for a socket address has 107 letters; as root the server is another user.
REACHED_BY_ALL = "/tmp"


def missing() -> str | None:
    """What stands in the way of a server here, None where nothing does."""
    if find_spec("psycopg") is None:
        return "no psycopg: run `make postgres`, which has it"
    if not _programs():
        return "PostgreSQL is not installed (Debian package postgresql)"
    if os.geteuid() == 0 and shutil.which("runuser") is None:
        return "PostgreSQL does not run as root, and runuser is missing"
    return None


def _programs() -> list[Path]:
    return sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))


def _children(process: int) -> list[int]:
    found = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii")
    return [int(child) for child in found.split()]


@dataclass
class PostgresServer:
    """A running server; each test takes a database of its own from it.

    ``is_durable`` makes it wait for the disk, as a hospital's does.
    """

    folder: Path = field(
        default_factory=lambda: Path(tempfile.mkdtemp(prefix="pg", dir=REACHED_BY_ALL))
    )
    is_durable: bool = False
    _names: count[int] = field(default_factory=lambda: count(1))

    def start(self) -> None:
        """Makes the cluster and starts it."""
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres", "postgres")
        made = [self._program("initdb"), "-D", str(self.data), "-A", "trust", "-U", "tadbir"]
        sorts = ["-E", "UTF8", "--locale=C", "--locale-provider=icu", "--icu-locale=fr"]
        self._run([*made, *sorts, "--no-sync"])
        self.go_on()
        Database(self.new(MIGRATED, "template1")).close()

    def go_on(self) -> None:
        """Starts the cluster that is there, also after it was killed."""
        waits = "on" if self.is_durable else "off"
        options = " ".join([f"-k {self.folder}", f"-c fsync={waits}", *WITHIN])
        self._run([*self._control, "-l", str(self.folder / "log"), "-o", options, "start"])

    def version(self) -> str:
        """As its program tells it."""
        told = [self._program("postgres"), "--version"]
        return subprocess.run(told, check=True, capture_output=True, text=True).stdout.strip()

    def kill(self) -> None:
        """kill -9 to the server and all of its children."""
        first = self.process
        family = [first, *_children(first)]
        for process in family:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)

    @property
    def process(self) -> int:
        """The identity of the postmaster, from its own file."""
        return int((self.data / "postmaster.pid").read_text(encoding="ascii").split("\n")[0])

    def stop(self) -> None:
        """Stops the server at once and removes all that it wrote."""
        self._run([*self._control, "-m", "immediate", "stop"])
        shutil.rmtree(self.folder)

    @property
    def data(self) -> Path:
        """Where the cluster lies."""
        return self.folder / "data"

    def new(self, name: str | None = None, template: str = MIGRATED) -> str:
        """The address of a new database; without a template of its own it is migrated already."""
        name = name or f"test{next(self._names)}"
        self.sql(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return self.url(name)

    def empty(self) -> str:
        """The address of a new database without a table."""
        return self.new(template="template1")

    def url(self, name: str) -> str:
        """The address of a database of this server."""
        return f"postgresql+psycopg://tadbir@/{name}?host={self.folder}"

    def sql(self, statement: str, name: str = "postgres") -> None:
        """One statement outside a transaction, by the owner of the server."""
        import psycopg  # noqa: PLC0415 - absent where the tests run on SQLite alone

        where = f"host={self.folder} user=tadbir dbname={name}"
        with psycopg.connect(where, autocommit=True) as connection:
            connection.execute(statement)

    @property
    def _control(self) -> list[str]:
        return [self._program("pg_ctl"), "-D", str(self.data), "-w"]

    def _program(self, name: str) -> str:
        return str(_programs()[-1].parent / name)

    def _run(self, command: list[str]) -> None:
        as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        subprocess.run([*as_user, *command], check=True, stdout=subprocess.DEVNULL, cwd=self.folder)
