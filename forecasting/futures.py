"""Possible futures of one series: what every route of the forecast hands back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from forecasting.series import Floats

SIMULATED_PATHS = 1000  # behind mean and quantiles; a plan keeps the first of them


@dataclass(frozen=True, slots=True)
class Window:
    """Which periods after the last known one are wanted: ``horizon``, after ``skip`` others."""

    skip: int
    horizon: int

    @property
    def steps(self) -> int:
        """Periods to simulate."""
        return self.skip + self.horizon


@dataclass(frozen=True, slots=True)
class Futures:
    """Paths (paths, horizon), their mean (horizon,), and parts that add up to the mean."""

    paths: Floats
    mean: Floats
    model: str
    parts: dict[str, Floats] = field(default_factory=dict)


def mirrored_uniforms(rng: np.random.Generator, shape: tuple[int, int]) -> Floats:
    """Uniform draws whose odd rows mirror the even ones: u, then 1 - u.

    Antithetic variates (Hammersley and Morton 1956): the mean of the paths is nearly free of
    sampling noise, and so is the mean of any even number of them.
    """
    paths, steps = shape
    draws = rng.random(((paths + 1) // 2, steps))
    return np.stack([draws, 1.0 - draws], axis=1).reshape(-1, steps)[:paths]


def mirrored_normals(rng: np.random.Generator, shape: tuple[int, int]) -> Floats:
    """Standard normal draws whose odd rows mirror the even ones."""
    paths, columns = shape
    draws = rng.standard_normal(((paths + 1) // 2, columns))
    return np.stack([draws, -draws], axis=1).reshape(-1, columns)[:paths]
