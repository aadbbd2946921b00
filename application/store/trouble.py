"""What a database says when it cannot do its work, as a sentence that tells a person what to do.

SQLite names its faults by a code (https://www.sqlite.org/rescode.html), PostgreSQL by a state
(PostgreSQL documentation, appendix A); both are read here and nowhere else.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from enum import Enum, auto
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnectionLeft

from hospital.errors import GstError, Sentence, say

LEAST_FREE_BYTES = 1_000_000
"""With less than this, a failed write is a full disk, whatever the database calls it."""
PRIMARY = 0xFF
"""SQLite's extended codes hold the primary code in their last byte."""


class Trouble(Enum):
    """What is wrong, as far as a person does something else about it."""

    FULL = auto()
    READ_ONLY = auto()
    BUSY = auto()
    DAMAGED = auto()
    DISK = auto()
    AWAY = auto()
    NO_RIGHTS = auto()
    NO_DRIVER = auto()
    VALUE = auto()


SQLITE = {
    5: Trouble.BUSY,
    6: Trouble.BUSY,
    8: Trouble.READ_ONLY,
    10: Trouble.DISK,
    11: Trouble.DAMAGED,
    13: Trouble.FULL,
    14: Trouble.AWAY,
    26: Trouble.DAMAGED,
}
POSTGRESQL = {
    "08": Trouble.AWAY,
    "22": Trouble.VALUE,
    "25006": Trouble.READ_ONLY,
    "28": Trouble.NO_RIGHTS,
    "3D": Trouble.AWAY,
    "40": Trouble.BUSY,
    "42501": Trouble.NO_RIGHTS,
    "53100": Trouble.FULL,
    "53300": Trouble.BUSY,
    "55P03": Trouble.BUSY,
    "57P": Trouble.AWAY,
    "58": Trouble.DISK,
    "XX": Trouble.DAMAGED,
}
"""By the whole state or its beginning; the longest that fits is meant."""

TOLD: Mapping[Trouble, tuple[str, Sentence]] = {
    Trouble.FULL: (
        "disk_full",
        say(
            "The disk of the database is full ({reason}). Nothing was stored: free some space "
            "and do it again.",
            reason="",
        ),
    ),
    Trouble.READ_ONLY: (
        "database_read_only",
        say(
            "The database may only be read ({reason}). Nothing was stored: have its disk mended, "
            "or the right to write given, and do it again.",
            reason="",
        ),
    ),
    Trouble.BUSY: (
        "database_busy",
        say(
            "Others are writing to the database and did not end in time ({reason}). Nothing was "
            "stored: do it again in a minute.",
            reason="",
        ),
    ),
    Trouble.DAMAGED: (
        "database_damaged",
        say(
            "This is no database of Tadbir, or it is damaged ({reason}). Check "
            "TADBIR_DATABASE_URL, or restore a backup: tadbir db restore.",
            reason="",
        ),
    ),
    Trouble.DISK: (
        "disk_failed",
        say(
            "The disk of the database failed ({reason}). Nothing was stored: have the disk "
            "checked, and verify the record afterwards: tadbir audit verify.",
            reason="",
        ),
    ),
    Trouble.AWAY: (
        "database_unreachable",
        say(
            "The database cannot be reached ({reason}). Check TADBIR_DATABASE_URL, whether its "
            "server runs, and whether this folder may be written.",
            reason="",
        ),
    ),
    Trouble.NO_RIGHTS: (
        "database_no_rights",
        say(
            "The database does not let this user in ({reason}). Ask its administrator for the "
            "rights, or correct TADBIR_DATABASE_URL.",
            reason="",
        ),
    ),
    Trouble.NO_DRIVER: (
        "driver_missing",
        say(
            "What connects to this kind of database is not installed ({reason}). For PostgreSQL: "
            "pip install 'psycopg[binary]'.",
            reason="",
        ),
    ),
    Trouble.VALUE: (
        "value_refused",
        say(
            "The database does not take a value ({reason}). Nothing was stored: shorten the text "
            "or correct the number.",
            reason="",
        ),
    ),
}


def trouble_of(error: Exception, place: Path | None = None) -> Trouble | None:
    """What is wrong; None is something that is not known here. ``place``: where the file lies."""
    if isinstance(error, ModuleNotFoundError):
        return Trouble.NO_DRIVER
    if isinstance(error, NoConnectionLeft):
        return Trouble.BUSY
    cause = getattr(error, "orig", None) or error
    if isinstance(cause, UnicodeEncodeError | OverflowError):
        return Trouble.VALUE
    code = getattr(cause, "sqlite_errorcode", None)
    if code is not None:
        return _of_sqlite(int(code), place)
    if hasattr(cause, "sqlstate"):
        return _of_postgresql(cause.sqlstate, cause)
    return None


def _of_sqlite(code: int, place: Path | None) -> Trouble | None:
    found = SQLITE.get(code & PRIMARY)
    can_be_full = found in {Trouble.DISK, Trouble.AWAY}
    return Trouble.FULL if can_be_full and _is_full(place) else found


def _is_full(place: Path | None) -> bool:
    try:
        return place is not None and shutil.disk_usage(place).free < LEAST_FREE_BYTES
    except OSError:
        return False


def _of_postgresql(state: str | None, cause: Exception) -> Trouble | None:
    if state is None:
        return Trouble.AWAY if type(cause).__name__ == "OperationalError" else Trouble.VALUE
    fitting = [known for known in POSTGRESQL if state.startswith(known)]
    return POSTGRESQL[max(fitting, key=len)] if fitting else None


def told(error: Exception, otherwise: tuple[str, Sentence], place: Path | None = None) -> GstError:
    """The error for a person; ``otherwise`` is code and sentence of what is not known here."""
    trouble = trouble_of(error, place)
    code, sentence = otherwise if trouble is None else TOLD[trouble]
    return GstError(code, say(sentence.template, reason=reason_of(error)))


def reason_of(error: Exception) -> str:
    """The first line of what the database said."""
    cause = getattr(error, "orig", None)
    if cause is None and isinstance(error, SQLAlchemyError | ValueError):
        return type(error).__name__
    return str(cause or error).strip().partition("\n")[0]
