"""Changes of the rules of places: surge beds, held beds, electives called off, discharges."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field, model_validator

from hospital.base import HOURS_PER_DAY
from hospital.errors import GstError, Sentence, say
from hospital.gst import Gst
from hospital.places import Code, UnitKind
from scenarios.changes.base import ScenarioChange, changes_nothing

if TYPE_CHECKING:
    from twin.parameters import TwinParameters, UnitParameters

INPATIENT = frozenset({UnitKind.INTENSIVE_CARE, UnitKind.STEP_DOWN, UnitKind.WARD})


def not_inpatient(unit: str) -> GstError:
    """The refusal of a unit without inpatient beds."""
    return GstError(
        "not_inpatient",
        say("{unit} has no inpatient beds; name a ward or intensive care.", unit=unit),
    )


class UnitChange(ScenarioChange):
    """A change of the rules of one unit with inpatient beds."""

    unit: Code

    def on_gst(self, gst: Gst) -> Gst:
        """The places stay as they are; only the unit's name and kind are checked."""
        if gst.unit(self.unit).kind not in INPATIENT:
            raise not_inpatient(self.unit)
        return gst

    @abstractmethod
    def rules(self) -> dict[str, Any]:
        """The parameters of the unit that this change sets."""

    def on_parameters(self, parameters: TwinParameters, gst: Gst) -> TwinParameters:
        """The twin with these rules in the unit; a unit without history gets its hypothesis."""
        return with_rules(parameters, gst, (self.unit,), self.rules())


def with_rules(
    parameters: TwinParameters, gst: Gst, units: tuple[str, ...], rules: dict[str, Any]
) -> TwinParameters:
    """The twin with these parameters of some units replaced."""
    from twin.stays import hypothesis_of  # noqa: PLC0415 - loads SciPy

    known: dict[str, UnitParameters] = {one.unit: one for one in parameters.units}
    for code in units:
        known[code] = (known.get(code) or hypothesis_of(gst.unit(code))).but(**rules)
    return parameters.but(units=tuple(known.values()))


class SurgeBeds(UnitChange):
    """Beds that a unit opens when it is full, after a delay, and closes when the wave is over."""

    together: ClassVar[Sentence] = say(
        "open_at_percent or open_at_waiting, and close_at_percent below open_at_percent"
    )

    kind: Literal["surge_beds"] = "surge_beds"
    beds: int = Field(gt=0, le=500)
    open_at_percent: float | None = Field(default=None, gt=0, le=1000)
    open_at_waiting: int | None = Field(default=None, ge=1)
    after_hours: float = Field(default=0, ge=0, le=720)
    delay_hours: float = Field(default=0, ge=0, le=720)
    minimum_hours: float = Field(default=0, ge=0, le=8760)
    close_at_percent: float = Field(default=85, ge=0, le=1000)
    cost_per_bed_day_mad: float = Field(default=0, ge=0, le=1_000_000)

    @model_validator(mode="after")
    def _opens_before_it_closes(self) -> SurgeBeds:
        if self.open_at_percent is None and self.open_at_waiting is None:
            raise ValueError("state open_at_percent or open_at_waiting")
        if self.open_at_percent is not None and self.close_at_percent >= self.open_at_percent:
            raise ValueError("close_at_percent must lie below open_at_percent")
        return self

    def rules(self) -> dict[str, Any]:
        """Surge beds as the twin takes them."""
        return {"surge": self.model_dump(exclude={"kind", "unit"})}


class HoldBeds(UnitChange):
    """Beds of a unit that electives do not get: held for emergencies."""

    kind: Literal["hold_beds"] = "hold_beds"
    beds: int = Field(ge=0, le=500)

    def on_gst(self, gst: Gst) -> Gst:
        """The places stay as they are; the unit must have so many beds."""
        has = super().on_gst(gst).beds_by_unit()[self.unit]
        if self.beds > has:
            raise GstError(
                "holds_too_many_beds",
                say("{unit} has {beds} beds; hold no more than that.", unit=self.unit, beds=has),
            )
        return gst

    def rules(self) -> dict[str, Any]:
        """Held beds as the twin takes them."""
        return {"reserved_beds": self.beds}


class CallsElectivesOff(ScenarioChange):
    """When electives are called off for want of a bed, and whether they get another date.

    Before an elective comes in, the ward is asked: with fewer free beds than its fullness allows,
    or none after so many hours of waiting, the patient is called off.
    """

    together: ClassVar[Sentence] = say("wait_hours or at_percent")

    at_percent: float | None = Field(default=None, gt=0, le=1000)
    """Occupancy from which electives of the day are called off [%]."""
    wait_hours: float | None = Field(default=None, ge=0, le=720)
    """Hours that an elective waits for a bed before the operation is called off."""
    call_hour: float | None = Field(default=None, ge=0, lt=24)
    """Clock hour at which it is decided; none: as each patient arrives."""
    rebookings: int = Field(default=0, ge=0, le=50)
    """How often a patient gets another date."""
    rebooked_after_days: float = Field(default=7, gt=0, le=366)
    """Days until then."""

    @model_validator(mode="after")
    def _says_when(self) -> CallsElectivesOff:
        if self.at_percent is None and self.wait_hours is None:
            raise ValueError(str(self.together))
        return self

    def rules(self) -> dict[str, Any]:
        """The rule as the twin takes it."""
        own = {"at_percent", "wait_hours", "call_hour", "rebookings"}
        again = {"kind": "fixed", "mean_hours": HOURS_PER_DAY * self.rebooked_after_days}
        return {"calling_off": self.model_dump(include=own) | {"rebooked_after": again}}


class CallOffElectives(CallsElectivesOff, UnitChange):
    """Electives of a unit are called off when it is full, and may get another date."""

    kind: Literal["call_off_electives"] = "call_off_electives"


class CancellationPolicy(CallsElectivesOff):
    """One rule of calling electives off in every ward: of one hospital, or of all of them."""

    kind: Literal["cancellation_policy"] = "cancellation_policy"
    hospital: Code | None = None
    """Only the wards of this hospital."""

    def on_gst(self, gst: Gst) -> Gst:
        """The places stay as they are; the hospital is checked.

        Raises:
            UnknownPlace: no such hospital.
            GstError: ``changes_nothing`` where it has no ward.
        """
        if self.hospital is not None:
            gst.hospital(self.hospital)
        if not self._wards(gst):
            raise changes_nothing(say("no unit of this kind there"))
        return gst

    def on_parameters(self, parameters: TwinParameters, gst: Gst) -> TwinParameters:
        """The twin with this rule in each of the wards, instead of another."""
        return with_rules(parameters, gst, self._wards(gst), self.rules())

    def _wards(self, gst: Gst) -> tuple[str, ...]:
        return tuple(
            one.unit
            for one in gst.units
            if one.kind is UnitKind.WARD and self.hospital in (None, one.hospital)
        )


class DischargeDelay(ScenarioChange):
    """A share of patients fit to go home wait in bed: in one unit, or in every ward.

    The delay is log-normal with this mean; a share of 0 ends all delays.
    """

    kind: Literal["discharge_delay"] = "discharge_delay"
    unit: Code | None = None
    share: float = Field(ge=0, le=1)
    mean_days: float = Field(gt=0, le=366)
    cv: float = Field(default=1, gt=0, le=5)

    def on_gst(self, gst: Gst) -> Gst:
        """The places stay as they are; only the unit's name is checked."""
        if self.unit is not None:
            gst.unit(self.unit)
        return gst

    def on_parameters(self, parameters: TwinParameters, gst: Gst) -> TwinParameters:
        """The twin with this delay in the unit, or in every ward."""
        wards = tuple(unit.unit for unit in gst.units if unit.kind is UnitKind.WARD)
        units = wards if self.unit is None else (self.unit,)
        law = {"kind": "log_normal", "mean_hours": HOURS_PER_DAY * self.mean_days, "cv": self.cv}
        delay = {"share": self.share, "delay": law} if self.share else None
        return with_rules(parameters, gst, units, {"discharge_delay": delay})


class DischargeHours(ScenarioChange):
    """Wards let patients go home between these clock hours: in one hospital, or in all."""

    together: ClassVar[Sentence] = say("from_hour before to_hour")

    kind: Literal["discharge_hours"] = "discharge_hours"
    hospital: Code | None = None
    from_hour: int = Field(ge=0, lt=24)
    to_hour: int = Field(gt=0, le=24)

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> DischargeHours:
        if self.to_hour <= self.from_hour:
            raise ValueError("from_hour must lie before to_hour")
        return self

    def on_gst(self, gst: Gst) -> Gst:
        """The places stay as they are; only the hospital's name is checked."""
        if self.hospital is not None:
            gst.hospital(self.hospital)
        return gst

    def on_parameters(self, parameters: TwinParameters, gst: Gst) -> TwinParameters:
        """The twin with these hours, each as likely as the other, from the first day on."""
        del gst
        hours = tuple(float(self.from_hour <= hour < self.to_hour) for hour in range(HOURS_PER_DAY))
        hospitals = tuple(
            one.but(
                discharge_hours=hours,
                discharge_hours_so_far=one.discharge_hours_so_far or one.discharge_hours,
            )
            if self.hospital in (None, one.hospital)
            else one
            for one in parameters.hospitals
        )
        return parameters.but(hospitals=hospitals)
