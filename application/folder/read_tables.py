"""What was read of all tables, as the checks between tables see it."""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from application.folder.findings import Fault, Findings, Rows
from hospital.tables import BY_NAME

Frames = dict[str, pd.DataFrame]
Found = Callable[[pd.Series], str]


@dataclass(frozen=True)
class ReadTables:
    """Typed frames of the usable rows, the file of each, and every code a table defines.

    ``mentions`` holds the text of the columns that refer to another table, for every row of the
    file, so that a reference is checked whatever else is wrong in its row.
    ``codes`` also holds the codes of rows that cannot be used, and leaves out a table whose
    file could not be read, so that one fault is told once and not by all that refer to it.
    """

    frames: Frames
    files: dict[str, str]
    codes: dict[str, frozenset[str]]
    mentions: Frames
    findings: Findings

    def frame(self, name: str) -> pd.DataFrame:
        """The usable rows of a table; none if it has no file."""
        known = self.frames.get(name)
        return pd.DataFrame(columns=BY_NAME[name].columns) if known is None else known

    def sound(self, name: str) -> pd.DataFrame:
        """The rows of a table in which no check found a fault."""
        frame = self.frames[name]
        rejections = self.findings.rejections.get(self.files[name], [])
        faulty = [position for each in rejections for position in each.positions.tolist()]
        return frame[~frame.index.isin(faulty)] if faulty else frame

    def has(self, *names: str) -> bool:
        """Whether these tables have rows to look at."""
        return all(name in self.frames and len(self.frames[name]) for name in names)

    def fault(self, table: str, code: str, sentences: tuple[str, str], column: str) -> Fault:
        """A kind of fault of a table: what is ``(expected, remedy)``, in which column."""
        return Fault(code, self.files[table], *sentences, column)

    def reject(self, table: str, fault: Fault, wrong: Rows, found: Found) -> None:
        """Rows of a table's frame with a fault; ``found`` gets the row as a mapping."""
        frame = self.frames[table]
        rows = frame.index[wrong]
        self.findings.reject(fault, rows, lambda at: found(frame.loc[[at]].iloc[0]))
