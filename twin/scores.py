"""Scores of forecasts that are ensembles of counts: CRPS, randomised PIT, and persistence.

The expected score of every function here is best, or uniform, for the true distribution,
whatever the number of members: 20 and 200 replications can be compared.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from twin.laws import Floats

Numbers = npt.NDArray[Any]


def fair_crps(members: Numbers, observed: Numbers) -> Floats:
    """Continuous ranked probability score of an ensemble, unbiased in its size [as observed].

    mean |x_i - y| - sum_{i<j} |x_i - x_j| / (m (m - 1)) (Ferro 2014, doi 10.1002/qj.2270, eq. 7).
    The second sum comes from the sorted members. Zero is perfect; small negative values occur.

    Args:
        members: shape (members, ...), at least two members.
        observed: what happened, shape (...).

    Raises:
        ValueError: fewer than two members have no spread to speak of.
    """
    size = members.shape[0]
    if size < 2:  # noqa: PLR2004 - a spread takes two
        raise ValueError(f"fair_crps needs at least 2 members, found {size}")
    ordered = np.sort(np.asarray(members, dtype=np.float64), axis=0)
    weights = (2 * np.arange(1, size + 1) - size - 1) / (size * (size - 1))
    spread = np.tensordot(weights, ordered, axes=1)
    return np.asarray(np.abs(ordered - observed).mean(axis=0) - spread, dtype=np.float64)


def randomised_pit(members: Numbers, observed: Numbers, uniform: Floats) -> Floats:
    """Where what happened lies among the members, between 0 and 1; uniform when calibrated.

    Counts tie: the observation takes a place among the k members equal to it at random, and a
    place within its rank at random, (below + u (k + 1)) / (m + 1) with one uniform u for each
    (Czado, Gneiting and Held 2009, section 2, for the ranks of an ensemble). Exactly uniform
    when observation and members are exchangeable, so that [0.1, 0.9) covers exactly 80 %.

    Args:
        members: shape (members, ...).
        observed: shape (...).
        uniform: one number in [0, 1) for each observation, shape (...).
    """
    below = (members < observed).sum(axis=0)
    equal = (members == observed).sum(axis=0)
    return np.asarray((below + uniform * (equal + 1)) / (members.shape[0] + 1), dtype=np.float64)


def past_changes(midnights: Numbers, later: Numbers, lead_days: int) -> Numbers:
    """How much the census changed from past midnights to the same hour of the days after them.

    Args:
        midnights: census at the midnight that begins each past day, shape (past days, units).
        later: census at the hour of those same days, shape (past days, units).
        lead_days: at most the past days.

    Returns:
        Shape (past days - lead_days + 1, units, lead_days); every lead has as many changes.
    """
    starts = midnights.shape[0] - lead_days + 1
    leads = [later[lead : lead + starts] - midnights[:starts] for lead in range(lead_days)]
    return np.stack(leads, axis=-1)


def spread_persistence(today: Numbers, changes: Numbers) -> Numbers:
    """Today's census with the changes of the past as its members, never below nobody.

    Args:
        today: shape (units,).
        changes: from ``past_changes``, shape (changes, units, days).
    """
    return np.asarray(np.maximum(today[np.newaxis, :, np.newaxis] + changes, 0))
