"""Changes of the theatre week: sessions added or taken away."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field, model_validator

from hospital.errors import GstError, Sentence, say
from hospital.gst import Gst
from hospital.places import Code, UnitKind
from hospital.theatre import TheatreSession
from scenarios.changes.base import ScenarioChange

if TYPE_CHECKING:
    from twin.parameters import HospitalParameters, TwinParameters

WORKING_DAYS = range(5)
MINUTES_PER_DAY = 1440
ADDED = "-added-"


class TheatreSessions(ScenarioChange):
    """Weekly sessions of a specialty more (or fewer, below zero) in a hospital, every week.

    Sessions added are copies of the first one of the specialty, in a room and on a working day
    where none is held at that time, or in the afternoon; those taken away are the last ones. The
    theatre plan has them at once. In the twin the electives of the specialty's wards change in
    proportion to the minutes of its sessions; a specialty without a ward of its own changes the
    plan only.
    """

    together: ClassVar[Sentence] = say("sessions other than 0")

    kind: Literal["theatre_sessions"] = "theatre_sessions"
    hospital: Code
    """Whose theatre suite."""
    specialty: str = Field(min_length=1)
    """Specialty of the sessions, as in the tables."""
    sessions: int = Field(ge=-200, le=200)
    """Sessions a week more, or fewer below zero."""

    @model_validator(mode="after")
    def _is_a_change(self) -> TheatreSessions:
        if not self.sessions:
            raise ValueError(str(self.together))
        return self

    def on_gst(self, gst: Gst) -> Gst:
        """The GST with these sessions."""
        own = self._own(gst)
        if self.sessions > 0:
            added = self._added(gst, own[0])
            return gst.model_copy(update={"sessions": gst.sessions + added})
        if len(own) < -self.sessions:
            raise self._too_few(len(own))
        gone = set(own[self.sessions :])
        kept = tuple(one for one in gst.sessions if one not in gone)
        return gst.model_copy(update={"sessions": kept})

    def on_parameters(self, parameters: TwinParameters, gst: Gst) -> TwinParameters:
        """The twin with the electives that these sessions admit."""
        minutes = sum(one.length_minutes for one in self._all(gst))
        before = minutes - self._minutes_added(gst)
        wards = {
            unit.unit
            for unit in gst.units_of(self.hospital, UnitKind.WARD)
            if unit.specialty == self.specialty
        }

        def changed(hospital: HospitalParameters) -> HospitalParameters:
            if hospital.hospital != self.hospital:
                return hospital
            return hospital.but(
                electives=tuple(
                    stream.but(
                        per_weekday=tuple(mean * minutes / before for mean in stream.per_weekday)
                    )
                    if stream.unit in wards
                    else stream
                    for stream in hospital.electives
                )
            )

        return parameters.but(hospitals=tuple(map(changed, parameters.hospitals)))

    def _all(self, gst: Gst) -> tuple[TheatreSession, ...]:
        suites = {unit.unit for unit in gst.units_of(self.hospital, UnitKind.THEATRE)}
        return tuple(
            one for one in gst.sessions if one.unit in suites and one.specialty == self.specialty
        )

    def _own(self, gst: Gst) -> tuple[TheatreSession, ...]:
        gst.hospital(self.hospital)
        own = self._all(gst)
        if own:
            return own
        suites = {unit.unit for unit in gst.units_of(self.hospital, UnitKind.THEATRE)}
        known = sorted({one.specialty for one in gst.sessions if one.unit in suites})
        raise GstError(
            "no_session_of_specialty",
            say(
                "{hospital} has no session of {specialty}; it has: {known}.",
                hospital=self.hospital,
                specialty=self.specialty,
                known=", ".join(known),
            ),
        )

    def _minutes_added(self, gst: Gst) -> int:
        """Minutes a week that this change brought to ``gst``; a session taken is the usual one."""
        own = self._all(gst)
        if self.sessions > 0:
            return sum(one.length_minutes for one in own[-self.sessions :])
        usual = own[0].length_minutes if own else 1
        return self.sessions * usual

    def _added(self, gst: Gst, like: TheatreSession) -> tuple[TheatreSession, ...]:
        known = {one.session for one in gst.sessions}
        times = list(_free_times(gst, like))
        if len(times) < self.sessions:
            raise GstError(
                "no_room_for_session",
                say(
                    "{hospital} has room for {count} sessions more on working days; add no more.",
                    hospital=self.hospital,
                    count=len(times),
                ),
            )
        names = (name for at in count(1) if (name := f"{like.session}{ADDED}{at:03d}") not in known)
        return tuple(
            like.but(session=next(names), room=room, weekday=weekday, start_minute=start)
            for room, weekday, start in times[: self.sessions]
        )

    def _too_few(self, has: int) -> GstError:
        return GstError(
            "too_few_sessions",
            say(
                "{hospital} has {count} sessions of {specialty} a week; take away no more.",
                hospital=self.hospital,
                count=has,
                specialty=self.specialty,
            ),
        )


def _free_times(gst: Gst, like: TheatreSession) -> Iterator[tuple[str, int, int]]:
    """Rooms, working days and starts of the suite where nothing is held: at this time, then after.

    The second time of a day is the afternoon that follows such a session.
    """
    held = [one for one in gst.sessions if one.unit == like.unit]
    afternoon = like.start_minute + like.length_minutes
    for start in (like.start_minute, afternoon):
        end = start + like.length_minutes
        for weekday in WORKING_DAYS if end <= MINUTES_PER_DAY else ():
            for room in sorted({one.room for one in held}):
                there = (one for one in held if (one.room, one.weekday) == (room, weekday))
                if not any(_meets(one, start, end) for one in there):
                    yield room, weekday, start


def _meets(session: TheatreSession, start: int, end: int) -> bool:
    return session.start_minute < end and start < session.start_minute + session.length_minutes
