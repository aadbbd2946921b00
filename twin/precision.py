"""How many replications are enough: until every interval is as narrow as was asked.

Sequential stopping on the half-width of Student's t interval (Law 2015, Simulation Modeling and
Analysis, section 9.4.1). Stopping on the width that was just seen makes intervals cover less
often than they say when it begins with few replications: with a start of 10, 90 % to 93 % at
nominal 95 %, with a start of 20 at least 94 % (measured on the reference hospital). So the first
batch has at least ``LEAST_START`` replications.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import ceil, inf, sqrt
from typing import Any

import numpy as np
from pydantic import Field, model_validator
from scipy.special import stdtrit

from hospital.base import Frozen
from hospital.twin_result import Indicator, ReachedPrecision

LEAST_START = 20
LEAST_BATCH = 5
MOST_REPLICATIONS = 200
PERCENT = 100.0


class PrecisionTarget(Frozen):
    """How narrow the interval of one mean must be.

    ``half_width`` is in the unit of the indicator, ``percent`` of its mean; where both are given,
    the easier one is enough, so that a place that is almost empty does not ask for thousands of
    replications.
    """

    indicator: Indicator
    place: str = ""
    half_width: float | None = Field(default=None, gt=0, allow_inf_nan=False)
    percent: float | None = Field(default=None, gt=0, le=100)
    confidence: float = Field(default=0.95, gt=0.5, lt=1)
    at_most: int = Field(default=MOST_REPLICATIONS, ge=2, le=100_000)

    @model_validator(mode="after")
    def _says_how_narrow(self) -> PrecisionTarget:
        if self.half_width is None and self.percent is None:
            raise ValueError("give half_width in the unit of the indicator, percent of it, or both")
        return self

    def allowed(self, mean: float) -> float:
        """The widest half-width that is still precise enough at this mean."""
        relative = 0.0 if self.percent is None else abs(mean) * self.percent / PERCENT
        return max(self.half_width or 0.0, relative)


Key = tuple[str, str]
"""Indicator and place."""


def reached(
    target: PrecisionTarget, values: Sequence[float], replications: int
) -> ReachedPrecision:
    """What these replications say about a target.

    ``values`` may be fewer than ``replications``: a mean over nobody has no value.
    """
    mean = float(np.mean(values)) if values else float("nan")
    half_width = _half_width(target, values)
    allowed = target.allowed(mean) if values else 0.0
    return ReachedPrecision(
        indicator=str(target.indicator),
        place=target.place,
        mean=mean,
        half_width=half_width,
        allowed=allowed,
        confidence=target.confidence,
        replications=replications,
        holds=half_width <= allowed,
    )


def _half_width(target: PrecisionTarget, values: Sequence[float]) -> float:
    if len(values) < 2:  # noqa: PLR2004 - one value has no spread
        return inf
    quantile = float(stdtrit(len(values) - 1, (1 + target.confidence) / 2))
    return quantile * float(np.std(values, ddof=1)) / sqrt(len(values))


def first_batch(targets: Sequence[PrecisionTarget], replications: int) -> int:
    """How many replications to begin with."""
    return max(replications, LEAST_START) if targets else replications


def next_batch(
    targets: Iterable[PrecisionTarget], values: Mapping[Key, Sequence[float]], done: int
) -> int:
    """How many more replications to run; 0 when every target holds or has had its maximum.

    As many as the spread seen so far asks for, at least ``LEAST_BATCH`` and never more than
    there are already: the spread of a few replications is not yet trusted further. The answer
    depends on results only, so a run is the same on one process and on many.
    """
    wanted = [
        min(target.at_most, _needed(target, values.get(_key(target), ()), done))
        for target in targets
        if done < target.at_most
    ]
    return max(0, max(wanted, default=done) - done)


def _key(target: PrecisionTarget) -> Key:
    return (str(target.indicator), target.place)


def _needed(target: PrecisionTarget, values: Sequence[float], done: int) -> int:
    """Replications that this target would need in all, as far as can be said now."""
    now = reached(target, values, done)
    if now.holds:
        return done
    if not 0 < now.allowed < inf or now.half_width == inf:
        return 2 * done
    guess = ceil(done * (now.half_width / now.allowed) ** 2)
    return min(2 * done, max(guess, done + LEAST_BATCH))


def values_of(
    targets: Iterable[PrecisionTarget], rows: Iterable[Iterable[tuple[Any, str, str, float]]]
) -> dict[Key, list[float]]:
    """The values of the targets' indicators, for everybody, in the order of the replications."""
    found: dict[Key, list[float]] = {_key(target): [] for target in targets}
    for own in rows:
        for indicator, place, group, value in own:
            if not group and (str(indicator), place) in found:
                found[str(indicator), place].append(value)
    return found
