"""The whole GST: its identity, places, staff, theatre and pharmacy in one frozen value."""

from datetime import date
from difflib import get_close_matches
from typing import Literal, TypeVar

from pydantic import ConfigDict, Field

from hospital.base import Frozen
from hospital.errors import UnknownPlace, say
from hospital.pharmacy import Lot, Medicine, Offer, OpenOrder, Supplier
from hospital.places import Bed, Code, Hospital, TransferLink, TriagePath, Unit, UnitKind
from hospital.staff import CoverageNeed, Leave, Shift, ShiftRequest, StaffMember, WorkingRule
from hospital.theatre import Procedure, Surgeon, TheatreSession, WaitingPatient

SCHEMA_VERSION = 1
NEAREST_SHOWN = 10
"""Codes named to somebody who misspelt one, the most alike first."""

T = TypeVar("T", bound=Frozen)


class UnitCosts(Frozen):
    """Unit costs in MAD used to turn a scenario into money, with where they come from."""

    model_config = ConfigDict(allow_inf_nan=False)

    nurse_hour_mad: float = Field(ge=0)
    agency_nurse_hour_mad: float = Field(ge=0)
    physician_hour_mad: float = Field(ge=0)
    transfer_km_mad: float = Field(ge=0)
    holding_percent_per_year: float = Field(ge=0, le=200)
    source: str = Field(min_length=1)


class GstIdentity(Frozen):
    """The content of ``gst.yaml``: who this GST is and on which day its data were taken."""

    model_config = ConfigDict(allow_inf_nan=False)

    schema_version: Literal[1]
    gst: Code
    name: str = Field(min_length=1)
    region: str = Field(min_length=1)
    synthetic: bool = Field(description="true where the data are generated, and shown everywhere")
    as_of: date = Field(description="first day that is not known any more; planning starts here")
    medicine_budget_mad: float = Field(ge=0, description="for the next order [MAD]")
    costs: UnitCosts


class Gst(Frozen):
    """A Groupement Sanitaire Territorial as the planners and the twin see it.

    Every tuple is one table of the GST folder, in the order of its key. History is apart
    (``hospital.history.History``): a scenario changes the hospital, never its past.
    """

    identity: GstIdentity
    hospitals: tuple[Hospital, ...] = ()
    units: tuple[Unit, ...] = ()
    beds: tuple[Bed, ...] = ()
    links: tuple[TransferLink, ...] = ()
    triage: tuple[TriagePath, ...] = ()
    staff: tuple[StaffMember, ...] = ()
    shifts: tuple[Shift, ...] = ()
    coverage: tuple[CoverageNeed, ...] = ()
    leave: tuple[Leave, ...] = ()
    requests: tuple[ShiftRequest, ...] = ()
    rules: tuple[WorkingRule, ...] = ()
    procedures: tuple[Procedure, ...] = ()
    surgeons: tuple[Surgeon, ...] = ()
    sessions: tuple[TheatreSession, ...] = ()
    waiting_list: tuple[WaitingPatient, ...] = ()
    medicines: tuple[Medicine, ...] = ()
    suppliers: tuple[Supplier, ...] = ()
    offers: tuple[Offer, ...] = ()
    lots: tuple[Lot, ...] = ()
    orders: tuple[OpenOrder, ...] = ()

    def hospital(self, hospital: str) -> Hospital:
        """The hospital with this code; ``UnknownPlace`` names those that exist."""
        return _one(self.hospitals, "hospital", hospital)

    def unit(self, unit: str) -> Unit:
        """The unit with this code; ``UnknownPlace`` names those that exist."""
        return _one(self.units, "unit", unit)

    def medicine(self, medicine: str) -> Medicine:
        """The medicine with this code; ``UnknownPlace`` names those that exist."""
        return _one(self.medicines, "medicine", medicine)

    def supplier(self, supplier: str) -> Supplier:
        """The supplier with this code; ``UnknownPlace`` names those that exist."""
        return _one(self.suppliers, "supplier", supplier)

    def units_of(self, hospital: str, *kinds: UnitKind) -> tuple[Unit, ...]:
        """Units of a hospital, of these kinds (all kinds if none is named)."""
        return tuple(
            unit
            for unit in self.units
            if unit.hospital == hospital and (not kinds or unit.kind in kinds)
        )

    def beds_by_unit(self) -> dict[str, int]:
        """Physical beds (cubicles for an emergency department) of every unit [beds]."""
        counts = {unit.unit: 0 for unit in self.units}
        for bed in self.beds:
            counts[bed.unit] += 1
        return counts


def _one(rows: tuple[T, ...], field: str, code: str) -> T:
    for row in rows:
        if getattr(row, field) == code:
            return row
    codes = [str(getattr(row, field)) for row in rows]
    known = ", ".join(get_close_matches(code, codes, n=NEAREST_SHOWN, cutoff=0.0))
    hint = say("{found} is not one of: {known}", found=code, known=known)
    raise UnknownPlace(f"unknown_{field}", hint, found=code)
