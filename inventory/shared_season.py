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
TRUST = 0.7
"""Part of a month's departure from 1 that is believed."""


def season_of(totals: Floats, periods: int = MONTHS) -> Floats:
    """Factor of each month of the year, (periods,); month 0 is that of ``totals[0]``.

    ``totals`` (months,) is what all medicines used, oldest first [any unit]; a year may as well
    be cut into 13 ``periods`` of four weeks. Less than two years show no season.
    """
    factors = np.ones(periods)
    if len(totals) < 2 * periods:
        return factors
    half = periods // 2
    centres = np.arange(half, len(totals) - periods + half)
    around = np.array([totals[at - half : at - half + periods].mean() for at in centres])
    ratios = np.divide(totals[centres], around, out=np.ones(len(centres)), where=around > 0)
    for month in range(periods):
        seen = ratios[centres % periods == month]
        if len(seen):
            factors[month] = 1 + TRUST * (float(seen.mean()) - 1)
    return factors
