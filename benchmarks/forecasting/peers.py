"""Classical rivals, run by statsforecast in an environment of its own.

statsforecast caps pandas below 3, so it lives in ``.venv-bench-forecasting`` (made by
``make bench-forecasting``) and is spoken to through two files. Nothing is kept between runs.
"""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from forecasting.series import Floats
from hospital.forecast import QUANTILE_LEVELS

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / ".venv-bench-forecasting" / "bin" / "python"
WORKER = Path(__file__).with_name("peers_worker.py")
CLASSICAL = ("AutoETS", "DynamicOptimizedTheta", "AutoARIMA", "seasonal naive")
COUNT_METHODS = ("SBA", "TSB", "ADIDA", "IMAPA")


@dataclass(frozen=True)
class PeerForecast:
    """One peer on one history: ``point`` (horizon,), ``quantiles`` (horizon, levels).

    The quantiles are those of ``hospital.forecast.QUANTILE_LEVELS``, NaN for count methods.
    """

    point: Floats
    quantiles: Floats

    def quantile(self, level: float) -> Floats:
        """The quantile of each period at one of ``QUANTILE_LEVELS``."""
        return self.quantiles[:, QUANTILE_LEVELS.index(level)]


def forecasts(
    histories: Sequence[Floats], methods: Sequence[str], horizon: int, season: int
) -> dict[str, list[PeerForecast]]:
    """Each method on each history (1-D, no NaN), in their order, by two processes.

    AutoARIMA chooses its orders with ``approximation=True``; everything else is the model as
    statsforecast ships it.

    Raises:
        FileNotFoundError: when the peers' environment has not been made.
    """
    if not PYTHON.exists():
        raise FileNotFoundError(
            f"{PYTHON} is missing: run `make bench-forecasting`, which makes it"
        )
    if not histories:
        return {method: [] for method in methods}
    with TemporaryDirectory() as folder:
        asked, answered = Path(folder, "asked.npz"), Path(folder, "answered.npy")
        np.savez(
            asked,
            values=np.concatenate(histories).astype(np.float64),
            lengths=[len(one) for one in histories],
            methods=list(methods),
            horizon=horizon,
            season=season,
        )
        subprocess.run([PYTHON, "-I", WORKER, asked, answered], check=True)
        answers = np.load(answered)
    return {
        method: [PeerForecast(one[:, 0], one[:, 1:]) for one in of_method]
        for method, of_method in zip(methods, answers, strict=True)
    }
