"""How long a twin that starts with nobody needs before its figures count: MSER-5.

White 1997, An effective truncation heuristic for bias reduction in simulation output; Hoad,
Robinson and Davies 2010, Automating warm-up length estimation (Journal of the Operational
Research Society 61). On *hourly* numbers of inpatients: on daily ones the rule is unstable
(measured: 90 % of estimates below 7.4 days with hours, below 30 with days).
"""

from __future__ import annotations

from datetime import timedelta
from math import ceil

import numpy as np
import numpy.typing as npt

from hospital.base import HOURS_PER_DAY
from hospital.compute import TaskMap, serially
from hospital.gst import Gst
from twin.network import INPATIENT
from twin.parameters import TwinParameters
from twin.run_plan import RunPlan, Start
from twin.simulation import Prepared, prepare, replicate

BATCH = 5
LAST_BATCHES = 5
"""So few at the end say nothing of the spread (Hoad, Robinson and Davies 2010, section 3)."""

PILOT_DAYS = 182
PILOT_REPLICATIONS = 3
"""Numbers of inpatients remember for days: of 60 pilots of an M/M/inf unit with a mean stay of
4 days, 6 weeks settle in 38 %, half a year in 93 % (five replications each)."""

Floats = npt.NDArray[np.float64]


def mser5(series: Floats) -> int | None:
    """The hour from which a series has settled, or None if it does not within its first half.

    The truncation that minimises the squared standard error of the mean of what is left, taken
    over means of five observations: sum of squares / (number left)^2. It looks for what is
    unlike the rest at the beginning; growth that only begins at the end is not its question.
    """
    batches = len(series) // BATCH
    if batches <= 2 * LAST_BATCHES:
        return None
    means = np.asarray(series, dtype=np.float64)[: batches * BATCH].reshape(-1, BATCH).mean(axis=1)
    centred = (means - means.mean())[::-1]
    left = np.arange(1, batches + 1)
    squares = np.cumsum(centred**2) - np.cumsum(centred) ** 2 / left
    scores = (squares / left**2)[::-1][: batches - LAST_BATCHES]
    best = int(np.argmin(scores))
    return None if best > batches / 2 else best * BATCH


def pilot_series(prepared: Prepared, task_map: TaskMap = serially) -> Floats:
    """Mean number of inpatients of the whole GST at each hour of a run, over its replications."""
    inside = [unit.kind in INPATIENT for unit in prepared.network.units]
    outcomes = replicate(prepared, range(prepared.run.replications), task_map)
    series = [one.census[inside].sum(axis=0) for one in outcomes]
    return np.asarray(np.mean(series, axis=0), dtype=np.float64)


def warmup_days_needed(
    gst: Gst, parameters: TwinParameters, run: RunPlan, task_map: TaskMap = serially
) -> int | None:
    """Warm-up of a start with nobody [whole days]; None if the pilot has not settled.

    Three pilot replications of the half-year before ``run.first_day``, under the rates of the
    parameters. At least one day.
    """
    pilot = run.but(
        first_day=run.first_day - timedelta(days=PILOT_DAYS),
        horizon_days=PILOT_DAYS,
        warmup_days=0,
        start=Start.EMPTY,
        replications=PILOT_REPLICATIONS,
        targets=(),
    )
    hours = mser5(pilot_series(prepare(gst, parameters, pilot), task_map))
    return None if hours is None else max(1, ceil(hours / HOURS_PER_DAY))
