"""Two-sided CUSUM of scaled errors, and how often it would cry wolf.

    up[t] = max(0, up[t-1] + z[t] - k)        down[t] = max(0, down[t-1] - z[t] - k)

An alarm is a sum above the limit h; both sums then start again from zero (Page 1954, Biometrika
41; Montgomery 2013, Introduction to Statistical Quality Control, section 9.1).
"""

from __future__ import annotations

from math import exp
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

ALLOWANCE = 0.5  # k: quickest for a lasting shift of one standard deviation
SIEGMUND_OVERSHOOT = 1.166
HIGHEST_LIMIT = 30.0
FINE = 1e-6


def cusum(errors: Iterable[float], limit: float) -> tuple[list[float], list[float]]:
    """Sums above and below after each error, all in standard deviations."""
    ups, downs = [], []
    up = down = 0.0
    for error in errors:
        up, down = max(0.0, up + error - ALLOWANCE), max(0.0, down - error - ALLOWANCE)
        ups.append(up)
        downs.append(down)
        if max(up, down) > limit:
            up = down = 0.0
    return ups, downs


def periods_between_false_alarms(limit: float) -> float:
    """Average run length of the two-sided CUSUM of standard normal errors [periods].

    Siegmund's approximation (Montgomery 2013, equation 9.6). The exact lengths are 168 at a
    limit of 4 and 465 at 5 (same, table 9.3).
    """
    reach = 2 * ALLOWANCE * (limit + SIEGMUND_OVERSHOOT)
    one_sided = (exp(reach) - reach - 1) / (2 * ALLOWANCE**2)
    return one_sided / 2


def limit_for(periods: float) -> float:
    """The limit whose false alarms come this many periods apart on average, by bisection."""
    low, high = 0.0, HIGHEST_LIMIT
    while high - low > FINE:
        middle = (low + high) / 2
        is_low = periods_between_false_alarms(middle) < periods
        low, high = (middle, high) if is_low else (low, middle)
    return high
