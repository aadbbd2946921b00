"""A new unit, and a unit or emergency department that is closed for a time."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field, model_validator

from hospital.errors import GstError, Sentence, say
from hospital.gst import Gst
from hospital.places import Bed, Code, Unit, UnitKind
from scenarios.changes.base import PERIOD_IN_ORDER, ScenarioChange
from scenarios.changes.beds import MAXIMUM_BEDS
from scenarios.changes.place_rules import INPATIENT, with_rules

if TYPE_CHECKING:
    from twin.parameters import HospitalParameters, TwinParameters, UnitShare

SOURCE = "scenario"
PERCENT = 100
MIXED = (UnitKind.WARD, UnitKind.INTENSIVE_CARE)
"""Kinds of unit to which emergencies are shared out by a mix."""


class OpenUnit(ScenarioChange):
    """A new ward or intensive-care unit, run like one that exists.

    It takes a share of the emergencies of its hospital that need such a unit; care, stays and
    ratios are those of the unit it is like. It has no staff of its own in the tables yet.
    """

    kind: Literal["open_unit"] = "open_unit"
    new_unit: Code
    """Code of the new unit."""
    like: Code
    """Ward or intensive-care unit that it is run like."""
    beds: int = Field(gt=0, le=MAXIMUM_BEDS)
    """Beds of the new unit."""
    takes_percent: float = Field(gt=0, le=100)
    """Share of its hospital's emergencies who need such a unit and are admitted here [%]."""
    hospital: Code | None = None
    """Where it opens; none: in the hospital of the unit it is like."""
    name: str = Field(default="", max_length=200)
    """Its name in the tables; none: that of the unit it is like."""

    def on_gst(self, gst: Gst) -> Gst:
        """The GST with the unit and its beds."""
        like = self._like(gst)
        if any(one.unit == self.new_unit for one in gst.units):
            raise GstError(
                "unit_exists",
                say("{unit} exists; give the new unit another code.", unit=self.new_unit),
            )
        place = gst.hospital(self.hospital or like.hospital).hospital
        unit = like.but(unit=self.new_unit, hospital=place, name=self.name or like.name)
        beds = tuple(
            Bed(bed=f"{self.new_unit}-{number:03d}", unit=self.new_unit)
            for number in range(1, self.beds + 1)
        )
        return gst.model_copy(update={"units": (*gst.units, unit), "beds": gst.beds + beds})

    def on_parameters(self, parameters: TwinParameters, gst: Gst) -> TwinParameters:
        """The twin with this unit in the mix of its hospital."""
        like, unit = self._like(gst), gst.unit(self.new_unit)
        known = with_rules(parameters, gst, (like.unit,), {})
        care = next(one for one in known.units if one.unit == like.unit)
        elsewhere = unit.hospital != like.hospital
        own = care.but(unit=unit.unit, onward=() if elsewhere else care.onward, when_full=())
        hospitals = tuple(
            self._with_share(one, gst, unit) if one.hospital == unit.hospital else one
            for one in known.hospitals
        )
        return known.but(units=(*known.units, own), hospitals=hospitals)

    def _like(self, gst: Gst) -> Unit:
        like = gst.unit(self.like)
        if like.kind not in MIXED:
            raise GstError(
                "not_a_ward",
                say("{unit} is neither a ward nor intensive care; name one.", unit=self.like),
            )
        return like

    def _with_share(self, hospital: HospitalParameters, gst: Gst, unit: Unit) -> HospitalParameters:
        from twin.parameters import UnitShare  # noqa: PLC0415 - loads SciPy

        field = "ward_mix" if unit.kind is UnitKind.WARD else "intensive_care_mix"
        mix: tuple[UnitShare, ...] = getattr(hospital, field) or tuple(
            UnitShare(unit=one.unit, weight=1.0)
            for one in gst.units_of(hospital.hospital, unit.kind)
            if one.unit != unit.unit
        )
        total = sum(one.weight for one in mix)
        takes = self.takes_percent / PERCENT
        if takes == 1 or not total:
            return hospital.but(**{field: (UnitShare(unit=unit.unit, weight=1.0),)})
        share = UnitShare(unit=unit.unit, weight=total * takes / (1 - takes))
        return hospital.but(**{field: (*mix, share)})


class CloseUnit(ScenarioChange):
    """A unit is closed, for works or for good; on stated days only where days are stated.

    An emergency department lets nobody in: who comes goes on to the hospitals ``to`` (none: the
    nearest by road), and the road is part of the wait. A ward, step-down or intensive-care unit
    closes as it empties; its patients lie in the units ``to`` of the same hospital (none: the wards
    of the same kind there) or wait, and intensive care is asked elsewhere as ever.
    """

    together: ClassVar[Sentence] = PERIOD_IN_ORDER

    kind: Literal["close_unit"] = "close_unit"
    unit: Code
    """Emergency department, ward, step-down or intensive-care unit."""
    to: tuple[Code, ...] = ()
    """Hospitals for an emergency department, else units of the same hospital."""
    first_day: date | None = None
    """First day on which it is closed; none: from the start."""
    last_day: date | None = None
    """Last day on which it is closed, included; none: it does not open again."""

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> CloseUnit:
        if self.first_day and self.last_day and self.last_day < self.first_day:
            raise ValueError(f"last_day ({self.last_day}) is before first_day ({self.first_day})")
        return self

    def on_gst(self, gst: Gst) -> Gst:
        """The places stay in the tables; the unit and who takes its patients are checked."""
        unit = gst.unit(self.unit)
        if unit.kind is UnitKind.EMERGENCY:
            self._check_door(gst, unit)
        elif unit.kind in INPATIENT:
            self._check_helpers(gst, unit)
        else:
            raise GstError(
                "takes_no_patients",
                say(
                    "{unit} has no patients; name an emergency department or a unit with beds.",
                    unit=self.unit,
                ),
            )
        return gst

    def on_parameters(self, parameters: TwinParameters, gst: Gst) -> TwinParameters:
        """The twin whose unit is closed."""
        unit = gst.unit(self.unit)
        days = {"first_day": self.first_day, "last_day": self.last_day}
        if unit.kind is UnitKind.EMERGENCY:
            from twin.territory import ClosedDoor  # noqa: PLC0415 - the twin loads NumPy

            door = ClosedDoor(hospital=unit.hospital, to=self.to, source=SOURCE, **days)
            return parameters.but(closed_doors=(*parameters.closed_doors, door))
        from twin.place_rules import BedClosure  # noqa: PLC0415 - loads SciPy

        shut = BedClosure(unit=unit.unit, beds=gst.beds_by_unit()[unit.unit], **days)
        helpers = self._helpers(gst, unit)
        known = with_rules(parameters, gst, (unit.unit,), {"when_full": helpers})
        return known.but(closures=(*known.closures, shut))

    def _helpers(self, gst: Gst, unit: Unit) -> tuple[str, ...]:
        """Who takes its patients: those named, else the same specialty and then the same kind."""
        if self.to:
            return self.to
        if unit.kind is not UnitKind.WARD:
            return ()
        others = [one for one in gst.units_of(unit.hospital, unit.kind) if one.unit != unit.unit]
        others.sort(key=lambda one: one.specialty != unit.specialty)
        return tuple(one.unit for one in others)

    def _check_door(self, gst: Gst, unit: Unit) -> None:
        """Somebody must be able to take who comes: another department, by road."""
        reached = joined(gst, unit.hospital)
        open_doors = {
            one.hospital
            for one in gst.units
            if one.kind is UnitKind.EMERGENCY and one.hospital in reached
        } - {unit.hospital}
        wrong = [code for code in self.to if gst.hospital(code).hospital not in open_doors]
        if wrong or not open_doors:
            raise GstError(
                "nobody_takes_its_patients",
                say(
                    "No emergency department by road from {unit} in {found}; there is one in: "
                    "{known}.",
                    unit=self.unit,
                    found=", ".join(wrong) or "-",
                    known=", ".join(sorted(open_doors)) or "-",
                ),
            )

    def _check_helpers(self, gst: Gst, unit: Unit) -> None:
        for code in self.to:
            helper = gst.unit(code)
            is_fit = helper.kind in INPATIENT and helper.hospital == unit.hospital
            if not is_fit or code == unit.unit:
                raise GstError(
                    "helper_elsewhere",
                    say(
                        "{helper} cannot take the patients of {unit}: name other units with beds "
                        "of {hospital}.",
                        helper=code,
                        unit=self.unit,
                        hospital=unit.hospital,
                    ),
                )


def joined(gst: Gst, hospital: str) -> set[str]:
    """The hospitals that roads join with this one, itself included."""
    joined, ahead = {hospital}, [hospital]
    while ahead:
        here = ahead.pop()
        for link in gst.links:
            ends = {link.origin, link.destination}
            if here in ends:
                ahead += sorted(ends - joined)
                joined |= ends
    return joined
