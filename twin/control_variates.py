"""Means of replications, corrected by inputs whose mean is known: control variates.

Where more patients than expected came by chance, beds were fuller by chance: the regression on
the inputs takes that part away. Lavenberg and Welch 1981 (Management Science 27), equations 8 to
12; Law 2015, Simulation Modeling and Analysis, section 11.5.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import f as fisher
from scipy.stats import t as student

LEAST_PER_CONTROL = 3
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Adjusted:
    """A mean with its interval, and the variance of the plain mean divided by that of this one."""

    mean: float
    half_width: float
    variance_ratio: float


def adjusted_mean(
    values: Floats, controls: Floats, known_means: Floats, confidence: float = 0.95
) -> Adjusted:
    """The mean of ``values``, shape (n,), given ``controls``, shape (n, k), and their true means.

    Raises:
        ValueError: fewer than three replications for each control, and two more.
    """
    count, width = controls.shape
    if count < LEAST_PER_CONTROL * width + 2:
        raise ValueError(f"{count} replications are too few for {width} controls")
    design = np.column_stack([np.ones(count), controls - known_means])
    coefficients, *_ = np.linalg.lstsq(design, values, rcond=None)
    freedom = count - width - 1
    residual = float(((values - design @ coefficients) ** 2).sum()) / freedom
    variance = residual * float(np.linalg.pinv(design.T @ design)[0, 0])
    plain = float(values.var(ddof=1)) / count
    quantile = float(student.ppf((1 + confidence) / 2, freedom))
    ratio = plain / variance if variance > 0 else 1.0
    return Adjusted(float(coefficients[0]), quantile * variance**0.5, ratio)


def means_hold(controls: Floats, known_means: Floats, risk: float = 0.001) -> bool:
    """Whether the controls may have these means (Hotelling's T2); a wrong mean biases."""
    count, width = controls.shape
    gap = controls.mean(axis=0) - known_means
    spread = np.atleast_2d(np.cov(controls, rowvar=False))
    squared = float(count * gap @ np.linalg.pinv(spread) @ gap)
    statistic = squared * (count - width) / (width * (count - 1))
    return bool(fisher.sf(statistic, width, count - width) > risk)
