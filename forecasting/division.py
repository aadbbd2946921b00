"""A whole divided among its parts: admissions among the services of a hospital, or by origin.

How many come is what the whole's own forecast says, which stands on more patients than any part;
into which part they go is what the parts' forecasts say together. So a whole says the same whether
its parts are asked for or not.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from forecasting.parts import TREND
from hospital.forecast import QUANTILE_LEVELS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecasting.series import Floats
    from hospital.forecast import DemandForecast

ROUNDS = 5


def divided(whole: DemandForecast, parts: Sequence[DemandForecast]) -> list[DemandForecast]:
    """The parts, which add up to the whole in the mean and in every sample path.

    Each row and period of the whole is divided as that of the parts' own paths (top-down by
    forecasted proportions: Athanasopoulos, Ahmed and Hyndman 2009, International Journal of
    Forecasting 25). Where all are Poisson the parts stay so, independent of each other: what is
    divided by chance among services is a Poisson law for each. Models, records, warnings and
    findings of the parts are kept; parts of their means are scaled with them.
    """
    own = np.stack([part.mean for part in parts])
    means = whole.mean * _proportions(own, np.ones_like(own))
    paths = raked(np.stack([part.sample_paths for part in parts]), whole.sample_paths, means)
    return [_as(*one) for one in zip(parts, means, paths, strict=True)]


def raked(own: Floats, whole: Floats, means: Floats) -> Floats:
    """Paths (parts, rows, periods) near ``own``, whose sums are ``whole`` (rows, periods).

    Their means over the rows are in the proportions of ``means`` (parts, periods) as nearly as
    whole rows allow: rows and means are scaled by turns, rows last (iterative proportional
    fitting; Deming and Stephan 1940, Annals of Mathematical Statistics 11). A row in which no
    part has anyone is divided as the means are.
    """
    target = whole.mean(axis=0) * _proportions(means, np.ones_like(means))
    usual = np.broadcast_to(means[:, None, :], own.shape)
    paths = whole * _proportions(own, usual)
    for _ in range(ROUNDS):
        reached = paths.mean(axis=1)
        factors = np.divide(target, reached, out=np.ones_like(target), where=reached > 0)
        paths = whole * _proportions(paths * factors[:, None, :], usual)
    return paths


def _proportions(values: Floats, otherwise: Floats) -> Floats:
    """Each value over the sum of all parts; where that is zero, in the proportions ``otherwise``.

    Where these are zero too, parts are even.
    """
    sums = values.sum(axis=0)
    chosen = np.where(sums > 0, values, otherwise)
    chosen = np.where(chosen.sum(axis=0) > 0, chosen, 1.0)
    shares: Floats = chosen / chosen.sum(axis=0)
    return shares


def _as(part: DemandForecast, mean: Floats, paths: Floats) -> DemandForecast:
    """A part with this mean and these paths.

    Counts that are whole numbers have quantiles that are: 0.97 of a patient is one.
    """
    quantiles = np.quantile(paths, QUANTILE_LEVELS, axis=0).T.copy()
    if (part.sample_paths == np.rint(part.sample_paths)).all():
        quantiles = np.rint(quantiles)
    return replace(
        part,
        mean=mean,
        quantiles=quantiles,
        sample_paths=paths,
        components=_scaled(part, mean),
    )


def _scaled(part: DemandForecast, mean: Floats) -> dict[str, Floats]:
    """The reasons of a part's own mean, as large as it is now."""
    if not (part.mean > 0).all():
        return {TREND: mean}
    return {name: reason * (mean / part.mean) for name, reason in part.components.items()}
