"""Who gets the next pack when money is short: marginal allocation over all lines at once.

Every line is a ladder of packs. The first rung is the smallest quantity that the supplier
sells, each further rung one pack; a rung has a cost and an expected gain (shortage avoided
times its price). Gains fall along a ladder, so that taking rungs by gain per MAD is optimal up
to the last pack (Fox 1966, "Discrete optimization via marginal analysis"; Sherbrooke 2004,
section 2.4). Floors come first: until every rung below a floor is bought, no other rung is.
Rungs of equal gain go to the line that has the smaller part of its need: lines in equal
need share alike, whatever their place in a table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


CENTIME = 0.01 / 4
"""Sums of money within a quarter of a centime are equal: what is over is rounding [MAD]."""
GAIN_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Ladder:
    """The packs that one line may get.

    ``packs`` (rungs,) is the total after each rung, ``gain_mad`` (rungs,) what the rung adds,
    ``floor_packs`` how many come before anything else of any line. ``returned`` (rungs,) is the
    share of a rung's cost that a later order is expected to save: what is not used by then
    need not be bought again. None unless given.
    """

    packs: Ints
    gain_mad: Floats
    pack_cost_mad: float
    floor_packs: int
    returned: Floats | None = None

    @property
    def cost_mad(self) -> Floats:
        """Cost of each rung, (rungs,) [MAD]."""
        return np.diff(self.packs, prepend=0) * self.pack_cost_mad

    @property
    def gain_per_mad(self) -> Floats:
        """Gain of each rung for what it costs today, (rungs,)."""
        return _falling(self.gain_mad / self.cost_mad)

    @property
    def rank(self) -> Floats:
        """Gain of each rung for what it costs in the end: what is bought first, (rungs,)."""
        if self.returned is None:
            return self.gain_per_mad
        return _falling(self.gain_mad / (self.cost_mad * (1 - self.returned)))


@dataclass(frozen=True, slots=True)
class Allocation:
    """Packs of each ladder, the gain per MAD of the best rung not bought."""

    packs: Ints
    spent_mad: float
    gain_per_mad: float


@dataclass(frozen=True, slots=True)
class _Rungs:
    """All rungs of all ladders in the order in which they are bought."""

    ladder: Ints
    packs: Ints
    cost_mad: Floats
    gain_per_mad: Floats
    rank: Floats
    is_floor: Bools
    share: Floats

    def where(self, chosen: Bools | Ints) -> _Rungs:
        """The chosen rungs, by mask or by place."""
        return _Rungs(
            self.ladder[chosen],
            self.packs[chosen],
            self.cost_mad[chosen],
            self.gain_per_mad[chosen],
            self.rank[chosen],
            self.is_floor[chosen],
            self.share[chosen],
        )


def allocate(ladders: Sequence[Ladder], budget_mad: float) -> Allocation:
    """Buy rungs by gain per MAD, floors first, while the budget lasts.

    A rung that no longer fits stops its own ladder only: what is left of the budget goes to
    cheaper rungs of others.
    """
    rungs = _in_order(ladders)
    packs = np.zeros(len(ladders), dtype=np.int64)
    spent, best_refused = 0.0, 0.0
    while len(rungs.ladder):
        totals = spent + np.cumsum(rungs.cost_mad)
        fits = int(np.searchsorted(totals, budget_mad + CENTIME, side="right"))
        np.maximum.at(packs, rungs.ladder[:fits], rungs.packs[:fits])
        if fits == len(rungs.ladder):
            spent = float(totals[-1])
            break
        spent = float(totals[fits - 1]) if fits else spent
        best_refused = max(best_refused, float(rungs.gain_per_mad[fits]))
        rungs = _after_refusal(rungs, fits, budget_mad - spent)
    return Allocation(packs, spent, best_refused)


def _after_refusal(rungs: _Rungs, refused: int, left_mad: float) -> _Rungs:
    """The rungs after a refused one, each ladder up to its first rung that is too dear."""
    later = rungs.where(np.arange(len(rungs.ladder)) > refused)
    later = later.where(later.ladder != rungs.ladder[refused])
    places = np.arange(len(later.ladder))
    dear = later.cost_mad > left_mad + CENTIME
    first_dear = np.full(int(later.ladder.max(initial=-1)) + 1, len(places))
    np.minimum.at(first_dear, later.ladder[dear], places[dear])
    return later.where(places < first_dear[later.ladder])


def _in_order(ladders: Sequence[Ladder]) -> _Rungs:
    """Floors first, then by gain per MAD, then by line: the same order on every machine."""
    lengths = [len(ladder.packs) for ladder in ladders]
    whole = _Rungs(
        np.repeat(np.arange(len(ladders)), lengths),
        _joined([ladder.packs for ladder in ladders]).astype(np.int64),
        _joined([ladder.cost_mad for ladder in ladders]),
        _joined([ladder.gain_per_mad for ladder in ladders]),
        _ties_kept(_joined([ladder.rank for ladder in ladders])),
        _joined([ladder.packs <= ladder.floor_packs for ladder in ladders]).astype(bool),
        _joined([ladder.packs / ladder.packs.max(initial=1) for ladder in ladders]),
    )
    keys = (whole.ladder, whole.share, -whole.rank, ~whole.is_floor)
    order = np.lexsort(keys).astype(np.int64)
    return whole.where(order)


def _falling(gain_per_mad: Floats) -> Floats:
    """Without rises along a ladder that only rounding makes, so that rungs keep their order."""
    return np.minimum.accumulate(gain_per_mad)


def _ties_kept(gain_per_mad: Floats) -> Floats:
    """Without the last digits, in which gains that are equal differ by rounding."""
    largest = float(gain_per_mad.max(initial=0.0))
    return np.round(gain_per_mad / largest, GAIN_DIGITS) * largest if largest else gain_per_mad


def _joined(parts: Sequence[npt.NDArray[np.generic]]) -> Floats:
    return np.concatenate([np.zeros(0), *parts]) if parts else np.zeros(0)
