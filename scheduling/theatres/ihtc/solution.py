"""A solution of an IHTC-2024 instance, read from and written to the competition's JSON."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hospital.errors import InvalidInput, Problem, say
from scheduling.theatres.ihtc.instance import SHIFTS_PER_DAY, Instance, read_json

NOT_ADMITTED = "none"


@dataclass(frozen=True, slots=True)
class Admission:
    """Day of admission and surgery, room for the whole stay, theatre."""

    day: int
    room: str
    theatre: str


@dataclass(frozen=True, slots=True)
class Solution:
    """Admissions by patient, and the nurses of each room and shift.

    ``nurses`` maps (room, shift number) to the nurses given; more than one breaks a rule, and
    has to be readable for that to be said.
    """

    admissions: Mapping[str, Admission]
    nurses: Mapping[tuple[str, int], tuple[str, ...]]


def read_solution(path: Path, instance: Instance) -> Solution:
    """The solution of a JSON file, plain or gzipped.

    Raises:
        InvalidInput: ``unreadable_file``, ``not_json``, or every ``unknown_code``,
            ``patient_twice``, ``outside_horizon`` and ``wrong_shape`` in it.
    """
    return parse_solution(read_json(path), instance, path.name)


def parse_solution(content: Any, instance: Instance, file: str = "solution") -> Solution:
    """The solution in a parsed JSON document; raises like ``read_solution``."""
    reader = _Reader(instance, file, [])
    try:
        admissions = dict(reader.admissions(content["patients"]))
        nurses: defaultdict[tuple[str, int], list[str]] = defaultdict(list)
        for room, shift, nurse in reader.nurses(content["nurses"]):
            nurses[room, shift].append(nurse)
    except (KeyError, TypeError, AttributeError) as failure:
        reader.problems.append(
            reader.problem("wrong_shape", str(failure), say("the keys of a solution"))
        )
        raise InvalidInput(reader.problems) from failure
    if reader.problems:
        raise InvalidInput(reader.problems)
    return Solution(admissions, {key: tuple(row) for key, row in sorted(nurses.items())})


@dataclass(frozen=True, slots=True)
class _Reader:
    instance: Instance
    file: str
    problems: list[Problem]

    def problem(self, code: str, found: str, expected: str) -> Problem:
        """One thing that is wrong in the solution."""
        remedy = say("Check that the solution belongs to this instance.")
        return Problem(code=code, file=self.file, found=found, expected=expected, remedy=remedy)

    def admissions(self, rows: Any) -> Iterator[tuple[str, Admission]]:
        """Every admitted patient."""
        seen: set[str] = set()
        for row in rows:
            if row["id"] in seen:
                self.problems.append(
                    self.problem("patient_twice", row["id"], say("one line for each patient"))
                )
            seen.add(row["id"])
            self._known(row["id"], self.instance.patient_by_id)
            if row["admission_day"] == NOT_ADMITTED:
                continue
            self._known(row["room"], self.instance.room_by_id)
            self._known(row["operating_theater"], self.instance.theatre_by_id)
            day = self._day(row["admission_day"])
            yield row["id"], Admission(day, row["room"], row["operating_theater"])

    def nurses(self, rows: Any) -> Iterator[tuple[str, int, str]]:
        """Every room, shift and nurse."""
        for row in rows:
            self._known(row["id"], self.instance.nurse_by_id)
            for given in row["assignments"]:
                self._known(given["shift"], dict.fromkeys(self.instance.shift_types))
                if given["shift"] not in self.instance.shift_types:
                    continue
                shift = self.instance.shift_number(self._day(given["day"]), given["shift"])
                for room in given["rooms"]:
                    self._known(room, self.instance.room_by_id)
                    yield room, shift, row["id"]

    def _known(self, code: str, known: Mapping[str, object]) -> None:
        if code not in known:
            self.problems.append(
                self.problem("unknown_code", str(code), say("a code of the instance"))
            )

    def _day(self, day: Any) -> int:
        if not isinstance(day, int) or not 0 <= day < self.instance.days:
            expected = say("a day from 0 to {last}", last=self.instance.days - 1)
            self.problems.append(self.problem("outside_horizon", str(day), expected))
            return 0
        return day


def to_json(solution: Solution, instance: Instance) -> dict[str, Any]:
    """The solution as the competition writes it."""
    return {
        "patients": [_patient(solution, row.id) for row in instance.patients],
        "nurses": [
            {"id": row.id, "assignments": _assignments(solution, instance, row.id)}
            for row in instance.nurses
        ],
    }


def _patient(solution: Solution, patient: str) -> dict[str, Any]:
    admission = solution.admissions.get(patient)
    if admission is None:
        return {"id": patient, "admission_day": NOT_ADMITTED}
    return {
        "id": patient,
        "admission_day": admission.day,
        "room": admission.room,
        "operating_theater": admission.theatre,
    }


def _assignments(solution: Solution, instance: Instance, nurse: str) -> list[dict[str, Any]]:
    rooms: defaultdict[int, list[str]] = defaultdict(list)
    for (room, shift), nurses in solution.nurses.items():
        if nurse in nurses:
            rooms[shift].append(room)
    return [
        {
            "day": shift // SHIFTS_PER_DAY,
            "shift": instance.shift_types[shift % SHIFTS_PER_DAY],
            "rooms": sorted(rooms[shift]),
        }
        for shift in sorted(rooms)
    ]
