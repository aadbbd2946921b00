"""The season that the medicines of a region share, learnt from their total.

One medicine in one hospital is too uneven to show its own season in a few years; the total of
all shows it. Each month is divided by the mean of the year around it, the quotients of the same
calendar month are averaged, and the result is drawn back to 1 by a part, since a few years do
not settle it (ratio to moving average: Makridakis, Wheelwright and Hyndman 1998, "Forecasting",
section 3.4; shrinkage: Miller and Williams 2003, International Journal of Forecasting 19).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

MONTHS = 12
HALF_YEAR = 6
TRUST = 0.7
"""Part of a month's departure from 1 that is believed."""


def season_of(totals: Floats) -> Floats:
    """Factor of each month of the year, (12,); month 0 is that of ``totals[0]``.

    ``totals`` (months,) is what all medicines used, oldest first [any unit]; a month without a
    year around it keeps the factor 1. Less than two years show no season.
    """
    factors = np.ones(MONTHS)
    if len(totals) < 2 * MONTHS:
        return factors
    centres = np.arange(HALF_YEAR, len(totals) - HALF_YEAR)
    around = np.array([totals[at - HALF_YEAR : at + HALF_YEAR].mean() for at in centres])
    ratios = np.divide(totals[centres], around, out=np.ones(len(centres)), where=around > 0)
    for month in range(MONTHS):
        seen = ratios[centres % MONTHS == month]
        if len(seen):
            factors[month] = 1 + TRUST * (float(seen.mean()) - 1)
    return factors
