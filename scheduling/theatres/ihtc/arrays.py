"""An instance as arrays, for compiled kernels.

People are the patients to admit, then the occupants; everybody and everything has the number of
its place in the instance. Costs keep the order of ``SOFT``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from scheduling.theatres.ihtc.instance import SHIFTS_PER_DAY, Instance, Patient, Stay

Ints = npt.NDArray[np.int32]
Bools = npt.NDArray[np.bool_]

AGE, SKILL, CONTINUITY, LOAD, THEATRE, TRANSFER, DELAY, ABSENT = range(8)
"""Places of the soft costs in ``Case.weights``."""
NOBODY = -1
OFF_DUTY = -1


class Case(NamedTuple):
    """What an instance fixes. M people, of whom the first P may be admitted; S shifts.

    ``work``, ``skill`` (M, longest stay in shifts); ``first_day``, ``last_day``, ``minutes``,
    ``surgeon``, ``absent_points`` (P,) with the points of leaving a patient out; ``fits`` (P,
    rooms); ``most_load`` (nurses, S), ``OFF_DUTY`` where a nurse does not work; ``on_duty`` (S,
    most nurses) with ``on_duty_count`` (S,); ``theatre_minutes``, ``surgeon_minutes`` by day.
    """

    days: int
    patients: int
    age_groups: int
    weights: npt.NDArray[np.int64]
    stay: Ints
    age: Ints
    gender: Ints
    work: Ints
    skill: Ints
    first_day: Ints
    last_day: Ints
    minutes: Ints
    surgeon: Ints
    absent_points: npt.NDArray[np.int64]
    mandatory: Bools
    fits: Bools
    nurse_skill: Ints
    most_load: Ints
    on_duty: Ints
    on_duty_count: Ints
    beds: Ints
    theatre_minutes: Ints
    surgeon_minutes: Ints


def case_of(instance: Instance) -> Case:
    """The arrays of an instance."""
    patients = instance.patients
    people: tuple[Stay, ...] = (*patients, *instance.occupants)
    weights = _weights(instance)
    most_load = _most_load(instance)
    on_duty, on_duty_count = _on_duty(most_load)
    surgeon = {row.id: at for at, row in enumerate(instance.surgeons)}
    age = {name: at for at, name in enumerate(instance.age_groups)}
    return Case(
        days=instance.days,
        patients=len(patients),
        age_groups=len(instance.age_groups),
        weights=weights,
        stay=_ints([row.length_of_stay for row in people]),
        age=_ints([age[row.age_group] for row in people]),
        gender=_ints([row.gender == "B" for row in people]),
        work=_by_shift([row.workload_produced for row in people]),
        skill=_by_shift([row.skill_level_required for row in people]),
        first_day=_ints([row.surgery_release_day for row in patients]),
        last_day=_ints([instance.latest_day(row) for row in patients]),
        minutes=_ints([row.surgery_duration for row in patients]),
        surgeon=_ints([surgeon[row.surgeon_id] for row in patients]),
        absent_points=_absent_points(patients, weights),
        mandatory=np.array([row.mandatory for row in patients], np.bool_),
        fits=np.array(
            [
                [room.id not in row.incompatible_room_ids for room in instance.rooms]
                for row in patients
            ],
            np.bool_,
        ).reshape(len(patients), len(instance.rooms)),
        nurse_skill=_ints([row.skill_level for row in instance.nurses]),
        most_load=most_load,
        on_duty=on_duty,
        on_duty_count=on_duty_count,
        beds=_ints([row.capacity for row in instance.rooms]),
        theatre_minutes=_ints([row.availability for row in instance.operating_theaters]),
        surgeon_minutes=_ints([row.max_surgery_time for row in instance.surgeons]),
    )


MANDATORY_FACTOR = 10
"""A mandatory patient left out weighs as ten optional ones: no plan of use leaves one out, but
the search may pass through plans that do, which is how it finds a first plan of a tight case."""


def _absent_points(
    patients: Sequence[Patient], weights: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    optional = int(weights[ABSENT])
    mandatory = MANDATORY_FACTOR * max(optional, int(weights.max()))
    points = [mandatory if row.mandatory else optional for row in patients]
    return np.array(points, np.int64)


def _weights(instance: Instance) -> npt.NDArray[np.int64]:
    rows = instance.weights
    return np.array(
        [
            rows.room_mixed_age,
            rows.room_nurse_skill,
            rows.continuity_of_care,
            rows.nurse_eccessive_workload,
            rows.open_operating_theater,
            rows.surgeon_transfer,
            rows.patient_delay,
            rows.unscheduled_optional,
        ],
        np.int64,
    )


def _most_load(instance: Instance) -> Ints:
    shifts = SHIFTS_PER_DAY * instance.days
    most = np.full((len(instance.nurses), shifts), OFF_DUTY, np.int32)
    for at, nurse in enumerate(instance.nurses):
        for row in nurse.working_shifts:
            most[at, instance.shift_number(row.day, row.shift)] = row.max_load
    return most


def _on_duty(most_load: Ints) -> tuple[Ints, Ints]:
    works = most_load != OFF_DUTY
    count = works.sum(axis=0).astype(np.int32)
    on_duty = np.full((most_load.shape[1], max(1, int(count.max(initial=0)))), NOBODY, np.int32)
    for shift in range(most_load.shape[1]):
        on_duty[shift, : count[shift]] = np.flatnonzero(works[:, shift])
    return on_duty, count


def _by_shift(rows: Sequence[Sequence[int]]) -> Ints:
    wide = max((len(row) for row in rows), default=0)
    return _ints([[*row, *[0] * (wide - len(row))] for row in rows])


def _ints(values: object) -> Ints:
    return np.ascontiguousarray(np.array(values, dtype=np.int32))
