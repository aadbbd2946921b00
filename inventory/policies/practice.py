"""The rules in daily use, to the unit: average monthly consumption and months of stock.

They are here so that a pharmacist sees his own figure beside ours on his own ledger. Sources:
QAT user guide, annex 2 (USAID GHSC-PSM); BHIMA stock documentation; open mSupply, "AMC". All
take monthly consumption; ``days_out`` are days on which the shelf was empty.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

DAYS_PER_MONTH = 30.0


@dataclass(frozen=True, slots=True)
class MonthOfUse:
    """What was issued in a month [units], the days without stock, the days of the month."""

    issued_units: float
    days_out: float = 0.0
    days: float = DAYS_PER_MONTH

    @property
    def unmet_units(self) -> float:
        """Demand lost on the days out, at the pace of the other days (QAT, annex 2).

        None can be told from a month that was out on all its days.
        """
        open_days = self.days - self.days_out
        return self.issued_units * self.days_out / open_days if open_days > 0 else 0.0


@dataclass(frozen=True, slots=True)
class QatRule:
    """QAT: months of stock between a minimum and a maximum.

    ``minimum_months`` is safety stock and lead time; the maximum adds the reorder interval. An
    order is placed when the stock of the coming months falls below the minimum.
    """

    minimum_months: float
    reorder_months: float

    @property
    def maximum_months(self) -> float:
        """Minimum months of stock and the reorder interval."""
        return self.minimum_months + self.reorder_months

    def monthly_units(self, months: Sequence[MonthOfUse]) -> float:
        """Average monthly consumption with the unmet demand added [units/month]."""
        return sum(month.issued_units + month.unmet_units for month in months) / len(months)

    def order_units(
        self, monthly_units: float, balances: Sequence[float], unmet_units: float = 0.0
    ) -> float:
        """Maximum stock less the balance, plus what is owed, if every balance is below minimum.

        ``balances`` are the projected ending balances of this and the next months (QAT looks at
        three); the first is what the order completes.
        """
        minimum = self.minimum_months * monthly_units
        if any(balance >= minimum for balance in balances):
            return 0.0
        return max(self.maximum_months * monthly_units - balances[0] + unmet_units, 0.0)


@dataclass(frozen=True, slots=True)
class BhimaRule:
    """BHIMA: safety stock of a delivery delay, twice that as minimum, an interval on top.

    Stock de sécurité = CMM × délai; minimum = 2 × sécurité; maximum = CMM × intervalle + minimum.
    """

    delivery_months: float
    order_interval_months: float
    minimum_factor: float = 2.0

    def safety_units(self, monthly_units: float) -> float:
        """Stock de sécurité [units]."""
        return monthly_units * self.delivery_months

    def minimum_units(self, monthly_units: float) -> float:
        """Stock minimum [units]."""
        return self.minimum_factor * self.safety_units(monthly_units)

    def maximum_units(self, monthly_units: float) -> float:
        """Stock maximum [units]."""
        return monthly_units * self.order_interval_months + self.minimum_units(monthly_units)

    def order_units(self, monthly_units: float, on_hand_units: float) -> float:
        """Quantité à commander: up to the maximum [units]."""
        return max(self.maximum_units(monthly_units) - on_hand_units, 0.0)


@dataclass(frozen=True, slots=True)
class MSupplyRule:
    """Open mSupply: consumption without transfers, over the days in stock, and a maximum."""

    maximum_months: float
    threshold_months: float = 0.0

    def monthly_units(self, months: Sequence[MonthOfUse], transferred_units: float = 0.0) -> float:
        """AMC = ((consumption - transfers) / months) × days / (days - days out)."""
        used = sum(month.issued_units for month in months) - transferred_units
        days = sum(month.days for month in months)
        in_stock = days - sum(month.days_out for month in months)
        return used / len(months) * days / in_stock if in_stock > 0 else 0.0

    def order_units(self, monthly_units: float, on_hand_units: float) -> float:
        """Up to the maximum months of stock, once cover is at or below the threshold [units]."""
        threshold = self.threshold_months or self.maximum_months
        if on_hand_units > threshold * monthly_units:
            return 0.0
        return max(self.maximum_months * monthly_units - on_hand_units, 0.0)
