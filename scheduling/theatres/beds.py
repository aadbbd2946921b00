"""Beds behind the theatres: what one operated patient is expected to take on each day after."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

from hospital.theatre import Procedure
from hospital.theatre_plan import StayLaw, TheatreProblem

Floats = npt.NDArray[np.float64]
Profiles = tuple[tuple[float, ...], ...]


def beds_after(
    problem: TheatreProblem, procedures: Sequence[Procedure]
) -> tuple[Profiles, Profiles]:
    """Ward and intensive-care beds of each case on the day of surgery and after it [beds].

    With p the probability of intensive care, I the days there and W the days on the ward:
    intensive care p P(I > j), ward (1-p) P(W > j) + p sum_i P(I = i) P(W > j - i), for the j-th
    day after surgery (theatre evidence, section 3.3: sum of survival probabilities).
    """
    unit = survival(problem.intensive_care_stay, len(problem.intensive_care_free_beds))
    unit_on_ward_days = survival(problem.intensive_care_stay, len(problem.ward_free_beds))
    leaves = np.concatenate([[0.0], -np.diff(unit_on_ward_days)])
    ward_rows, unit_rows = [], []
    for procedure in procedures:
        share = procedure.intensive_care_probability
        law = StayLaw(mean_days=procedure.mean_stay_days, cv=problem.ward_stay_cv)
        ward = survival(law, len(problem.ward_free_beds))
        after_unit = np.convolve(leaves, ward)[: len(ward)]
        ward_rows.append(tuple(((1 - share) * ward + share * after_unit).tolist()))
        unit_rows.append(tuple((share * unit).tolist()))
    return tuple(ward_rows), tuple(unit_rows)


def survival(law: StayLaw, days: int) -> Floats:
    """P(stay > j days) for j = 0 .. days - 1, shape (days,); 0 where nobody stays."""
    if law.mean_days == 0:
        return np.zeros(days)
    sigma = np.sqrt(np.log1p(law.cv**2))
    later = np.log(np.arange(1, days)) - (np.log(law.mean_days) - sigma**2 / 2)
    return np.concatenate([np.ones(min(days, 1)), ndtr(-later / sigma)])
