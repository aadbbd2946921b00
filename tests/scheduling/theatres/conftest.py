"""Small random theatre weeks, the same for the same seed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import numpy as np
import pytest

from hospital.streams import stream_key
from hospital.theatre import (
    AgeGroup,
    Priority,
    Procedure,
    Sex,
    Surgeon,
    TheatreSession,
    WaitingPatient,
)
from hospital.theatre_plan import TheatreProblem
from scheduling.theatres.slack import nominal_slack

MONDAY = date(2026, 11, 23)
SPECIALTIES = ("eye", "orthopaedics")
LIMIT_DAYS = {Priority.URGENT: 14, Priority.SEMI_URGENT: 45, Priority.ROUTINE: 150}

Weeks = Callable[..., TheatreProblem]


@pytest.fixture(scope="session")
def random_week() -> Weeks:
    """A function from a seed and sizes to a theatre problem with nominal slack."""
    return _week


def _week(
    seed: int, patients: int = 12, sessions: int = 5, ward: float = 4.0, unit: float = 0.6
) -> TheatreProblem:
    rng = np.random.default_rng(stream_key(seed, "random_theatre_week"))
    procedures = tuple(_procedure(rng, number) for number in range(6))
    problem = TheatreProblem(
        hospital="CHR",
        first_day=MONDAY,
        days=5,
        sessions=tuple(_session(rng, number) for number in range(sessions)),
        waiting_list=tuple(_patient(rng, number, procedures) for number in range(patients)),
        procedures=procedures,
        surgeons=tuple(_surgeon(specialty, n) for specialty in SPECIALTIES for n in range(2)),
        ward_free_beds=(ward,) * 8,
        intensive_care_free_beds=(unit,) * 8,
    )
    return nominal_slack(problem)


def _procedure(rng: np.random.Generator, number: int) -> Procedure:
    return Procedure(
        procedure=f"OP-{number}",
        name=f"OP-{number}",
        specialty=SPECIALTIES[number % 2],
        mean_minutes=round(float(rng.uniform(25, 170)), 1),
        minutes_cv=round(float(rng.uniform(0.2, 0.7)), 2),
        intensive_care_probability=float(rng.choice([0.0, 0.05, 0.3])),
        mean_stay_days=float(rng.choice([0.0, 0.5, 2.0, 5.0])),
    )


def _session(rng: np.random.Generator, number: int) -> TheatreSession:
    return TheatreSession(
        session=f"S-{number:02d}",
        unit="BLOC",
        room=f"R-{number % 3}",
        weekday=int(number // 3 % 5),
        start_minute=480,
        length_minutes=int(rng.choice([240, 300, 420])),
        specialty=SPECIALTIES[int(rng.integers(2))],
        turnover_minutes=15,
    )


def _surgeon(specialty: str, number: int) -> Surgeon:
    return Surgeon(
        surgeon=f"{specialty}-{number}",
        name="x",
        hospital="CHR",
        specialty=specialty,
        daily_minutes=300,
    )


def _patient(
    rng: np.random.Generator, number: int, procedures: tuple[Procedure, ...]
) -> WaitingPatient:
    procedure = procedures[int(rng.integers(len(procedures)))]
    priority = list(Priority)[int(rng.choice(3, p=[0.15, 0.3, 0.55]))]
    referral = MONDAY + timedelta(days=2 - int(rng.exponential(0.6 * LIMIT_DAYS[priority])))
    return WaitingPatient(
        patient=f"P-{number:03d}",
        hospital="CHR",
        procedure=procedure.procedure,
        surgeon=f"{procedure.specialty}-{int(rng.integers(2))}",
        priority=priority,
        referral_date=referral,
        due_date=referral + timedelta(days=LIMIT_DAYS[priority]),
        sex=list(Sex)[int(rng.integers(2))],
        age_group=list(AgeGroup)[int(rng.integers(3))],
        province="Kénitra",
    )
