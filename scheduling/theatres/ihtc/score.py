"""The score of an IHTC-2024 solution, written from the rules alone.

Rules that bite: stays are cut at the horizon; occupants count for continuity, skill, load, gender
and age; delay counts from release; an empty room costs nothing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from hospital.violation import Score, Violation
from scheduling.theatres.ihtc.instance import SHIFTS_PER_DAY, Instance, Stay
from scheduling.theatres.ihtc.solution import Solution


@dataclass(frozen=True, slots=True)
class Present:
    """A person in a room on a day: who, and the day of the stay."""

    person: Stay
    key: str
    stay_day: int


@dataclass(frozen=True)
class Case:
    """An instance with a solution, and who lies where on which day."""

    instance: Instance
    solution: Solution

    @cached_property
    def rooms(self) -> dict[tuple[str, int], list[Present]]:
        """People in each room and day that is not empty."""
        rooms: defaultdict[tuple[str, int], list[Present]] = defaultdict(list)
        for room, first_day, person, key in self._stays():
            last_day = min(self.instance.days, first_day + person.length_of_stay)
            for day in range(first_day, last_day):
                rooms[room, day].append(Present(person, key, day - first_day))
        return dict(sorted(rooms.items()))

    def _stays(self) -> Iterator[tuple[str, int, Stay, str]]:
        for occupant in self.instance.occupants:
            yield occupant.room_id, 0, occupant, f"occupant:{occupant.id}"
        for patient, admission in self.solution.admissions.items():
            person = self.instance.patient_by_id[patient]
            yield admission.room, admission.day, person, f"patient:{patient}"

    def nursed(self) -> Iterator[tuple[str, int, list[Present], tuple[str, ...]]]:
        """Every occupied room and shift with the people in it and the nurses given."""
        for (room, day), people in self.rooms.items():
            for at in range(SHIFTS_PER_DAY):
                shift = SHIFTS_PER_DAY * day + at
                yield room, shift, people, self.solution.nurses.get((room, shift), ())


def score(instance: Instance, solution: Solution) -> Score:
    """Hard violations and soft costs of this solution."""
    case = Case(instance, solution)
    violations = tuple(found for rule in HARD_RULES for found in rule(case))
    weights = instance.weights.model_dump()
    return Score(violations, {name: weights[name] * count(case) for name, count in SOFT.items()})


def room_gender_mix(case: Case) -> Iterator[Violation]:
    """A room never holds both genders on a day."""
    for (room, day), people in case.rooms.items():
        genders = Counter(present.person.gender for present in people)
        if len(genders) > 1:
            yield Violation("room_gender_mix", room, str(day), str(min(genders.values())), "0")


def room_compatibility(case: Case) -> Iterator[Violation]:
    """A patient is not put in an incompatible room."""
    for patient, admission in case.solution.admissions.items():
        if admission.room in case.instance.patient_by_id[patient].incompatible_room_ids:
            when = str(admission.day)
            yield Violation("room_compatibility", patient, when, admission.room, "another room")


def room_capacity(case: Case) -> Iterator[Violation]:
    """A room never holds more people than beds."""
    for (room, day), people in case.rooms.items():
        capacity = case.instance.room_by_id[room].capacity
        if len(people) > capacity:
            yield Violation("room_capacity", room, str(day), str(len(people)), str(capacity))


def surgeon_overtime(case: Case) -> Iterator[Violation]:
    """A surgeon operates no longer than the minutes of the day."""
    minutes: Counter[tuple[str, int]] = Counter()
    for patient, admission in case.solution.admissions.items():
        row = case.instance.patient_by_id[patient]
        minutes[row.surgeon_id, admission.day] += row.surgery_duration
    for (surgeon, day), total in sorted(minutes.items()):
        limit = case.instance.surgeon_by_id[surgeon].max_surgery_time[day]
        if total > limit:
            yield Violation("surgeon_overtime", surgeon, str(day), str(total), str(limit))


def theatre_overtime(case: Case) -> Iterator[Violation]:
    """A theatre is used no longer than it is open."""
    minutes: Counter[tuple[str, int]] = Counter()
    for patient, admission in case.solution.admissions.items():
        duration = case.instance.patient_by_id[patient].surgery_duration
        minutes[admission.theatre, admission.day] += duration
    for (theatre, day), total in sorted(minutes.items()):
        limit = case.instance.theatre_by_id[theatre].availability[day]
        if total > limit:
            yield Violation("theatre_overtime", theatre, str(day), str(total), str(limit))


def mandatory_unscheduled(case: Case) -> Iterator[Violation]:
    """A mandatory patient is admitted."""
    for row in case.instance.patients:
        if row.mandatory and row.id not in case.solution.admissions:
            yield Violation("mandatory_unscheduled", row.id, "", "not admitted", "admitted")


def admission_day(case: Case) -> Iterator[Violation]:
    """An admission is neither before release nor, for a mandatory patient, after the due day."""
    for patient, admission in case.solution.admissions.items():
        row = case.instance.patient_by_id[patient]
        latest = case.instance.latest_day(row)
        if not row.surgery_release_day <= admission.day <= latest:
            limit = f"{row.surgery_release_day}-{latest}"
            yield Violation("admission_day", patient, str(admission.day), "", limit)


def nurse_presence(case: Case) -> Iterator[Violation]:
    """A nurse is given rooms only on shifts that they work."""
    works = {
        (nurse.id, case.instance.shift_number(row.day, row.shift))
        for nurse in case.instance.nurses
        for row in nurse.working_shifts
    }
    for (room, shift), nurses in case.solution.nurses.items():
        for nurse in nurses:
            if (nurse, shift) not in works:
                yield Violation("nurse_presence", nurse, str(shift), room, "a working shift")


def uncovered_room(case: Case) -> Iterator[Violation]:
    """An occupied room has a nurse on every shift."""
    for room, shift, _, nurses in case.nursed():
        if not nurses:
            yield Violation("uncovered_room", room, str(shift), "0", "1")


def room_nursed_twice(case: Case) -> Iterator[Violation]:
    """A room has one nurse on a shift."""
    for (room, shift), nurses in case.solution.nurses.items():
        if len(nurses) > 1:
            yield Violation("room_nursed_twice", room, str(shift), str(len(nurses)), "1")


def mixed_age(case: Case) -> int:
    """Spread of the age groups in each room and day."""
    place = {name: at for at, name in enumerate(case.instance.age_groups)}
    ages = ([place[p.person.age_group] for p in people] for people in case.rooms.values())
    return sum(max(row) - min(row) for row in ages)


def skill_shortfall(case: Case) -> int:
    """Levels that nurses lack for the people in their rooms, shift by shift."""
    total = 0
    for _, shift, people, nurses in case.nursed():
        for nurse in nurses:
            skill = case.instance.nurse_by_id[nurse].skill_level
            required = (
                present.person.skill_level_required[_at(present, shift)] for present in people
            )
            total += sum(max(0, level - skill) for level in required)
    return total


def distinct_nurses(case: Case) -> int:
    """Different nurses of each person, added up."""
    seen: defaultdict[str, set[str]] = defaultdict(set)
    for _, _, people, nurses in case.nursed():
        for present in people:
            seen[present.key].update(nurses)
    return sum(len(nurses) for nurses in seen.values())


def excess_workload(case: Case) -> int:
    """Work beyond the maximum load of each nurse and shift."""
    limits = {
        (nurse.id, case.instance.shift_number(row.day, row.shift)): row.max_load
        for nurse in case.instance.nurses
        for row in nurse.working_shifts
    }
    load: Counter[tuple[str, int]] = Counter()
    for _, shift, people, nurses in case.nursed():
        for nurse in nurses:
            work = (present.person.workload_produced[_at(present, shift)] for present in people)
            load[nurse, shift] += sum(work)
    return sum(max(0, total - limits.get(key, 0)) for key, total in load.items())


def open_theatres(case: Case) -> int:
    """Theatres opened, day by day."""
    return len({(row.theatre, row.day) for row in case.solution.admissions.values()})


def surgeon_transfers(case: Case) -> int:
    """Theatres of a surgeon in a day beyond the first."""
    theatres: defaultdict[tuple[str, int], set[str]] = defaultdict(set)
    for patient, row in case.solution.admissions.items():
        surgeon = case.instance.patient_by_id[patient].surgeon_id
        theatres[surgeon, row.day].add(row.theatre)
    return sum(len(used) - 1 for used in theatres.values())


def delay_days(case: Case) -> int:
    """Days from release to admission."""
    patients = case.instance.patient_by_id
    return sum(
        max(0, row.day - patients[patient].surgery_release_day)
        for patient, row in case.solution.admissions.items()
    )


def unscheduled(case: Case) -> int:
    """Optional patients who are not admitted."""
    admitted = case.solution.admissions
    return sum(not row.mandatory and row.id not in admitted for row in case.instance.patients)


def _at(present: Present, shift: int) -> int:
    return SHIFTS_PER_DAY * present.stay_day + shift % SHIFTS_PER_DAY


HARD_RULES = (
    room_gender_mix,
    room_compatibility,
    room_capacity,
    surgeon_overtime,
    theatre_overtime,
    mandatory_unscheduled,
    admission_day,
    nurse_presence,
    uncovered_room,
    room_nursed_twice,
)

SOFT = {
    "room_mixed_age": mixed_age,
    "room_nurse_skill": skill_shortfall,
    "continuity_of_care": distinct_nurses,
    "nurse_eccessive_workload": excess_workload,
    "open_operating_theater": open_theatres,
    "surgeon_transfer": surgeon_transfers,
    "patient_delay": delay_days,
    "unscheduled_optional": unscheduled,
}
