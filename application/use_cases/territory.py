"""The hospitals of the territory side by side: beds taken, patients sent on, provinces compared."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from application.road_map import RoadMap, road_map
from application.terms import PROVINCE_PREFIX
from application.use_cases.access import needs
from application.use_cases.overview import BEDDED
from application.use_cases.session import Session
from governance.access import Action
from hospital.history import AdmissionKind, StayOutcome
from hospital.places import Hospital, TransferLink
from hospital.tables import Col
from hospital.twin_result import Indicator, TwinResult

if TYPE_CHECKING:
    import pandas as pd

WATCHED_DAYS = 90
PER_BEDS, PER_STAYS, PERCENT = 10_000, 1_000, 100


@dataclass(frozen=True)
class HospitalNow:
    """One hospital: its beds, emergency cubicles apart, the patients in them, and its transfers.

    Transfers are those of the last 90 days [patients].
    """

    hospital: Hospital
    beds: int
    present: int
    sent: int
    received: int

    @property
    def occupancy_percent(self) -> float:
        """Beds taken of those there are."""
        return PERCENT * self.present / self.beds if self.beds else 0.0


@dataclass(frozen=True)
class Flow:
    """Patients whom one hospital sent to another in the last 90 days."""

    origin: str
    destination: str
    patients: int


@dataclass(frozen=True)
class ProvinceNow:
    """One province: what it has, what its residents use, and how many must leave it."""

    province: str
    population: int
    beds: int
    stays: int
    stays_elsewhere: int

    @property
    def beds_per_10_000(self) -> float:
        """Beds for ten thousand inhabitants."""
        return PER_BEDS * self.beds / self.population if self.population else 0.0

    @property
    def stays_per_1_000(self) -> float:
        """Stays of its residents for a thousand inhabitants."""
        return PER_STAYS * self.stays / self.population if self.population else 0.0

    @property
    def elsewhere_percent(self) -> float:
        """Stays of its residents in a hospital of another province."""
        return PERCENT * self.stays_elsewhere / self.stays if self.stays else 0.0


@dataclass(frozen=True)
class Territory:
    """Every hospital, road, flow and province, and the drawing of the roads."""

    hospitals: tuple[HospitalNow, ...]
    roads: tuple[TransferLink, ...]
    flows: tuple[Flow, ...]
    provinces: tuple[ProvinceNow, ...]
    drawn: RoadMap


@needs(Action.READ)
def territory(session: Session) -> Territory:
    """The territory today, by the stays."""
    gst = session.gst
    stays = _with_hospital(session)
    flows = _flows(stays)
    return Territory(
        tuple(_hospital(session, row, stays, flows) for row in gst.hospitals),
        gst.links,
        flows,
        _provinces(session, stays),
        road_map([row.hospital for row in gst.hospitals], gst.links),
    )


def boarding_by_province(result: TwinResult) -> dict[str, float]:
    """Mean hours that admitted patients of each province wait for a bed, by the twin [h]."""
    frame = result.indicators
    own = frame[
        (frame[Col.INDICATOR] == Indicator.BOARDING)
        & (frame[Col.PLACE] == "")
        & frame[Col.GROUP].str.startswith(PROVINCE_PREFIX)
    ]
    means = own.groupby(Col.GROUP)[Col.VALUE].mean()
    return {
        str(group).removeprefix(PROVINCE_PREFIX): float(hours) for group, hours in means.items()
    }


def _with_hospital(session: Session) -> pd.DataFrame:
    """Stays of the last 90 days and of who is present, in beds only, with their hospital."""
    gst, stays = session.gst, session.data.history.stays
    of = {unit.unit: unit.hospital for unit in gst.units if unit.kind in BEDDED}
    since = gst.identity.as_of - timedelta(days=WATCHED_DAYS)
    is_present = stays[Col.OUTCOME] == StayOutcome.PRESENT.value
    is_recent = stays[Col.ADMITTED_AT] >= str(since)
    found = stays[(is_present | is_recent) & stays[Col.UNIT].isin(of)]
    return found.assign(**{Col.HOSPITAL: found[Col.UNIT].map(of)})


def _flows(stays: pd.DataFrame) -> tuple[Flow, ...]:
    """A stay that ends in a transfer, then the next of the same patient in another hospital."""
    ordered = stays.sort_values([Col.PATIENT, Col.ADMITTED_AT], kind="stable")
    after = ordered.shift(-1)
    moved = (
        (ordered[Col.OUTCOME] == StayOutcome.TRANSFERRED.value)
        & (after[Col.PATIENT] == ordered[Col.PATIENT])
        & (after[Col.KIND] == AdmissionKind.TRANSFER.value)
        & (after[Col.HOSPITAL] != ordered[Col.HOSPITAL])
    )
    pairs = zip(ordered[Col.HOSPITAL][moved], after[Col.HOSPITAL][moved], strict=True)
    counts: dict[tuple[str, str], int] = {}
    for origin, destination in pairs:
        counts[origin, destination] = counts.get((origin, destination), 0) + 1
    return tuple(Flow(*pair, patients) for pair, patients in sorted(counts.items()))


def _hospital(
    session: Session, hospital: Hospital, stays: pd.DataFrame, flows: tuple[Flow, ...]
) -> HospitalNow:
    code, counts = hospital.hospital, session.gst.beds_by_unit()
    own = [u.unit for u in session.gst.units if u.hospital == code and u.kind in BEDDED]
    present = (stays[Col.HOSPITAL] == code) & (stays[Col.OUTCOME] == StayOutcome.PRESENT.value)
    return HospitalNow(
        hospital,
        beds=sum(counts[unit] for unit in own),
        present=int(present.sum()),
        sent=sum(flow.patients for flow in flows if flow.origin == code),
        received=sum(flow.patients for flow in flows if flow.destination == code),
    )


def _provinces(session: Session, stays: pd.DataFrame) -> tuple[ProvinceNow, ...]:
    gst, counts = session.gst, session.gst.beds_by_unit()
    where = {row.hospital: row.province for row in gst.hospitals}
    begun = stays[stays[Col.KIND] != AdmissionKind.TRANSFER.value]
    begun = begun[begun[Col.ADMITTED_AT] >= str(gst.identity.as_of - timedelta(WATCHED_DAYS))]
    treated_in = begun[Col.HOSPITAL].map(where)
    return tuple(
        ProvinceNow(
            province,
            population=sum(r.population for r in gst.hospitals if r.province == province),
            beds=sum(
                counts[unit.unit]
                for unit in gst.units
                if unit.kind in BEDDED and where[unit.hospital] == province
            ),
            stays=int((begun[Col.PROVINCE] == province).sum()),
            stays_elsewhere=int(
                ((begun[Col.PROVINCE] == province) & (treated_in != province)).sum()
            ),
        )
        for province in sorted(set(where.values()))
    )
