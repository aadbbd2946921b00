"""Why the forecast says what it says: parts in counts that add up to the mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from forecasting.series import Floats

TREND = "trend"
RECENT = "recent"  # what the last weeks add to the calendar's answer


def additive_parts(parts: dict[str, Floats], mean: Floats) -> dict[str, Floats]:
    """Parts already in counts; what cutting at zero and chance add goes to the trend."""
    rest = mean - np.sum(list(parts.values()), axis=0)
    return {**parts, TREND: parts[TREND] + rest}


def multiplicative_parts(parts: dict[str, Floats], mean: Floats) -> dict[str, Floats]:
    """Parts of log(1 + count), as counts.

    The logarithmic mean shares the change from the trend to the total among the parts
    exactly and whatever their order (LMDI-I; Ang 2005, Energy Policy 33, equation 3). The
    whole is then scaled from the median of the future to its mean.
    """
    effects = {name: part for name, part in parts.items() if name != TREND}
    level = np.exp(parts[TREND])
    total = np.exp(parts[TREND] + np.sum([*effects.values()], axis=0))
    weight = _logarithmic_mean(total, level)
    counts = {name: weight * part for name, part in effects.items()}
    scale = np.divide(mean, total - 1, out=np.ones_like(mean), where=total - 1 > mean / 2)
    shared = {name: part * scale for name, part in counts.items()}
    return {TREND: mean - np.sum([*shared.values()], axis=0), **shared}


def _logarithmic_mean(one: Floats, other: Floats) -> Floats:
    ratio = np.log(one / other)
    near = np.abs(ratio) < 1e-9  # noqa: PLR2004 - below it the quotient is all rounding
    return np.where(near, one, (one - other) / np.where(near, 1.0, ratio))
