"""Side files with the rows that were left out, as they were, and what is wrong with each."""

from pathlib import Path

import numpy as np
import pandas as pd

from application.folder.findings import Findings, Rejection, file_row
from application.folder.reading import FolderReport
from application.folder.sources import read_as_text
from application.folder.text_table import TextTable
from application.folder.writing import whole_or_nothing
from hospital.tables import BY_NAME

PROBLEM_COLUMN = "problem"
ROW_COLUMN = "row"


def write_rejected(report: FolderReport, source: Path, target: Path) -> tuple[Path, ...]:
    """Writes ``<table>.rejected.csv`` into a new folder for each table with rejected rows.

    A side file holds the original cells, the row in the original file, and the problems of
    the row. Correct the cells, remove the last two columns, and it is a table again.

    Raises:
        GstError: ``target`` already holds something.
    """
    rejections = report.findings.rejections
    with whole_or_nothing(target) as draft:
        for file_name, found in rejections.items():
            original = _read_again(source / file_name)
            if original is not None:
                rows = _rejected_rows(original, found)
                side_file = draft / f"{Path(file_name).stem}.rejected.csv"
                rows.to_csv(side_file, index=False, lineterminator="\n")
    return tuple(sorted(target.iterdir()))


def _read_again(file: Path) -> TextTable | None:
    return read_as_text(file, BY_NAME[file.stem], Findings())


def _rejected_rows(original: TextTable, found: list[Rejection]) -> pd.DataFrame:
    positions = np.unique(np.concatenate([each.positions for each in found]))
    positions = positions[positions < len(original.cells)]
    rows = original.cells.iloc[positions].copy()
    problems = pd.Series("", index=rows.index, dtype="str")
    for each in found:
        here = rows.index.isin(each.positions)
        problems = problems.mask(here & (problems != ""), problems + "; ")
        problems = problems.mask(here, problems + each.label)
    rows[ROW_COLUMN] = [file_row(position) for position in positions.tolist()]
    rows[PROBLEM_COLUMN] = problems
    return rows
