"""A small instance drawn at random, feasible by the way it is made."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from scheduling.theatres.ihtc.instance import Instance

DAYS, ROOMS, NURSES, PATIENTS = 7, 4, 9, 18
SHIFTS = ("early", "late", "night")
AGES = ("child", "adult", "elderly")


def drawn(seed: int, patients: int = PATIENTS, mandatory: float = 0.3) -> dict[str, Any]:
    """The JSON of an instance with two theatres, two surgeons and an occupant."""
    chance = np.random.default_rng(seed)
    return {
        "days": DAYS,
        "shift_types": SHIFTS,
        "age_groups": AGES,
        "occupants": [_stay(chance, "a0") | {"room_id": "r0"}],
        "patients": [_patient(chance, f"p{at}", mandatory) for at in range(patients)],
        "surgeons": [{"id": f"s{at}", "max_surgery_time": [240] * DAYS} for at in range(2)],
        "operating_theaters": [{"id": f"t{at}", "availability": [300] * DAYS} for at in range(2)],
        "rooms": [{"id": f"r{at}", "capacity": 2 + at % 2} for at in range(ROOMS)],
        "nurses": [_nurse(chance, at) for at in range(NURSES)],
        "weights": {
            "room_mixed_age": 5,
            "room_nurse_skill": 3,
            "continuity_of_care": 2,
            "nurse_eccessive_workload": 7,
            "open_operating_theater": 30,
            "surgeon_transfer": 4,
            "patient_delay": 6,
            "unscheduled_optional": 150,
        },
    }


def _stay(chance: np.random.Generator, code: str) -> dict[str, Any]:
    days = int(chance.integers(1, 5))
    return {
        "id": code,
        "gender": "AB"[int(chance.integers(2))],
        "age_group": AGES[int(chance.integers(3))],
        "length_of_stay": days,
        "workload_produced": chance.integers(1, 4, 3 * days).tolist(),
        "skill_level_required": chance.integers(0, 3, 3 * days).tolist(),
    }


def _patient(chance: np.random.Generator, code: str, mandatory: float) -> dict[str, Any]:
    release, must = int(chance.integers(0, 4)), bool(chance.random() < mandatory)
    return (
        _stay(chance, code)
        | ({"surgery_due_day": release + 3} if must else {})
        | {
            "mandatory": must,
            "surgery_release_day": release,
            "surgery_duration": int(chance.integers(3, 9)) * 15,
            "surgeon_id": f"s{int(chance.integers(2))}",
            "incompatible_room_ids": ["r3"] if chance.random() < 0.2 else [],
        }
    )


def _nurse(chance: np.random.Generator, at: int) -> dict[str, Any]:
    shift = SHIFTS[at % 3]
    return {
        "id": f"n{at}",
        "skill_level": int(chance.integers(0, 3)),
        "working_shifts": [
            {"day": day, "shift": shift, "max_load": int(chance.integers(3, 8))}
            for day in range(DAYS)
        ],
    }


@pytest.fixture
def instance() -> Instance:
    """Eighteen patients, a third of them mandatory."""
    return Instance.model_validate(drawn(1))
