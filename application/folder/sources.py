"""Finds the file of a table and reads it as text, whatever of the four formats it is in.

Values stay text until the contract reads them, so that a wrong cell can be shown as the
person wrote it.
"""

import io
from csv import Error as CsvError
from pathlib import Path
from zipfile import BadZipFile

import pandas as pd

from application.folder.findings import Findings
from hospital.errors import Problem, say
from hospital.tables import Table

SUFFIXES = (".csv", ".parquet", ".xlsx")
MAXIMUM_FILE_MB = 1_000
BYTES_PER_MB = 1_000_000
SEPARATORS = (",", ";", "\t")


def find_file(folder: Path, table: Table, findings: Findings) -> Path | None:
    """The one file that holds this table, or None; two files for one table is a problem."""
    files = [folder / f"{table.name}{suffix}" for suffix in SUFFIXES]
    present = [file for file in files if file.is_file()]
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


def read_as_text(file: Path, findings: Findings) -> pd.DataFrame | None:
    """Every cell as text, empty cells as missing; None if the file cannot be read at all."""
    problem = _too_large(file) or _empty(file)
    if problem:
        findings.add(problem)
        return None
    try:
        return _READERS[file.suffix](file)
    except UnicodeDecodeError as error:
        findings.add(_wrong_encoding(file, error))
    except (CsvError, ValueError, OSError, BadZipFile, KeyError) as error:
        findings.add(_unreadable(file, error))
    return None


def _read_csv(file: Path) -> pd.DataFrame:
    text = file.read_bytes().decode("utf-8-sig")
    header, _, _ = text.partition("\n")
    separator = max(SEPARATORS, key=header.count)
    frame = pd.read_csv(
        io.StringIO(text),
        sep=separator,
        dtype="str",
        keep_default_na=False,
        na_values=[""],
        skip_blank_lines=False,
        index_col=False,
    )
    frame.attrs["decimal_comma"] = separator == ";"
    return _trimmed(frame)


def _read_parquet(file: Path) -> pd.DataFrame:
    frame = pd.read_parquet(file)
    return _trimmed(pd.DataFrame({str(name): _as_text(frame[name]) for name in frame}))


def _read_xlsx(file: Path) -> pd.DataFrame:
    frame = pd.read_excel(file, sheet_name=0, keep_default_na=False, na_values=[""])
    return _trimmed(pd.DataFrame({str(name): _as_text(frame[name]) for name in frame}))


_READERS = {".csv": _read_csv, ".parquet": _read_parquet, ".xlsx": _read_xlsx}


def _as_text(cells: "pd.Series[str]") -> "pd.Series[str]":
    if pd.api.types.is_datetime64_any_dtype(cells):
        return cells.dt.strftime("%Y-%m-%dT%H:%M:%S").astype("str").str.removesuffix("T00:00:00")
    if pd.api.types.is_bool_dtype(cells):
        return cells.map({True: "true", False: "false"}).astype("str")
    if pd.api.types.is_float_dtype(cells):
        return cells.map(_shortest, na_action="ignore").astype("str")
    return cells.astype("str")


def _shortest(number: float) -> str:
    return repr(float(number)).removesuffix(".0")


def _trimmed(frame: pd.DataFrame) -> pd.DataFrame:
    """Headers and cells without blanks around them; rows without any value are dropped."""
    decimal_comma = frame.attrs.get("decimal_comma", False)
    frame = frame.rename(columns=lambda name: str(name).strip())
    frame = pd.DataFrame({name: _stripped(frame[name]) for name in frame.columns})
    frame.attrs["decimal_comma"] = decimal_comma
    return frame


def _stripped(cells: "pd.Series[str]") -> "pd.Series[str]":
    stripped = cells.astype("str").str.strip()
    return stripped.mask(stripped == "")


def _too_large(file: Path) -> Problem | None:
    megabytes = file.stat().st_size / BYTES_PER_MB
    if megabytes <= MAXIMUM_FILE_MB:
        return None
    return Problem(
        "file_too_large",
        file.name,
        found=f"{megabytes:.0f} MB",
        expected=say("at most {limit} MB", limit=MAXIMUM_FILE_MB),
        remedy=say("Save the table as Parquet, or give fewer years of history."),
    )


def _empty(file: Path) -> Problem | None:
    if file.stat().st_size > 0:
        return None
    return Problem(
        "empty_file",
        file.name,
        found=say("an empty file"),
        expected=say("a header row, then one row for each line of the table"),
        remedy=say("Delete the file if this GST has no such table, or fill it in from the template."),
    )


def _wrong_encoding(file: Path, error: UnicodeDecodeError) -> Problem:
    line = error.object[: error.start].count(b"\n") + 1
    return Problem(
        "wrong_encoding",
        file.name,
        row=line,
        found=say("the byte {byte}, which is not UTF-8", byte=f"0x{error.object[error.start]:02X}"),
        expected=say("text in UTF-8"),
        remedy=say("In the spreadsheet, choose Save as, then CSV UTF-8."),
    )


def _unreadable(file: Path, error: Exception) -> Problem:
    reason = str(error).splitlines()[0] if str(error) else type(error).__name__
    return Problem(
        "unreadable_file",
        file.name,
        found=reason[:200],
        expected=say("a table that a spreadsheet can open"),
        remedy=say("Open the file in a spreadsheet, mend it, and save it again as CSV UTF-8."),
    )
