"""How long an operation takes, learned from past cases and honest where they are few.

Lengths are log-normal. A procedure with few cases borrows from its specialty: its mean log length
is drawn to the specialty's by as much as chance may have moved it, and its variance is pooled with
the specialty's. The prediction is a Student t on the log scale, wider where little is known.
Source: empirical Bayes for the normal model with unknown variance, Gelman et al., Bayesian Data
Analysis (2013), sections 2.6, 3.3 and 5.4.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import exp, expm1, log, sqrt

import numpy as np
import numpy.typing as npt
from scipy.special import stdtrit

from hospital.theatre import Procedure

Floats = npt.NDArray[np.float64]

PRIOR_CASES = 15.0  # weight of the specialty's variance, in cases
LEAST_VARIANCE = 1e-4  # of a log length: no operation is that regular


@dataclass(frozen=True, slots=True)
class PastCase:
    """One operation that was done and how long the room was held, turnover apart."""

    procedure: str
    specialty: str
    minutes: float


@dataclass(frozen=True, slots=True)
class DurationLaw:
    """What is known of the length of a procedure.

    ``centre`` and ``variance`` are those of the log length of a case; ``centre_variance`` is how
    sure the centre is; ``freedom`` the degrees of freedom of the variance; ``cases`` how many
    cases of this very procedure were seen.
    """

    centre: float
    variance: float
    centre_variance: float
    freedom: float
    cases: int

    @property
    def mean_minutes(self) -> float:
        """Expected length [minutes]."""
        return exp(self.centre + self.predictive_variance / 2)

    @property
    def cv(self) -> float:
        """Coefficient of variation of the length."""
        return sqrt(expm1(self.predictive_variance))

    @property
    def predictive_variance(self) -> float:
        """Variance of the log length of the next case, what is not known of the centre included."""
        return self.variance + self.centre_variance

    def quantile_minutes(self, level: float) -> float:
        """Length that the next case does not exceed with this probability [minutes]."""
        spread = sqrt(self.predictive_variance)
        return exp(self.centre + spread * float(stdtrit(self.freedom, level)))


@dataclass(frozen=True, slots=True)
class _Specialty:
    """Log lengths of a specialty: mean over procedures, spread within and between them."""

    centre: float
    within: float
    between: float


def fit_durations(cases: Iterable[PastCase]) -> dict[str, DurationLaw]:
    """The law of every procedure that was seen, by procedure.

    Raises:
        ValueError: A length is not positive, or a procedure is listed under two specialties.
    """
    logs: defaultdict[str, list[float]] = defaultdict(list)
    specialty_of: dict[str, str] = {}
    for case in cases:
        if not case.minutes > 0:
            raise ValueError(f"{case.procedure}: a length of {case.minutes} minutes")
        if specialty_of.setdefault(case.procedure, case.specialty) != case.specialty:
            raise ValueError(f"{case.procedure} is listed under two specialties")
        logs[case.procedure].append(log(case.minutes))
    groups: defaultdict[str, list[list[float]]] = defaultdict(list)
    for procedure in sorted(logs):
        groups[specialty_of[procedure]].append(logs[procedure])
    priors = {name: _specialty(rows) for name, rows in groups.items()}
    return {name: _law(logs[name], priors[specialty_of[name]]) for name in sorted(logs)}


def learned_procedures(
    procedures: Sequence[Procedure], laws: Mapping[str, DurationLaw]
) -> tuple[Procedure, ...]:
    """The procedures with their learned mean and spread; those never seen keep the catalogue's."""
    return tuple(
        row.but(mean_minutes=laws[row.procedure].mean_minutes, minutes_cv=laws[row.procedure].cv)
        if row.procedure in laws
        else row
        for row in procedures
    )


def _specialty(rows: Sequence[Sequence[float]]) -> _Specialty:
    """Moments over the procedures of a specialty (method of moments, one-way random effects)."""
    counts = np.array([len(row) for row in rows], dtype=np.float64)
    means = np.array([np.mean(row) for row in rows])
    squares = sum(float(np.sum((np.array(row) - np.mean(row)) ** 2)) for row in rows)
    freedom = float(np.sum(counts - 1))
    within = max(LEAST_VARIANCE, squares / freedom) if freedom else _OF_ONE_CASE
    by_chance = float(np.mean(within / counts))
    between = float(np.var(means, ddof=1)) - by_chance if len(rows) > 1 else within
    return _Specialty(float(np.mean(means)), within, max(LEAST_VARIANCE, between))


_OF_ONE_CASE = 0.25  # variance of a log length, sigma 0.5: the median of the published types


def _law(logs: Sequence[float], prior: _Specialty) -> DurationLaw:
    """Posterior of one procedure: precision-weighted centre, pooled variance."""
    count = len(logs)
    own_mean = float(np.mean(logs))
    squares = float(np.sum((np.array(logs) - own_mean) ** 2))
    freedom = PRIOR_CASES + count - 1
    variance = max(LEAST_VARIANCE, (PRIOR_CASES * prior.within + squares) / freedom)
    trust = prior.between / (prior.between + variance / count)
    return DurationLaw(
        centre=trust * own_mean + (1 - trust) * prior.centre,
        variance=variance,
        centre_variance=trust * variance / count,
        freedom=freedom,
        cases=count,
    )
