"""Ten systems whose means are known exactly, and how often the procedure finds the best of them.

The worst case for a procedure of selection is the slippage configuration: the best is better than
each of the others by exactly the difference that matters (Kim and Nelson 2001, section 4). Normal
outputs are what its proof asks for; waits of M/M/1 queues are skewed and correlated, as those of a
hospital. A queue starts in equilibrium (Pollaczek 1930: with probability 1 - load nobody waits,
else the wait is exponential), so that the mean of its first customers is exact.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from scenarios.ranking import Contest, rank

Floats = npt.NDArray[np.float64]
Draw = Callable[[np.random.Generator, int], Floats]
"""Replications of every system, shape (systems, replications); the first system is the best."""

SYSTEMS, MACRO_RUNS, MOST = 10, 200, 3_000
DELTA = 0.5
CONFIDENCE = 0.95
CUSTOMERS = 400
"""In one replication of a queue."""

BEST_LOAD = 0.5
WAIT_DELTA = 0.25
"""Mean service times; the best queue waits one of them."""


@dataclass(frozen=True)
class Known:
    """A set of systems with the difference that matters between the best and each other."""

    name: str
    draw: Draw
    delta: float


def slippage(common: float, spreads: Sequence[float]) -> Draw:
    """Normal systems, the first better by ``DELTA``; ``common`` is the spread that all share."""
    means = np.array([0.0, *[DELTA] * (SYSTEMS - 1)])
    own = np.array(spreads)

    def draw(rng: np.random.Generator, count: int) -> Floats:
        shared = rng.normal(0, common, count) if common else np.zeros(count)
        noise = rng.normal(size=(SYSTEMS, count)) * own[:, None]
        return np.asarray(means[:, None] + shared + noise, dtype=np.float64)

    return draw


def queues(rng: np.random.Generator, count: int) -> Floats:
    """Mean wait of the first customers of M/M/1 queues of service rate 1, by Lindley's recursion.

    The mean wait is load / (1 - load) service times: 1 for the best, ``WAIT_DELTA`` more for the
    others.
    """
    best = BEST_LOAD / (1 - BEST_LOAD)
    waits = np.array([best, *[best + WAIT_DELTA] * (SYSTEMS - 1)])
    loads = (waits / (1 + waits))[:, None]
    shape = (SYSTEMS, count)
    wait = np.where(rng.random(shape) < loads, rng.exponential(1 / (1 - loads), shape), 0.0)
    total = np.zeros(shape)
    for _ in range(CUSTOMERS):
        total += wait
        gap = rng.exponential(1 / loads, shape)
        wait = np.maximum(wait + rng.exponential(1.0, shape) - gap, 0.0)
    return total / CUSTOMERS


EQUAL = (1.0,) * SYSTEMS
BEST_VARIES_MOST = (3.0, *(1.0,) * (SYSTEMS - 1))

CASES = (
    Known("normal, independent", slippage(0.0, EQUAL), DELTA),
    Known("normal, common random numbers", slippage(3.0, EQUAL), DELTA),
    Known("normal, the best varies most", slippage(0.0, BEST_VARIES_MOST), DELTA),
    Known("M/M/1 queues", queues, WAIT_DELTA),
)


def share_found(known: Known, macro_runs: int = MACRO_RUNS) -> tuple[float, float]:
    """Share of macro-replications in which the true best is chosen; mean replications used.

    Raises:
        RuntimeError: a contest ended without its guarantee, so that its outcome says nothing.
    """
    found, used = 0, 0
    names = [f"system-{at}" for at in range(SYSTEMS)]
    contest = Contest(indifference=known.delta, confidence=CONFIDENCE, at_most=MOST)
    for seed in range(macro_runs):
        stock = _Stock(known.draw, np.random.default_rng([2026, seed]))
        order = np.random.default_rng([1, seed]).permutation(SYSTEMS)
        observe = partial(stock.of, order)
        ranking = rank(names, observe, contest)
        if not ranking.is_guaranteed:
            raise RuntimeError(f"{known.name}: {MOST} replications did not decide")
        found += order[names.index(ranking.best)] == 0
        used += sum(ranking.replications.values())
    return found / macro_runs, used / macro_runs


class _Stock:
    """Replications drawn as they are asked for, the same for every system."""

    def __init__(self, draw: Draw, rng: np.random.Generator) -> None:
        self._draw, self._rng = draw, rng
        self._values = np.empty((SYSTEMS, 0))

    def of(self, order: npt.NDArray[np.int64], name: str, replications: range) -> Floats:
        """The replications of one name; ``order`` hides which of them is the best."""
        while self._values.shape[1] < replications.stop:
            more = self._draw(self._rng, 100)
            self._values = np.concatenate([self._values, more], axis=1)
        system = int(order[int(name.removeprefix("system-"))])
        return self._values[system, replications.start : replications.stop]
