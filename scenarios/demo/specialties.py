"""What a ward of each specialty is like, and which wards a hospital of each level has.

All figures are hypotheses of the demo (no national table of stays by specialty could be
obtained), chosen so that the whole agrees with what is published: 47 admissions per bed
and year with a mean occupancy of about 65 % (SEGMA hospitalisation rate 3.46 %, Santé en
chiffres 2023), and stays with a coefficient of variation of 1.1 to 2.2.
"""

from dataclasses import dataclass
from types import MappingProxyType

from hospital.places import HospitalLevel


@dataclass(frozen=True, slots=True)
class Specialty:
    """A kind of bed: how long patients stay, how full it is, who comes and when.

    ``occupancy`` is the offered load over the beds; ``winter_swing`` the relative amplitude
    of its yearly season; ``intensive_care_weight`` how often its patients need intensive
    care, relative to other specialties; ``death_share`` for adults under 65.
    """

    code: str
    name: str
    mean_stay_days: float
    stay_cv: float
    occupancy: float
    emergency_share: float
    winter_swing: float
    intensive_care_weight: float
    death_share: float
    beds_per_nurse: float
    cost_per_bed_day_mad: float


_WARDS = (
    Specialty("medicine", "Médecine", 6.5, 1.3, 0.76, 0.75, 0.14, 3.0, 0.020, 10, 900),
    Specialty(
        "general_surgery", "Chirurgie générale", 5.2, 1.2, 0.67, 0.45, 0.0, 3.0, 0.008, 10, 1000
    ),
    Specialty("paediatrics", "Pédiatrie", 4.8, 1.2, 0.60, 0.80, 0.25, 0.0, 0.006, 8, 950),
    Specialty(
        "gynaecology", "Gynécologie-obstétrique", 3.2, 1.1, 0.64, 0.70, 0.0, 0.3, 0.001, 8, 900
    ),
    Specialty("cardiology", "Cardiologie", 6.5, 1.3, 0.75, 0.60, 0.10, 2.0, 0.020, 8, 1200),
    Specialty("orthopaedics", "Traumatologie", 7.0, 1.2, 0.70, 0.55, -0.04, 1.0, 0.004, 10, 1000),
    Specialty("pulmonology", "Pneumologie", 7.5, 1.3, 0.74, 0.70, 0.28, 1.5, 0.020, 10, 950),
    Specialty("neurology", "Neurologie", 8.0, 1.4, 0.74, 0.60, 0.04, 1.5, 0.020, 8, 1100),
    Specialty("oncology", "Oncologie", 6.0, 1.2, 0.72, 0.15, 0.0, 0.5, 0.030, 8, 1500),
    Specialty("nephrology", "Néphrologie", 7.0, 1.3, 0.72, 0.50, 0.0, 1.0, 0.020, 8, 1300),
)

WARDS = MappingProxyType({ward.code: ward for ward in _WARDS})

INTENSIVE_CARE = Specialty(
    "intensive_care", "Réanimation", 6.46, 1.5, 0.0, 1.0, 0.0, 0.0, 0.22, 2, 4500
)
"""Mean stay: surgical intensive care of Ibn Sina, Rabat (SJAMS 2023 11(5):820)."""

STEP_DOWN = Specialty("step_down", "Soins intensifs", 4.0, 1.2, 0.0, 1.0, 0.0, 0.0, 0.02, 4, 2200)

_HP, _CHP = HospitalLevel.LOCAL, HospitalLevel.PROVINCIAL
_CHR, _CHU = HospitalLevel.REGIONAL, HospitalLevel.UNIVERSITY

LAYOUT = MappingProxyType(
    {
        _HP: {"medicine": 36, "general_surgery": 16, "paediatrics": 18, "gynaecology": 30},
        _CHP: {
            "medicine": 24,
            "general_surgery": 20,
            "orthopaedics": 12,
            "paediatrics": 14,
            "gynaecology": 20,
            "cardiology": 10,
        },
        _CHR: {
            "medicine": 19,
            "general_surgery": 18,
            "orthopaedics": 13,
            "paediatrics": 12,
            "gynaecology": 17,
            "cardiology": 9,
            "pulmonology": 7,
            "neurology": 5,
        },
        _CHU: {
            "medicine": 15,
            "general_surgery": 13,
            "orthopaedics": 10,
            "paediatrics": 13,
            "gynaecology": 12,
            "cardiology": 9,
            "pulmonology": 6,
            "neurology": 7,
            "oncology": 9,
            "nephrology": 6,
        },
    }
)
"""Share of the ward beds that each specialty has, by level [%]."""

INTENSIVE_CARE_BED_SHARE = MappingProxyType({_HP: 0.0, _CHP: 0.03, _CHR: 0.033, _CHU: 0.055})
"""Intensive-care beds over all beds; the public total was 684 to 1,833 of 26,711 in 2020."""

INTENSIVE_CARE_LOAD = MappingProxyType({_CHP: 0.72, _CHR: 1.00, _CHU: 0.92})
"""Offered load of intensive care over its beds, before patients are sent elsewhere."""

SOLE_INTENSIVE_CARE_FACTOR = 0.8
"""Less load where no other hospital of the GST could take a patient."""

STEP_DOWN_BED_SHARE = MappingProxyType({_HP: 0.0, _CHP: 0.0, _CHR: 0.011, _CHU: 0.022})

LOCAL_LOAD_FACTOR = 0.9
"""Local hospitals are less full than the others."""
