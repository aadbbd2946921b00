"""What would come if: a wave or an early warning, over the forecast of record and apart from it.

    name: Vague de grippe
    effects:
      - {kind: epidemic_wave, name: Grippe, first_day: 2026-12-07, peak_day: 2027-01-04,
         peak_share: 0.3, high_factor: 1.5}

What holds under an assumption is a ``DemandForecast`` as any other, so the twin, the stock and the
rosters read it, but it says so: it has no record, and nothing stores it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, TypeVar

import numpy as np
from pydantic import Field, model_validator

from forecasting.covariate import EarlyWarning
from forecasting.dependence import ranks_of
from forecasting.effects import Effect
from forecasting.totals import added_up_again
from forecasting.waves import WHAT_IF, EpidemicWave, StatedWave, Wave
from hospital.base import Frozen
from hospital.errors import Sentence, say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forecasting.covariate import Covariate
    from hospital.forecast import DemandForecast, SeriesKey

KINDS: tuple[type[Effect], ...] = (EpidemicWave, StatedWave, EarlyWarning)
"""Every kind of effect, in the order of the guide."""
UNUSED = "covariate_unused"
BEYOND = "covariate_beyond_past"

E = TypeVar("E", bound=Effect)


class WhatIf(Frozen):
    """One sentence about what may come: its effects, each under a name of its own."""

    together: ClassVar[Sentence] = say("effects that each have a name of their own")

    schema_version: Literal[1] = 1
    name: str = Field(min_length=1, max_length=80)
    effects: tuple[
        Annotated[EpidemicWave | StatedWave | EarlyWarning, Field(discriminator="kind")], ...
    ] = Field(min_length=1, max_length=12)

    @model_validator(mode="after")
    def _names_differ(self) -> WhatIf:
        names = [effect.name for effect in self.effects]
        if len(set(names)) < len(names):
            raise ValueError(str(self.together))
        return self

    @property
    def waves(self) -> tuple[Wave, ...]:
        """Its waves."""
        return self._of(Wave)

    @property
    def warnings(self) -> tuple[EarlyWarning, ...]:
        """Its early warnings."""
        return self._of(EarlyWarning)

    def _of(self, kind: type[E]) -> tuple[E, ...]:
        return tuple(effect for effect in self.effects if isinstance(effect, kind))


def with_waves(
    forecasts: Sequence[DemandForecast], waves: Sequence[Wave], seed: int
) -> tuple[DemandForecast, ...]:
    """The forecasts under these waves, and the totals that follow; the others are the same."""
    changed = list(forecasts)
    for wave in waves:
        changed = [wave.on(one, seed) if wave.touches(one.key) else one for one in changed]
    return with_totals_that_follow(forecasts, changed)


def with_warnings(
    forecasts: Sequence[DemandForecast],
    learnt: Mapping[SeriesKey, DemandForecast],
    covariates: Mapping[SeriesKey, tuple[Covariate, ...]],
) -> tuple[DemandForecast, ...]:
    """The forecasts as ``learnt`` with early warnings as regressors.

    Each path keeps the rank that it has in the forecast of record, period by period, and takes
    the value of that rank with the regressor: paths that belong together stay together.
    """
    changed = [
        _in_ranks_of(one, learnt[one.key], covariates[one.key])
        if one.key in covariates and one.key in learnt
        else one
        for one in forecasts
    ]
    return with_totals_that_follow(forecasts, changed)


def with_totals_that_follow(
    before: Sequence[DemandForecast], after: Sequence[DemandForecast]
) -> tuple[DemandForecast, ...]:
    """The changed forecasts, with the totals of those that are not as before."""
    names: dict[SeriesKey, dict[str, None]] = {}
    for old, new in zip(before, after, strict=True):
        if new is not old:
            names.setdefault(new.key.of_the_gst, {}).update(dict.fromkeys(new.what_if))
    return tuple(
        replace(one, what_if=tuple(names[one.key])) if one.key in names else one
        for one in added_up_again(after, names)
    )


def _in_ranks_of(
    record: DemandForecast, learnt: DemandForecast, covariates: tuple[Covariate, ...]
) -> DemandForecast:
    """What was learnt, path by path as the record has them, labelled as a what-if."""
    is_unused = not any(one.part in learnt.components for one in covariates)
    days = record.first_day, record.end_day
    is_beyond = any(one.goes_beyond_its_past(*days) for one in covariates)
    conditions = {WHAT_IF: True, UNUSED: is_unused, BEYOND: is_beyond}
    codes = (code for code, holds in conditions.items() if holds)
    ranks = ranks_of(record.sample_paths)
    return replace(
        learnt,
        sample_paths=np.take_along_axis(np.sort(learnt.sample_paths, axis=0), ranks, axis=0),
        backtest=None,
        warnings=tuple(dict.fromkeys((*learnt.warnings, *codes))),
        what_if=(*record.what_if, *(one.name for one in covariates)),
    )
