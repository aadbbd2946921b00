"""Runs in the peers' own interpreter: classical models of statsforecast on a batch of histories.

    python peers_worker.py asked.npz answered.npz

Knows nothing of Tadbir: arrays come in, arrays go out. See ``peers.py``.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from typing import Any

import numpy as np
from statsforecast.models import (
    ADIDA,
    IMAPA,
    TSB,
    AutoARIMA,
    AutoETS,
    CrostonSBA,
    DynamicOptimizedTheta,
    SeasonalNaive,
)

PROCESSES = 2
# The interval of 50 % runs from the quantile 0.25 to 0.75, and so on.
BOUNDS = {"lo-90": 0, "lo-80": 1, "lo-50": 2, "hi-50": 4, "hi-80": 5, "hi-90": 6}
LEVELS = [50, 80, 90]
MEDIAN, QUANTILES = 3, 7
COUNT_METHODS = ("SBA", "TSB", "ADIDA", "IMAPA")  # points only

MODELS: dict[str, Callable[[int], Any]] = {
    "AutoETS": lambda season: AutoETS(season_length=season),
    "DynamicOptimizedTheta": lambda season: DynamicOptimizedTheta(season_length=season),
    "AutoARIMA": lambda season: AutoARIMA(season_length=season, approximation=True),
    "seasonal naive": lambda season: SeasonalNaive(season_length=season),
    "SBA": lambda _: CrostonSBA(),
    "TSB": lambda _: TSB(alpha_d=0.1, alpha_p=0.1),
    "ADIDA": lambda _: ADIDA(),
    "IMAPA": lambda _: IMAPA(),
}


def forecast(task: tuple[str, np.ndarray, int, int]) -> np.ndarray:
    """Point forecast, then seven quantiles (NaN where the model has none), (horizon, 8)."""
    method, history, horizon, season = task
    # An optimiser that stops early is the peer's own affair; its forecast counts as it is.
    warnings.simplefilter("ignore")
    levels = None if method in COUNT_METHODS else LEVELS
    made = MODELS[method](season).forecast(y=history, h=horizon, level=levels)
    answer = np.full((horizon, 1 + QUANTILES), np.nan)
    answer[:, 0] = made["mean"]
    if levels:
        answer[:, 1 + MEDIAN] = made["mean"]
        for name, at in BOUNDS.items():
            answer[:, 1 + at] = made[name]
    return answer


def main() -> None:
    """Every method on every history, in the order asked."""
    asked = np.load(sys.argv[1])
    horizon, season = int(asked["horizon"]), int(asked["season"])
    histories = np.split(asked["values"], np.cumsum(asked["lengths"])[:-1])
    tasks = [(str(name), one, horizon, season) for name in asked["methods"] for one in histories]
    with ProcessPoolExecutor(PROCESSES) as pool:
        answers = np.array(list(pool.map(forecast, tasks)))
    shape = (len(asked["methods"]), len(histories), horizon, 1 + QUANTILES)
    np.save(sys.argv[2], answers.reshape(shape))


if __name__ == "__main__":
    main()
