"""What the twin assumes where a GST has no history: each value with its source, none of them law.

Every use is written into ``TwinParameters.notes``.
"""

from hospital.base import DAYS_PER_WEEK
from hospital.gst import Gst
from hospital.places import Hospital, TriagePath, Unit, UnitKind
from hospital.theatre import AgeGroup, Sex
from twin.laws import Endless, Exponential, Law
from twin.parameters import PersonGroup, UnitShare

VISITS_PER_INHABITANT_YEAR = 6.0e6 / 36.83e6
"""More than 6 M urgent visits in 2024 (lebrief.ma) for 36.83 M inhabitants (RGPH 2024)."""

DAYS_PER_YEAR = 365.25

VISIT_HOURS = (
    *(2.6, 2.1, 1.8, 1.6, 1.5, 1.7, 2.3, 3.4, 5.0, 6.2, 6.7, 6.7),
    *(6.4, 6.1, 6.0, 5.9, 5.8, 5.8, 5.9, 6.0, 5.8, 5.1, 4.2, 3.4),
)
"""Weights of the clock hours: low at 4 h, high before noon, a second wave in the evening."""

ELECTIVE_HOURS = (*(0.0,) * 7, *(1.0,) * 4, *(0.0,) * 13)
"""Called in for the morning, from 7 h to 11 h."""


DISCHARGE_HOURS = (
    *(0.0,) * 9,
    *(1 / 40, 3 / 40, 5 / 40, 7 / 40),
    *(9 / 50, 7 / 50, 5 / 50, 3 / 50, 1 / 50),
    *(0.0,) * 6,
)
"""Triangular (9, 13, 18): rounds in the morning, papers and transport until the evening."""

PATIENCE_MEAN_HOURS = {3: 24.0, 4: 16.0, 5: 12.0}
"""Mean patience before being seen, by triage level; levels 1 and 2 do not leave.

An hour of waiting then loses about one patient in twenty. No Moroccan study found; to be replaced
by the hospital's own share of patients who leave. Patients who will need a bed do not leave: who
leaves unseen is the less ill, and admissions then follow the stays whatever the wait.
"""

AGE_WEIGHTS = {AgeGroup.CHILD: 0.26, AgeGroup.ADULT: 0.65, AgeGroup.OLDER: 0.09}
"""Rounded structure of the population, RGPH 2024."""

# Level, share, admission, intensive care, consultation [min], tests [min].
TRIAGE_ROWS = (
    (1, 0.01, 0.90, 0.30, 45.0, 100.0),
    (2, 0.09, 0.50, 0.08, 30.0, 95.0),
    (3, 0.25, 0.25, 0.02, 20.0, 60.0),
    (4, 0.40, 0.05, 0.00, 13.0, 25.0),
    (5, 0.25, 0.01, 0.00, 9.0, 8.0),
)
"""Shares after the 60 to 80 % of visits called non-urgent (minister, 2024 and 2025)."""

TRANSFER_AFTER_HOURS = 4.0
INTENSIVE_CARE_LIMIT_HOURS = 24.0
"""Waiting for intensive care: when a linked hospital is asked, and when the search leaves the GST
(another region, a private clinic). Rules of each GST; no Moroccan figure found."""

CONSULT_CV, TESTS_CV = 0.6, 0.7


def hourly_visits(hospital: Hospital) -> tuple[float, ...]:
    """Visits for each hour of a week, from the inhabitants served [visits/hour]."""
    daily = hospital.population * VISITS_PER_INHABITANT_YEAR / DAYS_PER_YEAR
    return profile_of(daily) * DAYS_PER_WEEK


def profile_of(daily: float) -> tuple[float, ...]:
    """A day's visits spread over its hours [visits/hour]."""
    return profile_of_weights(daily, VISIT_HOURS)


def profile_of_weights(daily: float, weights: tuple[float, ...]) -> tuple[float, ...]:
    """A day's visits spread over its hours by these weights [visits/hour]."""
    total = sum(weights)
    return tuple(daily * weight / total for weight in weights)


def triage_paths(hospital: str) -> tuple[TriagePath, ...]:
    """Five levels for a hospital that has not given its own."""
    return tuple(
        TriagePath(
            hospital=hospital,
            triage=level,
            share=share,
            admission_probability=admission,
            intensive_care_probability=intensive,
            consult_minutes=consult,
            consult_cv=CONSULT_CV,
            tests_minutes=tests,
            tests_cv=TESTS_CV,
        )
        for level, share, admission, intensive, consult, tests in TRIAGE_ROWS
    )


def patience(triage: int) -> Law:
    """How long a patient of this level waits before leaving unseen."""
    mean_hours = PATIENCE_MEAN_HOURS.get(triage)
    return Endless() if mean_hours is None else Exponential(mean_hours=mean_hours)


def people(hospital: Hospital) -> tuple[PersonGroup, ...]:
    """Everybody from the hospital's own province, as many women as men."""
    return tuple(
        PersonGroup(province=hospital.province, sex=sex, age_group=age, weight=weight)
        for sex in Sex
        for age, weight in AGE_WEIGHTS.items()
    )


def mix(gst: Gst, hospital: str, kind: UnitKind) -> tuple[UnitShare, ...]:
    """Patients by the turnover each own unit could bear: beds over mean stay."""
    beds = gst.beds_by_unit()

    def turnover(unit: Unit) -> float:
        return beds[unit.unit] / unit.mean_stay_hours

    return tuple(
        UnitShare(unit=unit.unit, weight=turnover(unit)) for unit in gst.units_of(hospital, kind)
    )
