"""Collects everything that is wrong in a folder, naming each kind of fault a few times only."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from hospital.errors import InvalidInput, Problem

SHOWN_PER_KIND = 5
"""A file with a million bad rows has one fault a million times: five places show it."""

HEADER_ROWS = 1

Rows = npt.NDArray[np.bool_]


@dataclass
class Findings:
    """Problems so far, the full count, and which rows of each file cannot be used."""

    problems: list[Problem] = field(default_factory=list)
    total: int = 0
    rejected: dict[str, dict[int, str]] = field(default_factory=dict)

    def add(self, problem: Problem) -> None:
        """One problem of a whole file, or of one place in it."""
        self.problems.append(problem)
        self.total += 1

    def extend(self, problems: Iterable[Problem], total: int) -> None:
        """The shown problems of one kind, and how many there are of that kind in all."""
        self.problems.extend(problems)
        self.total += total

    def raise_if_any(self) -> None:
        """Raises ``InvalidInput`` with all that was found, if anything was."""
        if self.problems:
            raise InvalidInput(self.problems, self.total)


def file_row(position: int) -> int:
    """The line that a spreadsheet shows for the row at this position of the frame."""
    return int(position) + HEADER_ROWS + 1
