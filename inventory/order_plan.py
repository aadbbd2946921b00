"""How to order: how often, how safely, and what a shortage weighs."""

from __future__ import annotations

from pydantic import Field

from hospital.base import Frozen
from hospital.pharmacy import VenClass
from inventory.demand import DemandQuestion, LeadTimeLaw
from inventory.need import Need


class OrderPlan(Frozen):
    """How to order: how often, how safely, and what a shortage weighs.

    ``targets`` is the probability of not running out between two deliveries (cycle service),
    by VEN class; ``vital_floor`` the one that vital medicines get before anything else is
    bought. A unit short is taken to cost ``shortage_price_multiples`` times its price: then
    the order does not depend on whether a medicine is counted in tablets or in boxes.

    ``short_again`` is how surely later budgets will be short as well: a pack that is not used
    before the next order then saves money that is scarce, so that what is needed rarely but badly
    ranks higher, and money that would be left buys ahead. 0 looks at this order alone.
    """

    review_days: int = Field(default=28, ge=1, le=365)
    seed: int = 0
    targets: dict[VenClass, float] = Field(
        default={VenClass.VITAL: 0.99, VenClass.ESSENTIAL: 0.97, VenClass.NECESSARY: 0.90}
    )
    vital_floor: float = Field(default=0.95, ge=0, lt=1)
    shortage_price_multiples: dict[VenClass, float] = Field(
        default={VenClass.VITAL: 50.0, VenClass.ESSENTIAL: 10.0, VenClass.NECESSARY: 3.0}
    )
    short_again: float = Field(default=0.0, ge=0, lt=1)
    scenarios: int = Field(default=1000, ge=1, le=100_000)
    law: LeadTimeLaw = LeadTimeLaw.GAMMA

    @property
    def question(self) -> DemandQuestion:
        """Over which demand the need is measured."""
        return DemandQuestion(self.review_days, self.seed, self.scenarios, self.law)

    def target(self, need: Need) -> float:
        """The service level that this medicine is bought for."""
        return self.targets[need.holding.medicine.ven]

    def floor(self, need: Need) -> float:
        """The service level that comes before all else: 0 for what is not vital."""
        is_vital = need.holding.medicine.ven is VenClass.VITAL
        return min(self.vital_floor, self.target(need)) if is_vital else 0.0

    def shortage_mad(self, need: Need) -> float:
        """What one unit short weighs [MAD/unit]."""
        multiple = self.shortage_price_multiples[need.holding.medicine.ven]
        return multiple * need.offer.unit_price_mad
