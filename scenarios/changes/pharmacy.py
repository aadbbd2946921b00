"""Changes of what the pharmacy buys: prices, budget, lead times, a supplier's silence, policy."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from hospital.errors import Sentence, say
from hospital.gst import Gst
from hospital.pharmacy import OpenOrder, Supplier, VenClass
from hospital.places import Code
from scenarios.changes.base import DatedChange, ScenarioChange, changes_nothing

if TYPE_CHECKING:
    from inventory.order_plan import OrderPlan

LONGEST_LEAD_DAYS, LARGEST_LEAD_CV = 730.0, 3.0
PERCENT = 100
DIGITS = 6
Factor = Annotated[float, Field(gt=0, le=20)]
ServicePercent = Annotated[float, Field(ge=0, lt=100)]


class MedicinePrice(ScenarioChange):
    """Multiplies the prices of offers: of a medicine, a supplier, a VEN class, or of all."""

    touches_stock: ClassVar[bool] = True

    kind: Literal["medicine_price"] = "medicine_price"
    factor: Factor
    """New price over the present one: 1.2 is twenty percent dearer."""
    medicine: Code | None = None
    """Only this medicine."""
    supplier: Code | None = None
    """Only the offers of this supplier."""
    ven: VenClass | None = None
    """Only vital (V), essential (E) or necessary (N) medicines."""

    def on_gst(self, gst: Gst) -> Gst:
        """The GST with these prices."""
        if self.medicine is not None:
            gst.medicine(self.medicine)
        if self.supplier is not None:
            gst.supplier(self.supplier)
        chosen = {
            one.medicine
            for one in gst.medicines
            if self.medicine in (None, one.medicine) and self.ven in (None, one.ven)
        }
        offers = tuple(
            one.but(unit_price_mad=one.unit_price_mad * self.factor)
            if one.medicine in chosen and self.supplier in (None, one.supplier)
            else one
            for one in gst.offers
        )
        if offers == gst.offers:
            raise changes_nothing(say("no offer is meant, or the factor is 1"))
        return gst.model_copy(update={"offers": offers})


class MedicineBudget(ScenarioChange):
    """Another budget for the next order of medicines: a factor of today's, or an amount."""

    together: ClassVar[Sentence] = say("one of factor and budget_mad")
    touches_stock: ClassVar[bool] = True

    kind: Literal["medicine_budget"] = "medicine_budget"
    factor: float | None = Field(default=None, ge=0, le=20)
    """New budget over the present one."""
    budget_mad: float | None = Field(default=None, ge=0, le=1e12)
    """New budget [MAD]."""

    @model_validator(mode="after")
    def _one_of_both(self) -> MedicineBudget:
        if (self.factor is None) == (self.budget_mad is None):
            raise ValueError(str(self.together))
        return self

    def on_gst(self, gst: Gst) -> Gst:
        """The GST with this budget."""
        now = gst.identity.medicine_budget_mad
        budget = self.budget_mad if self.factor is None else self.factor * now
        if budget == now:
            raise changes_nothing(say("the budget is that of today"))
        return gst.model_copy(update={"identity": gst.identity.but(medicine_budget_mad=budget)})


class LeadTime(ScenarioChange):
    """Deliveries that take longer or shorter, or vary more: of one supplier, or of all.

    It holds for orders that are not placed yet; those under way keep their day.
    """

    together: ClassVar[Sentence] = say("factor or cv")
    touches_stock: ClassVar[bool] = True

    kind: Literal["lead_time"] = "lead_time"
    supplier: Code | None = None
    """Only this supplier."""
    factor: Factor = 1
    """New mean lead time over the present one."""
    cv: float | None = Field(default=None, ge=0, le=LARGEST_LEAD_CV)
    """New coefficient of variation of the lead time."""

    @model_validator(mode="after")
    def _says_something(self) -> LeadTime:
        if self.factor == 1 and self.cv is None:
            raise ValueError(str(self.together))
        return self

    def on_gst(self, gst: Gst) -> Gst:
        """The GST with these lead times."""
        if self.supplier is not None:
            gst.supplier(self.supplier)
        suppliers = tuple(
            self._slower(one) if self.supplier in (None, one.supplier) else one
            for one in gst.suppliers
        )
        if suppliers == gst.suppliers:
            raise changes_nothing(say("the lead times are those of today"))
        return gst.model_copy(update={"suppliers": suppliers})

    def _slower(self, supplier: Supplier) -> Supplier:
        days = min(self.factor * supplier.lead_time_days, LONGEST_LEAD_DAYS)
        cv = supplier.lead_time_cv if self.cv is None else self.cv
        return supplier.but(lead_time_days=days, lead_time_cv=cv)


class SupplierDisruption(DatedChange):
    """A supplier delivers nothing for a time, and everything that was due on the day after.

    Orders under way wait for that day. An order of today does so with the probability that it
    would arrive meanwhile: mean and variation of the supplier's lead time become those of that law.
    """

    touches_stock: ClassVar[bool] = True

    kind: Literal["supplier_disruption"] = "supplier_disruption"
    supplier: Code
    """Who delivers nothing."""

    def on_gst(self, gst: Gst) -> Gst:
        """The GST whose orders and lead times wait for the supplier."""
        silent = gst.supplier(self.supplier)
        delayed = _silent_until(silent, gst.identity.as_of, self)
        suppliers = tuple(delayed if one is silent else one for one in gst.suppliers)
        orders = tuple(self._waits(one) for one in gst.orders)
        if (suppliers, orders) == (gst.suppliers, gst.orders):
            raise changes_nothing(say("{supplier} delivers nothing then", supplier=self.supplier))
        return gst.model_copy(update={"suppliers": suppliers, "orders": orders})

    def _waits(self, order: OpenOrder) -> OpenOrder:
        is_hit = order.supplier == self.supplier
        if not (is_hit and self.first_day <= order.due_date <= self.last_day):
            return order
        return order.but(due_date=self.last_day + timedelta(days=1))


def _silent_until(supplier: Supplier, as_of: date, silence: SupplierDisruption) -> Supplier:
    """The supplier whose deliveries inside the silence all come on the day after it."""
    import numpy as np  # noqa: PLC0415 - the language itself needs no arrays

    from inventory.demand import LeadTime as LeadTimeLaw  # noqa: PLC0415 - loads SciPy

    chances = LeadTimeLaw.of(supplier).probabilities()
    days = np.arange(chances.size, dtype=np.float64)
    first, last = ((day - as_of).days for day in (silence.first_day, silence.last_day))
    held = (days >= first) & (days <= last)
    if not chances[held].any():
        return supplier
    arrives = np.where(held, last + 1.0, days)
    mean = float(chances @ arrives)
    spread = float(np.sqrt(chances @ (arrives - mean) ** 2))
    return supplier.but(
        lead_time_days=round(min(mean, LONGEST_LEAD_DAYS), DIGITS),
        lead_time_cv=round(min(spread / mean, LARGEST_LEAD_CV), DIGITS),
    )


class StockPolicy(ScenarioChange):
    """How the pharmacy orders: how often, and how surely each class must last until the next."""

    together: ClassVar[Sentence] = say(
        "at least one of review_days, vital_percent, essential_percent, necessary_percent and "
        "vital_floor_percent"
    )
    touches_stock: ClassVar[bool] = True

    kind: Literal["stock_policy"] = "stock_policy"
    review_days: int | None = Field(default=None, ge=1, le=365)
    """Days from one order to the next."""
    vital_percent: ServicePercent | None = None
    """Probability that a vital medicine lasts until the next delivery [%]."""
    essential_percent: ServicePercent | None = None
    """The same for an essential medicine [%]."""
    necessary_percent: ServicePercent | None = None
    """The same for a necessary medicine [%]."""
    vital_floor_percent: ServicePercent | None = None
    """What vital medicines get before anything else is bought [%]."""

    @model_validator(mode="after")
    def _says_something(self) -> StockPolicy:
        if not self.model_fields_set - {"kind"}:
            raise ValueError(str(self.together))
        return self

    def on_orders(self, plan: OrderPlan) -> OrderPlan:
        """The plan with this rhythm and these targets."""
        asked = {
            VenClass.VITAL: self.vital_percent,
            VenClass.ESSENTIAL: self.essential_percent,
            VenClass.NECESSARY: self.necessary_percent,
        }
        targets = {ven: value / PERCENT for ven, value in asked.items() if value is not None}
        floor = self.vital_floor_percent
        changed = plan.but(
            review_days=self.review_days or plan.review_days,
            targets=plan.targets | targets,
            vital_floor=plan.vital_floor if floor is None else floor / PERCENT,
        )
        if changed == plan:
            raise changes_nothing(say("this is how the pharmacy orders today"))
        return changed
