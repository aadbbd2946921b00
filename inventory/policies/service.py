"""Cycle service level and fill rate, which are not the same thing.

Cycle service is the probability of no stock-out between two deliveries; fill rate the share of
demand served from the shelf. Sources: Silver, Pyke and Thomas 2017, sections 6.7 and 6.9;
Snyder and Shen, section 4.4.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from inventory.policies.distribution import DiscreteDemand, NormalDemand, standard_loss


@dataclass(frozen=True, slots=True)
class Service:
    """The probability of no stock-out in a cycle, and the share of demand served."""

    cycle: float
    fill: float


def order_up_to_service(
    demand: DiscreteDemand, lead_time: int, review: int, order_up_to: int
) -> Service:
    """Service of (R, S) with backorders; times in periods of ``demand``.

    What is short in a review cycle is what the protection interval lacks, less what was already
    owed when the delivery came.
    """
    level = np.array([order_up_to])
    cover, lead = demand.over(lead_time + review), demand.over(lead_time)
    short = float((cover.expected_short(level) - lead.expected_short(level))[0])
    cycle = float(cover.cumulative[min(order_up_to, len(cover.cumulative) - 1)])
    return Service(cycle, 1 - short / (demand.mean * review))


def reorder_quantity_service(safety_factor: float, lead_time_sd: float, quantity: float) -> Service:
    """Service of (s, Q) for normal lead-time demand, s = mean + ``safety_factor`` × sd."""
    top = safety_factor + quantity / lead_time_sd
    short = lead_time_sd * (standard_loss(safety_factor) - standard_loss(top))
    return Service(NormalDemand(0, 1).cumulative(safety_factor), 1 - short / quantity)


def random_lead_time_demand(demand: NormalDemand, lead_mean: float, lead_sd: float) -> NormalDemand:
    """Moments of demand over a random lead time; independent periods (Hadley and Whitin, 4-10)."""
    variance = lead_mean * demand.sd**2 + demand.mean**2 * lead_sd**2
    return NormalDemand(demand.mean * lead_mean, float(np.sqrt(variance)))
