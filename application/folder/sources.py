"""Finds the file of a table and reads it as text, whatever of the three formats it is in.

Values stay text until the contract reads them, so that a wrong cell can be shown as the
person wrote it.
"""

import zlib
from difflib import get_close_matches
from pathlib import Path
from stat import S_ISREG
from zipfile import BadZipFile

from pyarrow import ArrowException

from application.folder.csv_source import CsvFileError, read_csv
from application.folder.findings import Findings, shown
from application.folder.parquet_source import read_parquet
from application.folder.text_table import TextTable
from application.folder.xlsx_source import read_xlsx
from hospital.errors import GstError, Problem, say
from hospital.tables import BY_NAME, IDENTITY_FILE, Table

SUFFIXES = (".csv", ".parquet", ".xlsx")
LOOKALIKES = {".txt", ".tsv", ".xls", ".xlsm", ".ods", ".gz", ".zip", ".yml", ".json"}
"""Files with the name of a table and one of these ends were surely meant to be read."""
IGNORED_STARTS = (".", "~$")
"""Hidden files, and the lock that a spreadsheet leaves beside an open file."""
MAXIMUM_FILE_MB = 500
BYTES_PER_MB = 1_000_000
UNREADABLE = (
    ArrowException,
    BadZipFile,
    zlib.error,
    SyntaxError,  # the base of XML parse errors
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
)
"""What the readers of spreadsheets raise on a damaged file: fuzzing found that it is anything."""


def find_file(folder: Path, table: Table, findings: Findings) -> Path | None:
    """The one file that holds this table, or None; two files for one table is a problem."""
    files = [folder / f"{table.name}{suffix}" for suffix in SUFFIXES]
    present = [file for file in files if file.is_symlink() or file.exists()]
    if len(present) > 1:
        findings.add(
            Problem(
                "two_files",
                table.name,
                found=", ".join(file.name for file in present),
                expected=say("one file for each table"),
                remedy=say("Keep the newest file and move the others out of the folder."),
            )
        )
    return present[0] if present else None


def read_as_text(file: Path, table: Table, findings: Findings) -> TextTable | None:
    """Every cell as text, empty cells as missing; None if the file cannot be read at all."""
    try:
        problem = refusal(file)
        if problem is None:
            return _read(file, table)
        findings.add(problem)
    except CsvFileError as bad:
        findings.add(bad.problem)
    except GstError as error:
        findings.add(_unreadable(file, error.hint, error.code))
    except UNREADABLE as error:
        findings.add(_unreadable(file, _reason(error)))
    return None


def _read(file: Path, table: Table) -> TextTable:
    match file.suffix:
        case ".parquet":
            return read_parquet(file)
        case ".xlsx":
            return read_xlsx(file, table.name)
    return read_csv(file)


def refusal(file: Path) -> Problem | None:
    """Why a file is not even opened: not a file, too large, empty. Raises ``OSError``."""
    state = file.stat()
    if not S_ISREG(state.st_mode):
        return Problem(
            "not_a_file",
            file.name,
            found=say("a folder or a device"),
            expected=say("a file"),
            remedy=say("Move it out of the GST folder."),
        )
    if state.st_size == 0:
        return empty_file(file.name, say("an empty file"))
    return _too_large(file, state.st_size / BYTES_PER_MB)


def empty_file(file_name: str, found: str) -> Problem:
    """A file without any row: an absent table has no file."""
    return Problem(
        "empty_file",
        file_name,
        found=found,
        expected=say("a header row, then one row for each line of the table"),
        remedy=say(
            "Delete the file if this GST has no such table, or fill it in from the template."
        ),
    )


def _too_large(file: Path, megabytes: float) -> Problem | None:
    if megabytes <= MAXIMUM_FILE_MB:
        return None
    return Problem(
        "file_too_large",
        file.name,
        found=f"{megabytes:.0f} MB",
        expected=say("at most {limit} MB", limit=MAXIMUM_FILE_MB),
        remedy=say("Save the table as Parquet, or give fewer years of history."),
    )


def _reason(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return shown(str(error).partition("\n")[0]) or type(error).__name__


def _unreadable(file: Path, found: str, code: str = "unreadable_file") -> Problem:
    return Problem(
        code,
        file.name,
        found=found,
        expected=say("one table that a spreadsheet can open"),
        remedy=say("Open the file in a spreadsheet, mend it, and save it again as CSV UTF-8."),
    )


def note_strange_files(folder: Path, findings: Findings, *more: str) -> None:
    """A misspelt file name would silently leave a table empty; ``more`` are known as well."""
    known = (*BY_NAME, *more)
    expected_names = {f"{name}{suffix}" for name in known for suffix in SUFFIXES}
    strange = (
        entry
        for entry in sorted(folder.iterdir())
        if entry.name not in {*expected_names, IDENTITY_FILE} and _was_meant(entry)
    )
    findings.add_some(_strange(entry) for entry in strange)


def _was_meant(entry: Path) -> bool:
    """Whether this was surely meant to be a part of the GST folder."""
    if entry.name.startswith(IGNORED_STARTS):
        return False
    stem, suffix = entry.name.partition(".")[0].lower(), entry.suffix.lower()
    known = {*BY_NAME, Path(IDENTITY_FILE).stem}
    return suffix in SUFFIXES or (stem in known and suffix in {*LOOKALIKES, ".yaml"})


def _strange(entry: Path) -> Problem:
    stem, suffix = entry.name.partition(".")[0].lower(), entry.suffix.lower()
    near = get_close_matches(stem, [*BY_NAME, Path(IDENTITY_FILE).stem], n=1)
    guess = f"{near[0]}{suffix if suffix in SUFFIXES else '.csv'}" if near else ""
    if near and near[0] not in BY_NAME:
        guess = IDENTITY_FILE
    return Problem(
        "unknown_file",
        shown(entry.name),
        found=shown(entry.name),
        expected=guess or say("one of: {choices}", choices=", ".join(BY_NAME)),
        remedy=say("Correct the name of this file, or move it out of the folder."),
    )
