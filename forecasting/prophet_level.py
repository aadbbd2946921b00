"""Prophet for calendar and season, around a level that walks: it follows where Prophet is late."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from forecasting.coefficients import EXACT, drawn_departures
from forecasting.futures import SIMULATED_PATHS, mirrored_normals, mirrored_uniforms
from forecasting.level_memory import LevelMemory, Pace, fit_level
from forecasting.outlook import Outlook
from forecasting.parts import RECENT
from forecasting.prophet_engine import Decomposition, decompose
from forecasting.turmoil import ROUNDS, trust_of
from forecasting.whitening import whitened

if TYPE_CHECKING:
    from forecasting.calendar_columns import ProphetSpec, Timeline
    from forecasting.calendar_design import CalendarDesign
    from forecasting.series import Bools, Floats


@dataclass(frozen=True, slots=True)
class ProphetLevel:
    """Prophet with exponential smoothing of what it leaves over, at some pace."""

    pace: Pace

    def __call__(
        self,
        timeline: Timeline,
        spec: ProphetSpec,
        design: CalendarDesign,
        rng: np.random.Generator,
    ) -> Outlook:
        """What it sees at the unknown end of a timeline.

        The level wanders by itself, so Prophet's trend does not turn as well.
        """
        past = int(np.flatnonzero(timeline.known)[-1]) + 1
        fit, memory = self._fitted(timeline, spec, design, past)
        parts = fit.parts(slice(past, None))
        parts[RECENT] = memory.expected(len(timeline.counts) - past)
        expected = fit.total[past:] + parts[RECENT]
        shape = (SIMULATED_PATHS, len(expected))
        chance = memory.paths(mirrored_uniforms(rng, shape), rng)
        normals = mirrored_normals(rng, (SIMULATED_PATHS, fit.columns.shape[1]))
        doubt = _doubt(fit, memory, timeline.known[:past], normals)
        return Outlook(expected, fit.total[past:] + chance + doubt, parts)

    def _fitted(
        self, timeline: Timeline, spec: ProphetSpec, design: CalendarDesign, past: int
    ) -> tuple[Decomposition, LevelMemory]:
        """Prophet and level take turns: each time is trusted by how turbulent it was.

        Where the recent pace is asked for, Prophet's trend shall see the break as well.
        """
        trust: Floats | None = None
        for _ in range(ROUNDS if self.pace.recent is None else 1):
            fit = decompose(timeline, spec, design, trust)
            memory = fit_level(timeline.counts[:past] - fit.total[:past], self.pace)
            trust = trust_of(memory.deviations)[timeline.known[:past]]
        return fit, memory


def _doubt(fit: Decomposition, memory: LevelMemory, known: Bools, normals: Floats) -> Floats:
    """Departures due to coefficients, (paths, horizon), in what the level cannot follow."""
    past, theta = len(known), memory.share - 1.0
    rows = whitened(fit.columns[:past].T, 1.0, theta).T
    carried = fit.columns[past - 1] + theta * rows[-1]
    least = max(EXACT * float(np.abs(fit.total).max()), EXACT)
    fitted = (rows / np.maximum(memory.deviations, least)[:, None])[known]
    return drawn_departures(fitted, fit.columns[past:] - carried, fit.prior_scales, normals)
