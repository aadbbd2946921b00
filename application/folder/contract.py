"""Holds one table against its contract: columns, values, keys. Vectorised, all faults at once."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from application.folder.cells import expectation, out_of_range, read_cells
from application.folder.columns import Column, columns_of
from application.folder.findings import SHOWN_PER_KIND, Findings, Rows, file_row
from hospital.errors import Problem, say
from hospital.tables import Table


class TableCheck:
    """Reads one table of text into typed columns and reports what cannot be read."""

    def __init__(self, table: Table, file_name: str, findings: Findings) -> None:
        self.table = table
        self.file_name = file_name
        self.findings = findings

    def typed(self, text: pd.DataFrame) -> pd.DataFrame:
        """The rows that can be used, typed, sorted by key; the index keeps their place in the file."""
        before = self.findings.total
        self._check_header(text)
        if self.findings.total > before:
            return self._no_rows()
        filled = text.notna().any(axis=1).to_numpy(dtype=bool)
        wrong = np.zeros(len(text), dtype=bool)
        columns: dict[str, pd.Series] = {}
        for column in columns_of(self.table):
            columns[column.name], faulty = self._read(text, column, filled)
            wrong |= faulty
        frame = pd.DataFrame(columns)
        wrong |= self._repeated_keys(frame, filled & ~wrong)
        return frame[filled & ~wrong].sort_values(list(self.table.key))

    def _no_rows(self) -> pd.DataFrame:
        return pd.DataFrame({name: pd.Series(dtype="str") for name in self.table.columns})

    def _check_header(self, text: pd.DataFrame) -> None:
        known = set(self.table.columns)
        for name in text.columns:
            if name not in known:
                self._header_problem(
                    "unknown_column",
                    name,
                    say("columns among: {columns}", columns=", ".join(self.table.columns)),
                    say("Correct the spelling of this column, or remove it."),
                )
        for name in self.table.required:
            if name not in text.columns:
                self._header_problem(
                    "missing_column",
                    name,
                    say("the column {column}", column=name),
                    say("Add this column; the template shows what it holds."),
                )

    def _header_problem(self, code: str, column: str, expected: str, remedy: str) -> None:
        found = say("no such column") if code == "missing_column" else column
        self.findings.add(
            Problem(code, self.file_name, found, expected, remedy, row=1, column=column)
        )

    def _read(self, text: pd.DataFrame, column: Column, filled: Rows) -> tuple[pd.Series, Rows]:
        cells = self._cells(text, column)
        decimal_comma = bool(text.attrs.get("decimal_comma", False))
        values, unreadable = read_cells(cells, column, decimal_comma=decimal_comma)
        outside = out_of_range(values, column) & ~unreadable
        missing = cells.isna().to_numpy(dtype=bool) & filled & (not column.may_be_empty)
        self._report("unreadable_value", column, cells, unreadable)
        self._report("out_of_range", column, cells, outside)
        self._report("missing_value", column, cells, missing)
        if column.default is not None:
            values = values.fillna(column.default)
        return _plain(values, column), unreadable | outside | missing

    def _cells(self, text: pd.DataFrame, column: Column) -> pd.Series:
        if column.name in text.columns:
            return text[column.name]
        return pd.Series(pd.NA, index=text.index, dtype="str")

    def _report(self, code: str, column: Column, cells: pd.Series, wrong: Rows) -> None:
        positions = np.flatnonzero(wrong)
        problems = [
            Problem(
                code,
                self.file_name,
                found=say("nothing") if code == "missing_value" else str(cells.iloc[at])[:80],
                expected=expectation(column),
                remedy=_remedy(code),
                row=file_row(at),
                column=column.name,
            )
            for at in positions[:SHOWN_PER_KIND]
        ]
        self._reject(positions, code, column.name)
        self.findings.extend(problems, len(positions))

    def _reject(self, positions: Sequence[int] | np.ndarray, code: str, column: str) -> None:
        rejected = self.findings.rejected.setdefault(self.file_name, {})
        for at in positions:
            rejected.setdefault(int(at), f"{code}:{column}")

    def _repeated_keys(self, frame: pd.DataFrame, usable: Rows) -> Rows:
        keys = frame.loc[usable, list(self.table.key)]
        repeated = np.zeros(len(frame), dtype=bool)
        repeated[usable] = keys.duplicated(keep="first").to_numpy()
        positions = np.flatnonzero(repeated)
        problems = [self._repeated(frame, at) for at in positions[:SHOWN_PER_KIND]]
        self._reject(positions, "repeated_key", ",".join(self.table.key))
        self.findings.extend(problems, len(positions))
        return repeated

    def _repeated(self, frame: pd.DataFrame, at: int) -> Problem:
        key = ", ".join(str(frame[name].iloc[at]) for name in self.table.key)
        return Problem(
            "repeated_key",
            self.file_name,
            found=key,
            expected=say("each {key} once", key=" + ".join(self.table.key)),
            remedy=say("Remove the row that repeats it, or give it its own code."),
            row=file_row(at),
            column=self.table.key[0],
        )


def _plain(values: pd.Series, column: Column) -> pd.Series:
    """Nullable types only where a column may be empty, so that engines meet plain numbers."""
    if column.may_be_empty and column.default is None:
        return values
    plain = {"Int64": "int64", "boolean": "bool"}.get(str(values.dtype))
    return values if plain is None or values.isna().any() else values.astype(plain)


def _remedy(code: str) -> str:
    return {
        "unreadable_value": say("Correct this cell."),
        "out_of_range": say("Correct this cell: the value lies outside what is possible."),
        "missing_value": say("Fill in this cell."),
    }[code]
