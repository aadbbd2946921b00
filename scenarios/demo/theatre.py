"""Procedures, surgeons, sessions and waiting list of the demo GST.

Times come from the moments that Leeftink and Hans (2018, doi 10.1007/s10951-017-0539-8)
publish by specialty: the procedures of a specialty are spread so that, in equal numbers,
their mixture has exactly the published mean and coefficient of variation.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from math import ceil, expm1, sqrt
from types import MappingProxyType

import numpy as np

from hospital.places import HospitalLevel
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
from scenarios.demo.period import AS_OF
from scenarios.demo.places import theatre_rooms
from scenarios.demo.sizes import Site

WITHIN_PROCEDURE_SIGMA = 0.5
"""Log-normal sigma of one procedure: the median of the published types is 0.5 to 0.6."""

SPECIALTY_MOMENTS = MappingProxyType(
    {
        "general_surgery": (146.0, 0.74),
        "orthopaedics": (88.0, 0.72),
        "gynaecology": (94.0, 0.78),
        "urology": (79.0, 0.87),
        "ent": (128.0, 0.90),
        "eye": (66.0, 0.58),
        "neurosurgery": (95.0, 1.30),
        "thoracic_surgery": (174.0, 0.77),
        "plastic_surgery": (87.0, 0.88),
        "oncology": (139.0, 0.85),
    }
)
"""Mean [minutes] and coefficient of variation of the theatre time, by specialty."""

DEMAND_WEIGHTS = MappingProxyType(
    {
        "general_surgery": 28,
        "orthopaedics": 20,
        "gynaecology": 18,
        "urology": 10,
        "ent": 9,
        "eye": 10,
        "neurosurgery": 4,
        "thoracic_surgery": 3,
        "plastic_surgery": 4,
        "oncology": 8,
    }
)

_LOCAL = ("general_surgery", "gynaecology")
_PROVINCIAL = (*_LOCAL, "orthopaedics", "urology")
_REGIONAL = (*_PROVINCIAL, "ent", "eye")
OPERATED = MappingProxyType(
    {
        HospitalLevel.LOCAL: _LOCAL,
        HospitalLevel.PROVINCIAL: _PROVINCIAL,
        HospitalLevel.REGIONAL: _REGIONAL,
        HospitalLevel.UNIVERSITY: tuple(SPECIALTY_MOMENTS),
    }
)
"""Specialties operated on at each level."""


@dataclass(frozen=True, slots=True)
class Operation:
    """A procedure of the catalogue; within a specialty they come from short to long."""

    code: str
    name: str
    specialty: str
    intensive_care_probability: float
    mean_stay_days: float


CATALOGUE = (
    Operation("GEN-1", "Cure de hernie inguinale", "general_surgery", 0.0, 1.5),
    Operation("GEN-2", "Appendicectomie", "general_surgery", 0.01, 2.5),
    Operation("GEN-3", "Cholécystectomie", "general_surgery", 0.01, 2.5),
    Operation("GEN-4", "Cure d'éventration", "general_surgery", 0.03, 4.0),
    Operation("GEN-5", "Colectomie", "general_surgery", 0.20, 8.0),
    Operation("ORT-1", "Ablation de matériel", "orthopaedics", 0.0, 1.0),
    Operation("ORT-2", "Ostéosynthèse du poignet", "orthopaedics", 0.0, 2.0),
    Operation("ORT-3", "Ostéosynthèse du fémur", "orthopaedics", 0.05, 7.0),
    Operation("ORT-4", "Prothèse de hanche", "orthopaedics", 0.06, 7.0),
    Operation("GYN-1", "Hystéroscopie opératoire", "gynaecology", 0.0, 0.5),
    Operation("GYN-2", "Kystectomie ovarienne", "gynaecology", 0.0, 2.0),
    Operation("GYN-3", "Hystérectomie", "gynaecology", 0.02, 4.0),
    Operation("URO-1", "Cystoscopie avec biopsie", "urology", 0.0, 0.5),
    Operation("URO-2", "Résection de prostate", "urology", 0.01, 3.5),
    Operation("URO-3", "Néphrectomie", "urology", 0.10, 6.0),
    Operation("ORL-1", "Amygdalectomie", "ent", 0.0, 1.0),
    Operation("ORL-2", "Septoplastie", "ent", 0.0, 1.0),
    Operation("ORL-3", "Thyroïdectomie", "ent", 0.02, 3.0),
    Operation("OPH-1", "Exérèse de ptérygion", "eye", 0.0, 0.2),
    Operation("OPH-2", "Cataracte", "eye", 0.0, 0.3),
    Operation("OPH-3", "Vitrectomie", "eye", 0.0, 1.0),
    Operation("NEU-1", "Libération du canal carpien", "neurosurgery", 0.0, 0.2),
    Operation("NEU-2", "Cure de hernie discale", "neurosurgery", 0.02, 3.0),
    Operation("NEU-3", "Exérèse de tumeur cérébrale", "neurosurgery", 0.85, 9.0),
    Operation("THO-1", "Thoracoscopie", "thoracic_surgery", 0.10, 4.0),
    Operation("THO-2", "Lobectomie pulmonaire", "thoracic_surgery", 0.60, 8.0),
    Operation("PLA-1", "Greffe de peau", "plastic_surgery", 0.01, 3.0),
    Operation("PLA-2", "Reconstruction par lambeau", "plastic_surgery", 0.05, 6.0),
    Operation("ONC-1", "Tumorectomie mammaire", "oncology", 0.0, 1.5),
    Operation("ONC-2", "Gastrectomie", "oncology", 0.35, 10.0),
)

SESSION_START_MINUTE = 510
SESSION_MINUTES = 360
TURNOVER_MINUTES = 20
LOCAL_WEEKDAYS = (0, 2, 3)
WORKING_WEEKDAYS = (0, 1, 2, 3, 4)
SESSIONS_PER_SURGEON = 3
SURGEON_DAILY_MINUTES = 420
WAITING_PER_BED = 0.37
PRIORITY_SHARES = (0.10, 0.30, 0.60)
PRIORITY_LIMIT_DAYS = (14, 45, 150)
"""Longest wait by priority [days, hypothesis]."""
WAITED_OVER_LIMIT = 0.55
"""Mean wait so far over the limit: about one patient in six is overdue [hypothesis]."""
OWN_PROVINCE_SHARE = 0.8
CHILD_SHARE, OLDER_SHARE = 0.10, 0.30
ACCEPTS_OTHER_SHARE = 0.3
"""Patients who would go to another hospital of the GST [hypothesis]."""


def between_procedures(count: int, specialty_cv: float) -> list[float]:
    """Means of the procedures over the mean of the specialty, from short to long.

    With equal numbers of each and a coefficient of variation w within each, the mixture has
    cv² + 1 = (1 + w²)(1 + b²), where b is the coefficient of variation of these factors.
    """
    target = sqrt((1 + specialty_cv**2) / (1 + within_procedure_cv() ** 2) - 1)
    places = np.linspace(-1, 1, count)
    low, high = 0.0, 20.0
    for _ in range(80):
        stretch = (low + high) / 2
        factors = np.exp(stretch * places)
        factors /= factors.mean()
        low, high = (stretch, high) if factors.std() < target else (low, stretch)
    return [float(factor) for factor in factors]


def within_procedure_cv() -> float:
    """Coefficient of variation of a log-normal law with ``WITHIN_PROCEDURE_SIGMA``."""
    return sqrt(expm1(WITHIN_PROCEDURE_SIGMA**2))


def procedures() -> Iterator[Procedure]:
    """The catalogue with its times."""
    for specialty, (mean_minutes, cv) in SPECIALTY_MOMENTS.items():
        operations = [each for each in CATALOGUE if each.specialty == specialty]
        factors = between_procedures(len(operations), cv)
        for operation, factor in zip(operations, factors, strict=True):
            yield Procedure(
                procedure=operation.code,
                name=operation.name,
                specialty=specialty,
                mean_minutes=round(mean_minutes * factor, 1),
                minutes_cv=round(within_procedure_cv(), 3),
                intensive_care_probability=operation.intensive_care_probability,
                mean_stay_days=operation.mean_stay_days,
            )


def sessions(site: Site) -> Iterator[TheatreSession]:
    """The weekly sessions of every room, shared by the work that each specialty brings."""
    weekdays = LOCAL_WEEKDAYS if site.level is HospitalLevel.LOCAL else WORKING_WEEKDAYS
    slots = [(weekday, room) for weekday in weekdays for room in range(1, theatre_rooms(site) + 1)]
    for (weekday, room), specialty in zip(slots, _session_owners(site, len(slots)), strict=True):
        yield TheatreSession(
            session=f"{site.code}-S{room:02d}-D{weekday + 1}",
            unit=f"{site.code}-BLOC",
            room=f"{site.code}-SALLE-{room:02d}",
            weekday=weekday,
            start_minute=SESSION_START_MINUTE,
            length_minutes=SESSION_MINUTES,
            specialty=specialty,
            turnover_minutes=TURNOVER_MINUTES,
        )


def _session_owners(site: Site, count: int) -> list[str]:
    """The specialty of each session: at each turn the one that is furthest behind its share.

    Every specialty of the hospital has at least one session where there are enough.
    """
    work = {
        specialty: DEMAND_WEIGHTS[specialty] * SPECIALTY_MOMENTS[specialty][0]
        for specialty in OPERATED[site.level]
    }
    given = dict.fromkeys(work, 0)
    owners = []
    for _ in range(count):
        owner = max(work, key=lambda specialty: work[specialty] / (given[specialty] + 1 / 2))
        given[owner] += 1
        owners.append(owner)
    for forgotten in (specialty for specialty, number in given.items() if not number):
        richest = max(given, key=lambda specialty: given[specialty])
        owners[len(owners) - 1 - owners[::-1].index(richest)] = forgotten
        given[richest] -= 1
        given[forgotten] += 1
    return owners


def surgeons(site: Site, blocks: tuple[TheatreSession, ...]) -> Iterator[Surgeon]:
    """One surgeon for every three weekly sessions of a specialty, at least one."""
    for specialty in OPERATED[site.level]:
        owned = sum(1 for block in blocks if block.specialty == specialty)
        for number in range(1, max(1, ceil(owned / SESSIONS_PER_SURGEON)) + 1):
            prefix = next(op.code[:3] for op in CATALOGUE if op.specialty == specialty)
            yield Surgeon(
                surgeon=f"{site.code}-{prefix}-CH{number}",
                name=f"Chirurgien fictif {prefix} {number} ({site.town})",
                hospital=site.code,
                specialty=specialty,
                daily_minutes=SURGEON_DAILY_MINUTES,
            )


def waiting_list(
    site: Site, staff: tuple[Surgeon, ...], provinces: list[str], seed: int
) -> Iterator[WaitingPatient]:
    """Patients who wait at a hospital, some of them beyond the limit of their priority."""
    rng = np.random.default_rng(stream_key(seed, "waiting list", site.code))
    willing = np.random.default_rng(stream_key(seed, "accepts another hospital", site.code))
    specialties = list(OPERATED[site.level])
    weights = np.array([DEMAND_WEIGHTS[specialty] for specialty in specialties])
    for number in range(1, round(site.beds * WAITING_PER_BED) + 1):
        specialty = str(rng.choice(specialties, p=weights / weights.sum()))
        operations = [each.code for each in CATALOGUE if each.specialty == specialty]
        able = [each.surgeon for each in staff if each.specialty == specialty]
        yield WaitingPatient(
            patient=f"{site.code}-A{number:04d}",
            hospital=site.code,
            procedure=str(rng.choice(operations)),
            surgeon=str(rng.choice(able)),
            sex=_sex(rng, specialty),
            age_group=_age(rng.random()),
            province=site.province
            if rng.random() < OWN_PROVINCE_SHARE
            else str(rng.choice(provinces)),
            accepts_other_hospital=bool(willing.random() < ACCEPTS_OTHER_SHARE),
            **_dates(rng),
        )


def _dates(rng: np.random.Generator) -> dict[str, object]:
    urgency = int(rng.choice(len(PRIORITY_SHARES), p=PRIORITY_SHARES))
    limit = PRIORITY_LIMIT_DAYS[urgency]
    waited = 1 + int(rng.exponential(limit * WAITED_OVER_LIMIT))
    referral = AS_OF - timedelta(days=waited)
    return {
        "priority": tuple(Priority)[urgency],
        "referral_date": referral,
        "due_date": referral + timedelta(days=limit),
    }


def _sex(rng: np.random.Generator, specialty: str) -> Sex:
    is_female = rng.random() < 1 / 2 or specialty == "gynaecology"
    return Sex.FEMALE if is_female else Sex.MALE


def _age(draw: float) -> AgeGroup:
    if draw < CHILD_SHARE:
        return AgeGroup.CHILD
    return AgeGroup.OLDER if draw < CHILD_SHARE + OLDER_SHARE else AgeGroup.ADULT
