"""An order proposal: lines by hospital and medicine, every term of every quantity, its check."""

from __future__ import annotations

from datetime import date

from hospital.base import Frozen
from hospital.places import Code
from hospital.violation import Violation


class OrderTerm(Frozen):
    """One step of the sum that leads to a quantity, in the order in which it is done."""

    term: str
    units: float


class OrderLine(Frozen):
    """One medicine for one hospital from one supplier, in whole packs.

    ``stockout_probability_before`` and ``_after`` are the risk of running out before the next
    delivery could arrive, without and with this line.
    """

    hospital: Code
    medicine: Code
    supplier: Code
    packs: int
    units: int
    cost_mad: float
    stockout_probability_before: float
    stockout_probability_after: float
    terms: tuple[OrderTerm, ...]


class StockPlan(Frozen):
    """What to order today under the budget."""

    as_of: date
    budget_mad: float
    lines: tuple[OrderLine, ...]

    @property
    def cost_mad(self) -> float:
        """What the whole order costs [MAD]."""
        return sum(line.cost_mad for line in self.lines)

    def violations(self) -> tuple[Violation, ...]:
        """Every constraint that this order breaks, checked without the planner's code."""
        raise NotImplementedError
