"""One waiting list for a territory: who was left out here and accepts may be operated there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from hospital.gst import Gst
from hospital.theatre import Procedure, Surgeon, WaitingPatient
from hospital.theatre_plan import LeftOut, Moment, TheatrePlan, TheatreProblem
from scheduling.theatres.replan import REPLAN_WORK_LIMIT, DayNews, replan

NEAREST = 3
"""A patient is offered the nearest hospitals by road, one after the other."""

KEEP_OWN = 100_000.0
"""Points per own case: no guest takes the place of somebody who has one."""


@dataclass(frozen=True, slots=True)
class Move:
    """A patient who was left out at ``origin`` and has a place at ``destination``.

    ``travel_minutes`` by road, one way; ``weighted_minutes`` what the operation brings [points].
    """

    patient: str
    origin: str
    destination: str
    travel_minutes: float
    day: date
    session: str
    surgeon: str
    weighted_minutes: float


@dataclass(frozen=True, slots=True)
class TerritoryPlan:
    """The plans of the receiving hospitals with their guests, and every move."""

    plans: Mapping[str, TheatrePlan]
    moves: tuple[Move, ...]

    @property
    def gain(self) -> float:
        """Priority-weighted minutes that the moves add to the territory [points]."""
        return sum(move.weighted_minutes for move in self.moves)


def share_waiting_list(
    gst: Gst,
    plans: Mapping[str, TheatrePlan],
    seed: int = 0,
    work_limit: float = REPLAN_WORK_LIMIT,
) -> TerritoryPlan:
    """Offers unused theatre time to patients of other hospitals, nearest hospital first.

    Only who accepts (``accepts_other_hospital``), has a road there and was left out at home is
    offered; cases that a hospital has planned for its own patients all keep their session. The
    operation is led by the surgeon of the specialty there with most time left. Beds, overtime
    and every other rule of the receiving hospital hold for its guests.
    """
    current, moves = dict(plans), list[Move]()
    for rank in range(NEAREST):
        placed = {move.patient for move in moves}
        for place in sorted(current):
            guests = [
                guest
                for guest in _guests(gst, plans, place, rank)
                if guest.patient.patient not in placed
            ]
            if guests:
                current[place], found = _received(gst, current[place], guests, (seed, work_limit))
                moves += found
    changed = {move.destination for move in moves}
    return TerritoryPlan(
        {place: current[place] for place in sorted(changed)},
        tuple(sorted(moves, key=lambda move: move.patient)),
    )


@dataclass(frozen=True, slots=True)
class _Guest:
    """A patient of another hospital, what he waits for, and the road."""

    patient: WaitingPatient
    procedure: Procedure
    travel_minutes: float


def _guests(gst: Gst, plans: Mapping[str, TheatrePlan], place: str, rank: int) -> Iterator[_Guest]:
    """Left-out patients for whom this hospital is the nearest but ``rank`` that operates them."""
    for origin in sorted(plans):
        problem = plans[origin].problem
        procedures = {row.procedure: row for row in problem.procedures}
        patients = {row.patient: row for row in problem.waiting_list}
        for row in plans[origin].unplanned:
            patient = patients[row.patient]
            procedure = procedures[patient.procedure]
            if row.reason is LeftOut.DEFERRED or not patient.accepts_other_hospital:
                continue
            near = _nearest(gst, plans, origin, procedure.specialty)
            if rank < len(near) and near[rank][1] == place:
                yield _Guest(patient, procedure, near[rank][0])


def _nearest(
    gst: Gst, plans: Mapping[str, TheatrePlan], origin: str, specialty: str
) -> list[tuple[float, str]]:
    """Hospitals with a road from here and sessions of this specialty, by minutes of travel."""
    roads = {
        (link.destination if link.origin == origin else link.origin): link.travel_minutes
        for link in gst.links
        if origin in {link.origin, link.destination}
    }
    return sorted(
        (minutes, place)
        for place, minutes in roads.items()
        if place in plans
        and any(row.specialty == specialty for row in plans[place].problem.sessions)
        and any(_surgeons(gst, place, specialty))
    )


def _surgeons(gst: Gst, place: str, specialty: str) -> Iterator[Surgeon]:
    return (row for row in gst.surgeons if (row.hospital, row.specialty) == (place, specialty))


def _received(
    gst: Gst, plan: TheatrePlan, guests: Sequence[_Guest], search: tuple[int, float]
) -> tuple[TheatrePlan, list[Move]]:
    """The plan of a hospital with those of its guests who found a place."""
    place, before = plan.problem.hospital, plan.problem
    came = list(_with_surgeons(gst, plan, guests))
    kept = plan.but(problem=before.but(weights=before.weights.but(keep_place=KEEP_OWN)))
    news = DayNews(
        now=Moment(day=before.first_day, minute=0),
        emergencies=tuple(patient for _, patient in came),
        procedures=_unknown_procedures(before, guests),
        surgeons=_unknown_surgeons(gst, before, [patient.surgeon for _, patient in came]),
    )
    tried = replan(kept, news, *search)
    cases = {case.patient: case for case in tried.cases}
    if not {case.patient for case in plan.cases} <= cases.keys():
        return plan, []
    moves = [
        Move(
            patient=patient.patient,
            origin=guest.patient.hospital,
            destination=place,
            travel_minutes=guest.travel_minutes,
            day=cases[patient.patient].day,
            session=cases[patient.patient].session,
            surgeon=patient.surgeon,
            weighted_minutes=before.weights.of(patient.priority) * guest.procedure.mean_minutes,
        )
        for guest, patient in came
        if patient.patient in cases
    ]
    sent_home = {patient.patient for _, patient in came} - cases.keys()
    return _without(tried, sent_home, before), moves


def _with_surgeons(
    gst: Gst, plan: TheatrePlan, guests: Sequence[_Guest]
) -> Iterator[tuple[_Guest, WaitingPatient]]:
    """Each guest as a patient of this hospital, with the surgeon who has most time left."""
    place = plan.problem.hospital
    worked: Counter[str] = Counter()
    for case in plan.cases:
        worked[case.surgeon] += case.expected_minutes
    for guest in guests:
        surgeons = list(_surgeons(gst, place, guest.procedure.specialty))
        chosen = min(surgeons, key=lambda row: (worked[row.surgeon] / row.daily_minutes, row.name))
        worked[chosen.surgeon] += round(guest.procedure.mean_minutes)
        yield guest, guest.patient.but(hospital=place, surgeon=chosen.surgeon)


def _unknown_procedures(problem: TheatreProblem, guests: Sequence[_Guest]) -> tuple[Procedure, ...]:
    known = {row.procedure for row in problem.procedures}
    new = {guest.procedure.procedure: guest.procedure for guest in guests}
    return tuple(row for code, row in sorted(new.items()) if code not in known)


def _unknown_surgeons(
    gst: Gst, problem: TheatreProblem, codes: Sequence[str]
) -> tuple[Surgeon, ...]:
    new = set(codes) - {row.surgeon for row in problem.surgeons}
    return tuple(row for row in gst.surgeons if row.surgeon in new)


def _without(tried: TheatrePlan, sent_home: set[str], before: TheatreProblem) -> TheatrePlan:
    """The plan without the guests who stay where they are, valued by the hospital's weights."""
    waiting = tuple(row for row in tried.problem.waiting_list if row.patient not in sent_home)
    extra = (KEEP_OWN - before.weights.keep_place) * tried.kept_cases()
    return tried.but(
        value=tried.value - extra,
        bound=tried.bound - extra,
        problem=tried.problem.but(waiting_list=waiting, weights=before.weights),
        unplanned=tuple(row for row in tried.unplanned if row.patient not in sent_home),
    )
