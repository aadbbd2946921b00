"""Where to keep safety stock in a tree of stores that promise each other a service time.

Source: Graves and Willems 2000, "Optimizing strategic safety stock placement in supply chains",
Manufacturing & Service Operations Management 2(1); Snyder and Shen, section 6.3. A store that
promises S, is promised SI and needs T covers SI + T - S periods of demand, which it holds
against a bound of so many standard deviations.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np


@dataclass(frozen=True, slots=True)
class Store:
    """A store of the tree; times in periods.

    ``inbound_time`` is promised by its outside supplier, ``outbound_time`` is the longest that
    its own patients accept (``None`` without patients of its own); ``demand_sd`` is that of its
    own patients' demand per period.
    """

    processing_time: int
    holding_cost: float
    bound_factor: float = 1.0
    demand_sd: float = 0.0
    inbound_time: int = 0
    outbound_time: int | None = None


@dataclass(frozen=True, slots=True)
class PromisedTimes:
    """The service time that each store promises [periods], and the cost per period [MAD]."""

    promised: Mapping[str, int]
    cost: float


@dataclass(frozen=True)
class StoreTree:
    """Stores by name, and who supplies whom as (supplier, customer); together a tree."""

    stores: Mapping[str, Store]
    supplies: Sequence[tuple[str, str]]
    _memory: dict[tuple[str, str, int], float] = field(default_factory=dict, repr=False)

    def best_times(self) -> PromisedTimes:
        """The promises of least cost, by dynamic programming over the tree."""
        if len(self.supplies) != len(self.stores) - 1:
            raise ValueError("the stores and who supplies whom must form one tree")
        root = next(iter(self.stores))
        promised: dict[str, int] = {}
        best = min(range(self._longest + 1), key=lambda time: self._promising(root, "", time))
        self._trace(root, "", best, promised)
        cost = self._promising(root, "", best)
        return PromisedTimes({name: promised[name] for name in self.stores}, cost)

    def cost_of(self, promised: Mapping[str, int]) -> float:
        """The cost per period of these promises [MAD]; infinite if one cannot be kept."""
        return float(sum(self._store_cost(name, promised) for name in self.stores))

    @cached_property
    def _longest(self) -> int:
        inbound = max(store.inbound_time for store in self.stores.values())
        return inbound + sum(store.processing_time for store in self.stores.values())

    @cached_property
    def demand_sd(self) -> Mapping[str, float]:
        """Standard deviation of the demand that passes through each store, own and downstream."""
        return {name: float(np.sqrt(self._variance(name))) for name in self.stores}

    def _variance(self, name: str) -> float:
        downstream = [customer for supplier, customer in self.supplies if supplier == name]
        return self.stores[name].demand_sd ** 2 + sum(map(self._variance, downstream))

    def _store_cost(self, name: str, promised: Mapping[str, int]) -> float:
        suppliers = [promised[supplier] for supplier, customer in self.supplies if customer == name]
        arrives = max([self.stores[name].inbound_time, *suppliers])
        return self._holding(name, arrives, promised[name])

    def _holding(self, name: str, arrives: int, promises: int) -> float:
        store = self.stores[name]
        covered = arrives + store.processing_time - promises
        too_late = store.outbound_time is not None and promises > store.outbound_time
        if covered < 0 or too_late:
            return float("inf")
        return float(
            store.holding_cost * store.bound_factor * self.demand_sd[name] * np.sqrt(covered)
        )

    def _promising(self, name: str, parent: str, time: int) -> float:
        """Least cost of the part of the tree behind ``name``, seen from ``parent``, if it
        promises ``time``; where the parent supplies it, ``time`` is what the parent promises.
        """  # noqa: D205 - one sentence, two cases
        key = name, parent, time
        if key not in self._memory:
            self._memory[key] = min(cost for cost, _, _ in self._ways(name, parent, time))
        return self._memory[key]

    def _ways(self, name: str, parent: str, time: int) -> list[tuple[float, int, int]]:
        """Cost, arrival time and own promise of every way to meet what the parent fixes."""
        is_customer = (parent, name) in set(self.supplies)
        inbound = self.stores[name].inbound_time
        if is_customer:
            arrivals = range(max(time, inbound), self._longest + 1)
            own = range(self._longest + 1)
        else:
            arrivals = range(inbound, self._longest + 1)
            own = range(time, time + 1)
        ways = [(self._part(name, parent, a, s), a, s) for a in arrivals for s in own]
        return ways or [(float("inf"), 0, 0)]

    def _part(self, name: str, parent: str, arrives: int, promises: int) -> float:
        cost = self._holding(name, arrives, promises)
        if not np.isfinite(cost):
            return cost
        for supplier, customer in self.supplies:
            if customer == name and supplier != parent:
                cost += min(self._promising(supplier, name, t) for t in range(arrives + 1))
            if supplier == name and customer != parent:
                cost += self._promising(customer, name, promises)
        return cost

    def _trace(self, name: str, parent: str, time: int, promised: dict[str, int]) -> None:
        _, arrives, own = min(self._ways(name, parent, time))
        promised[name] = own
        for supplier, customer in self.supplies:
            if customer == name and supplier != parent:
                best = min(range(arrives + 1), key=lambda t: self._promising(supplier, name, t))
                self._trace(supplier, name, best, promised)
            if supplier == name and customer != parent:
                self._trace(customer, name, own, promised)
