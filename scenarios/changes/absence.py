"""Nurses who are away: absent or on strike; their leave in the roster, fewer beds in the twin."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from hospital.errors import Sentence, say
from hospital.gst import Gst
from hospital.places import Code, UnitKind
from hospital.staff import Leave, Skill, StaffMember
from scenarios.changes.base import PERIOD_IN_ORDER, DatedChange, UnitOrHospital, changes_nothing

if TYPE_CHECKING:
    from twin.parameters import HospitalParameters, TwinParameters

PERCENT = 100
BEDDED = (UnitKind.INTENSIVE_CARE, UnitKind.STEP_DOWN, UnitKind.WARD, UnitKind.EMERGENCY)
NURSES = frozenset(Skill) - {Skill.PHYSICIAN}
RECRUITED = "-recruited-"
"""In the code of a nurse whom a scenario brings (``add_nurses``)."""


class NursesAbsent(DatedChange, UnitOrHospital):
    """A share of the nurses of a unit, of a hospital or of every one is away for some days.

    They are on leave in the roster, chosen evenly among each skill of a unit. In the twin a unit
    opens as many beds as the others look after; a roster built under the scenario says it better.
    """

    together: ClassVar[Sentence] = say(
        "first_day on or before last_day, at most one of unit and hospital"
    )

    kind: Literal["nurses_absent"] = "nurses_absent"
    percent: float = Field(gt=0, le=100)
    """Share of the nurses who are away [%]."""

    def on_gst(self, gst: Gst) -> Gst:
        """The GST whose absent nurses are on leave."""
        if self.hospital is not None:
            gst.hospital(self.hospital)
        if self.unit is not None:
            gst.unit(self.unit)
        return with_leave(gst, self._units(gst), self.percent / PERCENT, (self, self.kind))

    def on_parameters(self, parameters: TwinParameters, gst: Gst) -> TwinParameters:
        """The twin with fewer open beds on these days."""
        return _fewer_beds(parameters, gst, self._units(gst), self.percent / PERCENT, self)

    def _units(self, gst: Gst) -> tuple[str, ...]:
        return tuple(
            one.unit
            for one in gst.units
            if one.kind in BEDDED
            and self.unit in (None, one.unit)
            and self.hospital in (None, one.hospital)
        )


class Strike(DatedChange):
    """A strike of some days: wards keep part of their nurses, and no elective comes.

    Emergency departments, intensive care and step-down keep the minimum service that the law asks
    for: nobody of theirs is away. Electives of these days are called off and do not come back.
    """

    together: ClassVar[Sentence] = PERIOD_IN_ORDER

    kind: Literal["strike"] = "strike"
    nurses_percent: float = Field(gt=0, le=100)
    """Share of the nurses of the wards who strike [%]."""
    hospital: Code | None = None
    """Only this hospital."""

    def on_gst(self, gst: Gst) -> Gst:
        """The GST whose strikers are not there for the roster."""
        if self.hospital is not None:
            gst.hospital(self.hospital)
        share = self.nurses_percent / PERCENT
        return with_leave(gst, self._wards(gst), share, (self, self.kind))

    def on_parameters(self, parameters: TwinParameters, gst: Gst) -> TwinParameters:
        """The twin with fewer ward beds and without electives on these days."""
        share = self.nurses_percent / PERCENT
        fewer = _fewer_beds(parameters, gst, self._wards(gst), share, self)
        return fewer.but(hospitals=tuple(map(self._without_electives, fewer.hospitals)))

    def _wards(self, gst: Gst) -> tuple[str, ...]:
        return tuple(
            one.unit
            for one in gst.units
            if one.kind is UnitKind.WARD and self.hospital in (None, one.hospital)
        )

    def _without_electives(self, hospital: HospitalParameters) -> HospitalParameters:
        if self.hospital not in (None, hospital.hospital):
            return hospital
        days = days_between(self.first_day, self.last_day)
        return hospital.but(
            electives=tuple(
                stream.but(except_days=tuple(sorted({*stream.except_days, *days})))
                for stream in hospital.electives
            ),
            planned=tuple(one for one in hospital.planned if one.arrives_at.date() not in days),
        )


def days_between(first_day: date, last_day: date) -> tuple[date, ...]:
    """Every day from one to the other, both included."""
    return tuple(
        date.fromordinal(day) for day in range(first_day.toordinal(), last_day.toordinal() + 1)
    )


def with_leave(gst: Gst, units: tuple[str, ...], share: float, why: tuple[DatedChange, str]) -> Gst:
    """The GST in which this share of the nurses of these units is on leave, evenly chosen.

    Raises:
        GstError: ``changes_nothing`` where none of these units has nurses or beds.
    """
    change, reason = why
    teams: dict[tuple[str, Skill], list[StaffMember]] = {}
    for person in gst.staff:
        if person.unit in units and person.skill in NURSES:
            teams.setdefault((person.unit, person.skill), []).append(person)
    if not teams and not any(bed.unit in units for bed in gst.beds):
        raise changes_nothing(say("neither nurses nor beds there"))
    away = [person for team in teams.values() for person in _evenly(team, share)]
    leave = tuple(
        Leave(
            staff=one.staff,
            first_day=change.first_day,
            last_day=change.last_day,
            reason=reason,
        )
        for one in away
    )
    return gst.model_copy(update={"leave": (*gst.leave, *leave)})


def _evenly(team: list[StaffMember], share: float) -> list[StaffMember]:
    """So many of a team, spread over its list, so that no end of it is hit alone."""
    count = round(len(team) * share)
    return [team[(2 * at + 1) * len(team) // (2 * count)] for at in range(count)]


def _fewer_beds(
    parameters: TwinParameters,
    gst: Gst,
    units: tuple[str, ...],
    share: float,
    change: DatedChange,
) -> TwinParameters:
    from twin.absence import with_absent_nurses  # noqa: PLC0415 - loads SciPy

    days = change.first_day, change.last_day
    rostered = {one.unit for one in parameters.staffed_beds if one.dated}
    for unit in units:
        away = share if unit in rostered else _not_replaced(gst, unit, share)
        parameters = with_absent_nurses(gst, parameters, unit, away, days)
    return parameters


def _not_replaced(gst: Gst, unit: str, share: float) -> float:
    """The share of the work of a unit's usual nurses that is not done, its recruits at work too.

    A roster's figures grow with the recruits before (``AddNurses``).
    """
    team = [one for one in gst.staff if one.unit == unit and one.skill in NURSES]
    everybody = sum(one.contract_percent for one in team)
    usual = sum(one.contract_percent for one in team if RECRUITED not in one.staff)
    return max(0.0, 1 - (1 - share) * everybody / usual) if usual else share
