"""How much the demand of a medicine varies, steadied by what its peers show.

A variance from a few uneven months is the least sure figure of an order: too small where nothing
has happened yet, too large after one odd month. Over a whole pharmacy variance follows the mean
(a quadratic in logarithms; Taylor's power law, Nature 189, 1961, with curvature), so each
medicine's own figure is drawn half-way to that line, on a scale of logarithms.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

WEIGHT_OF_PEERS = 0.5
LEAST_MEAN_UNITS = 0.05
LEAST_VARIANCE = 0.01
LEAST_PEERS = 10
"""With fewer medicines a line of three coefficients says nothing."""


def steadied_variance(mean: Floats, variance: Floats, weight: float = WEIGHT_OF_PEERS) -> Floats:
    """The variance of each medicine, ``weight`` of the way to that of its peers, (items,).

    ``mean`` (items,) [units], ``variance`` (items,) [units²]. Few medicines are left as they are.
    """
    if len(mean) < LEAST_PEERS:
        return variance
    size = np.log(np.maximum(mean, LEAST_MEAN_UNITS))
    own = np.log(np.maximum(variance, LEAST_VARIANCE))
    columns = np.stack([np.ones_like(size), size, size**2], axis=1)
    line = columns @ np.linalg.lstsq(columns, own, rcond=None)[0]
    steadied: Floats = np.exp((1 - weight) * own + weight * line)
    return steadied
