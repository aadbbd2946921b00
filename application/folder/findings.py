"""Collects everything that is wrong in a folder, naming each kind of fault a few times only."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from hospital.errors import InvalidInput, Problem, Sentence

SHOWN_PER_KIND = 5
"""A file with a million bad rows has one fault a million times: five places show it."""

HEADER_ROWS = 1
LONGEST_SHOWN = 80

Rows = npt.NDArray[np.bool_]
Positions = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Fault:
    """One kind of fault in one column of one file: all that its rows have in common."""

    code: str
    file: str
    expected: str
    remedy: str
    column: str | None = None

    def at(self, found: str, position: int | None = None) -> Problem:
        """This fault at a row of the frame, or in the whole file."""
        row = None if position is None else file_row(position)
        return Problem(
            self.code, self.file, shown(found), self.expected, self.remedy, row, self.column
        )


@dataclass(frozen=True)
class Rejection:
    """Rows of a file that cannot be used, and why."""

    positions: Positions
    fault: Fault

    @property
    def label(self) -> str:
        """The fault in one cell of a side file, such as ``out_of_range (population)``."""
        return f"{self.fault.code} ({self.fault.column})" if self.fault.column else self.fault.code


@dataclass
class Findings:
    """Problems so far, the full count, and which rows of each file cannot be used."""

    problems: list[Problem] = field(default_factory=list)
    total: int = 0
    rejections: dict[str, list[Rejection]] = field(default_factory=dict)

    def add(self, problem: Problem) -> None:
        """One problem of a whole file, or of one place in it."""
        self.problems.append(problem)
        self.total += 1

    def add_some(self, problems: Iterable[Problem]) -> None:
        """Problems of one kind: all are counted, the first few are shown."""
        for count, problem in enumerate(problems):
            if count < SHOWN_PER_KIND:
                self.problems.append(problem)
            self.total += 1

    def reject(self, fault: Fault, positions: npt.ArrayLike, found: Callable[[int], str]) -> None:
        """Rows with one fault: all are counted and left out, the first few are shown.

        ``found`` says what stands at a position of the frame.
        """
        rows = np.sort(np.asarray(positions, dtype=np.int64))
        if not len(rows):
            return
        self.total += len(rows)
        self.problems += [fault.at(found(at), at) for at in rows[:SHOWN_PER_KIND].tolist()]
        self.rejections.setdefault(fault.file, []).append(Rejection(rows, fault))

    @property
    def rejected_rows(self) -> dict[str, int]:
        """How many rows of each file cannot be used."""
        return {
            file: len(np.unique(np.concatenate([each.positions for each in rejections])))
            for file, rejections in self.rejections.items()
        }

    def raise_if_any(self) -> None:
        """Raises ``InvalidInput`` with all that was found, if anything was."""
        if self.problems:
            raise InvalidInput(self.problems, self.total)


def file_row(position: int) -> int:
    """The row that a spreadsheet shows for this position of the frame; the header is row 1."""
    return int(position) + HEADER_ROWS + 1


def shown(text: str) -> str:
    """What a file held, fit for a terminal: short, and without characters that steer it."""
    if isinstance(text, Sentence):
        return text
    cut = text[: LONGEST_SHOWN + 1]
    plain = "".join(
        letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in cut
    )
    return plain if len(plain) <= LONGEST_SHOWN else plain[:LONGEST_SHOWN] + "…"
