"""Demand by the month from a basket's own record: levels, and how far they were off.

    level[t+1] = level[t] + PACE (demand[t] - level[t])

The spread is not assumed: it is the mean square of what a sum of the coming months really differed
from its forecast, the last months weighing most. Both are kept in one pass over the months, for
all medicines at once; a forecast of month t has seen no month from t on.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

PACE = 0.2
"""Of a level; between steady and jumpy, since a few years cannot tell paces apart."""
MEMORY = 0.06
"""Of squared errors: about a year and a half."""
FIRST_MONTHS = 6
"""The first level is their mean."""
FIRST_ERRORS = 12
"""The first spread is their mean."""


@dataclass(frozen=True, slots=True)
class MonthlyRecord:
    """What the coming months are expected to use together, by how much this has been off.

    ``mean_units`` (items,) [units in the asked months], ``variance`` (items,) [units²].
    """

    mean_units: Floats
    variance: Floats


def monthly_record(demand: Floats, months: int) -> MonthlyRecord:
    """The record of ``demand`` (items, months known), for a sum of the coming ``months``.

    With less than ``FIRST_ERRORS`` past sums all of them are averaged; with none the variance of
    independent months is used.
    """
    known = demand.shape[1]
    level = demand[:, : min(FIRST_MONTHS, known)].mean(axis=1)
    errors = []
    sums = np.cumsum(np.pad(demand, ((0, 0), (1, 0))), axis=1)
    for month in range(known):
        if month >= FIRST_MONTHS and month + months <= known:
            errors.append(sums[:, month + months] - sums[:, month] - months * level)
        level = level + PACE * (demand[:, month] - level)
    return MonthlyRecord(months * level, _variance(errors, months * demand.var(axis=1)))


def _variance(errors: list[Floats], otherwise: Floats) -> Floats:
    if not errors:
        return otherwise
    squares = np.square(np.array(errors))
    variance: Floats = squares[:FIRST_ERRORS].mean(axis=0)
    for square in squares[FIRST_ERRORS:]:
        variance = variance + MEMORY * (square - variance)
    return variance
