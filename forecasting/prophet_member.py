"""Prophet for calendar and season, ARMA(1,1) for the memory of what it leaves over."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forecasting.coefficients import coefficient_paths
from forecasting.futures import SIMULATED_PATHS, mirrored_normals, mirrored_uniforms
from forecasting.memory import Memory, fit_memory
from forecasting.outlook import Outlook
from forecasting.parts import RECENT
from forecasting.prophet_engine import Decomposition, decompose, trend_paths

if TYPE_CHECKING:
    from forecasting.calendar_columns import ProphetSpec, Timeline
    from forecasting.calendar_design import CalendarDesign
    from forecasting.series import Bools, Floats


def prophet_outlook(
    timeline: Timeline, spec: ProphetSpec, design: CalendarDesign, rng: np.random.Generator
) -> Outlook:
    """What Prophet expects, with the memory of what it leaves over."""
    past = int(np.flatnonzero(timeline.known)[-1]) + 1
    fit = decompose(timeline, spec, design)
    left_over = timeline.counts[:past] - fit.total[:past]
    memory = fit_memory(left_over, fit.columns[:past], fit.prior_scales)
    parts = fit.parts(slice(past, None))
    parts[RECENT] = memory.centre.expected(len(timeline.counts) - past)
    expected = fit.total[past:] + parts[RECENT]
    departures = _departures(fit, memory, timeline.known[:past], rng)
    return Outlook(expected, fit.total[past:] + departures, parts)


def _departures(
    fit: Decomposition, memory: Memory, known: Bools, rng: np.random.Generator
) -> Floats:
    """How futures may leave what Prophet expects: chance, a turning trend, what a fit ignores."""
    periods, columns = fit.columns.shape
    shape = (SIMULATED_PATHS, periods - len(known))
    chance = memory.paths(mirrored_uniforms(rng, shape), rng)
    turns = trend_paths(fit, shape, rng)
    normals = mirrored_normals(rng, (SIMULATED_PATHS, columns))
    return chance + turns + coefficient_paths(fit, known, memory.centre, normals)
