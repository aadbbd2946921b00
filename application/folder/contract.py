"""Holds one table against its contract: columns, values, keys. Vectorised, all faults at once."""

from difflib import get_close_matches

import numpy as np
import pandas as pd

from application.folder.cells import expectation, out_of_range, read_cells
from application.folder.columns import Column, columns_of
from application.folder.findings import Fault, Findings, Rows, shown
from application.folder.text_table import TextTable
from hospital.errors import Problem, say
from hospital.tables import Table


class TableCheck:
    """Reads one table of text into typed columns and reports what cannot be read."""

    def __init__(self, table: Table, file_name: str, findings: Findings) -> None:
        self.table = table
        self.file_name = file_name
        self.findings = findings

    def typed(self, text: TextTable) -> pd.DataFrame | None:
        """The rows that can be used, typed, sorted by key; None if the header is wrong.

        The index keeps the place of each row in the file.
        """
        before = self.findings.total
        self._check_header(text)
        if self.findings.total > before:
            return None
        self._check_lengths(text)
        usable = text.filled
        wrong = ~usable
        columns: dict[str, pd.Series] = {}
        for column in columns_of(self.table):
            columns[column.name], faulty = self._read(text, column, usable)
            wrong = wrong | faulty
        frame = pd.DataFrame(columns)[~wrong]
        frame = frame.drop(index=self._repeated_keys(frame))
        return _plain_types(self.table, frame.sort_values(list(self.table.key)))

    def _check_header(self, text: TextTable) -> None:
        known = self.table.columns
        names = list(text.cells.columns)
        self.findings.add_some(self._repeated_column(name) for name in text.repeated_columns)
        self.findings.add_some(self._unknown_column(name) for name in names if name not in known)
        for name in self.table.required:
            if name not in names:
                self.findings.add(self._missing_column(name))

    def _repeated_column(self, name: str) -> Problem:
        return Problem(
            "repeated_column",
            self.file_name,
            found=say("column {column} twice", column=shown(name)),
            expected=say("each column once"),
            remedy=say("Keep the column that is right and remove the other."),
            row=1,
            column=shown(name),
        )

    def _unknown_column(self, name: str) -> Problem:
        near = get_close_matches(name.lower(), self.table.columns, n=1)
        return Problem(
            "unknown_column",
            self.file_name,
            found=shown(name),
            expected=near[0]
            if near
            else say("columns among: {columns}", columns=", ".join(self.table.columns)),
            remedy=say("Correct the spelling of this column, or remove it."),
            row=1,
            column=shown(name),
        )

    def _missing_column(self, name: str) -> Problem:
        return Problem(
            "missing_column",
            self.file_name,
            found=say("no such column"),
            expected=say("the column {column}", column=name),
            remedy=say("Add this column; the template shows what it holds."),
            row=1,
            column=name,
        )

    def _check_lengths(self, text: TextTable) -> None:
        expected = say("{count} cells, as in the header", count=len(text.cells.columns))
        fault = Fault(
            "too_many_cells",
            self.file_name,
            expected,
            say("Put quotes around a text that holds the separator, or remove the extra cells."),
        )
        self.findings.reject(fault, text.too_long, lambda _: say("more cells than columns"))
        fault = Fault(
            "too_few_cells",
            self.file_name,
            expected,
            say("Add the missing cells; leave empty those that hold nothing."),
        )
        self.findings.reject(fault, text.too_short, lambda _: say("fewer cells than columns"))

    def _read(self, text: TextTable, column: Column, usable: Rows) -> tuple[pd.Series, Rows]:
        cells = self._cells(text, column)
        values, unreadable = read_cells(cells, column, decimal_comma=text.decimal_comma)
        unreadable = unreadable & usable
        outside = out_of_range(values, column) & ~unreadable & usable
        missing = cells.isna().to_numpy(dtype=bool) & usable & (not column.may_be_empty)
        self._report("unreadable_value", column, cells, unreadable)
        self._report("out_of_range", column, cells, outside)
        self._report("missing_value", column, cells, missing)
        if column.default is not None:
            values = values.fillna(column.default)
        return values, unreadable | outside | missing

    def _cells(self, text: TextTable, column: Column) -> pd.Series:
        if column.name in text.cells.columns:
            return text.cells[column.name]
        return pd.Series(pd.NA, index=text.cells.index, dtype="str")

    def _report(self, code: str, column: Column, cells: pd.Series, wrong: Rows) -> None:
        fault = Fault(code, self.file_name, expectation(column), _remedy(code), column.name)
        nothing = say("nothing")
        self.findings.reject(
            fault,
            np.flatnonzero(wrong),
            lambda at: nothing if code == "missing_value" else str(cells.iloc[at]),
        )

    def _repeated_keys(self, frame: pd.DataFrame) -> pd.Index:
        key = list(self.table.key)
        repeated = frame.index[frame[key].duplicated(keep="first").to_numpy()]
        fault = Fault(
            "repeated_key",
            self.file_name,
            say("each {key} once", key=" + ".join(key)),
            say("Remove the row that repeats it, or give it its own code."),
            key[0],
        )
        self.findings.reject(
            fault, repeated, lambda at: ", ".join(_key_text(frame.loc[at, name]) for name in key)
        )
        return repeated


def _key_text(value: object) -> str:
    return "" if value is None or value is pd.NA or value != value else str(value)  # noqa: PLR0124


def _plain_types(table: Table, frame: pd.DataFrame) -> pd.DataFrame:
    """Nullable types only where a column may be empty, so that engines meet plain numbers."""
    plain = {
        column.name: {"Int64": "int64", "boolean": "bool"}[str(frame[column.name].dtype)]
        for column in columns_of(table)
        if not (column.may_be_empty and column.default is None)
        and str(frame[column.name].dtype) in {"Int64", "boolean"}
    }
    return frame.astype(plain)


def _remedy(code: str) -> str:
    return {
        "unreadable_value": say("Correct this cell."),
        "out_of_range": say("Correct this cell: the value lies outside what is possible."),
        "missing_value": say("Fill in this cell."),
    }[code]
