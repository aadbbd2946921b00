"""How many patients come to each hospital, and what share of them is admitted where.

The flows are solved from the beds: each specialty receives the patients that fill its beds
to its target, the emergency department is given the admission probabilities that send them,
and intensive care is loaded by its own emergencies, by its wards and by the hospitals that
have none.
"""

from dataclasses import dataclass
from math import ceil
from types import MappingProxyType

import numpy as np

from hospital.places import HospitalLevel, TriagePath
from scenarios.demo.places import great_circle_km, unit_sizes
from scenarios.demo.sizes import Site
from scenarios.demo.specialties import (
    INTENSIVE_CARE,
    INTENSIVE_CARE_LOAD,
    LOCAL_LOAD_FACTOR,
    SOLE_INTENSIVE_CARE_FACTOR,
    WARDS,
)

MEAN_VISITS_PER_DAY = 106
"""Over the hospitals of a GST: 6 million visits in 155 departments in 2024."""

VISITS_EXPONENT = 0.75
"""Visits grow more slowly than beds: small hospitals see many and admit few [hypothesis]."""
UNIVERSITY_VISIT_FACTOR = 0.7

LOCAL_INTENSIVE_SHARE = 0.012
"""Emergency admissions of a hospital without intensive care that need it [hypothesis]."""
FROM_WARD_SHARE = 0.35
"""Intensive-care admissions of a hospital that come from its own wards and theatre."""

WARD_TRANSFER_SHARE = MappingProxyType({HospitalLevel.LOCAL: 0.03, HospitalLevel.PROVINCIAL: 0.015})
"""Ward patients who go on to a ward of the hospital of reference [hypothesis]."""

TRIAGE_LEVELS = (1, 2, 3, 4, 5)
TRIAGE_SHARES = (0.01, 0.07, 0.22, 0.40, 0.30)
"""Levels 4 and 5 together are the 60 to 80 % that ministers called not urgent (2023–25)."""
ADMISSION_ODDS = (6.0, 1.2, 0.35, 0.05, 0.008)
INTENSIVE_WEIGHTS = (1.0, 0.15, 0.03, 0.005, 0.0)
CONSULT_MINUTES = (50.0, 30.0, 20.0, 13.0, 9.0)
TESTS_MINUTES = (90.0, 110.0, 75.0, 20.0, 6.0)
CONSULT_CV = 0.6
TESTS_CV = 0.8
PHYSICIAN_UTILISATION = 0.82
"""Emergency physicians are few: 29 emergency specialists in the country (CESE 68/2023)."""
CONSULT_FACTOR_RANGE = (0.9, 1.6)
"""A lone doctor also looks after the inpatients at night, so that consults take longer."""
BOARDING_AND_WAIT_MINUTES = 45.0
CUBICLE_UTILISATION = 0.65
MINUTES_PER_DAY = 1440


@dataclass(frozen=True, slots=True)
class HospitalFlows:
    """The mean flows of one hospital, per day.

    ``ward_emergency`` and ``ward_elective`` are direct admissions by specialty;
    ``intensive_emergency`` those from its own emergency department that need intensive
    care, wherever it is; ``intensive_from_wards`` moves up from its own wards.
    """

    site: Site
    reference: Site
    has_intensive_care: bool
    visits: float
    ward_emergency: dict[str, float]
    ward_elective: dict[str, float]
    intensive_emergency: float
    intensive_from_wards: float

    @property
    def emergency_admissions(self) -> float:
        """Admissions through the emergency department [per day]."""
        return sum(self.ward_emergency.values()) + self.intensive_emergency

    @property
    def admission_probability(self) -> float:
        """Of a visit."""
        return self.emergency_admissions / self.visits

    @property
    def ward_transfer_share(self) -> float:
        """Of ward patients, who go on to the hospital of reference."""
        return WARD_TRANSFER_SHARE.get(self.site.level, 0.0)


@dataclass(frozen=True, slots=True)
class _IntensiveDemand:
    """Offered load of each intensive care; patients per day received, or sent, by hospital."""

    loads: dict[str, float]
    sent: dict[str, float]


def hospital_flows(sites: tuple[Site, ...]) -> tuple[HospitalFlows, ...]:
    """The flows of every hospital of the GST, in the order of the sites."""
    visits = _visits_per_day(sites)
    references = {site.code: _reference(site, sites) for site in sites}
    demand = _IntensiveDemand(_intensive_loads(sites), _intensive_sent(sites, references))
    return tuple(_flows(site, references[site.code], visits[site.code], demand) for site in sites)


def _visits_per_day(sites: tuple[Site, ...]) -> dict[str, float]:
    weights = {
        site.code: site.beds**VISITS_EXPONENT
        * (UNIVERSITY_VISIT_FACTOR if site.level is HospitalLevel.UNIVERSITY else 1.0)
        for site in sites
    }
    scale = MEAN_VISITS_PER_DAY * len(sites) / sum(weights.values())
    return {code: scale * weight for code, weight in weights.items()}


def _reference(site: Site, sites: tuple[Site, ...]) -> Site:
    """The nearest hospital of a higher level that has intensive care; itself at the top."""
    ranks = {level: rank for rank, level in enumerate(HospitalLevel)}
    higher = [
        other
        for other in sites
        if ranks[other.level] > ranks[site.level] and other.level in INTENSIVE_CARE_LOAD
    ]
    return min(higher, key=lambda other: great_circle_km(site, other), default=site)


def _direct_load(site: Site) -> dict[str, float]:
    """Admissions per day that fill the beds of each ward specialty to its target."""
    factor = LOCAL_LOAD_FACTOR if site.level is HospitalLevel.LOCAL else 1.0
    return {
        specialty.code: beds * specialty.occupancy * factor / specialty.mean_stay_days
        for specialty, beds in unit_sizes(site).items()
        if specialty.code in WARDS
    }


def _intensive_loads(sites: tuple[Site, ...]) -> dict[str, float]:
    able = [site for site in sites if site.level in INTENSIVE_CARE_LOAD]
    factor = SOLE_INTENSIVE_CARE_FACTOR if len(able) == 1 else 1.0
    return {site.code: factor * INTENSIVE_CARE_LOAD[site.level] for site in able}


def _intensive_sent(sites: tuple[Site, ...], references: dict[str, Site]) -> dict[str, float]:
    """Intensive-care patients per day that each hospital receives, and those it sends."""
    sent: dict[str, float] = {}
    for site in sites:
        if site.level in INTENSIVE_CARE_LOAD:
            continue
        load = _direct_load(site)
        emergencies = sum(WARDS[code].emergency_share * rate for code, rate in load.items())
        sent[site.code] = LOCAL_INTENSIVE_SHARE * emergencies
        receiver = references[site.code].code
        sent[receiver] = sent.get(receiver, 0.0) + sent[site.code]
    return sent


def _flows(site: Site, reference: Site, visits: float, demand: _IntensiveDemand) -> HospitalFlows:
    load = _direct_load(site)
    own, from_wards, survivors = _intensive_flows(site, demand)
    weights = {code: WARDS[code].intensive_care_weight for code in load}
    total_weight = sum(weights.values())
    direct = {
        code: max(rate - survivors * weights[code] / total_weight, rate / 2)
        for code, rate in load.items()
    }
    emergency = {code: rate * WARDS[code].emergency_share for code, rate in direct.items()}
    return HospitalFlows(
        site=site,
        reference=reference,
        has_intensive_care=site.level in INTENSIVE_CARE_LOAD,
        visits=visits,
        ward_emergency=emergency,
        ward_elective={code: direct[code] - emergency[code] for code in direct},
        intensive_emergency=own,
        intensive_from_wards=from_wards,
    )


def _intensive_flows(site: Site, demand: _IntensiveDemand) -> tuple[float, float, float]:
    """Own emergencies, moves up from wards, and survivors who come down, per day."""
    transfers = demand.sent.get(site.code, 0.0)
    if site.code not in demand.loads:
        return transfers, 0.0, 0.0
    beds = unit_sizes(site)[INTENSIVE_CARE]
    total = beds * demand.loads[site.code] / INTENSIVE_CARE.mean_stay_days
    own_total = max(total - transfers, total / 2)
    survivors = (1 - INTENSIVE_CARE.death_share) * (total - FROM_WARD_SHARE * own_total)
    return (1 - FROM_WARD_SHARE) * own_total, FROM_WARD_SHARE * own_total, survivors


def emergency_physicians(flows: HospitalFlows) -> int:
    """Physicians that see patients at once; as few as keep the load below nine tenths."""
    return max(1, ceil(_consult_load(flows) / 0.9))


def _consult_load(flows: HospitalFlows) -> float:
    """Physicians kept busy on average, before the factor of the hospital."""
    return flows.visits * float(np.dot(TRIAGE_SHARES, CONSULT_MINUTES)) / MINUTES_PER_DAY


def consult_factor(flows: HospitalFlows) -> float:
    """By how much consults are longer here, so that physicians are as busy as they are."""
    target = PHYSICIAN_UTILISATION * emergency_physicians(flows) / _consult_load(flows)
    return float(np.clip(target, *CONSULT_FACTOR_RANGE))


def cubicles(flows: HospitalFlows) -> int:
    """Cubicles of the emergency department [beds]."""
    minutes = (
        float(np.dot(TRIAGE_SHARES, CONSULT_MINUTES)) * consult_factor(flows)
        + float(np.dot(TRIAGE_SHARES, TESTS_MINUTES))
        + BOARDING_AND_WAIT_MINUTES
    )
    return 2 + ceil(flows.visits * minutes / MINUTES_PER_DAY / CUBICLE_UTILISATION)


def triage_paths(flows: HospitalFlows) -> tuple[TriagePath, ...]:
    """The five triage levels; together they send exactly the admissions of the flows."""
    admitted = _admission_probabilities(flows.admission_probability)
    intensive = _intensive_probabilities(flows, admitted)
    factor = consult_factor(flows)
    return tuple(
        TriagePath(
            hospital=flows.site.code,
            triage=level,
            share=TRIAGE_SHARES[level - 1],
            admission_probability=round(admitted[level - 1], 6),
            intensive_care_probability=round(intensive[level - 1], 6),
            consult_minutes=round(CONSULT_MINUTES[level - 1] * factor, 1),
            consult_cv=CONSULT_CV,
            tests_minutes=TESTS_MINUTES[level - 1],
            tests_cv=TESTS_CV,
        )
        for level in TRIAGE_LEVELS
    )


def _admission_probabilities(target: float) -> list[float]:
    """One factor on the odds of all levels gives the admissions of the whole department."""
    low, high = 1e-6, 1e6
    for _ in range(60):
        factor = (low * high) ** 0.5
        probabilities = [factor * odds / (1 + factor * odds) for odds in ADMISSION_ODDS]
        mean = float(np.dot(TRIAGE_SHARES, probabilities))
        low, high = (factor, high) if mean < target else (low, factor)
    return probabilities


def _intensive_probabilities(flows: HospitalFlows, admitted: list[float]) -> list[float]:
    """Of those admitted at each level; weights scaled to the intensive-care flow."""
    admissions = flows.visits * np.array(TRIAGE_SHARES) * np.array(admitted)
    scale = flows.intensive_emergency / float(admissions @ np.array(INTENSIVE_WEIGHTS))
    return [min(scale * weight, 1.0) for weight in INTENSIVE_WEIGHTS]
