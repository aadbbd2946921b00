"""The text format of the second International Nurse Rostering Competition: read it, score rosters.

S. Ceschia, N. Dang, P. De Causmaecker, S. Haspeslagh and A. Schaerf, "The second international
nurse rostering competition", Annals of Operations Research 274 (2019), 171-186: rules H1-H4 and
S1-S7 with their weights. The weeks of a problem are read together, which is its static variant.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from hospital.base import DAYS_PER_WEEK
from hospital.errors import InvalidInput, Problem, say

T = TypeVar("T")
ANY, NONE = "Any", "None"
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True, slots=True)
class Span:
    """The least and the most of something."""

    least: int
    most: int


@dataclass(frozen=True, slots=True)
class ShiftType:
    """A shift, its days in a row, and the shifts that may not follow on the next day."""

    code: str
    run: Span
    forbidden_next: frozenset[str]


@dataclass(frozen=True, slots=True)
class Contract:
    """Limits over the whole horizon, and of work and rest in a row [days]."""

    code: str
    assignments: Span
    work_run: Span
    rest_run: Span
    most_weekends: int
    is_complete_weekends: bool


@dataclass(frozen=True, slots=True)
class Past:
    """A nurse's history: assignments and weekends so far, and what the last days were."""

    assignments: int
    weekends: int
    shift: str
    shift_run: int
    work_run: int
    rest_run: int


@dataclass(frozen=True, slots=True)
class Nurse:
    """Somebody with a contract, skills and a history."""

    code: str
    contract: Contract
    skills: frozenset[str]
    past: Past


@dataclass(frozen=True, slots=True)
class Need:
    """Nurses of a skill on a shift: the least, by law, and how many are wanted."""

    day: int
    shift: str
    skill: str
    least: int
    wanted: int


@dataclass(frozen=True, slots=True)
class OffRequest:
    """Not to work a shift, or any, on a day."""

    nurse: str
    day: int
    shift: str


@dataclass(frozen=True, slots=True)
class Instance:
    """All weeks of a problem; day 0 is a Monday."""

    days: int
    shifts: Mapping[str, ShiftType]
    nurses: Mapping[str, Nurse]
    needs: tuple[Need, ...]
    requests: tuple[OffRequest, ...]


@dataclass(frozen=True, slots=True)
class Assignment:
    """A nurse on a day's shift, for a skill."""

    nurse: str
    day: int
    shift: str
    skill: str


def read_instance(scenario: Path, history: Path, weeks: Sequence[Path]) -> Instance:
    """Scenario, history and the weeks in their order, from the competition's text files.

    Raises:
        InvalidInput: every line of every file that cannot be read, or names what does not exist.
    """
    reader = _Reader()
    shifts, contracts, people = reader.scenario(scenario)
    past = reader.history(history)
    needs: list[Need] = []
    requests: list[OffRequest] = []
    for number, week in enumerate(weeks):
        found = reader.week(week, DAYS_PER_WEEK * number, frozenset(shifts), frozenset(people))
        needs += found[0]
        requests += found[1]
    nurses = {}
    for code, (contract, skills) in people.items():
        if contract not in contracts or code not in past:
            missing = contract if contract not in contracts else code
            reader.refuse(history if contract in contracts else scenario, None, missing)
        else:
            nurses[code] = Nurse(code, contracts[contract], skills, past[code])
    reader.finish()
    return Instance(DAYS_PER_WEEK * len(weeks), shifts, nurses, tuple(needs), tuple(requests))


def read_solution(instance: Instance, weeks: Sequence[Path]) -> tuple[Assignment, ...]:
    """The assignments of the solution of each week, in the order of the weeks.

    Raises:
        InvalidInput: every line that cannot be read, or names what does not exist.
    """
    reader = _Reader()
    found = [
        row for at, week in enumerate(weeks) for row in reader.solution(week, DAYS_PER_WEEK * at)
    ]
    for row in found:
        if row.nurse not in instance.nurses or row.shift not in instance.shifts:
            reader.refuse(weeks[row.day // DAYS_PER_WEEK], None, f"{row.nurse} {row.shift}")
    reader.finish()
    return tuple(found)


TOKEN = re.compile(r"[^\s(),]+")


class _Reader:
    """Reads lines by section and gathers whatever is wrong with them."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def finish(self) -> None:
        """Refuse with every problem found."""
        if self.problems:
            raise InvalidInput(self.problems)

    def refuse(self, path: Path, row: int | None, found: str) -> None:
        """One line that cannot be used."""
        self.problems.append(
            Problem(
                code="unreadable_line",
                file=path.name,
                found=found[:60],
                expected=say("a row of {section}", section="INRC-II"),
                remedy=say("Compare with the comment line that names the columns."),
                row=row,
            )
        )

    def _sections(self, path: Path, headers: Sequence[str]) -> dict[str, list[tuple[int, str]]]:
        rows: dict[str, list[tuple[int, str]]] = {}
        section = ""
        for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            line = raw.strip()
            name = line.split("=")[0].strip()
            if name in headers:
                section = name
                rows[section] = []
            elif line and section:
                rows[section].append((number, line))
        for header in headers:
            if header not in rows:
                self.refuse(path, None, header)
        return rows

    def _each(
        self, path: Path, rows: Sequence[tuple[int, str]], read: Callable[[list[str]], T]
    ) -> Iterator[T]:
        for number, line in rows:
            try:
                yield read(TOKEN.findall(line))
            except (ValueError, IndexError, KeyError):
                self.refuse(path, number, line)

    def scenario(
        self, path: Path
    ) -> tuple[dict[str, ShiftType], dict[str, Contract], dict[str, tuple[str, frozenset[str]]]]:
        """Shift types, contracts, and each nurse's contract and skills."""
        headers = ("SKILLS", "SHIFT_TYPES", FORBIDDEN, "CONTRACTS", "NURSES")
        rows = self._sections(path, headers)
        after = {
            row[0]: frozenset(row[2 : 2 + int(row[1])])
            for row in self._each(path, rows.get(FORBIDDEN, []), _counted)
        }
        runs = self._each(path, rows.get("SHIFT_TYPES", []), lambda row: (row[0], _span(row[1:3])))
        shifts = {code: ShiftType(code, run, after.get(code, frozenset())) for code, run in runs}
        contracts = {
            row.code: row for row in self._each(path, rows.get("CONTRACTS", []), _contract)
        }
        people = dict(self._each(path, rows.get("NURSES", []), _person))
        return shifts, contracts, people

    def history(self, path: Path) -> dict[str, Past]:
        """The past of each nurse."""
        rows = self._sections(path, ("NURSE_HISTORY",))
        return dict(self._each(path, rows.get("NURSE_HISTORY", []), _past))

    def week(
        self, path: Path, first_day: int, shifts: frozenset[str], nurses: frozenset[str]
    ) -> tuple[list[Need], list[OffRequest]]:
        """Needs and requests of a week."""
        rows = self._sections(path, ("REQUIREMENTS", "SHIFT_OFF_REQUESTS"))

        def needs_of(row: list[str]) -> list[Need]:
            _known(row[0], shifts)
            return [
                Need(first_day + day, row[0], row[1], *_pair(row[2 + 2 * day : 4 + 2 * day]))
                for day in range(DAYS_PER_WEEK)
            ]

        def request_of(row: list[str]) -> OffRequest:
            _known(row[0], nurses)
            _known(row[1], shifts | {ANY})
            return OffRequest(row[0], first_day + WEEKDAYS.index(row[2]), row[1])

        needs = self._each(path, rows.get("REQUIREMENTS", []), needs_of)
        requests = self._each(path, rows.get("SHIFT_OFF_REQUESTS", []), request_of)
        return [need for row in needs for need in row], list(requests)

    def solution(self, path: Path, first_day: int) -> list[Assignment]:
        """The assignments of a week."""
        rows = self._sections(path, ("ASSIGNMENTS",))

        def read(row: list[str]) -> Assignment:
            return Assignment(row[0], first_day + WEEKDAYS.index(row[1]), row[2], row[3])

        return list(self._each(path, rows.get("ASSIGNMENTS", []), read))


FORBIDDEN = "FORBIDDEN_SHIFT_TYPES_SUCCESSIONS"


def _known(code: str, known: frozenset[str]) -> None:
    if code not in known:
        raise KeyError(code)


def _counted(row: list[str]) -> list[str]:
    if len(row) != 2 + int(row[1]):
        raise ValueError(row)
    return row


def _person(row: list[str]) -> tuple[str, tuple[str, frozenset[str]]]:
    if len(row) != 3 + int(row[2]):
        raise ValueError(row)
    return row[0], (row[1], frozenset(row[3:]))


def _pair(row: list[str]) -> tuple[int, int]:
    least, wanted = (int(figure) for figure in row)
    return least, wanted


def _span(row: list[str]) -> Span:
    return Span(*_pair(row))


def _contract(row: list[str]) -> Contract:
    assignments, work, rest = (_span(row[at : at + 2]) for at in (1, 3, 5))
    return Contract(row[0], assignments, work, rest, int(row[7]), row[8] == "1")


def _past(row: list[str]) -> tuple[str, Past]:
    shift = "" if row[3] == NONE else row[3]
    runs = [int(figure) for figure in row[4:7]]
    return row[0], Past(int(row[1]), int(row[2]), shift, *runs)


def worked(instance: Instance, assignments: Sequence[Assignment]) -> dict[str, list[str]]:
    """For each nurse one shift code a day, empty when off; the last one where there are two."""
    lines = {code: [""] * instance.days for code in instance.nurses}
    for row in assignments:
        lines[row.nurse][row.day] = row.shift
    return lines


def nurses_present(assignments: Sequence[Assignment]) -> Counter[tuple[int, str, str]]:
    """How many nurses each day, shift and skill has."""
    return Counter((row.day, row.shift, row.skill) for row in assignments)
