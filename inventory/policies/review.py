"""The rules that decide one order at one review, in units and whole packs."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import Protocol


@dataclass(frozen=True, slots=True)
class StockPosition:
    """Stock as a replenishment rule sees it [units]."""

    on_hand: int
    on_order: int = 0
    backorders: int = 0

    @property
    def inventory_position(self) -> int:
        """On hand and on order, less what is owed to patients [units]."""
        return self.on_hand + self.on_order - self.backorders


class ReplenishmentPolicy(Protocol):
    """Decides one order at one review."""

    def order_quantity(self, stock: StockPosition) -> int:
        """Units to order now, in whole packs; 0 for none."""
        ...


def whole_packs(units: int, pack_size: int) -> int:
    """At least these units, in whole packs."""
    return ceil(units / pack_size) * pack_size


@dataclass(frozen=True, slots=True)
class MinMax:
    """(s, S): at or below ``reorder_point``, order up to ``order_up_to``.

    Optimal for a fixed cost of ordering (Scarf 1960). Orders are rounded up to whole packs.
    """

    reorder_point: int
    order_up_to: int
    pack_size: int = 1

    def __post_init__(self) -> None:
        if self.order_up_to <= self.reorder_point:
            raise ValueError(
                f"order_up_to ({self.order_up_to}) must exceed reorder_point "
                f"({self.reorder_point}); the gap between them is one order."
            )

    def order_quantity(self, stock: StockPosition) -> int:
        """Units that bring the position to ``order_up_to``, once it is low enough."""
        if stock.inventory_position > self.reorder_point:
            return 0
        return whole_packs(self.order_up_to - stock.inventory_position, self.pack_size)


@dataclass(frozen=True, slots=True)
class ReorderQuantity:
    """(s, nQ): at or below ``reorder_point``, order multiples of ``quantity`` until above it.

    Source: Hadley and Whitin 1963, section 4-2.
    """

    reorder_point: int
    quantity: int

    def __post_init__(self) -> None:
        if self.quantity < 1:
            raise ValueError(f"quantity ({self.quantity}) must be at least 1 unit.")

    def order_quantity(self, stock: StockPosition) -> int:
        """The fewest multiples of ``quantity`` that bring the position above the point."""
        gap = self.reorder_point - stock.inventory_position
        return max(gap // self.quantity + 1, 0) * self.quantity


@dataclass(frozen=True, slots=True)
class OrderUpTo:
    """(R, S): at every review, order up to ``order_up_to``; base stock when R is one period.

    Optimal without a fixed cost of ordering (Karlin 1958).
    """

    order_up_to: int
    pack_size: int = 1

    def order_quantity(self, stock: StockPosition) -> int:
        """Units that bring the position to ``order_up_to``."""
        return whole_packs(max(self.order_up_to - stock.inventory_position, 0), self.pack_size)
