"""Which kind of demand a series is, and so which method may speak of it."""

from __future__ import annotations

from enum import StrEnum
from math import log
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from forecasting.series import Floats

# Syntetos, Boylan and Croston 2005, Journal of the Operational Research Society 56.
INTERVAL_LIMIT = 1.32
SIZE_CV2_LIMIT = 0.49
# A silence this unlikely under the past rate of demand means that the item is no longer used.
SILENCE_PROBABILITY = 0.001


class DemandClass(StrEnum):
    """The four classes of Syntetos and Boylan, and two ends of life."""

    SMOOTH = "smooth"
    ERRATIC = "erratic"
    INTERMITTENT = "intermittent"
    LUMPY = "lumpy"
    DISCONTINUED = "discontinued"
    NEVER_USED = "never_used"


def demand_class(values: Floats) -> DemandClass:
    """The class of a demand, (n,); unknown periods (NaN) are skipped."""
    demand = values[np.isfinite(values)]
    where = np.flatnonzero(demand > 0)
    if not len(where):
        return DemandClass.NEVER_USED
    if _is_discontinued(where, len(demand)):
        return DemandClass.DISCONTINUED
    sizes = demand[where]
    is_rare = len(demand) / len(where) >= INTERVAL_LIMIT
    is_uneven = (sizes.std() / sizes.mean()) ** 2 >= SIZE_CV2_LIMIT
    if is_rare:
        return DemandClass.LUMPY if is_uneven else DemandClass.INTERMITTENT
    return DemandClass.ERRATIC if is_uneven else DemandClass.SMOOTH


def _is_discontinued(where: np.ndarray, length: int) -> bool:
    """Whether the silence at the end is too long for the rate before it."""
    silence = length - 1 - int(where[-1])
    periods_used = int(where[-1]) + 1
    rate = len(where) / periods_used
    unseen_rate = min(rate, periods_used / (periods_used + 1))  # never quite certain
    return silence * log(1 - unseen_rate) < log(SILENCE_PROBABILITY)
