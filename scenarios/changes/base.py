"""What every change can touch: the hospitals, the demand, the twin's parameters, how to order."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, ClassVar

from pydantic import model_validator

from hospital.base import Frozen
from hospital.errors import GstError, Sentence, UnknownPlace, say
from hospital.forecast import DemandForecast
from hospital.gst import Gst
from hospital.places import Code

if TYPE_CHECKING:
    from inventory.order_plan import OrderPlan
    from twin.parameters import TwinParameters

PERIOD_IN_ORDER = say("first_day on or before last_day")


class ScenarioChange(Frozen):
    """One change. Each kind says what it does to what it names; the rest stays the same object.

    ``together`` tells a person what must hold between the fields of this kind; a kind that
    ``touches_stock`` changes what the pharmacy orders. Of the fields in ``at_most_one`` a person
    states one or none.
    """

    together: ClassVar[Sentence] = say("values that fit together")
    touches_stock: ClassVar[bool] = False
    at_most_one: ClassVar[tuple[str, ...]] = ()

    @model_validator(mode="after")
    def _states_at_most_one(self) -> ScenarioChange:
        if sum(getattr(self, name) is not None for name in self.at_most_one) > 1:
            raise ValueError(str(self.together))
        return self

    def on_gst(self, gst: Gst) -> Gst:
        """The GST as this change would have it."""
        return gst

    def on_demand(self, forecast: DemandForecast) -> DemandForecast:
        """The forecast as this change would have it."""
        return forecast

    def on_forecasts(self, forecasts: tuple[DemandForecast, ...]) -> tuple[DemandForecast, ...]:
        """All forecasts as this change would have them; new ones come last, totals stay."""
        return tuple(one if one.key.is_total else self.on_demand(one) for one in forecasts)

    def on_parameters(self, parameters: TwinParameters, gst: Gst) -> TwinParameters:
        """What the twin believes as this change would have it; ``gst`` is already changed."""
        del gst
        return parameters

    def on_orders(self, plan: OrderPlan) -> OrderPlan:
        """How the pharmacy orders as this change would have it."""
        return plan


class DatedChange(ScenarioChange):
    """A change that holds from one day to another, both included."""

    together: ClassVar[Sentence] = PERIOD_IN_ORDER

    first_day: date
    """First day on which it holds (2026-12-01)."""
    last_day: date
    """Last day on which it holds, included."""

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> DatedChange:
        if self.last_day < self.first_day:
            raise ValueError(f"last_day ({self.last_day}) is before first_day ({self.first_day})")
        return self


class UnitOrHospital(ScenarioChange):
    """A change of one unit, of one hospital, or of the whole GST."""

    together: ClassVar[Sentence] = say("at most one of unit and hospital")
    at_most_one: ClassVar[tuple[str, ...]] = ("unit", "hospital")

    unit: Code | None = None
    """Only this unit."""
    hospital: Code | None = None
    """Only the units of this hospital."""


def changes_nothing(what: Sentence) -> GstError:
    """The refusal of a change that would leave everything as it is."""
    return GstError(
        "changes_nothing",
        say("{what}: this change would change nothing. Correct it or leave it out.", what=what),
    )


def hospitals_of(gst: Gst, hospital: str | None, province: str | None) -> tuple[str, ...]:
    """The hospital, those of the province, or nothing for every one.

    Raises:
        UnknownPlace: no such hospital, or no hospital in the province.
    """
    if hospital is not None:
        return (gst.hospital(hospital).hospital,)
    if province is None:
        return ()
    own = tuple(one.hospital for one in gst.hospitals if one.province == province)
    if not own:
        known = sorted({one.province for one in gst.hospitals})
        raise UnknownPlace(
            "unknown_province",
            say(
                "No hospital in {province}; write one of: {known}.",
                province=province,
                known=", ".join(known),
            ),
        )
    return own
