"""Changes of how long patients stay: a factor, and discharges that are better prepared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from hospital.errors import say
from hospital.gst import Gst
from hospital.places import UnitKind
from scenarios.changes.base import UnitOrHospital, changes_nothing
from scenarios.changes.place_rules import INPATIENT, not_inpatient, with_rules

if TYPE_CHECKING:
    from twin.parameters import TwinParameters

PERCENT = 100


class StayChange(UnitOrHospital):
    """A change of the stays of one unit, of one hospital's units of a kind, or of all of them."""

    def on_gst(self, gst: Gst) -> Gst:
        """The places stay as they are; the names are checked."""
        if self.hospital is not None:
            gst.hospital(self.hospital)
        if self.unit is not None and gst.unit(self.unit).kind not in INPATIENT:
            raise not_inpatient(self.unit)
        if not self.units_of(gst):
            raise changes_nothing(say("no unit of this kind there"))
        return gst

    def units_of(self, gst: Gst) -> tuple[str, ...]:
        """Whose stays change."""
        return tuple(
            one.unit
            for one in gst.units
            if one.kind in self._kinds()
            and self.unit in (None, one.unit)
            and self.hospital in (None, one.hospital)
        )

    def _kinds(self) -> frozenset[UnitKind]:
        return INPATIENT


class LengthOfStay(StayChange):
    """Multiplies the time in bed: of a unit, a hospital, a kind of unit, or of every inpatient.

    The mean changes by the factor and each patient's need along with it, during the whole run;
    who lies in bed at the start has the rest of a stay of the new law.
    """

    kind: Literal["length_of_stay"] = "length_of_stay"
    factor: float = Field(gt=0, le=5)
    """New mean time in bed over the present one: 0.9 is a tenth shorter."""
    unit_kind: Literal[UnitKind.INTENSIVE_CARE, UnitKind.STEP_DOWN, UnitKind.WARD] | None = None
    """Only units of this kind."""

    def on_gst(self, gst: Gst) -> Gst:
        """The places stay as they are; names are checked, and that something changes."""
        if self.factor == 1:
            raise changes_nothing(say("the factor is 1"))
        return super().on_gst(gst)

    def _kinds(self) -> frozenset[UnitKind]:
        return INPATIENT if self.unit_kind is None else frozenset({self.unit_kind})

    def on_parameters(self, parameters: TwinParameters, gst: Gst) -> TwinParameters:
        """The twin with these stays; a unit without history starts from its hypothesis."""
        from twin.stay_factor import with_stay_factor  # noqa: PLC0415 - loads SciPy

        units = self.units_of(gst)
        known = with_rules(parameters, gst, units, {})
        return with_stay_factor(known, units, self.factor)


class DischargeCoordination(StayChange):
    """A team prepares discharges: patients fit to go home wait less for transport, family or care.

    The delay falls by ``reduction_percent``. Where a ward has a rule of delays, its mean falls;
    elsewhere the delays are inside the stays that were observed, of which they are
    ``delayed_percent``, and the time in bed falls by the product of both. The default reduction is
    the one reported from Singapore in the policy framework that asks for this evaluation.
    """

    kind: Literal["discharge_coordination"] = "discharge_coordination"
    reduction_percent: float = Field(default=12, gt=0, le=100)
    """By how much the delay of discharges falls [%]."""
    delayed_percent: float = Field(default=10, gt=0, le=80)
    """Share of the bed-days of wards that patients fit to go home take [%], a hypothesis."""

    def _kinds(self) -> frozenset[UnitKind]:
        return frozenset({UnitKind.WARD})

    def on_parameters(self, parameters: TwinParameters, gst: Gst) -> TwinParameters:
        """The twin with shorter delays."""
        from twin.stay_factor import scaled, with_stay_factor  # noqa: PLC0415 - loads SciPy

        left = 1 - self.reduction_percent / PERCENT
        rules = {one.unit: one.discharge_delay for one in parameters.units}
        observed = []
        for unit in self.units_of(gst):
            rule = rules.get(unit)
            if rule is None:
                observed.append(unit)
                continue
            shorter = rule.but(delay=scaled(rule.delay, left)) if left else None
            parameters = with_rules(parameters, gst, (unit,), {"discharge_delay": shorter})
        factor = 1 - self.delayed_percent / PERCENT * self.reduction_percent / PERCENT
        known = with_rules(parameters, gst, tuple(observed), {})
        return with_stay_factor(known, observed, factor)
