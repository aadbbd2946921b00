"""What one GST tells another of its calendar: effects pooled over its hospitals, never rows.

A prior for a hospital with a short history is pooled from such tellings, one for each GST.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

import numpy as np
from pydantic import Field

from forecasting.random_effects import Pooled, pooled
from forecasting.shared_effects import Measured, measured_effects
from hospital.base import Frozen
from hospital.forecast import SeriesKind
from hospital.places import Code

if TYPE_CHECKING:
    from forecasting.calendar_design import CalendarDesign
    from forecasting.series import Series

FEWEST_HOSPITALS = 2
"""An effect of one hospital alone would be that hospital's, not an aggregate: it does not leave."""
LARGEST_EFFECT = 5.0
MOST_EFFECTS = 500


class SharedEffect(Frozen):
    """One effect on log(1 + count) over the hospitals of a GST."""

    name: str = Field(min_length=1, max_length=80, pattern=r"^[a-z0-9_:]+$")
    mean: float = Field(ge=-LARGEST_EFFECT, le=LARGEST_EFFECT, allow_inf_nan=False)
    standard_error: float = Field(gt=0, le=LARGEST_EFFECT, allow_inf_nan=False)
    between_sd: float = Field(ge=0, le=LARGEST_EFFECT, allow_inf_nan=False)
    hospitals: int = Field(ge=FEWEST_HOSPITALS, le=1000)


class KindParameters(Frozen):
    """The effects on one kind of count."""

    kind: SeriesKind
    effects: tuple[SharedEffect, ...] = Field(min_length=1, max_length=MOST_EFFECTS)


class SharedParameters(Frozen):
    """What a GST tells, as of a day: counted from before it, on daily series of two years."""

    schema_version: Literal[1] = 1
    gst: Code
    as_of: date
    kinds: tuple[KindParameters, ...] = Field(max_length=len(SeriesKind))


@dataclass(frozen=True, slots=True)
class Prior:
    """What is expected of the shared effects of a hospital that has not been seen, by name."""

    effects: Mapping[str, Pooled]

    def mean(self, names: Sequence[str]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        """Expected effects, (k,); 0 for one of which nobody told."""
        return np.array([self.effects[n].mean if n in self.effects else 0.0 for n in names])

    def deviation(self, names: Sequence[str]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        """How far each may lie from it, (k,); next to nothing where nobody told: it stays 0."""
        return np.array(
            [self.effects[n].predictive_sd if n in self.effects else UNTOLD for n in names]
        )


UNTOLD = 1e-4


def parameters_of(
    gst: str, as_of: date, series: Iterable[Series], design: CalendarDesign
) -> SharedParameters:
    """The parameters of a GST from the daily series of its hospitals, each whole.

    Effects that fewer than two hospitals have seen are left out, and so are kinds without any.
    """
    seen: dict[SeriesKind, dict[str, list[Measured]]] = defaultdict(lambda: defaultdict(list))
    for one in series:
        if one.key.hospital and not one.key.item:
            for found in measured_effects(one, design):
                seen[one.key.kind][found.name].append(found)
    kinds = (
        (kind, tuple(_shared(name, found) for name, found in sorted(names.items()) if _may(found)))
        for kind, names in sorted(seen.items())
    )
    told = tuple(KindParameters(kind=kind, effects=effects) for kind, effects in kinds if effects)
    return SharedParameters(gst=gst, as_of=as_of, kinds=told)


def _may(found: list[Measured]) -> bool:
    return len(found) >= FEWEST_HOSPITALS


def _shared(name: str, found: list[Measured]) -> SharedEffect:
    own = pooled([one.effect for one in found], [one.standard_error for one in found])
    return SharedEffect(
        name=name,
        mean=own.mean,
        standard_error=own.standard_error,
        between_sd=own.between_sd,
        hospitals=own.places,
    )


def priors_from(tellings: Sequence[SharedParameters]) -> dict[SeriesKind, Prior]:
    """One prior for each kind of count: the GSTs pooled as places, once more.

    A new hospital differs as GSTs differ among themselves and hospitals within one: both
    variances count, that within GSTs weighed by its degrees of freedom.
    """
    by_kind: dict[SeriesKind, dict[str, list[SharedEffect]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for telling in tellings:
        for kind in telling.kinds:
            for effect in kind.effects:
                by_kind[kind.kind][effect.name].append(effect)
    return {
        kind: Prior({name: _expected(told) for name, told in names.items()})
        for kind, names in by_kind.items()
    }


def _expected(told: list[SharedEffect]) -> Pooled:
    between = pooled([one.mean for one in told], [one.standard_error for one in told])
    freedom = np.array([one.hospitals - 1 for one in told], float)
    within = float((freedom * np.array([one.between_sd**2 for one in told])).sum() / freedom.sum())
    return Pooled(
        mean=between.mean,
        standard_error=between.standard_error,
        between_sd=float(np.sqrt(between.between_sd**2 + within)),
        places=between.places,
    )
