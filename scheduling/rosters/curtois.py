"""The Curtois–Qu text format of nurse rostering: read it, write rosters, score them.

Instances live at schedulingbenchmarks.org and are never part of this project: the person gives
a path. ``score`` reads a roster as the rules are written and shares nothing with a solver.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from pathlib import Path

from hospital.base import DAYS_PER_WEEK
from hospital.errors import InvalidInput, Problem, say
from hospital.violation import Violation

SATURDAY = 5
OFF = ""
Lines = Mapping[str, Sequence[str]]
"""For each employee one shift code a day, empty when off."""


@dataclass(frozen=True, slots=True)
class ShiftKind:
    """A shift, its length, and the shifts that must not follow it on the next day."""

    code: str
    minutes: int
    cannot_precede: frozenset[str]


@dataclass(frozen=True, slots=True)
class Employee:
    """One person's limits; runs at either end of the horizon may be shorter than the minima."""

    code: str
    max_shifts: Mapping[str, int]
    max_minutes: int
    min_minutes: int
    max_run_days: int
    min_run_days: int
    min_days_off: int
    max_weekends: int
    days_off: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Wish:
    """To work, or not to work, a shift on a day; its weight is the cost of refusing."""

    employee: str
    day: int
    shift: str
    weight: int
    wants_work: bool


@dataclass(frozen=True, slots=True)
class CoverTarget:
    """How many people a shift wants on a day, and the cost of each one fewer or more."""

    day: int
    shift: str
    wanted: int
    under_weight: int
    over_weight: int


@dataclass(frozen=True, slots=True)
class Instance:
    """One benchmark instance. Day 0 is a Monday."""

    days: int
    shifts: tuple[ShiftKind, ...]
    employees: tuple[Employee, ...]
    wishes: tuple[Wish, ...]
    cover: tuple[CoverTarget, ...]


@dataclass(frozen=True, slots=True)
class Score:
    """The cost of a roster and every hard rule that it breaks."""

    cost: int
    violations: tuple[Violation, ...]


def read_instance(path: Path) -> Instance:
    """Read one instance file.

    Raises:
        InvalidInput: naming each line that cannot be read, or the sections that are missing.
    """
    sections, problems = _sections(path)
    if problems:
        raise InvalidInput(problems)
    days_off = {
        row[0]: frozenset(int(day) for day in row[1:]) for row in sections["SECTION_DAYS_OFF"]
    }
    return Instance(
        days=int(sections["SECTION_HORIZON"][0][0]),
        shifts=tuple(_shift(row) for row in sections["SECTION_SHIFTS"]),
        employees=tuple(_employee(row, days_off) for row in sections["SECTION_STAFF"]),
        wishes=(
            *(_wish(row, wants_work=True) for row in sections["SECTION_SHIFT_ON_REQUESTS"]),
            *(_wish(row, wants_work=False) for row in sections["SECTION_SHIFT_OFF_REQUESTS"]),
        ),
        cover=tuple(_target(row) for row in sections["SECTION_COVER"]),
    )


def roster_text(instance: Instance, lines: Lines) -> str:
    """A roster in the format's own table: one row a person, tab-separated shifts by day."""
    rows = ["\t".join(lines[person.code]) for person in instance.employees]
    return "\n".join(rows) + "\n"


def read_roster(instance: Instance, text: str) -> dict[str, tuple[str, ...]]:
    """The inverse of ``roster_text``."""
    rows = text.split("\n")
    return {
        person.code: tuple(row.split("\t"))
        for person, row in zip(instance.employees, rows, strict=False)
    }


def score(instance: Instance, lines: Lines) -> Score:
    """The cost of a roster by the benchmark's rules, and what it breaks."""
    broken = [v for person in instance.employees for v in _broken(instance, person, lines)]
    refused = sum(
        wish.weight
        for wish in instance.wishes
        if (lines[wish.employee][wish.day] == wish.shift) != wish.wants_work
    )
    cover = sum(_cover_cost(target, lines) for target in instance.cover)
    return Score(refused + cover, tuple(broken))


def _cover_cost(target: CoverTarget, lines: Lines) -> int:
    present = sum(line[target.day] == target.shift for line in lines.values())
    under = max(0, target.wanted - present) * target.under_weight
    return under + max(0, present - target.wanted) * target.over_weight


def _broken(instance: Instance, person: Employee, lines: Lines) -> Iterator[Violation]:
    line = lines[person.code]
    for rule, found, limit, is_kept in (
        *_totals(instance, person, line),
        *_runs(instance, person, line),
    ):
        if not is_kept:
            yield Violation(rule, person.code, "", str(found), str(limit))


Finding = tuple[str, object, object, bool]


def _totals(instance: Instance, person: Employee, line: Sequence[str]) -> Iterator[Finding]:
    """Days off, minutes, numbers of each shift, weekends, successions."""
    shifts = {shift.code: shift for shift in instance.shifts}
    minutes = sum(shifts[code].minutes for code in line if code)
    yield "length", len(line), instance.days, len(line) == instance.days
    yield "maximum_minutes", minutes, person.max_minutes, minutes <= person.max_minutes
    yield "minimum_minutes", minutes, person.min_minutes, minutes >= person.min_minutes
    for day in person.days_off:
        yield "day_off", line[day], day, line[day] == OFF
    for code in shifts:
        limit = person.max_shifts.get(code, 0)
        yield "maximum_shifts", line.count(code), limit, line.count(code) <= limit
    for first, second in pairwise(line):
        allowed = not first or second not in shifts[first].cannot_precede
        yield "succession", second, first, allowed
    weekends = sum(
        any(line[day : day + 2]) for day in range(SATURDAY, instance.days, DAYS_PER_WEEK)
    )
    yield "maximum_weekends", weekends, person.max_weekends, weekends <= person.max_weekends


def _runs(instance: Instance, person: Employee, line: Sequence[str]) -> Iterator[Finding]:
    """Runs of work not too long, and within the horizon neither work nor rest too short."""
    day = 0
    for works, group in groupby(line, key=bool):
        length = len(list(group))
        is_inside = day > 0 and day + length < instance.days
        day += length
        if works:
            yield "maximum_run", length, person.max_run_days, length <= person.max_run_days
        least = person.min_run_days if works else person.min_days_off
        yield "minimum_run", length, least, length >= least or not is_inside


def _shift(row: list[str]) -> ShiftKind:
    return ShiftKind(row[0], int(row[1]), frozenset(filter(None, row[2].split("|"))))


def _employee(row: list[str], days_off: Mapping[str, frozenset[int]]) -> Employee:
    limits = (part.split("=") for part in row[1].split("|"))
    figures = [int(figure) for figure in row[2:8]]
    return Employee(
        code=row[0],
        max_shifts={code: int(limit) for code, limit in limits},
        max_minutes=figures[0],
        min_minutes=figures[1],
        max_run_days=figures[2],
        min_run_days=figures[3],
        min_days_off=figures[4],
        max_weekends=figures[5],
        days_off=days_off.get(row[0], frozenset()),
    )


def _wish(row: list[str], *, wants_work: bool) -> Wish:
    return Wish(row[0], int(row[1]), row[2], int(row[3]), wants_work)


def _target(row: list[str]) -> CoverTarget:
    day, shift, wanted, under, over = row
    return CoverTarget(int(day), shift, int(wanted), int(under), int(over))


SECTIONS: Mapping[str, tuple[int, Callable[[list[str]], object]]] = {
    "SECTION_HORIZON": (1, lambda row: int(row[0])),
    "SECTION_SHIFTS": (3, _shift),
    "SECTION_STAFF": (8, lambda row: _employee(row, {})),
    "SECTION_DAYS_OFF": (2, lambda row: [int(day) for day in row[1:]]),
    "SECTION_SHIFT_ON_REQUESTS": (4, lambda row: _wish(row, wants_work=True)),
    "SECTION_SHIFT_OFF_REQUESTS": (4, lambda row: _wish(row, wants_work=False)),
    "SECTION_COVER": (5, _target),
}
"""Every section: how many columns at least, and what must be able to read a row."""


def _sections(path: Path) -> tuple[dict[str, list[list[str]]], list[Problem]]:
    """The rows of every section, and each line that its section cannot read."""
    rows: dict[str, list[list[str]]] = {name: [] for name in SECTIONS}
    problems: list[Problem] = []
    section = ""
    for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        if line in SECTIONS:
            section = line
        elif section and _is_readable(section, line.split(",")):
            rows[section].append(line.split(","))
        else:
            problems.append(_unreadable(path, number, line, section))
    needed = ("SECTION_HORIZON", "SECTION_SHIFTS", "SECTION_STAFF", "SECTION_COVER")
    problems += [_missing(path, name) for name in needed if not rows[name] and not problems]
    return rows, problems


def _is_readable(section: str, row: list[str]) -> bool:
    least, read = SECTIONS[section]
    try:
        read(row)
    except (ValueError, IndexError, TypeError):
        return False
    return len(row) >= least


def _unreadable(path: Path, number: int, line: str, section: str) -> Problem:
    expected = (
        say("a row of {section}", section=section)
        if section
        else say("a section of the Curtois–Qu format")
    )
    remedy = say("Compare with the comment line that names the columns.")
    return Problem("unreadable_line", path.name, line[:60], expected, remedy, row=number)


def _missing(path: Path, section: str) -> Problem:
    remedy = say("Take the whole file from schedulingbenchmarks.org.")
    return Problem("missing_section", path.name, say("nothing"), section, remedy)
