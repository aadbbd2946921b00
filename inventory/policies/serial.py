"""A chain of stores: central store, hospital, ward. The best echelon base stocks, exactly.

Source: Clark and Scarf 1960; Chen and Zheng 1994, "Lower bounds for multi-echelon stochastic
inventory systems", Management Science 40(11); Snyder and Shen, theorem 6.1. Stage 1 serves the
patients. The cost of a stage's echelon position y is C_j(y) = E[h_j (y - D) + V_{j-1}(y - D)]
with D the demand of its lead time, V_0(x) = (p + sum h) (-x)+ and V_j(x) = C_j(min(S_j, x)).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

from inventory.policies.distribution import DiscreteDemand, Floats, NormalDemand

WIDTHS = 9.0
"""Normal demand is cut this many standard deviations from its mean."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A store: its echelon holding cost [MAD/unit and period] and the lead time to it [periods]."""

    echelon_holding_cost: float
    lead_time_periods: float


@dataclass(frozen=True, slots=True)
class ChainLevels:
    """Echelon base stock of each stage, the patients' first [units], and cost per period [MAD]."""

    order_up_to: tuple[float, ...]
    cost: float


@dataclass(frozen=True, slots=True)
class _Lattice:
    """Demand of a lead time on multiples of ``step``: probabilities from ``first`` × step on."""

    first: int
    probabilities: Floats


def normal_chain(
    stages: Sequence[Stage], demand: NormalDemand, shortage_cost: float, step: float | None = None
) -> ChainLevels:
    """The best chain for normal demand per period, on a grid of ``step`` units.

    Without ``step``, a fiftieth of the smallest standard deviation of a lead time.
    """
    laws = [demand.over(stage.lead_time_periods) for stage in stages]
    step = step or min(law.sd for law in laws) / 50
    return _solve(stages, [_normal_lattice(law, step) for law in laws], shortage_cost, step)


def poisson_chain(
    stages: Sequence[Stage], units_per_period: float, shortage_cost: float
) -> ChainLevels:
    """The best chain for Poisson demand; levels are whole units."""
    lattices = [
        _Lattice(0, DiscreteDemand.poisson(units_per_period * row.lead_time_periods).probabilities)
        for row in stages
    ]
    return _solve(stages, lattices, shortage_cost, 1.0)


def _normal_lattice(law: NormalDemand, step: float) -> _Lattice:
    first = int(np.floor((law.mean - WIDTHS * law.sd) / step))
    last = int(np.ceil((law.mean + WIDTHS * law.sd) / step))
    edges = (np.arange(first, last + 2) - 0.5) * step
    chance = np.diff(special.ndtr((edges - law.mean) / law.sd))
    return _Lattice(first, chance / chance.sum())


def _solve(
    stages: Sequence[Stage], lattices: Sequence[_Lattice], shortage_cost: float, step: float
) -> ChainLevels:
    """From the patients up: cost of each position, its minimum, what it imposes upstream."""
    total = sum(lattice.first + len(lattice.probabilities) for lattice in lattices)
    places = np.arange(-total, 2 * total + 1)
    holding = sum(stage.echelon_holding_cost for stage in stages)
    imposed = (shortage_cost + holding) * np.maximum(-places * step, 0.0)
    levels, cost = [], 0.0
    for stage, lattice in zip(stages, lattices, strict=True):
        outcome = stage.echelon_holding_cost * places * step + imposed
        expected = np.convolve(outcome, lattice.probabilities, mode="valid")
        places = places[len(lattice.probabilities) - 1 :] + lattice.first
        best = int(np.argmin(expected))
        levels.append(float(places[best] * step))
        cost = float(expected[best])
        imposed = np.where(np.arange(len(places)) < best, expected, cost)
    return ChainLevels(tuple(levels), cost)
