"""Overtime of a session: its expected length as straight lines, and the draws of real lengths."""

from __future__ import annotations

from dataclasses import dataclass
from math import erfc, exp, pi, sqrt

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

SPARE_SPREADS = (0.0, 0.5, 1.0, 1.5)  # where the tangents touch: spare minutes in spreads
POINT = 1000  # whole numbers hold thousandths of a point


@dataclass(frozen=True, slots=True)
class Line:
    """A cost that grows with the expected minutes of a session [points / 10000]."""

    per_minute: int
    fixed: int

    def at(self, minutes: int) -> int:
        """The cost of this many expected minutes, turnovers between cases included."""
        return self.per_minute * minutes + self.fixed


def overtime_lines(length_minutes: int, spread_minutes: float, weight: float) -> tuple[Line, ...]:
    """Tangents from below to the weighted expected overtime of a session.

    E[(S - L)+] = s G(z) with z = (L - E[S]) / s spare spreads and G the unit normal loss
    (Silver, Pyke and Thomas 2017, appendix II); the tangent at z0 is
    s G(z0) + Q(z0) (E[S] - L + s z0). A line that would charge an empty session is left out.
    """
    lines = []
    for spare in SPARE_SPREADS:
        tail = erfc(spare / sqrt(2)) / 2
        loss = exp(-(spare**2) / 2) / sqrt(2 * pi) - spare * tail
        at_zero = spread_minutes * (loss + tail * spare) - tail * length_minutes
        line = Line(round(POINT * weight * tail), round(POINT * weight * at_zero))
        if line.fixed <= 0:
            lines.append(line)
    return tuple(lines)


def case_minutes(mean: Floats, cv: Floats, normals: Floats) -> Floats:
    """Log-normal lengths with these means and coefficients of variation [minutes].

    ``normals`` are standard normal draws, shape (cases, draws).
    """
    sigma = np.sqrt(np.log1p(cv**2))[:, None]
    centre = np.log(mean)[:, None] - sigma**2 / 2
    return np.asarray(np.exp(centre + sigma * normals), dtype=np.float64)
