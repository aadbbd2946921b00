"""A new hospital, and a hospital that is closed for a time or for good."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import cycle, islice
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field, model_validator

from hospital.errors import GstError, Sentence, say
from hospital.forecast import QUANTILE_LEVELS, DemandForecast, SeriesKey, SeriesKind
from hospital.gst import Gst
from hospital.places import Bed, Code, Hospital, TransferLink, Unit, UnitKind
from scenarios.changes.absence import days_between
from scenarios.changes.base import PERIOD_IN_ORDER, ScenarioChange, changes_nothing
from scenarios.changes.place_rules import INPATIENT, with_rules
from scenarios.changes.units import CloseUnit, joined

if TYPE_CHECKING:
    from twin.parameters import HospitalParameters, TwinParameters, UnitShare

SOURCE = "scenario"
PERCENT = 100
COPIED = (*INPATIENT, UnitKind.EMERGENCY)
A_YEAR = timedelta(days=366)
"""No run of the twin is longer."""


class OpenHospital(ScenarioChange):
    """A new hospital, run like one that exists, to which a share of the visits of others goes.

    It has an emergency department, wards and intensive care like the hospital ``like``, with
    ``beds_percent`` of its beds; care, triage, routes and stays are the same. ``takes_percent`` of
    the visits ``of`` hospitals come here instead, and are as ill as those of ``like``. It has no
    theatre, pharmacy, staff or electives of its own in the tables yet.
    """

    kind: Literal["open_hospital"] = "open_hospital"
    new_hospital: Code
    """Code of the new hospital."""
    like: Code
    """Hospital that it is run like."""
    near: Code
    """Hospital to which a road leads."""
    distance_km: float = Field(gt=0, lt=3000)
    """Length of this road [km]."""
    travel_minutes: float = Field(gt=0, lt=2880)
    """How long it takes [minutes]."""
    takes_percent: float = Field(gt=0, lt=100)
    """Share of the emergency visits of these hospitals that come here instead [%]."""
    of: tuple[Code, ...] = ()
    """Whose visits; none: those of the hospital near by."""
    beds_percent: float = Field(default=100, gt=0, le=1000)
    """Beds and physicians over those of the hospital it is run like [%], at least one of each."""
    name: str = Field(default="", max_length=200)
    """Its name in the tables; none: its code."""

    def on_gst(self, gst: Gst) -> Gst:
        """The GST with the hospital, its units, beds, triage and road.

        Raises:
            UnknownPlace: no such hospital.
            GstError: ``hospital_exists``, ``unit_exists``, ``no_emergency_department``.
        """
        like = gst.hospital(self.like)
        for code in (self.near, *self.of):
            gst.hospital(code)
        self._refuse_what_exists(gst)
        if not gst.units_of(self.like, UnitKind.EMERGENCY):
            raise GstError(
                "no_emergency_department",
                say("{place} has no emergency department; name another.", place=self.like),
            )
        copies = [(one, self._copy(one)) for one in gst.units_of(self.like, *COPIED)]
        road = TransferLink(
            origin=self.near,
            destination=self.new_hospital,
            distance_km=self.distance_km,
            travel_minutes=self.travel_minutes,
        )
        triage = tuple(
            one.but(hospital=self.new_hospital) for one in gst.triage if one.hospital == self.like
        )
        new = {
            "hospitals": (self._hospital(gst, like),),
            "units": tuple(copy for _, copy in copies),
            "beds": tuple(bed for pair in copies for bed in self._beds(gst, *pair)),
            "links": (road,),
            "triage": triage,
        }
        return gst.model_copy(
            update={table: getattr(gst, table) + added for table, added in new.items()}
        )

    def on_forecasts(self, forecasts: tuple[DemandForecast, ...]) -> tuple[DemandForecast, ...]:
        """The forecasts with the visits that go to the new hospital, which come last."""
        changed = super().on_forecasts(forecasts)
        taken = [one for one in forecasts if self._loses(one)]
        return (*changed, self._visits(taken)) if taken else changed

    def on_demand(self, forecast: DemandForecast) -> DemandForecast:
        """The forecast of visits without those that go to the new hospital."""
        return scaled(forecast, 1 - self._share) if self._loses(forecast) else forecast

    def on_parameters(self, parameters: TwinParameters, gst: Gst) -> TwinParameters:
        """The twin with the hospital, and with fewer visits in the others."""
        codes = {one.unit: self._code(one.unit) for one in gst.units_of(self.like, *COPIED)}
        own = tuple(one.unit for one in gst.units_of(self.like, *INPATIENT))
        known = with_rules(parameters, gst, own, {})
        units = tuple(
            one.but(
                unit=codes[one.unit],
                onward=_renamed(one.onward, codes),
                when_full=tuple(codes.get(code, code) for code in one.when_full),
            )
            for one in known.units
            if one.unit in own
        )
        hospitals = tuple(map(self._with_fewer_visits, known.hospitals))
        new = self._hospital_parameters(known.hospitals, codes)
        return known.but(units=(*known.units, *units), hospitals=(*hospitals, new))

    @property
    def _share(self) -> float:
        return self.takes_percent / PERCENT

    @property
    def _origins(self) -> tuple[str, ...]:
        return self.of or (self.near,)

    def _loses(self, forecast: DemandForecast) -> bool:
        key = forecast.key
        return key.kind is SeriesKind.VISITS and key.hospital in self._origins

    def _code(self, unit: str) -> str:
        return f"{self.new_hospital}-{unit.removeprefix(f'{self.like}-')}"

    def _copy(self, unit: Unit) -> Unit:
        return unit.but(
            unit=self._code(unit.unit),
            hospital=self.new_hospital,
            physicians=self._part(unit.physicians),
        )

    def _part(self, count: int) -> int:
        """So many of the new hospital, where the other has ``count``."""
        return max(1, round(count * self.beds_percent / PERCENT)) if count else 0

    def _beds(self, gst: Gst, like: Unit, copy: Unit) -> tuple[Bed, ...]:
        """Beds of the same sorts, in the order of those of the unit it is like."""
        own = [bed for bed in gst.beds if bed.unit == like.unit]
        chosen = islice(cycle(own), self._part(len(own)))
        return tuple(
            bed.but(bed=f"{copy.unit}-{number:03d}", unit=copy.unit)
            for number, bed in enumerate(chosen, start=1)
        )

    def _hospital(self, gst: Gst, like: Hospital) -> Hospital:
        served = sum(gst.hospital(code).population for code in self._origins)
        return like.but(
            hospital=self.new_hospital,
            name=self.name or self.new_hospital,
            province=gst.hospital(self.near).province,
            population=round(self._share * served),
        )

    def _refuse_what_exists(self, gst: Gst) -> None:
        if any(one.hospital == self.new_hospital for one in gst.hospitals):
            raise GstError(
                "hospital_exists",
                say("{place} exists; give the new hospital another code.", place=self.new_hospital),
            )
        known = {one.unit for one in gst.units}
        for unit in gst.units_of(self.like, *COPIED):
            if self._code(unit.unit) in known:
                raise GstError(
                    "unit_exists",
                    say(
                        "{unit} exists; give the new unit another code.",
                        unit=self._code(unit.unit),
                    ),
                )

    def _visits(self, taken: list[DemandForecast]) -> DemandForecast:
        """Visits of the new hospital: the share of the others', path by path."""
        import numpy as np  # noqa: PLC0415 - the scenario language itself needs no arrays

        paths = self._share * np.sum([one.sample_paths for one in taken], axis=0)
        return replace(
            taken[0],
            key=SeriesKey(SeriesKind.VISITS, self.new_hospital),
            mean=paths.mean(axis=0),
            quantiles=np.quantile(paths, QUANTILE_LEVELS, axis=0).T,
            sample_paths=paths,
        )

    def _with_fewer_visits(self, hospital: HospitalParameters) -> HospitalParameters:
        if hospital.hospital not in self._origins:
            return hospital
        left = tuple(rate * (1 - self._share) for rate in hospital.hourly_visits)
        return hospital.but(hourly_visits=left)

    def _hospital_parameters(
        self, known: tuple[HospitalParameters, ...], codes: dict[str, str]
    ) -> HospitalParameters:
        by_code = {one.hospital: one for one in known}
        like, first = by_code[self.like], by_code[self._origins[0]]
        weeks = (by_code[code].hourly_visits for code in self._origins)
        return like.but(
            hospital=self.new_hospital,
            hourly_visits=tuple(self._share * sum(hour) for hour in zip(*weeks, strict=True)),
            ward_mix=_renamed(like.ward_mix, codes),
            intensive_care_mix=_renamed(like.intensive_care_mix, codes),
            people=first.people,
            **dict.fromkeys(NOT_COPIED, ()),
            returning_share=0.0,
        )


NOT_COPIED = (
    "recent_visits",
    "electives",
    "planned",
    "streams",
    "extra",
    "casualties",
    "people_by_unit",
)
"""What a hospital has of its own past and plans."""


def scaled(forecast: DemandForecast, factor: float) -> DemandForecast:
    """The forecast times a factor, in every path."""
    return replace(
        forecast,
        mean=forecast.mean * factor,
        quantiles=forecast.quantiles * factor,
        sample_paths=forecast.sample_paths * factor,
    )


def _renamed(shares: tuple[UnitShare, ...], codes: dict[str, str]) -> tuple[UnitShare, ...]:
    """The shares with the units of the new hospital in place of those it is like."""
    return tuple(one.but(unit=codes.get(one.unit, one.unit)) for one in shares)


class CloseHospital(ScenarioChange):
    """A hospital is closed, for works or for good; on stated days only where days are stated.

    Its emergency department lets nobody in: who comes goes on by road. Its units close as they
    empty, nobody is put out, its electives of these days are called off, and who still waits there
    for a bed is sent to another hospital after ``send_after_hours`` (during the whole run).
    """

    together: ClassVar[Sentence] = PERIOD_IN_ORDER

    kind: Literal["close_hospital"] = "close_hospital"
    hospital: Code
    """Which hospital."""
    to: tuple[Code, ...] = ()
    """Hospitals that take its patients; none: the nearest by road that can."""
    first_day: date | None = None
    """First day on which it is closed; none: from the start."""
    last_day: date | None = None
    """Last day on which it is closed, included; none: it does not open again."""
    send_after_hours: float = Field(default=1, ge=0, le=720)
    """Hours after which who waits there for a bed is sent on."""

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> CloseHospital:
        if self.first_day and self.last_day and self.last_day < self.first_day:
            raise ValueError(f"last_day ({self.last_day}) is before first_day ({self.first_day})")
        return self

    def on_gst(self, gst: Gst) -> Gst:
        """The places stay in the tables; the hospital and who takes its patients are checked.

        Raises:
            UnknownPlace: no such hospital.
            GstError: ``changes_nothing``, ``nobody_takes_its_patients``.
        """
        own = gst.hospital(self.hospital).hospital
        if not gst.units_of(own, *COPIED):
            raise changes_nothing(say("no unit with patients in {place}", place=own))
        others = joined(gst, own) - {own}
        wrong = [code for code in self.to if gst.hospital(code).hospital not in others]
        if wrong or not others:
            raise GstError(
                "nobody_takes_its_patients",
                say(
                    "No road leads from {place} to {found}; there is one to: {known}.",
                    place=own,
                    found=", ".join(wrong) or "-",
                    known=", ".join(sorted(others)) or "-",
                ),
            )
        for door in self._doors(gst):
            door.on_gst(gst)
        return gst

    def on_parameters(self, parameters: TwinParameters, gst: Gst) -> TwinParameters:
        """The twin whose hospital is closed."""
        from twin.place_rules import BedClosure  # noqa: PLC0415 - loads SciPy

        for door in self._doors(gst):
            parameters = door.on_parameters(parameters, gst)
        beds = gst.beds_by_unit()
        shut = tuple(
            BedClosure(
                unit=one.unit, beds=beds[one.unit], first_day=self.first_day, last_day=self.last_day
            )
            for one in gst.units_of(self.hospital, *INPATIENT)
            if beds[one.unit]
        )
        hospitals = tuple(
            self._without_electives(one, gst.identity.as_of)
            if one.hospital == self.hospital
            else one
            for one in parameters.hospitals
        )
        closed = parameters.but(closures=(*parameters.closures, *shut), hospitals=hospitals)
        return self._sending_on(closed)

    def _doors(self, gst: Gst) -> tuple[CloseUnit, ...]:
        return tuple(
            CloseUnit(unit=one.unit, to=self.to, first_day=self.first_day, last_day=self.last_day)
            for one in gst.units_of(self.hospital, UnitKind.EMERGENCY)
        )

    def _without_electives(self, hospital: HospitalParameters, as_of: date) -> HospitalParameters:
        first = self.first_day or as_of
        days = days_between(first, self.last_day or max(first, as_of) + A_YEAR)
        return hospital.but(
            electives=tuple(
                stream.but(except_days=tuple(sorted({*stream.except_days, *days})))
                for stream in hospital.electives
            ),
            planned=tuple(one for one in hospital.planned if one.arrives_at.date() not in days),
        )

    def _sending_on(self, parameters: TwinParameters) -> TwinParameters:
        from twin.territory import TransferPolicy, TransferRule  # noqa: PLC0415 - loads NumPy

        limit = parameters.intensive_care_limit_hours
        rules = tuple(
            TransferRule(
                kind=kind,
                hospitals=(self.hospital,),
                to=self.to,
                after_hours=self.send_after_hours,
                limit_hours=(
                    max(limit, self.send_after_hours)
                    if limit is not None and kind is UnitKind.INTENSIVE_CARE
                    else None
                ),
                source=SOURCE,
            )
            for kind in sorted(INPATIENT)
        )
        known = parameters.transfer_policy or TransferPolicy()
        return parameters.but(transfer_policy=known.but(rules=(*rules, *known.rules)))
