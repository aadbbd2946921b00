"""One effect measured in several places: its mean over places and how much places differ.

    Q = sum w (y - m)²,  tau² = max(0, (Q - (k - 1)) / (sum w - sum w² / sum w)),  w = 1 / s²

DerSimonian and Laird 1986, Controlled Clinical Trials 7, 177-188, equations 5 to 8.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Pooled:
    """The mean of an effect with its standard error; ``between_sd`` is how much places differ."""

    mean: float
    standard_error: float
    between_sd: float
    places: int

    @property
    def predictive_sd(self) -> float:
        """How far the effect of one more place may lie from the mean (one standard deviation)."""
        return float(np.hypot(self.standard_error, self.between_sd))


def pooled(effects: Sequence[float], standard_errors: Sequence[float]) -> Pooled:
    """The random-effects mean of k >= 1 measured effects with their standard errors.

    One place alone says nothing of how much places differ: ``between_sd`` is then 0.
    """
    found, errors = np.asarray(effects, float), np.asarray(standard_errors, float)
    weights = 1.0 / errors**2
    total = weights.sum()
    fixed = (weights * found).sum() / total
    spread = (weights * (found - fixed) ** 2).sum() - (len(found) - 1)
    scale = total - (weights**2).sum() / total
    variance = max(0.0, float(spread / scale)) if len(found) > 1 and scale > 0 else 0.0
    shares = 1.0 / (errors**2 + variance)
    return Pooled(
        mean=float((shares * found).sum() / shares.sum()),
        standard_error=float(1.0 / np.sqrt(shares.sum())),
        between_sd=float(np.sqrt(variance)),
        places=len(found),
    )
